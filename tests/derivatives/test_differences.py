"""Central differences: exact where they are exact, truncation on one side and rounding on the other."""

import numpy as np
import pytest
import tensorflow as tf

from widgets.common.errors import FunctionError
from widgets.derivatives.finite_differences import STEPS, Exploration, interval_around, step_sizes


@pytest.fixture(scope="module")
def sine():
    return Exploration(tf.sin)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_they_are_what_numpy_gets_from_the_same_formula(sine, dtype):
    """NumPy's sin may differ from TensorFlow's in its last bit, and h makes that larger: compare where h is large."""
    found, x, h = sine.differences[dtype], sine.curves.x[:, None].astype(dtype), sine.h[:4].astype(dtype)
    f = np.sin
    expected = [
        (f(x + h) - f(x - h)) / (2 * h),
        (f(x + h) - 2 * f(x) + f(x - h)) / h**2,
        (f(x + 2 * h) - 2 * f(x + h) + 2 * f(x - h) - f(x - 2 * h)) / (2 * h**3),
        (f(x + 2 * h) - 4 * f(x + h) + 6 * f(x) - 4 * f(x - h) + f(x - 2 * h)) / h**4,
    ]
    eps = np.finfo(dtype).eps
    for order, formula in enumerate(expected, 1):
        np.testing.assert_allclose(found.estimates[order - 1, :, :4], formula, atol=16 * eps / h.min() ** order)


def test_they_are_exact_for_a_parabola_at_dyadic_places():
    spot = Exploration(lambda x: x * x - 3.0 * x + 0.5, (-4.0, 4.0)).spot(1.5)
    for differences in spot.differences.values():
        assert not differences.errors[:2, 0, :8].any()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_truncation_falls_with_the_square_of_h_and_rounding_rises_as_one_over_h(sine, dtype):
    errors, eps = np.nanmedian(sine.differences[dtype].errors[0], axis=0), np.finfo(dtype).eps
    halved = errors[:3] / errors[1:4]
    assert (np.abs(halved - 4) < 0.2).all()
    best = sine.h[errors.argmin()]
    assert np.cbrt(eps) / 16 < best < np.cbrt(eps) * 16
    small = sine.h < best / 64
    worst = np.nanmax(sine.differences[dtype].errors[0], axis=0)
    assert (worst[small] > worst[errors.argmin()]).all()
    assert (worst[small] < 4 * eps / sine.h[small] + 1.01).all()


def test_below_the_ulp_of_x_nothing_moves():
    spot = Exploration(lambda x: x * x, (-3.0, 3.0)).spot(2.5)
    single = spot.differences["float32"]
    assert single.estimates[0, 0, -1] == 0.0 and single.errors[0, 0, -1] == 5.0
    assert spot.differences["float64"].errors[0, 0, -1] < 1e-6


@pytest.mark.parametrize("interval", [(-3.0, 3.0), (0.0, 1.0), (-1000.0, 50.0), (1.0, 1.01)])
def test_every_h_is_a_power_of_two_that_fits_the_interval(interval):
    h = step_sizes(interval)
    assert h.shape == (STEPS,) and (np.frexp(h)[0] == 0.5).all() and (h[:-1] == 2 * h[1:]).all()
    assert h[0] < (interval[1] - interval[0]) / 4


def test_usual_h_go_from_a_half_to_1e_8():
    assert step_sizes((-3.0, 3.0))[[0, -1]].tolist() == [2.0**-1, 2.0**-27]


def test_a_function_of_one_dtype_is_compared_in_that_dtype_only():
    exploration = Exploration(lambda x: tf.constant(2.0) * x**2)
    assert list(exploration.differences) == ["float32"]
    assert list(exploration.spot(1.0).differences) == ["float32"]


def test_near_the_edge_of_the_domain_there_is_no_estimate():
    spot = Exploration(tf.math.log, (-1.0, 5.0)).spot(0.01)
    single = spot.differences["float32"]
    beyond = single.h > 0.01
    assert np.isnan(single.estimates[0, 0, beyond]).all() and np.isnan(single.errors[0, 0, beyond]).all()
    assert np.isfinite(single.estimates[0, 0, ~beyond]).all()


def test_a_spot_between_the_positions_is_exact(sine):
    spot = sine.spot(0.123456789)
    assert spot.point.values[1] == tf.cos(tf.constant(0.123456789)).numpy()
    assert spot.differences["float64"].errors[0, 0].min() < 1e-9


def test_where_f_refuses_an_x_there_is_a_spot_without_numbers():
    def strict(x):
        tf.debugging.assert_positive(x)
        return tf.math.log(x)

    exploration = Exploration(strict)
    assert exploration.start() > 0
    point = exploration.spot(-1.0).point
    assert point.reach == -1 and np.isnan(point.values).all() and "InvalidArgumentError" in point.note
    assert exploration.spot(1.0).point.values[:2].tolist() == [0.0, 1.0]


def test_one_begins_where_there_is_something_to_see(sine):
    assert sine.start() == 0.6
    assert Exploration(tf.math.log, (-5.0, 1.0)).start() > 0
    assert Exploration(lambda x: 1.0 / (x - 0.6)).start() in (0.58, 0.62)


@pytest.mark.parametrize("x", [-3.5, np.nan, "1", None, [1.0]])
def test_a_place_outside_the_interval_is_refused(sine, x):
    with pytest.raises(FunctionError, match="^x must"):
        sine.spot(x)


def test_the_usual_interval_moves_only_if_the_point_lies_outside():
    assert interval_around(None) == interval_around(2.0) == (-3.0, 3.0)
    assert interval_around(10.0) == (7.0, 13.0)
