"""The numbers due in lesson 12 are right: central differences in float64 give them too."""

import pytest

from tests.exercises.corpora import asked
from widgets.answers.own_tape_uses import TAPES, written_tape
from widgets.exercises.lesson_12 import TapeCase


def differences(function, x, h=1e-4):
    """f′ and f″."""
    right, middle, left = function(x + h), function(x), function(x - h)
    return (right - left) / (2 * h), (right - 2 * middle + left) / h**2


@pytest.mark.parametrize("kind", TAPES)
def test_a_sheet_is_due_what_its_target_does(kind):
    """The targets at places beside: a sheet is written anew there."""
    by_x = differences(lambda x: written_tape(kind, x, 0.8).target.value, 1.3)[0]
    by_w = differences(lambda w: written_tape(kind, 1.3, w).target.value, 0.8)[0]
    assert TapeCase(kind, 1.3, 0.8).due == pytest.approx((by_x, by_w), rel=1e-6)


def test_play_back_is_asked_about_every_sheet(seed):
    assert [len(written_tape(*question.given).entries) for question in asked("play_back")] == [2, 3, 6]


def test_divide_back(seed):
    for question in asked("divide_back"):
        upstream, a, b = question.given
        to_a = differences(lambda dividend, b=b: dividend / b, a)[0]
        to_b = differences(lambda divisor, a=a: a / divisor, b)[0]
        assert question.due == pytest.approx((upstream * to_a, upstream * to_b), rel=1e-6)


@pytest.mark.parametrize("name, order", [("my_slope", 0), ("my_second", 1)])
def test_derivatives(name, order, seed):
    for question in asked(name):
        assert question.due == pytest.approx((differences(*question.given)[order],), rel=1e-5, abs=1e-6)
