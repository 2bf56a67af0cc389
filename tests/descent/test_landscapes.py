"""The functions to descend on: each is hard in the way that its docstring says."""

import numpy as np
import pytest

from widgets.descent import descend
from widgets.descent.loss_surface import LANDSCAPES
from widgets.descent.stability import stability_limits


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
