"""What pytest reported, as an Outcome: two cells have to pass, and a text decides on no mark."""

import pytest

from widgets.grading.model import ReferenceExercise
from widgets.grading.running.complaining import complaint
from widgets.grading.running.outcomes import of_an_ending, outcome
from widgets.grading.running.printed import LONGEST
from widgets.grading.verdicts import DIED, ERROR, FAULT, MEMORY, NOT_ATTEMPTED, PASSED, WRONG

WAVE = ReferenceExercise("wave", "check-wave", 1.0, "", "", needs_tape=False)
NEARLY = "wave\n  x = 1   value 2\nNot right: close.\nStuck? Run it.\ncode: NEARLY\n"


def report(outcome="passed", kind="", printed="", said="", error=""):
    return {"outcome": outcome, "kind": kind, "printed": printed, "said": said, "error": error}


def failed(kind, **more):
    return report("failed", kind, **more)


def of(answer, check):
    reports = {"wave": answer, "check-wave": check}
    return outcome(WAVE, {name: given for name, given in reports.items() if given})


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
        (report(), failed(WRONG, printed="Not yet.\ncode: NO_ANSWER\n"), NOT_ATTEMPTED),
        (report(), failed(WRONG, printed="wave\n  x = 1   MemoryError\ncode: ERROR\n"), MEMORY),
        (report(), failed(WRONG, printed="wave\n  x = 1   value MemoryError\ncode: ERROR\n"), WRONG),
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
    assert of(report(), failed(WRONG, printed="wave\n" + " " * LONGEST + "!\n")).kind == WRONG


def test_a_wrong_answer_is_told_without_the_batchs_questions():
    found = of(report(), failed(WRONG, printed=NEARLY))
    assert (found.said, found.code) == ("Not right: close.\nStuck? Run it.", "NEARLY")


def test_a_code_that_nobody_knows_is_none():
    assert of(report(), failed(WRONG, printed="code: <script>\n")).code == ""


def test_an_ending_anywhere_is_the_only_answers():
    assert of_an_ending({"setup": report(), "wave": report(), "cell-7": failed(DIED)}).kind == DIED


TRACEBACK = [
    "\x1b[31mValueError\x1b[0m  Traceback",
    "Cell \x1b[32mIn[7], line 2\x1b[0m, in wave(x)\n----> 2     raise",
    "…",
]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ({"ename": "ValueError", "evalue": "no", "traceback": TRACEBACK}, "ValueError: no, in the line: raise x"),
        ({"ename": "ValueError", "evalue": "", "traceback": []}, "ValueError"),
        ({"ename": "\x1b[31mE\x1b[0m", "evalue": 7, "traceback": "none"}, "E: 7"),
        ({"ename": "E", "evalue": "", "traceback": ["Cell In[1], line 99"]}, "E"),
        ({"ename": "E", "evalue": "", "traceback": [None]}, "E"),
        ({}, ""),
    ],
)
def test_an_exception_is_told_with_the_cells_line(error, said):
    assert complaint(error, "def wave(x):\n    raise x") == said


def test_a_long_message_is_cut():
    assert len(complaint({"ename": "E", "evalue": "x" * 10**6}, "")) < 2000
