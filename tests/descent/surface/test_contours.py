"""Contours: a valley is one area, however narrow; at kinks and poles no height is made up."""

import numpy as np
import pytest
import tensorflow as tf

from tests.descent.examples import rosenbrock
from widgets.descent.surface.contours import areas, evened
from widgets.descent.surface.loss_surface import sample_surface


def heights_of(surface):
    """Return the grid for drawing, and its heights as f has them."""
    across, up, heights, _levels = evened(surface)
    known = surface.values.astype(np.float64)
    unit = surface.contour_levels[0] - known.min()
    # the scale begins at the lowest of all heights, which may lie between the grid's points
    lowest = known[0, 0] - unit * np.expm1(heights[0, 0])
    return across, up, lowest + unit * np.expm1(heights)


def test_heights_between_the_points_are_those_of_a_smooth_f():
    surface = sample_surface(lambda x: x[0] ** 2 + 3.0 * x[0] * x[1] + 5.0 * x[1] ** 2, [2.0, 1.0], "float64")
    across, up, found = heights_of(surface)
    expected = across**2 + 3.0 * across * up[:, None] + 5.0 * up[:, None] ** 2
    assert found == pytest.approx(expected, abs=1e-9 * np.ptp(expected))


def test_a_narrow_valley_is_not_a_chain_of_lakes():
    surface = sample_surface(rosenbrock, [-1.0, 1.0])
    outlines = [len(area["outlines"]) for area in areas(surface)]
    assert max(outlines[:-2]) == 1, outlines  # lines of the points alone have 2, 6 and more pieces


@pytest.mark.parametrize(
    "f",
    [lambda x: abs(x[0]) + 3.0 * abs(x[1] - x[0]), lambda x: 1.0 / abs(x[0] - 1.0) + x[1] ** 2],
    ids=["kink", "pole"],
)
def test_no_height_lies_beyond_those_of_f_at_a_kink_or_a_pole(f):
    surface = sample_surface(f, [0.5, 0.6], "float64")
    across, up, found = heights_of(surface)
    true = f([across, up[:, None]])
    assert np.nanmin(found) >= true.min() - 1e-9 and np.nanmax(found) <= np.nanmax(surface.values) * (1 + 1e-9)


def test_where_f_has_no_value_there_is_none_between_the_points():
    surface = sample_surface(lambda x: tf.sqrt(x[0]) + x[1] ** 2, [0.1, 1.0])
    across, _up, heights, _levels = evened(surface)
    assert surface.axes[0][0] < 0 and np.isnan(surface.values).any()
    first = surface.axes[0][np.isfinite(surface.values).all(axis=0)][0]
    assert np.isnan(heights[:, across < first]).all() and np.isfinite(heights[:, across >= first]).all()
