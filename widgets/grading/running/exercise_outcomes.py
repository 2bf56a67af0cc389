"""Runs a notebook with answers in it, and turns what pytest reports of its cells into an Outcome for each exercise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from widgets.common.grader_protocol import CODE, NO_ANSWER, misconception_table
from widgets.grading.answers.lesson_reference import nbgrader_metadata
from widgets.grading.model import Outcome, ReferenceExercise
from widgets.grading.running.kernel_output import is_memory_error
from widgets.grading.running.pytest_process import CellReport, EarlyFault, Fault, cell_reports
from widgets.grading.sandbox.limits import Limits
from widgets.grading.verdict_kinds import ENDS_KERNEL, ERROR, FAULT, MEMORY, NOT_ATTEMPTED, PASSED, WRONG

Reports = Mapping[str, CellReport]
"""What the plugin sent of each cell, by the cell's id."""


def run(
    notebook: Mapping[str, Any], exercises: Sequence[ReferenceExercise], seed: str, sandbox: str, limits: Limits
) -> dict[str, Outcome]:
    """Run a notebook.

    Args:
        notebook: a reference with answers in it, as nbformat's JSON, whose checks have the outputs to compare with.
        exercises: those to judge, in the lesson's order.
        seed: of the checks' questions.
        sandbox: what `kernel_manager` takes.
        limits: the limits of the kernel.

    Returns:
        By name the outcome of each exercise that the run reached; of a single exercise there is always one.

    Raises:
        Fault: if the grader itself failed.
    """
    checks = [exercise.check for exercise in exercises]
    reports = cell_reports(truncated_notebook(notebook, checks), exercises, seed, sandbox, limits)
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
    """Return a notebook that ends with the last of some checks, and has no other checks: they make no difference.

    Args:
        notebook: nbformat's JSON.
        checks: the ids of the checks' cells.

    Returns:
        nbformat's JSON.
    """
    cells = [cell for cell in notebook["cells"] if cell["id"] in checks or not nbgrader_metadata(cell).get("grade")]
    last = max(index for index, cell in enumerate(cells) if cell["id"] in checks)
    return {**notebook, "cells": cells[: last + 1]}


def exercise_outcome(exercise: ReferenceExercise, reports: Reports) -> Outcome | None:
    """Return the outcome of an exercise, or None where the run reached no verdict on it.

    It is PASSED only if pytest reports so for both cells: for the check's, that it printed what the reference's did,
    and for the answer's, that the kernel ran it without an error.

    Args:
        exercise: the exercise.
        reports: what the plugin sent of each cell.

    Returns:
        The outcome.
    """
    answer, check = reports.get(exercise.name), reports.get(exercise.check)
    if answer is None or (check is None and answer["kind"] not in ENDS_KERNEL):
        return None
    if answer["outcome"] != "passed":
        return _failed(answer)
    assert check is not None  # a fatal answer has not passed
    if check["outcome"] == "passed":
        return Outcome(PASSED, sentences_of(check["printed"]))
    return _checked(check["printed"]) if check["kind"] == WRONG else _failed(check)


def outcome_of_exit(reports: Reports) -> Outcome:
    """Return the outcome that the kernel's end gives to the only exercise that was run."""
    return next(_failed(report) for report in reports.values() if report["kind"] in ENDS_KERNEL)


def _failed(report: CellReport) -> Outcome:
    if report["kind"] == ERROR:
        return Outcome(MEMORY if is_memory_error(report["error"]) else ERROR, report["said"])
    return Outcome(report["kind"] or FAULT, report["said"])


def _checked(printed: str) -> Outcome:
    """Return the outcome of a check that printed something else than the reference's: it says itself why."""
    code, said = code_of(printed), sentences_of(printed)
    if code == NO_ANSWER:
        return Outcome(NOT_ATTEMPTED, said)
    if any(map(is_memory_error, _last_columns(printed))):
        return Outcome(MEMORY, said, code)
    return Outcome(WRONG, said, code)


def _last_columns(printed: str) -> list[str]:
    """Return the last column of a check's table, which names the exception where one was raised.

    Not by a regular expression: for a line of nothing but spaces that would take minutes.
    """
    return [line.rpartition("  ")[2] for line in printed.splitlines() if line.startswith(" ")]


def code_of(printed: str) -> str:
    """Return the code in the line that a check writes for the grader; "" if it is not a known one."""
    codes = [line.removeprefix(CODE) for line in printed.splitlines() if line.startswith(CODE)]
    return codes[-1] if codes and (codes[-1] in misconception_table() or codes[-1] == NO_ANSWER) else ""


def sentences_of(printed: str) -> str:
    """Return the sentences that a check printed. Its table is left out: the questions of a batch are secret."""
    lines = [line for line in printed.splitlines() if line.strip() and not line.startswith((" ", CODE))]
    return "\n".join(lines[1:] if lines[1:] else lines)  # the first is the exercise's name
