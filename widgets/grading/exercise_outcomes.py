"""What running a lesson's notebook shows: that the solution is right, and how each answer is judged.

The solution runs once. Then notebooks with answers in them run, and what pytest reports of their cells becomes an
Outcome for each exercise. Exercises of ours are judged from outside; of a course that checks in its own way, what its
checks print is compared with what they print for the solution, with a batch's secret seed.
"""

from __future__ import annotations

import copy
import dataclasses
import functools
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from widgets.common.catalogue import _
from widgets.common.grader_protocol import misconception_table
from widgets.grading.kernel_output import MAX_LENGTH, is_memory_error
from widgets.grading.lesson_reference import LessonReference, NoReference, nbgrader_metadata
from widgets.grading.model import Notebook, Outcome, ReferenceExercise, Settings
from widgets.grading.pytest_process import CellReport, EarlyFault, Fault, cell_reports, retry
from widgets.grading.verdict_kinds import ENDS_KERNEL, ERROR, FAULT, MEMORY, NOT_ATTEMPTED, PASSED, WRONG

Reports = Mapping[str, CellReport]
"""What the plugin sent of each cell, by the cell's id."""


@dataclasses.dataclass(frozen=True)
class ReferenceRun:
    """A lesson as a batch grades it.

    Attributes:
        lesson: the lesson's reference.
        printed: what each check that is not judged from outside printed for the solution, by the check cell's id.
    """

    lesson: LessonReference
    printed: dict[str, str] = dataclasses.field(repr=False)

    @functools.cached_property
    def notebook(self) -> Notebook:
        """The solution's notebook, whose checks have these outputs. Copy it before changing anything."""
        notebook = copy.deepcopy(self.lesson.solution)
        for cell in notebook["cells"]:
            if cell["id"] in self.printed:
                printed = {"output_type": "stream", "name": "stdout", "text": self.printed[cell["id"]]}
                cell.update(execution_count=1, outputs=[printed])
        return notebook

    @functools.cached_property
    def fingerprint(self) -> str:
        """A text that changes with anything that is compared. It tells nothing about the seed."""
        cells = [(cell["id"], cell["metadata"], cell["source"]) for cell in self.lesson.solution["cells"]]
        return hashlib.sha256(json.dumps([cells, self.printed], sort_keys=True).encode()).hexdigest()[:16]


def run_reference(lesson: LessonReference, settings: Settings) -> ReferenceRun:
    """Run a lesson's solution, and keep what its checks print, as far as no judge decides.

    Args:
        lesson: the lesson's reference.
        settings: their `seed`, `sandbox` and `limits` are used.

    Returns:
        What submissions of the lesson are compared with; nothing runs for a lesson without exercises.

    Raises:
        Fault: if the grader failed.
        NoReference: if the solution does not pass its own check.
    """

    def attempt() -> dict[str, str]:
        reports = cell_reports(lesson.solution, [], settings, judged=lesson.exercises)
        printed = {exercise.check: _printed(lesson, exercise, reports) for exercise in lesson.exercises}
        return {check: text for check, text in printed.items() if text}

    return ReferenceRun(lesson, retry(attempt, times=3) if lesson.exercises else {})


def _printed(lesson: LessonReference, exercise: ReferenceExercise, reports: Mapping[str, CellReport]) -> str:
    """Return what a check printed, "" where a judge decides. A check that prints nothing would let everything pass."""
    report = reports.get(exercise.check)
    if report is None or exercise.name not in reports:
        raise Fault(f"{lesson.name} did not run to its end")
    printed = report["printed"]
    ran = all(reports[name]["outcome"] == "passed" for name in (exercise.name, exercise.check))
    if not ran or (not exercise.expression and not 0 < len(printed.strip()) < MAX_LENGTH):
        said = _("The solution of {exercise} in {lesson} does not pass its own check: {said}")
        raise NoReference(said.format(exercise=exercise.name, lesson=lesson.name, said=report["said"] or printed))
    return printed


def run(notebook: Mapping[str, Any], exercises: Sequence[ReferenceExercise], settings: Settings) -> dict[str, Outcome]:
    """Run a notebook.

    Args:
        notebook: a reference with answers in it, as nbformat's JSON, whose checks have the outputs to compare with.
        exercises: those to judge, in the lesson's order.
        settings: their `seed`, `sandbox` and `limits` are used.

    Returns:
        By name the outcome of each exercise that the run reached; of a single exercise there is always one.

    Raises:
        Fault: if the grader itself failed.
    """
    checks = [exercise.check for exercise in exercises]
    reports = cell_reports(truncated_notebook(notebook, checks), exercises, settings)
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


def truncated_notebook(notebook: Mapping[str, Any], checks: Sequence[str]) -> dict[str, Any]:
    """Return a notebook that ends with the last of some checks, and has no other checks: they make no difference."""
    cells = [cell for cell in notebook["cells"] if cell["id"] in checks or not nbgrader_metadata(cell).get("grade")]
    last = max(index for index, cell in enumerate(cells) if cell["id"] in checks)
    return {**notebook, "cells": cells[: last + 1]}


def exercise_outcome(exercise: ReferenceExercise, reports: Reports) -> Outcome | None:
    """Return the outcome of an exercise, or None where the run reached no verdict on it.

    It is PASSED only if pytest reports so for both cells: for the check's, that a judge found the answer right, or that
    it printed what the reference's did, and for the answer's, that the kernel ran it without an error.
    """
    answer, check = reports.get(exercise.name), reports.get(exercise.check)
    if answer is None or (check is None and answer["kind"] not in ENDS_KERNEL):
        return None
    if answer["outcome"] != "passed":
        return _failed(answer)
    assert check is not None  # a fatal answer has not passed
    said = check["said"] or sentences_of(check["printed"])
    if check["outcome"] == "passed":
        return Outcome(PASSED, said)
    if check["kind"] not in (WRONG, NOT_ATTEMPTED):
        return _failed(check)
    errors = [check["error"], *_last_columns(check["printed"])]
    kind = MEMORY if any(map(is_memory_error, errors)) else check["kind"]
    return Outcome(kind, said, check["code"] if check["code"] in misconception_table() else "")


def outcome_of_exit(reports: Reports) -> Outcome:
    """Return the outcome that the kernel's end gives to the only exercise that was run."""
    return next(_failed(report) for report in reports.values() if report["kind"] in ENDS_KERNEL)


def _failed(report: CellReport) -> Outcome:
    if report["kind"] == ERROR:
        return Outcome(MEMORY if is_memory_error(report["error"]) else ERROR, report["said"])
    return Outcome(report["kind"] or FAULT, report["said"])


def _last_columns(printed: str) -> list[str]:
    """Return the last column of a check's table, which names the exception where one was raised.

    Not by a regular expression: for a line of nothing but spaces that would take minutes.
    """
    return [line.rpartition("  ")[2] for line in printed.splitlines() if line.startswith(" ")]


def sentences_of(printed: str) -> str:
    """Return the sentences that a check printed. Its table is left out: the questions of a batch are secret."""
    lines = [line for line in printed.splitlines() if line.strip() and not line.startswith(" ")]
    return "\n".join(lines[1:] if lines[1:] else lines)  # the first is the exercise's name
