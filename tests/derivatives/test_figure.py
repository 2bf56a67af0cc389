"""The picture of curves: what part of the plane it shows, and that it shows the facts."""

import io

import numpy as np
import pytest
import tensorflow as tf

from widgets.derivatives import derivatives
from widgets.derivatives.figure import broken, draw_curves, touching
from widgets.derivatives.finite_differences import Exploration

HARD = {
    "pole": lambda x: 1.0 / x,
    "log": tf.math.log,
    "flat": lambda x: tf.constant(3.0),
    "huge": lambda x: tf.exp(80.0 * tf.abs(x)),
    "tiny": lambda x: 1e-30 * tf.sin(x),
    "steps": tf.sign,
}


def lines(axes):
    return {line.get_label(): line for line in axes.lines}


def test_the_lines_are_the_facts():
    exploration = Exploration(tf.sin)
    figure = draw_curves(exploration.curves, exploration.spot(0.5), 2.0**-4, orders=(0, 1, 3))
    figure.savefig(io.BytesIO(), format="png")
    left, right = figure.axes
    for order, name in [(0, "f"), (1, "f′"), (3, "f‴")]:
        assert np.array_equal(lines(left)[name].get_ydata(), exploration.curves.values[order])
    assert "f″" not in lines(left)
    styles = [lines(left)[name].get_linestyle() for name in ("f", "f′", "f‴")]
    assert styles[0] == "-" and styles[1] == styles[2] == "--"
    assert lines(left)["f′"]._unscaled_dash_pattern != lines(left)["f‴"]._unscaled_dash_pattern
    errors = exploration.spot(0.5).differences["float64"].errors[0, 0]
    shown = lines(right)[[name for name in lines(right) if name.startswith("float64")][0]].get_ydata()
    assert np.array_equal(shown[errors > 0], errors[errors > 0])
    assert lines(right)["h = 2⁻⁴"].get_xdata()[0] == 0.0625


@pytest.mark.parametrize("name", HARD)
def test_hard_functions_can_be_drawn(name):
    exploration = Exploration(HARD[name])
    spot = exploration.spot(exploration.start())
    for orders in [(), (0,), (0, 1, 2, 3, 4)]:
        low, high = exploration.curves.window(orders)
        assert np.isfinite([low, high]).all() and low < high
        draw_curves(exploration.curves, spot, exploration.h[3], orders).savefig(io.BytesIO())


def test_nothing_is_written_outside_the_figure():
    exploration = Exploration(lambda x: 1e6 * tf.sin(x) / (1.0 + x * x), (-1234.0, 4321.0))
    figure = draw_curves(exploration.curves, exploration.spot(10.0), exploration.h[5])
    figure.savefig(io.BytesIO(), format="png")
    frame = figure.bbox
    texts = [*figure.texts, *(text for axes in figure.axes for text in (axes.xaxis.label, axes.yaxis.label))]
    for box in [text.get_window_extent() for text in texts if text.get_text()]:
        assert frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 and box.y1 <= frame.y1


def test_a_pole_does_not_flatten_the_curve_but_a_peak_is_shown_whole():
    low, high = derivatives(lambda x: 1.0 / x).window((0,))
    assert high < 12 and low > -12
    low, high = derivatives(lambda x: tf.exp(-50.0 * x * x)).window((0,))
    assert low < 0 and 1.0 < high < 1.2
    low, high = derivatives(lambda x: x**4).window((0,))
    assert high > 81


def test_far_higher_derivatives_do_not_flatten_f():
    curves = derivatives(lambda x: tf.sin(50.0 * x))
    low, high = curves.window((0, 1, 2, 3, 4))
    assert high - low < 12


def test_a_pole_is_no_line_from_bottom_to_top():
    curves = derivatives(lambda x: 1.0 / (x - 0.013))
    low, high = curves.window((0,))
    values = broken(curves.values[0], low, high)
    left = np.flatnonzero(curves.x < 0.013)[-1]
    assert np.isnan(values[left]) and np.isfinite(np.delete(values, left)).all()


def test_where_f_is_undefined_its_derivatives_are_not_drawn():
    curves = derivatives(tf.math.log)
    assert np.isfinite(curves.values[1, 0])
    assert np.isnan(curves.drawn()[:, curves.x < 0]).all()


def test_tangent_and_parabola_touch():
    spot = Exploration(tf.exp).spot(1.0)
    x = np.array([0.999, 1.0, 1.001])
    for order in (1, 2):
        line = touching(spot.point, x, order)
        assert line[1] == spot.point.values[0]
        np.testing.assert_allclose(line, np.exp(x), atol=2e-6)
    away = np.array([1.5])
    assert abs(touching(spot.point, away, 2) - np.exp(away)) < abs(touching(spot.point, away, 1) - np.exp(away)) / 3
