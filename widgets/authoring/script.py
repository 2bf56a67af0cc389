"""A lesson's source, `solutions/NN_name.py`, read as a notebook.

Two short marks in a cell's first line stand for nbgrader's metadata:

    # %% exercise="slope" stub="return ..."     a cell to fill in; the stub takes the place of its answer
    # %% check="slope" points=2                 the cell that checks it (one point if none are given)
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jupytext
import nbformat

from widgets.common.catalogue import _

_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_LANGUAGE = {  # without Python's version: the same notebook is built on each
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
DEFAULT_STUB = "..."


def read(path: Path) -> tuple[Any, dict[str, str]]:
    """Return the script at `path` as (notebook, stubs): the stubs are those of its exercises, by cell id."""
    scripted = jupytext.read(path, fmt="py:percent")
    cells = [_cell(cell, f"cell-{number:02}") for number, cell in enumerate(scripted.cells, 1)]
    _refuse_duplicates([cell.id for cell in cells])
    stubs = {cell.id: old.metadata.get("stub", DEFAULT_STUB) for cell, old in zip(cells, scripted.cells, strict=True)}
    return nbformat.v4.new_notebook(cells=cells, metadata=notebook_metadata()), stubs


def notebook_metadata() -> Any:
    """Return what every notebook of the course says about itself."""
    return nbformat.from_dict(copy.deepcopy({"kernelspec": _KERNEL, "language_info": _LANGUAGE}))


def _refuse_duplicates(ids: list[str]) -> None:
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise ValueError(_("Two cells have the same name: {names}.").format(names=", ".join(twice)))


def _cell(scripted: Any, place: str) -> Any:
    """Return a fresh cell. Its id is the exercise's name, or its place in the script: the same at every build."""
    marks = scripted.metadata
    metadata = {"tags": marks["tags"]} if "tags" in marks else {}
    if "exercise" in marks:
        place = marks["exercise"]
        metadata["nbgrader"] = _grading(place, solution=True)
    if "check" in marks:
        place = f"check-{marks['check']}"
        metadata["nbgrader"] = _grading(place, grade=True, locked=True) | {"points": marks.get("points", 1)}
    is_prose = scripted.cell_type == "markdown"
    new: Callable[..., Any] = nbformat.v4.new_markdown_cell if is_prose else nbformat.v4.new_code_cell
    return new(scripted.source, id=place, metadata=metadata)


def _grading(grade_id: str, grade: bool = False, solution: bool = False, locked: bool = False) -> dict[str, Any]:
    """Return nbgrader's metadata, schema 3, for a code cell."""
    return {
        "cell_type": "code",
        "grade": grade,
        "grade_id": grade_id,
        "locked": locked,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
