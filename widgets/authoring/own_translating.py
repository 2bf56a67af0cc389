"""A teacher's own course in another language: one catalogue, `locale/zh_CN.po` in its folder, for lessons and records.

`tapedeck translate LANGUAGE FOLDER` keeps it, `tapedeck build FOLDER --lang LANGUAGE` makes `lessons/LANGUAGE`. What it
lacks stays English.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog

from widgets.authoring import building, catalogues, notebooks, translating
from widgets.authoring.own_building import records_beside
from widgets.authoring.own_course import CourseFolder, NotBuilt, open_course
from widgets.common.catalogue import _


def update(language: str, folder: Path) -> list[str]:
    """Bring a course's catalogue up to date; return a line for each text that needs a translator."""
    said = Catalog()
    for text, place in _texts(open_course(folder)):
        said.add(text, locations=[(place, 1)])
    return catalogues.brought_up_to_date(_catalogue(folder, language), said, language)[1]


def build(language: str, folder: Path, check: bool) -> list[str]:
    """Build a course's lessons in a language, with their records; return lines to print, or raise NotBuilt."""
    course = open_course(folder)
    known = catalogues.translations(_catalogue(folder, language))
    home = folder / "lessons" / language
    sentences = {text: known[text] for text in _sentences(course) if text in known}
    files = {home / path: text for path, text in records_beside(course, sentences, for_learners=True).items()}
    for path in course.scripts:
        made = notebooks.with_installation(translating.translated(_lesson(course, path), known, language))
        files[home / f"{path.stem}.ipynb"] = building.text_of(made)
    lines = building.deliver(files.items(), check, folder)
    if lacking := [text for text, _place in _texts(course) if text not in known]:
        said = _("{path}: still in English: {count} of its texts. `tapedeck translate {language} {folder}` says which.")
        lines.append(said.format(path=home, count=len(lacking), language=language, folder=folder))
    return lines


def _texts(course: CourseFolder) -> Iterator[tuple[str, str]]:
    """Yield each text that is to be translated, and the file that says it."""
    for path in course.scripts:
        yield from ((text, path.name) for text in translating.texts_of(_lesson(course, path)))
    yield from _sentences(course).items()


def _sentences(course: CourseFolder) -> dict[str, str]:
    """Return what the records say, with the file that says it."""
    records = [report for report in course.records.values() if report.own and not report.problems]
    return {text: report.path.name for report in records if report.own for text in report.own.sentences()}


def _lesson(course: CourseFolder, path: Path) -> Any:
    return notebooks.for_learners(*course.script(path))


def _catalogue(folder: Path, language: str) -> Path:
    if language.startswith("en"):
        raise NotBuilt(_("Give the language to translate into, such as zh: the course itself is in English."))
    return folder / "locale" / f"{catalogues.folder_of(language)}.po"
