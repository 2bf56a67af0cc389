"""What running a lesson's notebook shows: how each answer is judged, and first of all the lesson's own.

What pytest reports of a notebook's cells becomes an Outcome for each exercise. Before anybody is graded, a lesson's
solutions and stubs go the same way as answers do: a judge that finds everything right, or nothing, is found out there.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from widgets.common.catalogue import _
from widgets.grading.advisories import names_in_cell
from widgets.grading.kernel_output import is_memory_error
from widgets.grading.lesson_reference import LessonReference, NoReference, nbgrader_metadata
from widgets.grading.model import Notebook, Outcome, ReferenceExercise, Settings
from widgets.grading.pytest_process import CellReport, EarlyFault, Fault, cell_reports, retry
from widgets.grading.verdict_kinds import ENDS_KERNEL, ERROR, FAULT, MEMORY, NOT_ATTEMPTED, PASSED, WRONG

Reports = Mapping[str, CellReport]
"""What the plugin sent of each cell, by the cell's id."""

_STUB = "stub of {}"
"""The id of a cell with an exercise's stub; of the one that judges it, with the check's own id."""


def try_reference(lesson: LessonReference, settings: Settings) -> None:
    """Run a lesson's solution, and then its stubs; nothing of a lesson without exercises.

    Args:
        lesson: the lesson's reference.
        settings: their `sandbox` and `limits` are used.

    Raises:
        Fault: if the grader failed.
        NoReference: if a solution is not right, or a stub is.
    """
    if not lesson.exercises:
        return
    stubs = [dataclasses.replace(one, check=_STUB.format(one.check)) for one in lesson.exercises]

    def attempt() -> Reports:
        reports = cell_reports(_with_stubs(lesson), [], settings, [*lesson.exercises, *stubs])
        if any(one.check not in reports for one in stubs):
            raise Fault(f"{lesson.name} did not run to its end")
        return reports

    reports = retry(attempt, times=3)
    for one, stub in zip(lesson.exercises, stubs, strict=True):
        if not _is_right(reports, one.name, one.check):
            said = _("The solution of {exercise} in {lesson} does not pass its own check: {said}")
            told = reports[one.name]["said"] or reports[one.check]["said"]
            raise NoReference(said.format(exercise=one.name, lesson=lesson.name, said=told))
        if _is_right(reports, _STUB.format(one.name), stub.check):
            said = _("The stub of {exercise} in {lesson} passes its check: then everybody has the points already.")
            raise NoReference(said.format(exercise=one.name, lesson=lesson.name))


def _with_stubs(lesson: LessonReference) -> Notebook:
    """Return the solution's notebook, at whose end no name stands for a solution any more, and each stub is judged."""
    answers = {name for one in lesson.exercises for name in names_in_cell(one.expression)[0]}
    forget = f"for _name in {sorted(answers)}:\n    globals().pop(_name, None)"
    cells = [_cell(_STUB.format("all"), forget)]
    for one in lesson.exercises:
        cells += [_cell(_STUB.format(one.name), one.stub), _cell(_STUB.format(one.check), "")]
    return {**lesson.solution, "cells": [*lesson.solution["cells"], *cells]}


def _cell(name: str, source: str) -> dict[str, Any]:
    return {"id": name, "cell_type": "code", "metadata": {}, "source": source, "execution_count": None, "outputs": []}


def _is_right(reports: Reports, *cells: str) -> bool:
    return all(reports[cell]["outcome"] == "passed" for cell in cells)


def run(notebook: Mapping[str, Any], exercises: Sequence[ReferenceExercise], settings: Settings) -> dict[str, Outcome]:
    """Run a notebook.

    Args:
        notebook: a reference with answers in it, as nbformat's JSON.
        exercises: those to judge, in the lesson's order.
        settings: their `sandbox` and `limits` are used.

    Returns:
        By name the outcome of each exercise that the run reached; of a single exercise there is always one.

    Raises:
        Fault: if the grader itself failed.
    """
    reports = cell_reports(notebook, exercises, settings)
    _raise_faults(exercises, reports)
    found = {exercise.name: exercise_outcome(exercise, reports) for exercise in exercises}
    if len(exercises) == 1:
        found = {name: known or outcome_of_exit(reports) for name, known in found.items()}
    return {name: known for name, known in found.items() if known is not None}


def _raise_faults(exercises: Sequence[ReferenceExercise], reports: Reports) -> None:
    faults = [report["said"] for report in reports.values() if report["kind"] == FAULT]
    if faults:
        begun = any(exercise.name in reports and reports[exercise.name]["kind"] != FAULT for exercise in exercises)
        raise (Fault if begun else EarlyFault)(faults[0])


def truncated_notebook(notebook: Notebook, checks: Sequence[str]) -> Notebook:
    """Return a notebook that ends with the last of some checks, and has no other checks: they make no difference."""
    cells = [cell for cell in notebook["cells"] if cell["id"] in checks or not nbgrader_metadata(cell).get("grade")]
    last = max(index for index, cell in enumerate(cells) if cell["id"] in checks)
    return {**notebook, "cells": cells[: last + 1]}


def exercise_outcome(exercise: ReferenceExercise, reports: Reports) -> Outcome | None:
    """Return the outcome of an exercise, or None where the run reached no verdict on it.

    It is PASSED only if pytest reports so for both cells: for the check's, that a judge found the answer right, and for
    the answer's, that the kernel ran it without an error.
    """
    answer, check = reports.get(exercise.name), reports.get(exercise.check)
    if answer is None or (check is None and answer["kind"] not in ENDS_KERNEL):
        return None
    if answer["outcome"] != "passed":
        return _failed(answer)
    assert check is not None  # a fatal answer has not passed
    if check["outcome"] == "passed":
        return Outcome(PASSED, check["said"])
    if check["kind"] not in (WRONG, NOT_ATTEMPTED):
        return _failed(check)
    return Outcome(MEMORY if is_memory_error(check["error"]) else check["kind"], check["said"], check["code"])


def outcome_of_exit(reports: Reports) -> Outcome:
    """Return the outcome that the kernel's end gives to the only exercise that was run."""
    return next(_failed(report) for report in reports.values() if report["kind"] in ENDS_KERNEL)


def _failed(report: CellReport) -> Outcome:
    if report["kind"] == ERROR:
        return Outcome(MEMORY if is_memory_error(report["error"]) else ERROR, report["said"])
    return Outcome(report["kind"] or FAULT, report["said"])
