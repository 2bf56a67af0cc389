"""Notebooks of a lesson: executed for the solution, without answers for the learner."""

from __future__ import annotations

import copy
import logging
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import nbclient
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
)

from widgets.authoring import script

CELL_TIMEOUT = 120
"""Seconds for one cell; a lesson's slowest imports TensorFlow."""

_VIEW = "application/vnd.jupyter.widget-view+json"  # names a model of this kernel, by a random id
_AFTER_STUBS = (ClearOutput, ClearHiddenTests, ClearMarkScheme, LockCells, ComputeChecksums, CheckCellMetadata)


def execute(notebook: Any, folder: Path) -> Any:
    """Run a notebook from top to bottom in a fresh kernel, in place, and drop what differs from run to run.

    The seed of the checks is always the public one, and nobody's progress is read or written.

    Args:
        notebook: an nbformat notebook.
        folder: its working directory.

    Returns:
        The same notebook.

    Raises:
        nbclient.exceptions.CellExecutionError: if a cell raises.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        _execute(notebook, folder, home)
    notebook.metadata = script.notebook_metadata()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [_clean(output) for output in cell.outputs if output.get("name") != "stderr"]
    return notebook


def _execute(notebook: Any, folder: Path, home: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "TAPEDECK_SEED"}
    client = nbclient.NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,  # what is printed line by line arrives in pieces that differ from run to run
    )
    ours = {"TAPEDECK_HOME": home, "TAPEDECK_LANG": "en"}  # a lesson in another language says so in its first cell
    client.execute(env=environment | ours, stderr=subprocess.DEVNULL)


def _clean(output: Any) -> Any:
    """Remove what a reader cannot use later: the live view needs its kernel, its text and picture do not."""
    output.get("data", {}).pop(_VIEW, None)
    return output


def for_learners(solution: Any, stubs: dict[str, str]) -> Any:
    """Return a copy of a solution as learners open it, by nbgrader's own preprocessors.

    Args:
        solution: an nbformat notebook, with answers.
        stubs: what stands in place of an answer, by cell id.

    Returns:
        A notebook with stubs for answers, without outputs, its checks locked.
    """
    lesson, resources = copy.deepcopy(solution), {"language": "python"}
    for index, cell in enumerate(lesson.cells):
        clearing = ClearSolutions(code_stub={"python": stubs[cell.id]}, log=_quiet_log())
        lesson.cells[index], resources = clearing.preprocess_cell(cell, resources, index)
    for preprocessor in _AFTER_STUBS:
        lesson, resources = preprocessor(log=_quiet_log()).preprocess(lesson, resources)
    return lesson


def _quiet_log() -> logging.Logger:
    """Return a logger for nbgrader's running remarks; what is wrong, it raises."""
    log = logging.getLogger("widgets.authoring")
    log.setLevel(logging.CRITICAL)
    return log
