"""A notebook's bytes taken apart into cells by name, whatever they are. Nothing in them is relied on."""

import dataclasses
import json

from widgets.common.catalogue import _
from widgets.grading.handed_in.opening import Unreadable

MOST_CELLS = 10_000
"""A file of 20 MB can claim seven million, and have the grader's memory for each."""


@dataclasses.dataclass(frozen=True)
class CellRead:
    """One cell of a file.

    Attributes:
        kind: "code", "markdown" or "raw" as the file says; "" where it says nothing that is text.
        source: as one text that can be written as UTF-8; None where there is no such text.
        marks: nbgrader's metadata as the file has it; {} where the cell is known by its `id` alone.
    """

    kind: str
    source: str | None
    marks: dict = dataclasses.field(default_factory=dict)


def entries_in(data):
    """Return the entries of a notebook's list of cells, of any type, from its file's bytes. Raises Unreadable."""
    notebook = _parsed(data)
    if not isinstance(notebook, dict):
        raise Unreadable(_("The file is JSON, but no notebook."))
    version = notebook.get("nbformat", 4)
    if isinstance(notebook.get("worksheets"), list) or (isinstance(version, int) and version != 4):
        said = _("This notebook is of another format than 4. Open it in JupyterLab, save it and hand that in.")
        raise Unreadable(said)
    if not isinstance(notebook.get("cells"), list):
        raise Unreadable(_("The file is JSON, but no notebook: it has no list of cells."))
    if len(notebook["cells"]) > MOST_CELLS:
        raise Unreadable(_("The file claims to have more than {most} cells.").format(most=MOST_CELLS))
    return notebook["cells"]


def cells_by_name(entries):
    """Return each CellRead in a list under its `grade_id`, else its `id`, else "".

    Where nbgrader marks a cell, no other is known by that name for its `id` alone.
    """
    marked, unmarked = {}, {}
    for entry in filter(is_cell, entries):
        marks = _dict_in(_dict_in(entry, "metadata"), "nbgrader")
        name = _text_in(marks, "grade_id")
        place, name = (marked, name) if name else (unmarked, _text_in(entry, "id"))
        place.setdefault(name, []).append(CellRead(_text_in(entry, "cell_type"), _source_of(entry), marks))
    return unmarked | marked


def is_cell(entry):
    """Whether an entry in a notebook's list of cells is one."""
    return isinstance(entry, dict)


def _parsed(data):
    """Return the JSON in some bytes. Its depth is bounded by Python's own stack, its integers by their digits."""
    if not data.strip():
        raise Unreadable(_("The file is empty."))
    try:
        return json.loads(data)  # finds out UTF-8, UTF-16 or UTF-32, with a byte order mark or without
    except RecursionError:
        raise Unreadable(_("The file is nested too deeply to be a notebook.")) from None
    except ValueError:
        raise Unreadable(_("The file is not a whole notebook: it is no JSON, or its end is missing.")) from None


def _dict_in(outer, key):
    return value if isinstance(value := outer.get(key), dict) else {}


def _text_in(outer, key):
    value = outer.get(key)
    return value if isinstance(value, str) and _can_be_written(value) else ""


def _source_of(cell):
    """Return a cell's source, which nbformat keeps as one text or as a list of lines; None where it is neither."""
    source = cell.get("source")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    return source if isinstance(source, str) and _can_be_written(source) else None


def _can_be_written(text):
    """Whether a text can stand in a file of Python: half of a surrogate pair cannot, nor can NUL."""
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False
