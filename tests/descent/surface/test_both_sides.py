"""A limit is said only where it holds: steps by hand from beside the minimum, a little below the limit and above it."""

import numpy as np
import pytest
import tensorflow as tf

from tests.descent.examples import himmelblau
from widgets.descent.surface.loss_surface import sample_surface


def branch(x):
    if x > 1.0:
        return (x - 1.0) ** 2 + 0.5 * (x - 1.0)
    return 0.2 * (x - 1.0) ** 2


CURVED = [
    (lambda x: x * x - 2.0 * x + 1.0, 0.0),
    (lambda x: x * tf.math.log(x), 1.5),
    (lambda x: tf.math.softplus(x) - 0.3 * x, 2.0),
    (lambda x: 1000.0 * tf.cosh(x) + 1e5, 1.0),
    (lambda x: (x - 1000.0) ** 2, 999.0),
    (lambda x: tf.exp(x) + tf.exp(-3.0 * x), 1.0),
    (lambda x: x**4 + 0.01 * x * x, 1.0),
    (lambda x: tf.reduce_mean(tf.square(x - tf.constant([1.0, 2.0, 6.0], x.dtype))), 0.0),
    (lambda x: tf.sqrt(1.0 + x * x), 2.0),
]
"""Functions with one curvature at their minimum, and a start."""

KINKED = [
    (branch, 3.0),
    (lambda x: tf.where(x > 0.0, 3.0 * x, x * x), 1.5),
    (lambda x: tf.maximum(x * x, 0.5 * x), 1.0),
    (lambda x: tf.abs(x) + x * x, 1.0),
]
TWO_CURVATURES = [
    (lambda x: tf.nn.relu(x) ** 2 + 0.1 * x * x, 2.0),
    (lambda x: tf.nn.leaky_relu(x) ** 2, -1.0),
]
FLAT = [(lambda x: x**4, 1.0), (lambda x: x**6, 2.0), (lambda x: x**4 - 4.0 * x**3 + 6.0 * x * x - 4.0 * x, 3.0)]


def distance_after(f, minimum, rate, steps=200):
    """Return how far a path is from a minimum that begins a little beside it, on the one side and on the other."""
    ends = []
    for beside in (-1e-3, 1e-3):
        x = tf.constant(minimum + beside, tf.float64)
        for _ in range(steps):
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = f(x)
            x = x - rate * tape.gradient(y, x)
        ends.append(abs(float(x) - minimum))
    return np.nan_to_num(max(ends), nan=np.inf)


@pytest.mark.parametrize(("f", "start"), CURVED)
def test_below_the_limit_paths_come_nearer_and_above_it_they_leave(f, start):
    surface = sample_surface(f, start)
    place, limit = float(surface.stability.point), surface.stability.limit
    assert distance_after(f, place, 0.9 * limit) < 5e-4 < 1e-3 < distance_after(f, place, 1.1 * limit)


@pytest.mark.parametrize(
    ("f", "start", "word"),
    [*((*one, "kink") for one in KINKED), *((*one, "two sides") for one in TWO_CURVATURES)],
)
def test_where_two_formulas_meet_there_is_no_limit(f, start, word):
    limits = sample_surface(f, start).stability
    assert limits.limit is None and word in limits.reason
    assert float(limits.point) == pytest.approx(1.0 if f is branch else 0.0, abs=1e-4)


@pytest.mark.parametrize(("f", "start"), FLAT)
def test_a_minimum_whose_curvature_fades_is_one_and_has_no_limit(f, start):
    surface = sample_surface(f, start)
    assert len(surface.minima) == 1 and "flat" in surface.stability.reason
    assert float(surface.stability.point) == pytest.approx(1.0 if start == 3.0 else 0.0, abs=0.02)
    assert surface.learning_rates[-1] < 100  # which its curvature there would let the slider begin at


@pytest.mark.parametrize(
    ("f", "start"), [(lambda x: x**3, 1.0), (lambda p: p[0] ** 2 + p[1] ** 3, [1.0, 1.0]), (tf.exp, 1.0)]
)
def test_where_f_falls_on_there_is_no_minimum(f, start):
    assert sample_surface(f, start).minima == ()


def test_a_minimum_of_a_valley_that_is_flat_along_one_direction_is_one():
    surface = sample_surface(lambda p: (p[0] + p[1] - 1.0) ** 2, [2.0, 1.0])
    assert surface.stability.limit == pytest.approx(0.5) and surface.stability.lowest_curvature == 0
    surface = sample_surface(lambda p: p[0] ** 2 + p[1] ** 4, [1.0, 1.0])
    assert surface.stability.limit == pytest.approx(1.0) and surface.stability.lowest_curvature == 0


def test_a_minimum_is_found_where_rounding_hides_which_point_is_lower():
    """Around it f is 1000 in float32, as far as 0.01 to each side; its gradient is not 0 there."""
    surface = sample_surface(lambda p: 0.5 * (p[0] - 0.7) ** 2 + 2.0 * (p[1] + 0.2) ** 2 + 1000.0, [0.0, 1.0])
    assert surface.minima[0].point == pytest.approx([0.7, -0.2], abs=1e-6)


def test_minima_are_found_to_the_digits_that_floats_have():
    """Himmelblau's are all exactly 0; at the nearest floats TensorFlow's f is some squares of roundings."""

    found = sample_surface(himmelblau, [0.0, 0.0]).minima
    assert len(found) == 4 and all(one.value < 1e-9 for one in found)
