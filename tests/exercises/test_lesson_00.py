"""The numbers due in lesson 00 are right, and a widget answers as it should."""

import pytest
import tensorflow as tf

from tests.exercises.corpora import asked
from widgets import DerivativeExplorer
from widgets.exercises.judgement import judge
from widgets.exercises.registry import EXERCISES


def test_came_back_agrees_with_a_central_difference():
    (question,) = asked("came_back")
    assert question.due == pytest.approx((((2 * 3.001 + 1) - (2 * 2.999 + 1)) / 0.002,))


def test_double(seed):
    for question in asked("double"):
        (x,) = question.given
        assert question.due == pytest.approx((x + x,), rel=1e-12)


def test_what_is_due_of_double_passes_for_none_of_its_mistakes(seed):
    for question in asked("double"):
        (x,) = question.given
        assert min(abs(question.due[0] - wrong) for wrong in (x * x, x + 2, x)) > 0.4


@pytest.mark.parametrize("at, status", [(2.0, "right"), (2.04, "right"), (1.9, "wrong"), (2.1, "wrong")])
def test_the_point_of_an_explorer_is_an_answer(at, status):
    point = DerivativeExplorer(tf.sin)
    assert judge(EXERCISES["at_two"], point).status == "not attempted"
    point.at = at
    assert judge(EXERCISES["at_two"], point).status == status
