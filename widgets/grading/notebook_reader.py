"""A submitted notebook, read without trusting a byte of it: nothing in the file raises, it is reported."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from widgets.common.catalogue import _
from widgets.common.notebook_text import joined_text
from widgets.grading.untrusted import UnreadableFile, read_regular_file, too_large

if TYPE_CHECKING:
    from widgets.grading.collection import FoundFile
    from widgets.grading.lesson_reference import LessonReference

MOST_BYTES = 200_000_000
"""Of the largest file that is read. A lesson with all its pictures has a hundredth of that."""

_MOST_PARSED = 20_000_000
"""Bytes that are parsed, which takes far more memory than they have. Of a larger file the outputs are left out."""

_MOST_TOKENS, _SHORTEST = 5_000_000, 20
"""Texts and brackets that are looked at for that; characters of a cell's source by which a lesson may be known."""

_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[][{}]', re.DOTALL)
_OUTPUTS_DEPTH = 3
"""Of brackets around the outputs of a cell: those of the notebook, of its cells, and of the cell."""

MOST_CELLS = 10_000
"""A file of 20 MB can claim seven million cells, and each of them takes memory."""


@dataclasses.dataclass(frozen=True)
class SubmittedCell:
    """One cell of a file.

    Attributes:
        kind: "code", "markdown" or "raw" as the file says; "" where it says nothing that is text.
        source: as one text that can be written as UTF-8; None where there is no such text.
        metadata: nbgrader's, as the file has it; {} where the cell is known only by its `id`.
        name: its `grade_id`, else its `id`; "" for a cell without either.
        place: how many entries stand before it.
    """

    kind: str
    source: str | None
    metadata: dict[str, Any] = dataclasses.field(default_factory=dict)
    name: str = ""
    place: int = 0


@dataclasses.dataclass(frozen=True)
class SubmittedNotebook:
    """What could be read of a file.

    Attributes:
        cells: by `grade_id`; by `id` for a cell without nbgrader's metadata, or by "" for one without either. Each name
            has every cell that claims it, in the file's order.
        notes: what is odd about the file as a whole, in sentences.
        problem: why nothing of it could be read, in a sentence; "" if it could.
        sha256: of the bytes that were read, in hex; "" where there are none.
    """

    cells: dict[str, list[SubmittedCell]] = dataclasses.field(default_factory=dict)
    notes: tuple[str, ...] = ()
    problem: str = ""
    sha256: str = ""


def read_notebook(path: str | Path, most: int = MOST_BYTES) -> SubmittedNotebook:
    """Read what can be read of a file, else return a notebook with a problem; nothing raises.

    A link is not followed, a pipe is not waited for, and of a file that has more bytes than `most` nothing is read.
    """
    try:
        data = read_regular_file(str(path), most)
    except UnreadableFile as problem:
        return SubmittedNotebook(problem=str(problem))
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        entries = cell_entries(data)
    except UnreadableFile as problem:
        return SubmittedNotebook(problem=str(problem), sha256=sha256)
    return SubmittedNotebook(cells_by_name(entries), tuple(_notes_on(entries)), sha256=sha256)


def recognize_lesson(
    notebook: SubmittedNotebook, path: str, lessons: Mapping[str, LessonReference]
) -> LessonReference | None:
    """Return the lesson that a file belongs to; None if it is like none.

    It is the one with which it has most of nbgrader's ids in common. A file with none of them goes by its name, or by
    its folder's, which is the assignment's in nbgrader's layout, or else by the cells that are as the lesson has them.
    """
    scores = {name: _similarity(notebook, Path(path), lesson) for name, lesson in lessons.items()}
    best = max(scores, key=lambda name: scores[name], default=None)
    return lessons[best] if best is not None and any(scores[best]) else None


def read_found(
    found: FoundFile, lessons: Mapping[str, LessonReference]
) -> tuple[SubmittedNotebook, LessonReference | None]:
    """Return what was handed in as a notebook, empty if there is a problem with the file, and the lesson it is of."""
    path = found.submission.path
    notebook = SubmittedNotebook(problem=found.problem) if found.problem else read_notebook(path)
    return notebook, recognize_lesson(notebook, path, lessons)


def cell_entries(data: bytes) -> list[Any]:
    """Return the list of cells in a notebook.

    Args:
        data: the file's bytes.

    Returns:
        The entries of the list, which may be of any type.

    Raises:
        UnreadableFile: if this is not a notebook of format 3 or 4.
    """
    notebook = _parse(data)
    if not isinstance(notebook, dict):
        raise UnreadableFile(_("The file is JSON, but not a notebook."))
    version = notebook.get("nbformat", 4)
    if isinstance(version, int) and version not in (3, 4):
        said = _("This notebook is not in notebook format 4. Open it in JupyterLab, save it, and submit that file.")
        raise UnreadableFile(said)
    cells = notebook.get("cells")
    if isinstance(sheets := notebook.get("worksheets"), list):  # format 3
        cells = [cell for sheet in sheets if isinstance(sheet, dict) for cell in _list_in(sheet, "cells")]
    if not isinstance(cells, list):
        raise UnreadableFile(_("The file is JSON, but not a notebook: it has no list of cells."))
    if len(cells) > MOST_CELLS:
        raise UnreadableFile(_("The file claims to have more than {most} cells.").format(most=MOST_CELLS))
    return cells


def cells_by_name(entries: list[Any]) -> dict[str, list[SubmittedCell]]:
    """Return the cells in a list under their `grade_id`, else their `id`, else "".

    Where nbgrader's metadata names a cell, no other cell is known by that name because of its `id` alone.
    """
    marked: dict[str, list[SubmittedCell]] = {}
    unmarked: dict[str, list[SubmittedCell]] = {}
    for place, entry in enumerate(entries):
        if not isinstance(entry, dict):
            continue
        metadata = _dict_in(_dict_in(entry, "metadata"), "nbgrader")
        grade_id = _text_in(metadata, "grade_id")
        cells, name = (marked, grade_id) if grade_id else (unmarked, _text_in(entry, "id"))
        cell = SubmittedCell(_text_in(entry, "cell_type"), _source_of(entry), metadata, name, place)
        cells.setdefault(name, []).append(cell)
    return unmarked | marked


def _notes_on(entries: list[Any]) -> Iterator[str]:
    lost = sum(not isinstance(entry, dict) for entry in entries)
    if lost:
        yield _("{count} entries in its list of cells are not cells.").format(count=lost)


def _similarity(notebook: SubmittedNotebook, path: Path, lesson: LessonReference) -> tuple[int, int, int]:
    sources = {cell.source.strip() for cells in notebook.cells.values() for cell in cells if cell.source}
    given = {source.strip() for source in lesson.sources.values() if len(source) > _SHORTEST}
    in_common = len(lesson.nbgrader_cells.keys() & notebook.cells.keys())
    return in_common, _named_after(path, lesson.name), len(given & sources)


def _named_after(path: Path, name: str) -> int:
    """Return how closely a path has a lesson's name: 2 for exactly, 1 for a name such as that of a copy, else 0."""
    return 2 if name in (path.stem, path.parent.name) else int(name in path.stem)


def _parse(data: bytes) -> Any:
    """Return the JSON in some bytes. Its depth is bounded by Python's own stack, its integers by their digits."""
    if not data.strip():
        raise UnreadableFile(_("The file is empty."))
    if len(data) > _MOST_PARSED:
        data = without_outputs(data)
    if len(data) > _MOST_PARSED:
        raise UnreadableFile(too_large(_MOST_PARSED))
    try:
        return json.loads(_decoded(data))
    except RecursionError:
        raise UnreadableFile(_("The file is nested too deeply to be a notebook.")) from None
    except ValueError:
        raise UnreadableFile(_("The file is not a complete notebook: it is not JSON, or its end is missing.")) from None


def _decoded(data: bytes) -> str:
    """Return a file's text: UTF-8, UTF-16 or UTF-32, with a byte order mark or without; else as Windows writes it."""
    try:
        return data.decode(json.detect_encoding(data))
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def without_outputs(data: bytes) -> bytes:
    """Return a notebook's bytes with an empty list in place of each cell's outputs; what is no JSON stays as it is."""
    kept: list[bytes] = []
    begin, depth, is_skipped, previous = 0, 0, False, b""
    for count, found in enumerate(_TOKEN.finditer(data)):
        token = found[0]
        if count > _MOST_TOKENS:
            return data
        if token in (b"[", b"{"):
            if token == b"[" and depth == _OUTPUTS_DEPTH and previous == b'"outputs"':
                kept.append(data[begin : found.end()])
                is_skipped = True
            depth += 1
        elif token in (b"]", b"}"):
            depth -= 1
            if is_skipped and depth == _OUTPUTS_DEPTH:
                begin, is_skipped = found.start(), False
        previous = token
    return data if is_skipped else b"".join([*kept, data[begin:]])


def _dict_in(outer: dict[str, Any], key: str) -> dict[str, Any]:
    return value if isinstance(value := outer.get(key), dict) else {}


def _list_in(outer: dict[str, Any], key: str) -> list[Any]:
    return value if isinstance(value := outer.get(key), list) else []


def _text_in(outer: dict[str, Any], key: str) -> str:
    value = outer.get(key)
    return value if isinstance(value, str) and _can_be_written(value) else ""


def _source_of(cell: dict[str, Any]) -> str | None:
    """Return a cell's source as one text; None where it is none."""
    source = joined_text(cell.get("source", cell.get("input")))  # the latter in format 3
    return source if source is not None and _can_be_written(source) else None


def _can_be_written(text: str) -> bool:
    """Return whether a text can be in a Python file: half of a surrogate pair cannot, nor can NUL."""
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False
