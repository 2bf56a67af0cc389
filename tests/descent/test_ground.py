"""The ground: f on a grid, the frame that a pole does not squeeze, and the rates that reach every verdict."""

import numpy as np
import pytest
import tensorflow as tf

from widgets.derivatives import FunctionError
from widgets.descent import descend
from widgets.descent.landscapes import LANDSCAPES
from widgets.descent.loss_surface import POINTS, drawable, survey


def parabola(x):
    return x * x - 2.0 * x + 1.0


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_heights_are_f_as_tensorflow_gives_it(dtype):
    ground = survey(parabola, 0.0, dtype)
    (axis,) = ground.axes
    assert axis.shape == (POINTS[1],) and axis.dtype == dtype and np.all(np.diff(axis) > 0)
    each = [parabola(tf.constant(x)).numpy() for x in axis]
    assert np.array_equal(ground.heights, each)


@pytest.mark.parametrize("name", LANDSCAPES)
def test_a_picture_holds_the_start_and_the_minimum(name):
    ground = survey(*vars(LANDSCAPES[name]).values())
    assert ground.holds(LANDSCAPES[name].start) and ground.holds(ground.bands.at)
    low, high = ground.frame
    assert low < np.nanmin(ground.heights) and low < LANDSCAPES[name].f(np.float32(LANDSCAPES[name].start)) < high


def test_heights_of_two_parameters_have_the_second_first():
    ground = survey(lambda x: x[0] + 10.0 * x[1] * x[1], [1.0, 2.0])
    across, up = ground.axes
    assert ground.heights.shape == (POINTS[2], POINTS[2])
    assert np.allclose(ground.heights, across[None, :] + 10.0 * up[:, None] ** 2, rtol=1e-5)
    assert np.all(np.diff(ground.levels) > 0) and ground.frame[0] <= ground.levels[0] < ground.frame[1]


@pytest.mark.parametrize("scale", [1e-12, 1e-6, 1.0, 1e6, 1e12])
@pytest.mark.parametrize("width", [1e-4, 1.0, 1e4])
def test_the_minimum_is_found_at_any_scale(scale, width):
    ground = survey(lambda x: scale * (x - width) * (x - width), 3.0 * width)
    assert ground.bands.at == pytest.approx(width, rel=1e-2)
    assert ground.bands.limit == pytest.approx(1 / scale, rel=1e-4)
    assert np.float32(ground.bands.limit) in ground.rates.astype(np.float32)
    assert ground.axes[0][0] < width < 3 * width < ground.axes[0][-1]


def test_every_verdict_of_the_course_is_on_the_slider():
    ground = survey(parabola, 0.0)
    kinds = {verdict.kind for verdict in descend(parabola, 0.0, ground.rates, 1000).verdicts}
    assert {"stalls", "approaches", "lands", "oscillates in", "bounces", "overflows"} <= kinds


def test_where_f_is_not_finite_there_is_no_height_and_the_frame_is_of_the_rest():
    ground = survey(lambda x: x * x - 0.1 * tf.sqrt(x), 1.0)
    (axis,) = ground.axes
    assert np.isnan(ground.heights[axis < 0]).all() and np.isfinite(ground.heights[axis > 0]).all()
    assert np.isfinite(ground.frame).all()


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_pole_does_not_squeeze_the_rest(sign):
    ground = survey(lambda x: sign / x + x * x, 2.0)
    low, high = ground.frame
    assert high - low < 0.6 * np.ptp(ground.heights[np.isfinite(ground.heights)])
    assert low < 4 + sign / 2 < high


def test_a_start_at_the_minimum_and_a_flat_function_have_a_picture():
    for ground in (survey(lambda x: x * x, 0.0), survey(lambda x: 0.0 * x, 0.0)):
        assert ground.axes[0][0] < 0 < ground.axes[0][-1] and ground.frame[0] < ground.frame[1]


def test_a_check_of_the_learners_leaves_a_gap():
    def careful(x):
        if not tf.is_symbolic_tensor(x) and tf.rank(x) == 0 and x < -0.5:
            raise ValueError("too far to the left")
        return tf.reduce_sum(x * x) if tf.executing_eagerly() else x * x

    ground = survey(careful, 1.0)
    assert np.isfinite(ground.heights[ground.axes[0] > 0]).all()


def test_no_picture_of_three_numbers():
    with pytest.raises(FunctionError, match="the start has 3"):
        survey(lambda x: tf.reduce_sum(x * x), [1.0, 2.0, 3.0])


@pytest.mark.parametrize(("start", "inside"), [(0.5, True), (-40.0, False), ([0.5], False), ([0.5, 0.5], False)])
def test_what_a_picture_holds(start, inside):
    assert survey(parabola, 0.0).holds(start) is inside


def test_drawable_gives_the_start_in_its_dtype():
    start = drawable(parabola, 1, "float64")
    assert (start.dtype, start.shape, start[()]) == (np.float64, (), 1.0)
