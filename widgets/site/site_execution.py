"""Runs a notebook that becomes a page, in a fresh kernel that keeps what its views need."""

from __future__ import annotations

import copy
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import nbclient
import nbformat

from widgets.common.catalogue import LANGUAGE

CELL_TIMEOUT = 300
"""Seconds for one cell: a race takes its time on a busy machine."""

_BEGIN = "from widgets.site import live_outputs\nlive_outputs.begin()\ndel live_outputs"


def executed(notebook: Any, folder: Path) -> Any:
    """Run a notebook from top to bottom, as nobody who has predicted or answered anything.

    Args:
        notebook: an nbformat notebook. Where a cell raises, its error is its output.
        folder: its working directory.

    Returns:
        A copy with outputs: a view is what `live_outputs` says of it.
    """
    run = copy.deepcopy(notebook)
    run.cells.insert(0, nbformat.v4.new_code_cell(_BEGIN))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        client = nbclient.NotebookClient(
            run,
            timeout=CELL_TIMEOUT,
            kernel_name="python3",
            resources={"metadata": {"path": str(folder)}},
            allow_errors=True,
            record_timing=False,
            store_widget_state=False,
            coalesce_streams=True,
        )
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TAPEDECK_")}
        kept |= {"TAPEDECK_LANG": LANGUAGE}  # a lesson in another language says so in its first cell
        client.execute(env=kept | {"TAPEDECK_HOME": home}, stderr=subprocess.DEVNULL)
    del run.cells[0]
    return run


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
