"""The numbers due in lesson 03 are right: they agree with central differences of TensorFlow's values in float64."""

import numpy as np
import pytest
import tensorflow as tf

from tests.exercises.corpora import asked

H = 1e-6


def value(function, x):
    return np.array(function(tf.constant(x, tf.float64)))


def difference(function, x, step=H):
    return (value(function, np.add(x, step)) - value(function, np.subtract(x, step))) / (2 * H)


def test_backward(seed):
    for question in asked("backward"):
        (x,) = question.given
        due = (difference(lambda y: y**3, np.sin(x)), difference(lambda x: tf.sin(x) ** 3, x))
        assert question.due == pytest.approx(due, rel=1e-6, abs=1e-7)


def test_paths(seed):
    """Each path alone: the other factor is held as it is while x moves."""
    for question in asked("paths"):
        (x,) = question.given
        due = (
            np.sin(x) * difference(tf.square, x),
            x**2 * difference(tf.sin, x),
            difference(lambda v: v**2 * tf.sin(v), x),
        )
        assert question.due == pytest.approx(due, rel=1e-6, abs=1e-7)


def test_part(seed):
    parts = []
    for question in asked("part"):
        curves, x, k = question.given
        parts.append(k)
        assert question.due == pytest.approx((difference(curves[k], x),), rel=1e-6, abs=1e-7)
    assert sorted(parts) == [0, 1, 2]


def test_central(seed):
    """What is due is a central difference, and none of TensorFlow's own slopes would pass for it."""
    for question in asked("central"):
        curve, x, h = question.given
        rise = float(value(curve, x + h) - value(curve, x - h))
        assert question.due == pytest.approx((rise / (2 * h),), rel=1e-9)
        assert question.due != pytest.approx((difference(curve, x),), rel=1e-3, abs=1e-3)


def test_rows(seed):
    """Each column is a difference in one input."""
    for question in asked("rows"):
        function, place = question.given
        columns = [difference(function, place, step) for step in np.eye(2) * H]
        assert question.due == pytest.approx(np.stack(columns, axis=1).reshape(-1), rel=1e-6, abs=1e-7)
