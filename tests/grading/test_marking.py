"""A submission gets its marks, whatever one of its answers does to the others, or to the check."""

import json

import pytest

from tests.grading import handing_in, tiny
from tests.grading.kernel_fixtures import need_the_sandbox
from widgets.grading.advisory_kinds import NO_TAPE
from widgets.grading.exercise_outcomes import try_reference
from widgets.grading.marking import better, in_doubt, mark
from widgets.grading.model import FORKED, Limits, Outcome, Settings, Submission
from widgets.grading.pytest_process import pytests_kept
from widgets.grading.verdict_kinds import DIED, ERROR, FAULT, MALFORMED, MEMORY, NOT_ATTEMPTED, PASSED, TIMEOUT, WRONG

SETTINGS = Settings(sandbox=FORKED, limits=Limits(seconds_per_cell=60))
TINY = tiny.lesson("double", "square", "third", "flip")
EXERCISES = TINY.exercises
DIFFERENCE = """\
def derivative(function, start):
    x = tf.constant(start, tf.float64)
    return (function(x + 1e-5) - function(x - 1e-5)) / 2e-5
"""


def submission(path):
    return Submission("ada", "", str(path), "")


def kinds(graded):
    """Return the kind of each verdict, by exercise."""
    return {verdict.exercise: verdict.kind for verdict in graded.verdicts}


@pytest.fixture(scope="module")
def sandbox():
    need_the_sandbox()
    with pytests_kept():
        yield


@pytest.fixture(scope="module")
def small(sandbox):
    """A lesson without TensorFlow, whose reference holds."""
    try_reference(TINY, SETTINGS)
    return {"tiny": TINY}


@pytest.fixture(scope="module")
def large(sandbox):
    """Lesson 01."""
    return {handing_in.SHORT.name: handing_in.SHORT}


def marked(references, path, answers):
    """Mark a notebook of lesson 01 with these answers; the others are as the lesson has them."""
    notebook = handing_in.answered("wave", source=handing_in.cell_of(handing_in.STUBS, "wave")["source"])
    for name, source in answers.items():
        handing_in.cell_of(notebook, name)["source"] = source
    handing_in.reading_of(path, handing_in.without_shows(notebook))
    return mark(submission(path / "01_the_tape.ipynb"), references, SETTINGS)


def test_an_answer_that_ends_the_kernel_costs_the_others_nothing(small, tmp_path):
    answers = {name: tiny.answer(name) for name in ("double", "third")} | {"square": "import os\nos._exit(0)"}
    graded = mark(submission(tiny.handed_in(tmp_path / "tiny.ipynb", TINY, answers)), small, SETTINGS)
    assert kinds(graded) == {"double": PASSED, "square": DIED, "third": PASSED, "flip": NOT_ATTEMPTED}
    assert (
        graded.points == 2 and graded.out_of == 4 and graded.is_final and graded.answers["square"] == answers["square"]
    )


def test_an_answer_keeps_what_it_takes_from_another_one(small, tmp_path):
    answers = {"double": "import os\nos._exit(0)", "third": "def third(x):\n    return half(x) / 1.5"}
    answers |= {"square": "def half(x):\n    return x / 2\n\n\ndef square(x):\n    return 4 * half(x) ** 2"}
    graded = mark(submission(tiny.handed_in(tmp_path / "tiny.ipynb", TINY, answers)), small, SETTINGS)
    assert kinds(graded) == {"double": DIED, "square": PASSED, "third": PASSED, "flip": NOT_ATTEMPTED}


def test_an_answer_in_bad_company_is_run_without(small, tmp_path):
    answers = {"double": "half = 1\nimport os\nos._exit(0)", "third": "def third(x):\n    return x / 3 if 1 else half"}
    graded = mark(submission(tiny.handed_in(tmp_path / "tiny.ipynb", TINY, answers)), small, SETTINGS)
    assert kinds(graded) == {"double": DIED, "square": NOT_ATTEMPTED, "third": PASSED, "flip": NOT_ATTEMPTED}


def test_an_answer_that_spoils_what_a_later_one_needs_costs_that_one_nothing(small, tmp_path):
    answers = {"double": "base = 7\n" + tiny.answer("double", "3 * x")}
    answers |= {"square": tiny.answer("square", "base * x**2")}
    graded = mark(submission(tiny.handed_in(tmp_path / "tiny.ipynb", TINY, answers)), small, SETTINGS)
    assert kinds(graded) == {"double": WRONG, "square": PASSED, "third": NOT_ATTEMPTED, "flip": NOT_ATTEMPTED}


def test_answers_written_differently_are_right_and_wrong_ones_have_their_code(large, tmp_path):
    answers = {
        "flat": "flat = -2.0",
        "wave": "def wave(x):\n    print('hello')\n    return tf.cast(x, tf.float64) * tf.sin(tf.cast(x, tf.float64))",
        "by_hand": "",
        "both": "import math\n\ndef both(start):\n    return [2 * start, 2 * start * math.cos(start**2)]",
        "derivative": DIFFERENCE,
    }
    graded = marked(large, tmp_path, answers)
    flat, wave, by_hand, both, derivative = graded.verdicts
    assert (flat.kind, flat.code, flat.points) == (WRONG, "SLOPE_NOT_PLACE", 0)
    assert flat.said.startswith("Not right: ") and "code" not in flat.said
    assert (wave.kind, wave.said.split(":")[0], by_hand.kind) == (PASSED, "Right", NOT_ATTEMPTED)
    assert (both.kind, both.advisories, both.points) == (PASSED, (NO_TAPE,), 1)
    assert derivative.kind == PASSED


def test_whatever_an_answer_puts_in_a_checks_place_the_numbers_count(large, tmp_path):
    patches = """\
import builtins
import numpy as np
from widgets.answers import answer_numbers, replies
from widgets.exercises import judgement

for module in (answer_numbers, judgement):
    module.close = lambda numbers, due: np.ones(np.shape(numbers), bool)
judgement.judge = lambda exercise, answer: judgement.Judgement("right")
"""
    answers = {
        "wave": patches + "\ndef wave(x):\n    return x * tf.cos(x)",
        "by_hand": "def by_hand(x):\n    return 2 * x * tf.cos(x**2) + 2",
    }
    graded = marked(large, tmp_path, answers)
    assert (kinds(graded)["wave"], kinds(graded)["by_hand"]) == (WRONG, PASSED)


def test_a_file_that_is_none_gets_a_verdict_without_running(large, tmp_path):
    path = tmp_path / "01_the_tape.ipynb"
    path.write_text("{")
    graded = mark(submission(path), large, SETTINGS)
    assert set(kinds(graded).values()) == {MALFORMED} and graded.problem and graded.points == 0


def test_what_did_not_count_is_noted(large, tmp_path):
    path = tmp_path / "01_the_tape.ipynb"
    stubs = handing_in.without_shows(handing_in.STUBS)
    path.write_text(json.dumps(handing_in.with_cells(stubs, {"id": "own", "source": "import math"})))
    (note,) = mark(submission(path), large, SETTINGS).notes
    assert note.endswith(": 1.")


def test_a_file_of_no_lesson_is_a_problem(large, tmp_path):
    path = tmp_path / "else.ipynb"
    path.write_text('{"cells": [], "nbformat": 4}')
    graded = mark(submission(path), large, SETTINGS)
    assert graded.verdicts == () and graded.problem


@pytest.mark.parametrize(
    ("together", "doubtful"),
    [
        ((PASSED, PASSED, PASSED, PASSED), ""),
        ((WRONG, PASSED, PASSED, PASSED), ""),
        ((PASSED, WRONG, PASSED, PASSED), "square"),
        ((WRONG, NOT_ATTEMPTED, PASSED, ERROR), "flip"),
        ((PASSED, ERROR, WRONG, PASSED), "square third"),
        ((DIED, None, None, None), "square third flip"),
        ((PASSED, TIMEOUT, None, None), "square third flip"),
        ((None, None, None, None), "double square third flip"),
    ],
)
def test_what_another_answer_may_be_to_blame_for_is_in_doubt(together, doubtful):
    outcomes = {one.name: Outcome(kind) for one, kind in zip(EXERCISES, together, strict=True) if kind}
    assert [exercise.name for exercise in in_doubt(EXERCISES, outcomes)] == doubtful.split()


@pytest.mark.parametrize(
    ("harmless", "doubtful"),
    [
        ("double square third flip", ""),
        ("double third flip", "third flip"),
        ("double square", "flip"),
        ("flip", "square third flip"),
    ],
)
def test_after_answers_that_leave_nothing_behind_nothing_is_in_doubt(harmless, doubtful):
    outcomes = {one.name: Outcome(WRONG) for one in EXERCISES}
    assert [one.name for one in in_doubt(EXERCISES, outcomes, harmless.split())] == doubtful.split()


def test_what_ends_a_kernel_is_tried_once_where_nothing_before_can_be_to_blame_but_for_memory():
    for kind, doubtful in ((TIMEOUT, "third flip"), (DIED, "third flip"), (MEMORY, "square third flip")):
        outcomes = {"double": Outcome(PASSED), "square": Outcome(kind)}
        names = [one.name for one in in_doubt(EXERCISES, outcomes, ["double"])]
        assert names == doubtful.split()


def test_what_uses_an_answer_that_is_not_right_is_in_doubt():
    outcomes = {one.name: Outcome(PASSED if one.name == "square" else WRONG) for one in EXERCISES}
    uses = {"square": {"double"}, "third": {"double"}, "flip": {"square"}}
    names = [one.name for one in EXERCISES]
    assert [one.name for one in in_doubt(EXERCISES, outcomes, names, uses)] == ["third"]


@pytest.mark.parametrize(
    ("together", "alone", "counts"),
    [
        (WRONG, PASSED, PASSED),
        (None, WRONG, WRONG),
        (DIED, ERROR, ERROR),
        (WRONG, ERROR, WRONG),
        (TIMEOUT, TIMEOUT, TIMEOUT),
        (WRONG, FAULT, WRONG),
        (None, FAULT, FAULT),
    ],
)
def test_the_outcome_alone_counts_unless_it_misses_what_stood_before(together, alone, counts):
    assert better(together and Outcome(together), Outcome(alone)).kind == counts
