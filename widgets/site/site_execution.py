"""Runs a notebook that becomes a page, in a fresh kernel that keeps what its views need."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import nbformat

from widgets.authoring.notebooks import run
from widgets.common.catalogue import LANGUAGE

_BEGIN = "from widgets.site import live_outputs\nlive_outputs.begin()\ndel live_outputs"


def executed(notebook: Any, folder: Path) -> Any:
    """Run a notebook from top to bottom, as nobody who has predicted or answered anything.

    Args:
        notebook: an nbformat notebook. Where a cell raises, its error is its output.
        folder: its working directory.

    Returns:
        A copy with outputs: a view is what `live_outputs` says of it.
    """
    page = copy.deepcopy(notebook)
    page.cells.insert(0, nbformat.v4.new_code_cell(_BEGIN))
    run(page, folder, LANGUAGE, allow_errors=True)
    del page.cells[0]
    return page


def as_asked(solution: Any, lesson: Any) -> Any:
    """Return a solution that still asks for its predictions, as the learner's notebook does.

    Args:
        solution: with answers.
        lesson: the same lesson without them.

    Returns:
        A copy of the solution.
    """
    asked = copy.deepcopy(solution)
    unanswered = {cell.id: cell.source for cell in lesson.cells}
    for cell in asked.cells:
        if is_answer(cell) and "predict(" in unanswered.get(cell.id, ""):
            cell.source = unanswered[cell.id]
            del cell.metadata["nbgrader"]
    return asked


def is_answer(cell: Any) -> bool:
    """Return whether a cell is the answer to an exercise."""
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))
