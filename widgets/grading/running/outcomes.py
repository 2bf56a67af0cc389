"""What pytest reported of a notebook's cells, as an Outcome for each exercise."""

from widgets.common.grader_protocol import CODE, NO_ANSWER
from widgets.common.misconception_table import misconception_table
from widgets.grading.model import Outcome
from widgets.grading.running.complaining import is_of_memory
from widgets.grading.verdicts import DIED, ERROR, FAULT, MEMORY, NOT_ATTEMPTED, OUTPUT, PASSED, TIMEOUT, WRONG

FATAL = (TIMEOUT, DIED, MEMORY, OUTPUT)
"""Kinds after which the kernel is of no use to the exercises that follow."""


def outcome(exercise, reports):
    """Return the Outcome of an exercise, or None where the run came to no verdict on it.

    It is PASSED only if pytest says so of both cells: of the check's, that it printed what the reference's did, and of
    the answer's, that the kernel ran it without complaint.

    Args:
        exercise: the Exercise.
        reports: what the plugin sent of each cell, by the cell's id.
    """
    answer, check = reports.get(exercise.name), reports.get(exercise.check)
    if answer is None or (check is None and answer["kind"] not in FATAL):
        return None
    if answer["outcome"] == check_outcome(check) == "passed":
        return Outcome(PASSED, sentences_of(check["printed"]))
    if answer["outcome"] != "passed":
        return _failed(answer)
    return _checked(check["printed"]) if check["kind"] == WRONG else _failed(check)


def check_outcome(check):
    """Return what pytest reported of a check's cell; "" where it was not run."""
    return check["outcome"] if check else ""


def of_an_ending(reports):
    """Return the Outcome that the kernel's end gives to the one exercise that was run."""
    return next(_failed(report) for report in reports.values() if report["kind"] in FATAL)


def _failed(report):
    if report["kind"] == ERROR:
        return Outcome(MEMORY if is_of_memory(report["error"]) else ERROR, report["said"])
    return Outcome(report["kind"] or FAULT, report["said"])


def _checked(printed):
    """Return the Outcome of a check that printed something else than the reference's: it says itself why."""
    code, said = code_of(printed), sentences_of(printed)
    if code == NO_ANSWER:
        return Outcome(NOT_ATTEMPTED, said)
    if any(map(is_of_memory, _ends_of_rows(printed))):
        return Outcome(MEMORY, said, code)
    return Outcome(WRONG, said, code)


def _ends_of_rows(printed):
    """Return the last column of a check's table, which names the exception where one came instead of numbers.

    Not by a pattern: for a line of nothing but spaces that would take minutes.
    """
    return [line.rpartition("  ")[2] for line in printed.splitlines() if line.startswith(" ")]


def code_of(printed):
    """Return the code in the line that a check writes for the grader; "" if it is none that is known."""
    codes = [line.removeprefix(CODE) for line in printed.splitlines() if line.startswith(CODE)]
    return codes[-1] if codes and (codes[-1] in misconception_table() or codes[-1] == NO_ANSWER) else ""


def sentences_of(printed):
    """Return the sentences that a check printed. Its table is left out: the questions of a batch are its secret."""
    lines = [line for line in printed.splitlines() if line.strip() and not line.startswith((" ", CODE))]
    return "\n".join(lines[1:] if lines[1:] else lines)  # the first is the exercise's name
