"""Writes the folder of a site: a page for each notebook, a landing page, and what all of them share."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from html import escape, unescape
from pathlib import Path
from typing import Any

import nbformat
from nbconvert import TemplateExporter

from widgets.common.catalogue import LANGUAGE, _
from widgets.common.lessons import LESSONS
from widgets.common.widget import STATIC, deflated, to_json
from widgets.common.writing import write
from widgets.course.lesson_copies import lessons_folder, solutions_folder
from widgets.site.page_cells import PageCell, page_cells
from widgets.site.site_execution import as_asked, executed

_VIEW = Path(__file__).with_name("view")
_MARK = "assets/live.js"
_SIDE_PAGES = (("troubleshooting.ipynb", _("Troubleshooting")), ("GLOSSARY.md", _("Glossary")))
_REFERENCE = "api/widgets.html"


class CannotBuild(ValueError):
    """A site cannot be written: there is nothing to show, or a folder is somebody else's."""


@dataclass
class Page:
    """A page of a site.

    Attributes:
        name: of its file, "01_the_tape.html".
        title: its first heading.
        about: a line on it for the landing page, as HTML; "" if there is none.
        notebook: what it shows, not yet run.
        folder: where the notebook runs; None if it is shown with the outputs that it has.
        cells: what it shows, as HTML; empty until it is built.
        headings: its headings: level, name, HTML.
    """

    name: str
    title: str
    about: str
    notebook: Any
    folder: Path | None
    cells: list[PageCell] = field(default_factory=list)
    headings: list[tuple[int, str, str]] = field(default_factory=list)


def build_site(folder: Path, notebooks: Sequence[str], say: Callable[[str], None]) -> None:
    """Run notebooks and write them as a folder of pages.

    Args:
        folder: where to; what is there already must be a site, too.
        notebooks: paths of notebooks, or numbers of lessons, such as "05"; all lessons if empty. A lesson is its
            solution, which asks for its predictions anew.
        say: is told a line about each page, as soon as it is there.

    Raises:
        CannotBuild: the folder has something else, or a notebook is not there.
    """
    _refuse_a_strangers(folder)
    lessons = [page for name in notebooks for page in _named(name)] or list(_lessons())
    sides = list(_sides()) if any(page.about for page in lessons) else []
    pages = [*lessons, *sides]
    names = [page.name for page in pages]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise CannotBuild(_("Two notebooks have the same name: {name}.").format(name=twice[0]))
    _write_shared(folder)
    for page in pages:
        run = page.notebook if page.folder is None else executed(page.notebook, page.folder)
        page.cells = page_cells(run, names, page.headings)
        write(folder / page.name, _page_html(page, lessons, sides, folder))
        size = (folder / page.name).stat().st_size / 1e6
        say(_("{page}: {size} MB").format(page=page.name, size=f"{size:.2f}"))
    write(folder / "assets" / "words.js", f"globalThis.tapedeckWords = {to_json(list(_search_entries(pages)))};\n")
    write(folder / "index.html", _landing_html(lessons, sides, folder))
    say(_("Open {page} in a browser.").format(page=folder / "index.html"))


def _refuse_a_strangers(folder: Path) -> None:
    if folder.is_dir() and not (folder / _MARK).exists() and any(path.name != "api" for path in folder.iterdir()):
        message = _("{folder} has other files. Name a new folder for the site, or an empty one.")
        raise CannotBuild(message.format(folder=folder))


def _named(name: str) -> Iterable[Page]:
    if not name.isdecimal():
        return [_given(Path(name))]
    found = list(_lessons(name.zfill(2)))
    if not found:
        known = ", ".join(lesson.number for lesson in LESSONS)
        raise CannotBuild(_("There is no lesson {number}; there are: {known}.").format(number=name, known=known))
    return found


def _lessons(number: str = "") -> Iterable[Page]:
    for lesson in LESSONS:
        path, asking = solutions_folder() / f"{lesson.stem}.ipynb", lessons_folder() / f"{lesson.stem}.ipynb"
        if path.exists() and number in ("", lesson.number):
            notebook = as_asked(nbformat.read(path, 4), nbformat.read(asking, 4))
            title = _("{number} · {title}").format(number=int(lesson.number), title=lesson.title)
            about = _("{minutes} minutes. Afterwards you can {outcome}.")
            about = escape(about.format(minutes=lesson.minutes, outcome=lesson.outcome))
            about = re.sub(r"`([^`]+)`", r"<code>\1</code>", about)
            yield Page(f"{lesson.stem}.html", title, about, notebook, lessons_folder())


def _sides() -> Iterable[Page]:
    for name, title in _SIDE_PAGES:
        path = lessons_folder() / name
        if path.suffix == ".md" and path.exists():
            cells = [nbformat.v4.new_markdown_cell(path.read_text("utf-8"))]
            yield Page(f"{path.stem}.html", title, "", nbformat.v4.new_notebook(cells=cells), None)
        elif path.exists():
            yield Page(f"{path.stem}.html", title, "", nbformat.read(path, 4), None)


def _given(path: Path) -> Page:
    try:
        notebook = nbformat.read(path, 4)
    except FileNotFoundError as error:
        raise CannotBuild(_("There is no notebook {path}.").format(path=path)) from error
    except Exception as error:  # of nbformat, json, or the file system: each has its own
        raise CannotBuild(_("{path} is not a notebook.").format(path=path)) from error
    first = next((cell.source for cell in notebook.cells if cell.cell_type == "markdown"), "")
    heading = next((line.lstrip("# ") for line in first.splitlines() if line.startswith("# ")), path.stem)
    return Page(f"{path.stem}.html", heading, "", notebook, path.parent.resolve())


def _write_shared(folder: Path) -> None:
    """Write the script and the style that all pages share: every view is in them, once."""
    views = {path.stem: deflated(path.read_bytes()) for path in sorted(STATIC.glob("*.js"))}
    styles = [path.read_text("utf-8") for path in sorted(STATIC.glob("*.css"))]
    site = (_VIEW / "pages.css").read_text("utf-8")
    write(folder / "assets" / "pages.css", "\n".join([*styles, site]))
    write(folder / "assets" / "views.js", f"globalThis.tapedeckViews = {json.dumps(views)};\n")
    for script in ("look.js", "live.js", "search.js"):
        write(folder / "assets" / script, (_VIEW / script).read_text("utf-8"))


def _page_html(page: Page, lessons: list[Page], sides: list[Page], folder: Path) -> str:
    at = lessons.index(page) if page in lessons else -1
    facts = {
        **_shared_facts(sides, folder),
        "title": page.title,
        "file": page.name,
        "cells": page.cells,
        "contents": [heading for heading in page.headings if heading[0] == 2],
        "previous": lessons[at - 1] if at > 0 else None,
        "next": lessons[at + 1] if 0 <= at < len(lessons) - 1 else None,
    }
    return _html("page.html.j2", facts)


def _landing_html(lessons: list[Page], sides: list[Page], folder: Path) -> str:
    return _html("index.html.j2", {**_shared_facts(sides, folder), "title": "Tapedeck", "lessons": lessons})


def _shared_facts(sides: list[Page], folder: Path) -> dict[str, Any]:
    reference = [(_REFERENCE, _("API reference"))] if (folder / _REFERENCE).exists() else []
    return {
        "language": LANGUAGE.replace("_", "-"),
        "words": {
            "skip": _("To the content"),
            "home": _("All lessons"),
            "contents": _("On this page"),
            "answer": _("One answer"),
            "previous": _("Previous"),
            "next": _("Next"),
            "theme": _("Light or dark"),
            "search": _("Search the lessons"),
            "found": _("Nothing found."),
            "intro": _(
                "On these pages every widget is live, with no kernel and no network. Code is changed in the notebooks."
            ),
        },
        "links": [(page.name, page.title) for page in sides] + reference,
    }


def _html(template: str, facts: dict[str, Any]) -> str:
    """Fill in a template. All paths are given: nbconvert would also look in the current folder, for code, too."""
    exporter = TemplateExporter(template_paths=[str(_VIEW)], template_file=str(_VIEW / template))
    html: str = exporter.from_notebook_node(nbformat.v4.new_notebook(), {"page": facts})[0]
    return html


def _search_entries(pages: list[Page]) -> Iterable[dict[str, str]]:
    """Yield what is searched: each cell of prose, with the heading that it stands under."""
    for page in pages:
        for cell in page.cells:
            if cell.words:
                yield {
                    "page": f"{page.name}#{cell.part}" if cell.part else page.name,
                    "title": page.title,
                    "heading": _plain(cell.heading),
                    "words": " ".join(cell.words.split()),
                }


def _plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html))
