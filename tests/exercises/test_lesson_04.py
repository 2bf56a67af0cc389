"""The numbers due in lesson 04 are right: they agree with central differences of TensorFlow's own values in float64."""

import numpy as np
import pytest
import tensorflow as tf

from tests.exercises.corpora import asked

H = 1e-3


def value(function, x):
    return float(function(tf.constant(x, tf.float64)))


def differences(function, x):
    """f, f′, f″ and f‴ by central differences: their error shrinks with H², and H² is 1e-6."""
    at = {k: value(function, x + k * H) for k in (-2, -1, 0, 1, 2)}
    return (
        at[0],
        (at[1] - at[-1]) / (2 * H),
        (at[1] - 2 * at[0] + at[-1]) / H**2,
        (at[2] - 2 * at[1] + 2 * at[-1] - at[-2]) / (2 * H**3),
    )


def test_curvature(seed):
    for question in asked("curvature"):
        assert question.due == pytest.approx((differences(*question.given)[2],), rel=1e-5, abs=1e-5)


def test_newton(seed):
    for question in asked("newton"):
        _, slope, bend, _ = differences(*question.given)
        assert question.due == pytest.approx((question.given[1] - slope / bend,), rel=1e-4)


def test_nth(seed):
    for question in asked("nth"):
        function, x, order = question.given
        assert question.due == pytest.approx((differences(function, x)[order],), rel=1e-4, abs=1e-4)


def test_hessian(seed):
    for question in asked("hessian"):
        function, place = question.given
        x, (u, v) = np.array(place), np.eye(2) * H
        pairs = [(u, u), (u, v), (v, u), (v, v)]
        due = [
            (value(function, x + a + b) - value(function, x + a - b) - value(function, x - a + b)
             + value(function, x - a - b)) / (4 * H * H)
            for a, b in pairs
        ]  # fmt: skip
        assert question.due == pytest.approx(due, rel=1e-4, abs=1e-5)
