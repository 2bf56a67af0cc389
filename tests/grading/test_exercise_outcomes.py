"""What pytest reported, as an Outcome: two cells have to pass, and a text decides on no mark."""

import pytest

from widgets.grading.exercise_outcomes import exercise_outcome, outcome_of_exit
from widgets.grading.kernel_output import MAX_LENGTH
from widgets.grading.model import ReferenceExercise
from widgets.grading.verdict_kinds import DIED, ERROR, FAULT, MEMORY, NOT_ATTEMPTED, PASSED, WRONG

WAVE = ReferenceExercise("wave", "check-wave", 1.0, "", "", needs_tape=False)
NEARLY = "wave\n  x = 1   value 2\nNot right: close.\nStuck? Run it.\n"


def report(outcome="passed", kind="", printed="", said="", error="", code=""):
    return {"outcome": outcome, "kind": kind, "printed": printed, "said": said, "error": error, "code": code}


def failed(kind, **more):
    return report("failed", kind, **more)


def of(answer, check):
    reports = {"wave": answer, "check-wave": check}
    return exercise_outcome(WAVE, {name: given for name, given in reports.items() if given})


@pytest.mark.parametrize(
    ("answer", "check", "kind"),
    [
        (report(), report(printed="Right: well.\n"), PASSED),
        (failed(ERROR), report(printed="Right: well.\n"), ERROR),
        (report("skipped"), report(), FAULT),
        (report(), report("skipped"), FAULT),
        (report(), report("xpassed"), FAULT),
        (report(), failed(WRONG), WRONG),
        (report(), failed(WRONG, printed="Right: believe me.\n"), WRONG),
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


def test_a_row_of_nothing_but_spaces_does_not_keep_the_grader():
    assert of(report(), failed(WRONG, printed="wave\n" + " " * MAX_LENGTH + "!\n")).kind == WRONG


def test_a_wrong_answer_is_told_without_the_batchs_questions():
    found = of(report(), failed(WRONG, printed=NEARLY))
    assert found.said == "Not right: close.\nStuck? Run it."


def test_a_code_that_nobody_knows_is_none():
    assert of(report(), failed(WRONG, code="<script>")).code == ""


def test_an_ending_anywhere_is_the_only_answers():
    assert outcome_of_exit({"setup": report(), "wave": report(), "cell-7": failed(DIED)}).kind == DIED
