"""The list of a class: read as spreadsheets and platforms write it, and refused where it is not certain."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.class_report.roster import BadRoster, read_roster

CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,01_the_tape (4711)\n"
    ",,,,,Manual Posting\n"
    "    Points Possible,,,,,5\n"
    '"Lovelace, Ada",12,u1,alovelace,A,\n'
    '"Hopper, Grace",13,u2,ghopper,A,\n'
    '"Student, Test",99,,ab12,A,\n'
)


def read(tmp_path, content):
    path = tmp_path / "students.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_roster(path)


def found(roster, learner):
    row = roster.find(learner)
    return roster.called(row) if row else None


names = st.text(
    st.characters(categories=["L", "Nd", "Zs", "Po"], exclude_characters="\x85"), min_size=1, max_size=12
).filter(lambda name: name.strip() == name and name.casefold() == name.casefold().strip('"'))


@given(
    st.lists(names, min_size=1, max_size=6, unique_by=str.casefold),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n"]),
)
def test_every_learner_is_found_as_any_spreadsheet_saves_them(tmp_path_factory, learners, encoding, delimiter, end):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end)
    writer.writerows([["Learner", "Group"], *([name, "A"] for name in learners)])
    roster = read(tmp_path_factory.mktemp("roster"), text.getvalue().encode(encoding))
    assert [roster.called(row) for row in roster.learners] == learners
    assert [roster.find(name).cells[0] for name in learners] == learners
    assert roster.find("somebody else entirely") is None


@pytest.mark.parametrize(
    "folder", ["alovelace", "ALovelace", "lovelaceada 12", "u1", "Ada Lovelace", "ada_lovelace", "lovelace-ada"]
)
def test_a_learner_of_canvas_is_found_by_whatever_names_the_folder(tmp_path, folder):
    assert found(read(tmp_path, CANVAS), folder) == "Lovelace, Ada"


def test_rows_of_canvas_that_are_no_learners_are_kept_and_nobody(tmp_path):
    roster = read(tmp_path, CANVAS)
    assert [roster.called(row) for row in roster.learners] == ["Lovelace, Ada", "Hopper, Grace"]
    assert len(roster.rows) == 5 and found(roster, "ab12") is None


@pytest.mark.parametrize("folder", ["ada@x.org", "ada", "Ada Lovelace", "Ada Lovelace 4321"])
def test_a_learner_of_moodle_is_found(tmp_path, folder):
    roster = read(tmp_path, "First name,Surname,Email address\nAda,Lovelace,ada@x.org\nBob,Hope,bob@x.org\n")
    assert found(roster, folder) == "Ada Lovelace"


def test_a_number_counts_more_than_a_name_and_a_name_of_two_counts_nothing(tmp_path):
    roster = read(tmp_path, 'Student,ID,Section\n"Lovelace, Ada",12,A\n"Lovelace, Ada",13,A\n')
    assert roster.find("lovelaceada 13").cells[1] == "13"
    assert roster.find("lovelaceada") is None and roster.find("lovelaceada 14") is None
    assert roster.find("hoppergrace 13") is None  # another system's number, perhaps


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        ("learner\n", "no learner"),
        ("shoe size,color\n38,red\n", "shoe size, color"),
        ("ada\nbob\n", "ada"),
        ("learner,group\nada,A\nbob,B\nADA,C\n", "line 2 and again in line 4"),
        ("learner,learner\nada,x\n", "two columns"),
        ("learner,group\nada,A,B\n", "line 2"),
        ('learner\n"ada\n', "not a table"),
        (b"PK\x03\x04 a spreadsheet", "CSV"),
        ("learner\nJosé\n".encode("latin-1"), "UTF-8"),
        (b"learner\n\x00\x00\n", "UTF-8"),
        ("learner\nada\n".encode("utf-16-le"), "UTF-8"),
    ],
)
def test_what_is_not_certain_is_refused_in_words(tmp_path, content, words):
    with pytest.raises(BadRoster, match=words) as refused:
        read(tmp_path, content)
    assert "students.csv" in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BadRoster, match="nobody"):
        read_roster(tmp_path / "nobody.csv")
    with pytest.raises(BadRoster):
        read_roster(tmp_path)


@given(st.binary(max_size=80) | st.text(max_size=80).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_whatever_is_in_it_it_is_read_or_refused(tmp_path_factory, content):
    try:
        assert read(tmp_path_factory.mktemp("any"), content).learners
    except BadRoster as problem:
        assert str(problem)


def test_excels_own_first_line_and_blank_rows_are_understood(tmp_path):
    roster = read(tmp_path, "sep=;\r\nlearner;email\r\n\r\nada;a@x.org\r\n;\r\n")
    assert [(row.line, row.cells) for row in roster.learners] == [(4, ("ada", "a@x.org"))]


@pytest.mark.parametrize(
    "header",
    [
        "学号,姓,名,电子邮件",
        "Matrikelnummer;Nachname;Vorname;E-Mail-Adresse",
        "Numéro d’étudiant,Nom,Prénom,Adresse de courriel",
        "Matrícula;Apellido(s);Nombre;Correo electrónico",
    ],
)
def test_lists_in_other_languages_are_read(tmp_path, header):
    split = ";" if ";" in header else ","
    row = split.join(["4711", "Hopper", "Grace", "ghopper@example.org"])
    roster = read(tmp_path, f"{header}\n{row}\n")
    assert roster.header == tuple(header.split(split))
    for learner in ("4711", "ghopper", "Grace Hopper", "Hopper, Grace"):
        assert found(roster, learner) == "Grace Hopper"
