"""What the columns of a class list are called: by teachers, by Canvas, by Moodle, and in other languages."""

from __future__ import annotations

import re
import unicodedata

IDS = (
    "id", "sis user id", "sis login id", "login id", "integration id", "username", "user name", "user id", "id number",
    "student id", "student number", "identifier", "email", "e mail", "email address", "learner", "github username",
)  # fmt: skip
"""Names of columns in which each value is of one learner, in small letters."""

NAMES = ("student", "name", "full name", "student name")
FIRST_NAMES = ("first name", "given name")
LAST_NAMES = ("surname", "last name", "family name")

_IN_OTHER_LANGUAGES = {
    "first name": ("名", "名字", "vorname", "prénom", "nombre", "nombre(s)"),
    "last name": (
        "姓", "姓氏", "nachname", "familienname", "nom", "nom de famille", "apellido", "apellidos", "apellido(s)",
    ),
    "full name": ("姓名", "vollständiger name", "nom complet", "nombre completo"),
    "student": ("学生", "studierende", "étudiant", "estudiante", "alumno"),
    "student number": (
        "学号", "学生编号", "matrikelnummer", "matrikelnr.", "matrikel nr.", "numéro d'étudiant", "numéro étudiant",
        "número de estudiante", "matrícula",
    ),
    "id number": ("id号", "id nummer", "numéro d'identification", "número de id"),
    "username": (
        "用户名", "账号", "anmeldename", "benutzername", "benutzerkennung", "identifiant", "nom d'utilisateur",
        "usuario", "nombre de usuario",
    ),
    "email": ("电子邮件", "邮箱", "mailadresse", "courriel", "correo", "correo electrónico"),
    "email address": (
        "电子邮件地址", "email地址", "邮箱地址", "dirección de correo", "dirección email", "e mail adresse",
        "adresse de courriel", "adresse e mail", "adresse électronique",
    ),
}  # fmt: skip
"""What a column is called in Chinese, German, French, and Spanish, by its name in English."""

_MEANT = {name: english for english, names in _IN_OTHER_LANGUAGES.items() for name in names}


def plain_column(name: str) -> str:
    """Return the name of a column in small letters, without signs: "SIS_Login-ID" is "sis login id".

    A name in another language is put into English: "Vorname" is "first name".
    """
    letters = unicodedata.normalize("NFC", name.casefold().strip("\ufeff \t")).replace("’", "'")
    plain = " ".join(re.split(r"[\s_\-]+", letters))
    return _MEANT.get(plain, plain)
