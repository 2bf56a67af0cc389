"""The notebooks of a lesson: read from its script, executed for the solution, without answers for the learner.

Three short marks in a cell's first line of `solutions/NN_name.py` stand for nbgrader's metadata:

    # %% exercise="slope" stub="return ..."       a cell to fill in; the stub takes the place of its answer
    # %% check="slope" points=2                   the cell that checks it (one point if none are given)
    # %% [markdown] written="why_none" points=3   a sample answer to what the cell before asks, which a teacher marks
"""

from __future__ import annotations

import copy
import logging
import math
import os
import re
import subprocess
import tempfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import jupytext
import nbclient
import nbformat
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
)

from widgets.common import distribution
from widgets.common.catalogue import _
from widgets.common.lessons import problem_of_check
from widgets.written.questions import PLACEHOLDER

CELL_TIMEOUT = 300
"""Seconds for one cell: the first imports TensorFlow, and a race takes its time on a busy machine."""

_VIEW = "application/vnd.jupyter.widget-view+json"  # names a model of this kernel, by a random id
_AFTER_STUBS = (ClearOutput, ClearHiddenTests, ClearMarkScheme, LockCells, ComputeChecksums, CheckCellMetadata)

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
_NAME = re.compile(r"[A-Za-z0-9_-]{1,60}")
"""Names that nbformat takes for a cell's id, and nbgrader for its own."""

_FOLDED = {"jupyter": {"source_hidden": True}, "cellView": "form"}  # in JupyterLab, and in Colab


def read_cells(path: Path) -> list[Any]:
    """Return a script's cells as jupytext reads them, with our marks in their metadata."""
    cells: list[Any] = jupytext.read(path, fmt="py:percent").cells
    return cells


def read_script(path: Path, fill: Callable[[list[Any]], list[Any]] = list) -> tuple[Any, dict[str, str]]:
    """Read a lesson's script.

    Args:
        path: of the script, in jupytext's percent format.
        fill: takes the cells as jupytext reads them, and returns those of the lesson.

    Returns:
        (notebook, stubs): the stubs are those of its exercises, by cell id.

    Raises:
        ValueError: two cells have one name, a check is not that of an exercise of the lesson, or a written question is
            not one that a teacher could mark.
    """
    scripted = fill(read_cells(path))
    checks = ((cell.metadata["check"], cell.source) for cell in scripted if "check" in cell.metadata)
    if problem := next(filter(None, (problem_of_check(source, name, path.stem) for name, source in checks)), ""):
        raise ValueError(f"{path.name}: {problem}")
    for before, cell in pairwise([None, *scripted]):
        if "written" in cell.metadata and (problem := _problem_of_written(cell, before)):
            raise ValueError(f"{path.name}: {problem}")
    cells = [_cell(cell, f"cell-{number:02}") for number, cell in enumerate(scripted, 1)]
    _refuse_duplicates([cell.id for cell in cells])
    stubs = {cell.id: old.metadata.get("stub", _default_stub(old)) for cell, old in zip(cells, scripted, strict=True)}
    return nbformat.v4.new_notebook(cells=cells, metadata=notebook_metadata()), stubs


def notebook_metadata() -> Any:
    """Return what every notebook of the course says about itself."""
    return nbformat.from_dict(copy.deepcopy({"kernelspec": _KERNEL, "language_info": _LANGUAGE}))


def _refuse_duplicates(ids: list[str]) -> None:
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise ValueError(_("Two cells have the same name: {names}.").format(names=", ".join(twice)))


def _problem_of_written(cell: Any, before: Any) -> str:
    """Say what is wrong with a written question; "" if nothing is."""
    name, points = str(cell.metadata["written"]), cell.metadata.get("points", 1)
    if cell.cell_type != "markdown" or {"exercise", "check"} & cell.metadata.keys():
        return _('A written answer is Markdown: # %% [markdown] written="{name}" points=3').format(name=name)
    if not _NAME.fullmatch(name) or name.startswith("check-"):
        return _("The name of a written question has only letters, digits, _ and -, unlike {name}.").format(name=name)
    if isinstance(points, bool) or not isinstance(points, int | float) or not 0 < points < math.inf:
        return _("{name}: points are a number above 0, such as points=3.").format(name=name)
    if before is None or before.cell_type != "markdown" or "written" in before.metadata:
        return _("{name}: the Markdown cell before it has to ask the question.").format(name=name)
    return ""


def _default_stub(scripted: Any) -> str:
    return PLACEHOLDER if "written" in scripted.metadata else DEFAULT_STUB


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
    if "written" in marks:
        place = marks["written"]
        metadata["nbgrader"] = _grading(place, grade=True, solution=True) | {"points": marks.get("points", 1)}
        metadata["nbgrader"]["cell_type"] = "markdown"
    is_prose = scripted.cell_type == "markdown"
    new: Callable[..., Any] = nbformat.v4.new_markdown_cell if is_prose else nbformat.v4.new_code_cell
    return new(scripted.source, id=place, metadata=metadata)


def _grading(grade_id: str, grade: bool = False, solution: bool = False, locked: bool = False) -> dict[str, Any]:
    """Return nbgrader's metadata, schema 3, for a code cell. What is both a grade and a solution is marked by hand."""
    return {
        "cell_type": "code",
        "grade": grade,
        "grade_id": grade_id,
        "locked": locked,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }


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
    run(notebook, folder, language="en")  # that of a translated lesson is in its first cell
    notebook.metadata = notebook_metadata()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [_clean(output) for output in cell.outputs if output.get("name") != "stderr"]
    return notebook


def run(notebook: Any, folder: Path, language: str, allow_errors: bool = False) -> None:
    """Run a notebook in a fresh kernel, in place, as somebody who has no progress and has set nothing.

    Args:
        notebook: an nbformat notebook.
        folder: its working directory.
        language: of the widgets, such as "en".
        allow_errors: whether a cell may raise; its error is its output then.

    Raises:
        nbclient.exceptions.CellExecutionError: if a cell raises that may not.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TAPEDECK_")}
    client = nbclient.NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        allow_errors=allow_errors,
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,  # what is printed line by line arrives in pieces that differ from run to run
    )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        ours = {"TAPEDECK_HOME": home, "TAPEDECK_LANG": language}
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
        stub = stubs[cell.id]
        clearing = ClearSolutions(code_stub={"python": stub}, text_stub=stub, log=_quiet_log())
        lesson.cells[index], resources = clearing.preprocess_cell(cell, resources, index)
    for preprocessor in _AFTER_STUBS:
        lesson, resources = preprocessor(log=_quiet_log()).preprocess(lesson, resources)
    return lesson


def with_installation(lesson: Any) -> Any:
    """Return a learner's notebook with a cell before all others, folded up, that gets Colab what it lacks."""
    cell = nbformat.v4.new_code_cell(distribution.colab_install(), id="install", metadata=_FOLDED)
    return nbformat.from_dict({**lesson, "cells": [cell, *lesson.cells]})


def _quiet_log() -> logging.Logger:
    """Return a logger for nbgrader's running remarks; what is wrong, it raises."""
    log = logging.getLogger("widgets.authoring")
    log.setLevel(logging.CRITICAL)
    return log
