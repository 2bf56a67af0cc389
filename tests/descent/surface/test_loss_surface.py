"""The loss surface: f on a grid, a range that a pole does not squeeze, and the rates that reach every verdict."""

import numpy as np
import pytest
import tensorflow as tf

from tests.descent.examples import himmelblau, rosenbrock
from widgets.descent import descend
from widgets.descent.losses.landscapes import LANDSCAPES
from widgets.descent.surface.loss_surface import plottable_start, sample_surface
from widgets.descent.surface.stability import stability_limits
from widgets.descent.surface.surface_grid import POINTS, value_range_of


def parabola(x):
    return x * x - 2.0 * x + 1.0


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_values_are_f_as_tensorflow_gives_it(dtype):
    surface = sample_surface(parabola, 0.0, dtype)
    (axis,) = surface.axes
    assert axis.shape == (POINTS[1],) and axis.dtype == dtype and np.all(np.diff(axis) > 0)
    each = [parabola(tf.constant(x)).numpy() for x in axis]
    assert np.array_equal(surface.values, each)


@pytest.mark.parametrize("name", LANDSCAPES)
def test_a_picture_holds_the_start_and_the_minimum(name):
    surface = sample_surface(LANDSCAPES[name].f, LANDSCAPES[name].start)
    assert surface.contains(LANDSCAPES[name].start) and surface.contains(surface.stability.point)
    low, high = surface.value_range
    assert low < np.nanmin(surface.values) and low < LANDSCAPES[name].f(np.float32(LANDSCAPES[name].start)) < high


def test_values_of_two_parameters_have_the_second_first():
    surface = sample_surface(lambda x: x[0] + 10.0 * x[1] * x[1], [1.0, 2.0])
    across, up = surface.axes
    assert surface.values.shape == (POINTS[2], POINTS[2])
    assert np.allclose(surface.values, across[None, :] + 10.0 * up[:, None] ** 2, rtol=1e-5)
    assert (
        np.all(np.diff(surface.contour_levels) > 0)
        and surface.value_range[0] <= surface.contour_levels[0] < surface.value_range[1]
    )


@pytest.mark.parametrize("scale", [1e-12, 1e-6, 1.0, 1e6, 1e12])
@pytest.mark.parametrize("width", [1e-4, 1.0, 1e4])
def test_the_minimum_is_found_at_any_scale(scale, width):
    surface = sample_surface(lambda x: scale * (x - width) * (x - width), 3.0 * width)
    assert surface.stability.point == pytest.approx(width, rel=1e-2)
    assert surface.stability.limit == pytest.approx(1 / scale, rel=1e-4)
    assert np.float32(surface.stability.limit) in surface.learning_rates.astype(np.float32)
    assert surface.axes[0][0] < width < 3 * width < surface.axes[0][-1]


def test_every_verdict_of_the_course_is_on_the_slider():
    surface = sample_surface(parabola, 0.0)
    kinds = {verdict.kind for verdict in descend(parabola, 0.0, surface.learning_rates, 1000).verdicts}
    assert {"stalls", "approaches", "lands", "oscillates in", "bounces", "overflows"} <= kinds


def test_where_f_is_not_finite_there_is_no_value_and_the_range_is_of_the_rest():
    surface = sample_surface(lambda x: x * x - 0.1 * tf.sqrt(x), 1.0)
    (axis,) = surface.axes
    assert np.isnan(surface.values[axis < 0]).all() and np.isfinite(surface.values[axis > 0]).all()
    assert np.isfinite(surface.value_range).all()


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_pole_does_not_squeeze_the_rest(sign):
    axis = np.linspace(-1.0, 4.0, 401)
    values = sign / (axis - 0.0001) + axis * axis
    low, high = value_range_of(values, 4 + sign / 2)
    assert high - low < 0.02 * np.ptp(values) and low < 4 + sign / 2 < high


@pytest.mark.parametrize(
    ("f", "start", "minima"),
    [
        (himmelblau, [0.0, 0.0], [(3.0, 2.0), (3.584428, -1.848127), (-2.805118, 3.131313), (-3.779310, -3.283186)]),
        (rosenbrock, [-1.2, 1.0], [(1.0, 1.0)]),
        (LANDSCAPES["two minima"].f, -1.8, [(-0.9456492,), (1.0466805,)]),
        (tf.exp, 1.0, []),
        (tf.nn.relu, 1.3, []),
        (lambda x: x[0] * x[0] - x[1] * x[1], [1.0, 0.5], []),
    ],
)
def test_all_minima_in_sight_are_found_and_none_that_is_not_one(f, start, minima):
    surface = sample_surface(f, start)
    found = [np.atleast_1d(one.point) for one in surface.minima]
    assert len(found) == len(minima)
    for one in minima:
        assert min(np.abs(point - one).max() for point in found) < 1e-3
    for one, value in zip(found, surface.minima, strict=True):
        assert value.value == pytest.approx(float(f(tf.constant(one.reshape(np.shape(start))))), abs=1e-6)
        assert all(axis[0] < x < axis[-1] for axis, x in zip(surface.axes, one, strict=True))
    assert (surface.stability.limit is None) == (not minima)


def test_a_picture_holds_the_kink_that_the_paths_come_to():
    (axis,) = sample_surface(tf.abs, 1.3).axes
    assert axis[0] < -0.1 and axis[-1] > 1.3


def test_a_start_at_the_minimum_and_a_flat_function_have_a_picture():
    for surface in (sample_surface(lambda x: x * x, 0.0), sample_surface(lambda x: 0.0 * x, 0.0)):
        assert surface.axes[0][0] < 0 < surface.axes[0][-1] and surface.value_range[0] < surface.value_range[1]


def test_a_check_of_the_learners_leaves_a_gap():
    def careful(x):
        if not tf.is_symbolic_tensor(x) and tf.rank(x) == 0 and x < -0.5:
            raise ValueError("too far to the left")
        return tf.reduce_sum(x * x) if tf.executing_eagerly() else x * x

    surface = sample_surface(careful, 1.0)
    assert np.isfinite(surface.values[surface.axes[0] > 0]).all()


@pytest.mark.parametrize(("start", "inside"), [(0.5, True), (-40.0, False), ([0.5], False), ([0.5, 0.5], False)])
def test_what_a_picture_holds(start, inside):
    assert sample_surface(parabola, 0.0).contains(start) is inside


def test_plottable_start_returns_the_start_in_its_dtype():
    start = plottable_start(parabola, 1, "float64")
    assert (start.dtype, start.shape, start[()]) == (np.float64, (), 1.0)


# The functions to descend on: each is hard in the way that its docstring says


def ends(name, rates, iterations=1000, start=None):
    """Return where paths on a landscape end, in float64."""
    landscape = LANDSCAPES[name]
    paths = descend(landscape.f, landscape.start if start is None else start, rates, iterations)
    return paths.x[-1].astype(float), paths.y[-1].astype(float)


@pytest.mark.parametrize("name", LANDSCAPES)
def test_every_landscape_has_a_path_to_a_minimum(name):
    x, y = ends(name, [0.3])
    found = stability_limits(LANDSCAPES[name].f, x[0].astype(np.float32))
    assert found.lowest_curvature > 0 and y[0] < LANDSCAPES[name].f(np.float32(LANDSCAPES[name].start))


def test_the_first_of_two_minima_is_not_the_deeper_one():
    (near,), (high,) = ends("two minima", [0.1])
    (far,), (low,) = ends("two minima", [0.1], start=1.8)
    assert near < 0 < far and low < high


def test_a_step_far_enough_leaves_the_first_of_two_minima():
    x, _ = ends("two minima", np.linspace(0.3, 0.7, 41))
    assert (x < 0).any() and (x > 0).any()


def test_the_plateau_keeps_a_slow_path_for_long():
    x, _ = ends("plateau", [0.01, 1.0], iterations=200)
    assert x[0] > 2.5 and abs(x[1]) < 0.1


def test_the_valley_is_twenty_times_as_steep_across_as_along():
    found = stability_limits(LANDSCAPES["narrow valley"].f, [0.0, 0.0])
    assert found.curvature / found.lowest_curvature == pytest.approx(20)
    x, _ = ends("narrow valley", [1.0])
    assert abs(x[0, 0]) < 1e-6 < abs(x[0, 1])  # at the limit of the steep side, the path swings across forever


def test_the_saddle_holds_a_path_and_lets_it_go():
    paths = descend(LANDSCAPES["saddle"].f, LANDSCAPES["saddle"].start, [0.2], 200)
    assert stability_limits(LANDSCAPES["saddle"].f, [0.0, 0.0]).is_saddle
    slopes = np.abs(paths.gradient[:, 0]).max(axis=-1)
    held = int(slopes[:30].argmin())
    assert slopes[held] < 0.05 and slopes[held:].max() > 0.3
    assert abs(paths.x[-1, 0, 1]) == pytest.approx(1, abs=1e-4)
