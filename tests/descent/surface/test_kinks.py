"""Minima at kinks: where they are by hand, and none where f is smooth, jumps, or has no lowest place."""

import numpy as np
import pytest
import tensorflow as tf

from widgets.descent.surface.kinks import find_kinks
from widgets.descent.surface.loss_surface import sample_surface
from widgets.descent.surface.minima import grid_minima
from widgets.descent.verdicts import judge
from widgets.descent.widget import DescentExplorer

ODD = np.float32([1.0, 2.5, 2.75, 4.0, 9.0])


def branch(x):
    if x > 1.0:
        return 3.0 * (x - 1.0) + 0.5
    return (x - 1.0) ** 2 + 0.5 - 0.5 * (x - 1.0)


def kinks(f, low=-2.0, high=4.1, points=401, dtype=np.float32, shape=()):
    axis = np.linspace(low, high, points).astype(dtype)
    values = np.array([float(tf.reshape(f(tf.constant(x.reshape(shape))), [])) for x in axis])
    return find_kinks(f, axis, grid_minima((axis,), values, shape), [])


@pytest.mark.parametrize(
    ("f", "place", "value"),
    [
        (tf.abs, 0.0, 0.0),
        (lambda x: tf.abs(x - 0.3), 0.3, 0.0),
        (lambda w: tf.nn.relu(1.0 - 2.0 * w) + 0.25 * w, 0.5, 0.125),
        (branch, 1.0, 0.5),
        (lambda x: tf.maximum(x * x, (x - 1.0) ** 2), 0.5, 0.25),
        (lambda x: tf.sqrt(tf.abs(x - 2.0)), 2.0, 0.0),
    ],
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_kink_is_found_to_the_last_digits(f, place, value, dtype):
    (found,) = kinks(f, dtype=dtype)
    assert found.point.dtype == dtype and found.point.shape == ()
    assert float(found.point) == pytest.approx(place, abs=4 * float(np.finfo(dtype).eps))
    assert found.value == pytest.approx(value, abs=1e-7)
    assert found.limits.limit is None and "kink" in found.limits.reason


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x * x,
        lambda x: x**4,
        lambda x: tf.abs(x - 0.3) ** 1.5,
        lambda x: tf.where(tf.abs(x) < 0.004, 125.0 * x * x, tf.abs(x) - 0.002),  # round at the bottom
        tf.exp,
        tf.nn.relu,
        lambda x: tf.where(x < 0.1, -x, x),  # jumps
        lambda x: -1.0 / tf.abs(x - 0.301),
        lambda x: tf.math.log(tf.abs(x - 0.301)),
        lambda x: -tf.abs(x),
        lambda x: tf.reduce_mean((x - 1000.0 * ODD) ** 2) + x,
    ],
)
def test_what_is_no_kink_is_not_called_one(f):
    assert kinks(f) == []


def test_the_median_is_where_absolute_errors_are_least():
    found = kinks(lambda b: tf.reduce_mean(tf.abs(b - ODD)), 0.0, 10.0)
    assert [float(one.point) for one in found] == [2.75]


def test_a_list_of_one_number_has_a_kink_of_its_shape():
    (found,) = kinks(lambda x: tf.reduce_sum(tf.abs(x - 1.5)), shape=(1,))
    assert found.point.shape == (1,) and found.point == pytest.approx(1.5)


def test_the_picture_marks_it_and_reaches_beyond_it():
    surface = sample_surface(tf.abs, 2.7)
    assert [float(one.point) for one in surface.minima] == [0.0]
    assert surface.axes[0][0] < -2.7 and "kink" in surface.stability.reason
    smooth_and_bent = sample_surface(lambda x: tf.minimum((x - 3.0) ** 2, tf.abs(x + 1.0) + 0.5), -2.0)
    assert [round(float(one.point), 3) for one in smooth_and_bent.minima][0] == -1.0
    text = DescentExplorer(branch, 3.0).text
    assert "No stability limit at x = 1: f has a kink at this minimum" in text


def test_a_path_that_jumps_over_a_kink_for_ever_does_not_approach():
    x = np.empty(1001, np.float32)
    x[0] = 3.0
    for step in range(1000):  # |x − 1| with slopes −1 and 2: it never repeats within a thousand steps
        slope = 2.0 if x[step] > 1 else -1.0
        x[step + 1] = x[step] - np.float32(0.00531 * slope)
    slopes = np.where(x > 1, np.float32(2), np.float32(-1))
    found = judge(x, np.where(x > 1, 2 * (x - 1), 1 - x), slopes)
    assert found.kind in ("bounces", "still moving") and found.outcome == "oscillates"
