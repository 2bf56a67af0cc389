"""A notebook is run by a real nbval in a real kernel: what each exercise gets, and what is no answer's fault."""

import dataclasses

import psutil
import pytest

from tests.grading import tiny
from tests.grading.kernel_fixtures import SECONDS, need_the_sandbox
from widgets.grading import pytest_process
from widgets.grading.exercise_outcomes import run, truncated_notebook, try_reference
from widgets.grading.lesson_reference import NoReference
from widgets.grading.model import FORKED, Limits, Settings
from widgets.grading.pytest_process import EarlyFault, Fault, pytests_kept, retry
from widgets.grading.submitted_answers import merge_answers
from widgets.grading.verdict_kinds import DIED, ERROR, OUTPUT, PASSED, TIMEOUT, WRONG

SETTINGS = Settings(sandbox=FORKED, limits=Limits(seconds_per_cell=20, output=200_000))

NOISY = """\
import sys, threading, time

def late():
    for _ in range(6):
        print("\\x1b[31mlate\\x1b[0m")
        time.sleep(0.05)

threading.Thread(target=late).start()
print("early", file=sys.stderr)

def double(x):
    sys.stderr.write("a warning\\n")
    return x + x * 1.00001
"""
HIDING = (
    tiny.answer("third")
    + """

get_ipython().showtraceback = lambda *args, **kwargs: None
get_ipython()._showtraceback = lambda *args: None
1 / 0
"""
)
COMMENTS = "# NBVAL_SKIP\n# NBVAL_IGNORE_OUTPUT\n# NBVAL_RAISES_EXCEPTION\n" + tiny.answer("flip", "x")
SILENT = tiny.answer("same") + "\n\nprint = lambda *words: None"


@pytest.fixture(scope="module", autouse=True)
def sandbox():
    need_the_sandbox()
    with pytests_kept():
        yield


@pytest.fixture(scope="module")
def solved():
    """A small lesson that holds."""
    lesson = tiny.lesson(*tiny.ANSWERS)
    try_reference(lesson, SETTINGS)
    return lesson


def ran(lesson, answers, **limits):
    """Run answers together, and return their Outcomes by name."""
    exercises = [exercise for exercise in lesson.exercises if exercise.name in answers]
    notebook = merge_answers(lesson.solution, answers)
    return run(
        notebook, exercises, dataclasses.replace(SETTINGS, limits=dataclasses.replace(SETTINGS.limits, **limits))
    )


@pytest.fixture(scope="module")
def outcomes(solved):
    """What a run shows of six answers."""
    answers = {
        "double": NOISY,
        "square": "def square(x):\n    return x ** 3",
        "third": HIDING,
        "flip": COMMENTS,
        "shift": "def shift(x):\n    return x + None",
        "same": SILENT,
    }
    return ran(solved, answers)


def test_noise_and_last_digits_cost_nothing(outcomes):
    assert outcomes["double"].kind == PASSED


def test_a_wrong_answer_has_the_misconception_of_its_record(outcomes):
    square = outcomes["square"]
    assert (square.kind, square.code) == (WRONG, "CUBED") and square.said.startswith("Not right: this is x³.")


def test_a_hidden_traceback_is_an_error_for_the_kernel_answered_so(outcomes):
    assert outcomes["third"].kind == ERROR
    assert outcomes["third"].said.startswith("ZeroDivisionError: division by zero")


def test_comments_for_nbval_have_no_effect(outcomes):
    assert outcomes["flip"].kind == WRONG


def test_an_exception_of_an_answer_that_is_asked_is_told(outcomes):
    assert (outcomes["shift"].kind, outcomes["shift"].code) == (WRONG, "ERROR")
    assert "unsupported operand" in outcomes["shift"].said


def test_what_is_printed_plays_no_part(outcomes):
    assert outcomes["same"].kind == PASSED


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("import os\nos._exit(0)", DIED),
        ("while True:\n    pass", TIMEOUT),
        ("print('x' * 1_000_000)", OUTPUT),
    ],
)
def test_the_end_of_a_kernel_has_a_kind_and_what_ran_before_keeps_its_own(solved, source, kind):
    answers = {"double": tiny.answer("double"), "square": source, "third": tiny.answer("third")}
    found = ran(solved, answers, seconds_per_cell=3 if kind == TIMEOUT else 60)
    assert {name: outcome.kind for name, outcome in found.items()} == {"double": PASSED, "square": kind}


def test_of_a_late_end_nothing_is_left(solved, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(pytest_process, "_kept", pytest_process._Kept())  # nothing is kept for a next notebook
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    late = "import os, threading\nthreading.Timer(0.5, os._exit, [0]).start()\ndef double(x):\n    while True: pass"
    assert ran(solved, {"double": late})["double"].kind == DIED
    assert list(tmp_path.iterdir()) == []
    new = [child for child in psutil.Process().children(recursive=True) if child.pid not in before]
    assert psutil.wait_procs(new, SECONDS)[1] == []  # what is just ending may take a moment


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"answers": {"square": tiny.answer("square", "3 * x")}}, "solution of square.*Not right"),
        ({"answers": {"square": "squares = 1"}}, "solution of square.*NameError"),
        ({"stubs": {"square": tiny.answer("square", "x * x")}}, "stub of square"),
    ],
)
def test_a_reference_whose_solution_is_wrong_or_stub_is_right_is_refused(broken, said):
    with pytest.raises(NoReference, match=said):
        try_reference(tiny.lesson("double", "square", **broken), SETTINGS)


@pytest.mark.parametrize("stub", ["...", "raise NotImplementedError()", ""])
def test_a_stub_that_defines_nothing_is_not_taken_for_the_solution(stub):
    assert try_reference(tiny.lesson("double", stubs={"double": stub}), SETTINGS) is None


def test_cells_that_make_no_difference_are_not_run():
    notebook = tiny.lesson("double", "square", "third").solution
    assert [cell["id"] for cell in truncated_notebook(notebook, ["check-square"])["cells"]] == [
        "setup", "double", "square", "check-square",
    ]  # fmt: skip


def test_a_fault_is_tried_again_and_not_for_ever():
    faults = [Fault("one"), Fault("two")]

    def attempt():
        if faults:
            raise faults.pop()
        return "done"

    assert retry(attempt, times=3) == "done"
    faults += [Fault("one"), Fault("two")]
    with pytest.raises(Fault):
        retry(attempt, times=2)
    faults[:] = [Fault("late"), EarlyFault("early")]
    with pytest.raises(Fault, match="late"):
        retry(attempt, times=3, fault=EarlyFault)
