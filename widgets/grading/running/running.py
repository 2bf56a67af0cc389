"""Running a grafted notebook, and what that shows of its exercises."""

from widgets.grading.answers.lesson_reference import nbgrader_metadata
from widgets.grading.running.apart import EarlyFault, Fault, reported
from widgets.grading.running.outcomes import of_an_ending, outcome
from widgets.grading.verdicts import FAULT


def run(notebook, exercises, seed, sandbox, limits):
    """Return the Outcome of each of these exercises, by name; of those that the run did not get to there is none.

    Of a single exercise there always is one. Raises Fault.

    Args:
        notebook: a grafted reference, as nbformat's JSON, whose checks have the outputs to compare with.
        exercises: the Exercises to judge, in the lesson's order.
        seed: of the checks' questions.
        sandbox: what `kernel_manager` takes.
        limits: the Limits.
    """
    checks = [exercise.check for exercise in exercises]
    reports = reported(up_to(notebook, checks), exercises, seed, sandbox, limits)
    _raise_faults(exercises, reports)
    found = {exercise.name: outcome(exercise, reports) for exercise in exercises}
    if len(exercises) == 1:
        found = {name: known or of_an_ending(reports) for name, known in found.items()}
    return {name: known for name, known in found.items() if known is not None}


def _raise_faults(exercises, reports):
    faults = [report["said"] for report in reports.values() if report["kind"] == FAULT]
    if faults:
        begun = any(reports.get(exercise.name, {"kind": FAULT})["kind"] != FAULT for exercise in exercises)
        raise (Fault if begun else EarlyFault)(faults[0])


def up_to(notebook, checks):
    """Return a notebook that ends with the last of these checks, and without others: they make no difference."""
    cells = [cell for cell in notebook["cells"] if cell["id"] in checks or not nbgrader_metadata(cell).get("grade")]
    last = max(place for place, cell in enumerate(cells) if cell["id"] in checks)
    return notebook | {"cells": cells[: last + 1]}
