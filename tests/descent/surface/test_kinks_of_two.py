"""Minima at kinks of functions of two parameters, against the places that calculus and linear programming give."""

import itertools

import numpy as np
import pytest
import tensorflow as tf

from widgets.descent.surface.loss_surface import sample_surface

rng = np.random.default_rng(8)
X = rng.uniform(0, 4, 30).astype(np.float32)
Y = (1.3 * X + 0.9 + rng.normal(0, 0.5, 30)).astype(np.float32)


def minima(f, start, dtype="float32"):
    return sample_surface(f, np.array(start), dtype).minima


def near_lasso(p):
    return tf.reduce_mean((p[0] * X + p[1] - Y) ** 2) + 2.0 * tf.reduce_sum(tf.abs(p))


@pytest.mark.parametrize(
    "f, place",
    [
        (lambda p: tf.abs(p[0]) + 2 * tf.abs(p[1] - 0.5), [0.0, 0.5]),
        (lambda p: tf.abs(p[0] + p[1]) + 3 * tf.abs(p[0] - p[1] - 0.75), [0.375, -0.375]),
        (lambda p: tf.abs(p[0] - 0.25) + (p[1] - 1) ** 2, [0.25, 1.0]),
        (lambda p: tf.norm(p - [0.5, 0.25]), [0.5, 0.25]),
        (lambda p: tf.maximum(p[0] ** 2 + p[1] ** 2, (p[0] - 2) ** 2 + p[1] ** 2), [1.0, 0.0]),
    ],
)
def test_a_minimum_at_a_kink_is_found(f, place):
    (found,) = minima(f, [1.3, -1.0])
    assert found.point == pytest.approx(place, abs=2e-3)
    assert found.value == float(f(tf.constant(found.point)))
    assert found.limits.limit is None and "kink" in found.limits.reason


def test_a_penalty_that_makes_a_parameter_0_has_its_minimum_there():
    (found,) = minima(near_lasso, [2.0, 2.0])
    slope = (np.mean(X.astype(float) * Y) - 1) / np.mean(np.square(X.astype(float)))  # where the derivative is 0
    assert found.point == pytest.approx([slope, 0.0], abs=2e-3) and found.point[1] == 0


def test_least_absolute_deviations_go_through_two_of_the_examples():
    (found,) = minima(lambda p: tf.reduce_mean(tf.abs(p[0] * X + p[1] - Y)), [0.0, 0.0], "float32")
    best = np.inf
    for i, j in itertools.combinations(range(30), 2):
        slope = (float(Y[j]) - Y[i]) / (float(X[j]) - X[i])
        level = Y[i] - slope * X[i]
        best = min(best, np.abs(slope * X + level - Y).mean())
    assert found.value == pytest.approx(best, rel=1e-5)


@pytest.mark.parametrize(
    "f",
    [
        lambda p: tf.nn.relu(p[0] - 0.5) + tf.nn.relu(p[1] - 0.2),  # flat in a corner
        lambda p: tf.sqrt(tf.abs(p[0])) + tf.abs(p[1]),  # a cusp, which is no kink
        lambda p: tf.abs(p[0]) + 0.0 * p[1],  # flat along a line
        lambda p: tf.abs(p[0]) - tf.abs(p[1]),  # no minimum
        lambda p: tf.where(p[0] > 0.3, 1.0, 0.0) + tf.abs(p[0] - 0.3) + tf.abs(p[1]),  # a jump
        lambda p: tf.exp(p[0]) + tf.abs(p[1]),  # falls for ever
    ],
)
def test_what_is_no_certain_kink_is_none(f):
    assert not [found for found in minima(f, [1.3, 0.7]) if "kink" in found.limits.reason]
