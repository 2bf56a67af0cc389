"""What pytest reported, as an Outcome: two cells have to pass, and what is said decides on no mark."""

import pytest

from widgets.grading.exercise_outcomes import exercise_outcome, outcome_of_exit
from widgets.grading.model import ReferenceExercise
from widgets.grading.verdict_kinds import DIED, ERROR, FAULT, MEMORY, NOT_ATTEMPTED, PASSED, WRONG

WAVE = ReferenceExercise("wave", "check-wave", 1.0, "", "", needs_tape=False, expression="wave")


def report(outcome="passed", kind="", said="", error="", code=""):
    return {"outcome": outcome, "kind": kind, "said": said, "error": error, "code": code}


def failed(kind, **more):
    return report("failed", kind, **more)


def of(answer, check):
    reports = {"wave": answer, "check-wave": check}
    return exercise_outcome(WAVE, {name: given for name, given in reports.items() if given})


@pytest.mark.parametrize(
    ("answer", "check", "kind"),
    [
        (report(), report(said="Right: well."), PASSED),
        (failed(ERROR), report(said="Right: well."), ERROR),
        (report("skipped"), report(), FAULT),
        (report(), report("skipped"), FAULT),
        (report(), report("xpassed"), FAULT),
        (report(), failed(WRONG), WRONG),
        (report(), failed(WRONG, said="Right: believe me."), WRONG),
        (report(), failed(NOT_ATTEMPTED, said="Not yet."), NOT_ATTEMPTED),
        (report(), failed(WRONG, error="MemoryError"), MEMORY),
        (report(), failed(WRONG, said="MemoryError"), WRONG),
        (failed(ERROR, error="MemoryError"), report(), MEMORY),
        (report(), failed(ERROR, error="tensorflow.errors.ResourceExhaustedError"), MEMORY),
        (failed(DIED), None, DIED),
        (report(), failed(DIED), DIED),
    ],
)
def test_both_cells_have_to_pass(answer, check, kind):
    assert of(answer, check).kind == kind


@pytest.mark.parametrize(("answer", "check"), [(None, None), (report(), None), (failed(ERROR), None)])
def test_where_a_run_did_not_get_to_there_is_no_outcome(answer, check):
    assert of(answer, check) is None


def test_an_ending_anywhere_is_the_only_answers():
    assert outcome_of_exit({"setup": report(), "wave": report(), "cell-7": failed(DIED)}).kind == DIED
