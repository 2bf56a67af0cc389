"""The numbers due in lesson 09 are right: NumPy's own rounding, and central differences in float64, give them too."""

import numpy as np
import pytest
import tensorflow as tf

from tests.exercises.corpora import asked


def difference(function, x, h=1e-6):
    return (function(x + h) - function(x - h)) / (2 * h)


def slope(curve, x):
    return difference(lambda v: float(curve(tf.constant(v, tf.float64))), x)


def slopes_of_a_length(a, b):
    return difference(lambda v: np.hypot(v, b), a), difference(lambda v: np.hypot(a, v), b)


def test_straight_through(seed):
    for question in asked("straight_through"):
        x, then = question.given
        assert question.due == (np.rint(x), float(then(1.0)))


def test_reverse(seed):
    for question in asked("reverse"):
        x, curve = question.given
        assert question.due == pytest.approx((x, -slope(curve, x)), rel=1e-6)


def test_clip_together(seed):
    """Clipped gradients point the same way, and are as long as before or as the limit, whichever is shorter."""
    for question in asked("clip_together"):
        (row, limit), due = question.given, np.array(question.due)
        assert np.hypot(np.hypot(*due[:2]), due[2]) == pytest.approx(min(limit, np.hypot(np.hypot(*row[:2]), row[2])))
        assert np.cross(due, row) == pytest.approx(np.zeros(3), abs=1e-9) and due @ row > 0
    lengths = [(np.linalg.norm(row), limit) for row, limit in (question.given for question in asked("clip_together"))]
    assert [length > limit for length, limit in lengths] == [True, True, False]


def test_x_log_x(seed):
    """At 0 the value is the limit, and the slope is 0 by agreement: on paper it has none."""
    zero, *others = asked("x_log_x")
    assert zero.due == (0.0, 0.0) and abs(1e-12 * np.log(1e-12)) < 1e-10
    for question in others:
        (x,) = question.given
        assert question.due == pytest.approx((np.log(x**x), difference(lambda v: np.log(v**v), x)), rel=1e-6)


def test_safe_norm(seed):
    zero, *others = asked("safe_norm")
    assert zero.due == (0.0, 0.0, 0.0)
    for question in others:
        a, b = question.given[0]
        assert question.due == pytest.approx((np.hypot(a, b), *slopes_of_a_length(a, b)), rel=1e-6)
