"""Every right answer passes, however it is written; every wrong one gets the reason that is its own."""

import contextlib
import io

import numpy as np
import pytest

from widgets.practice import EXERCISES, check, judge
from widgets.practice.seeds import generator

from .answers_01 import RIGHT, WRONG

NAMES = ("flat", "wave", "by_hand", "both", "derivative")
SEEDS = ["", "1", "2", "a word", "7" * 40]


def corpus(answers):
    return [pytest.param(name, *case, id=f"{name}-{i}") for name in NAMES for i, case in enumerate(answers[name])]


@pytest.fixture(params=SEEDS, ids=lambda seed: f"seed={seed[:8]}")
def seed(request, monkeypatch):
    monkeypatch.setenv("TAPEDECK_SEED", request.param)


def said(name, answer):
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        check(name, answer)
    return printed.getvalue()


@pytest.mark.parametrize("name", NAMES)
def test_a_right_answer_passes_however_it_is_written_and_says_the_same(name, seed):
    assert len(RIGHT[name]) >= 3
    everything_said = {said(name, answer) for answer in RIGHT[name]}
    assert len(everything_said) == 1
    assert "\nRight: " in everything_said.pop()


@pytest.mark.parametrize("name, code, answer", corpus(WRONG))
def test_a_wrong_answer_gets_its_reason(name, code, answer, seed):
    judged = judge(EXERCISES[name], answer)
    assert (judged.status, judged.code) == ("wrong", code)
    assert judged.sentence.rstrip().endswith((".", "?")) or code == "ERROR"
    assert "\nNot right: " in said(name, answer)


def test_every_misconception_of_the_lesson_has_a_wrong_answer_that_shows_it():
    for name in NAMES:
        known = {misconception.code for misconception in EXERCISES[name].misconceptions}
        assert known <= {code for code, _ in WRONG[name]}


def nbgraders_own_stub(*given):
    raise NotImplementedError


@pytest.mark.parametrize("name", NAMES)
def test_a_stub_is_not_yet_an_answer(name):
    functions = [lambda *given: ..., nbgraders_own_stub] if EXERCISES[name].takes == "function" else []
    for stub in [..., *functions]:
        assert judge(EXERCISES[name], stub).status == "not attempted"
        assert "\nNot yet: " in said(name, stub)


CURVES = {
    "wave": lambda x: [x * np.sin(x)],
    "by_hand": lambda x: [np.sin(x**2) + 2 * x],
    "both": lambda x: [x**2, np.sin(x**2)],
}


@pytest.mark.parametrize("name", CURVES)
def test_the_numbers_due_agree_with_a_central_difference_in_float64(name, seed):
    for question in EXERCISES[name].questions(generator(name)):
        (x,) = question.given
        above, below = np.array(CURVES[name](x + 1e-6)), np.array(CURVES[name](x - 1e-6))
        slopes = (above - below) / 2e-6
        assert question.due[-len(slopes) :] == pytest.approx(slopes, rel=1e-7, abs=1e-7)


def test_the_slopes_due_of_any_function_agree_with_a_central_difference_in_float64(seed):
    for question in EXERCISES["derivative"].questions(generator("derivative")):
        function, x = question.given
        slope = (float(function(np.float64(x + 1e-6))) - float(function(np.float64(x - 1e-6)))) / 2e-6
        assert question.due == pytest.approx((slope,), rel=1e-6, abs=1e-7)
