"""Stability limits against closed forms, and the point that is taken for the minimum."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from widgets.descent.surface.stability import ABOVE, BELOW, RATES, best_point, slider_rates, stability_limits, with_rate
from widgets.descent.verdicts import judge

DTYPES = pytest.mark.parametrize("dtype", ["float32", "float64"])


@DTYPES
def test_the_lessons_function(dtype):
    found = stability_limits(lambda x: tf.pow(x, 2) - 2 * x + 1, 1.0, dtype)
    assert (found.curvature, found.lowest_curvature, found.fastest, found.limit) == (2.0, 2.0, 0.5, 1.0)
    assert found.reason == ""
    assert found.point.dtype == dtype and found.point.shape == () and not found.is_saddle


@settings(max_examples=30, deadline=None)
@given(st.floats(0.01, 100), st.floats(-10, 10))
def test_a_quadratic_has_the_same_limits_everywhere(a, at):
    found = stability_limits(lambda x: a * (x - 3.0) ** 2, at)
    assert found.curvature == pytest.approx(2 * a, rel=1e-6)
    assert (found.fastest, found.limit) == (1 / found.curvature, 2 / found.curvature)


@pytest.mark.parametrize(
    ("f", "at", "curvature"),
    [
        (lambda x: x**4, 2.0, 48.0),
        (tf.cosh, 0.0, 1.0),
        (lambda x: x**2 * tf.exp(-x), 2.0, -2 * np.exp(-2.0)),
        (lambda x: tf.sin(x) ** 2 if x > 0 else -x, 0.5, 2 * np.cos(1.0)),
    ],
)
def test_the_curvature_is_the_second_derivative(f, at, curvature):
    assert stability_limits(f, at).curvature == pytest.approx(curvature, rel=1e-5)


@DTYPES
def test_of_two_parameters_the_steepest_direction_decides(dtype):
    found = stability_limits(lambda x: 100 * x[0] ** 2 + x[1] ** 2, [1.0, -1.0], dtype)
    assert (found.curvature, found.lowest_curvature, found.fastest, found.limit) == (200.0, 2.0, 0.005, 0.01)


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 5), st.integers(0, 1_000))
def test_eigenvalues_of_any_quadratic_form(size, seed):
    square = np.random.default_rng(seed).normal(size=(size, size))
    hessian = square @ square.T + np.eye(size)
    found = stability_limits(lambda x: tf.tensordot(x, tf.linalg.matvec(hessian, x), 1) / 2, np.ones(size), "float64")
    *_, expected = sorted(np.roots(np.poly(hessian)).real)
    assert found.curvature == pytest.approx(expected, rel=1e-6)


def test_a_saddle_has_a_limit_and_says_what_it_is():
    found = stability_limits(lambda x: x[0] ** 2 - x[1] ** 2, [0.0, 0.0])
    assert (found.curvature, found.lowest_curvature, found.limit) == (2.0, -2.0, 1.0)
    assert found.is_saddle


def test_a_direction_without_curvature_is_flat_and_no_saddle():
    found = stability_limits(lambda x: (0.1 * x[0] + 0.3 * x[1] - 0.7) ** 2, [1.0, 2.0])
    assert found.lowest_curvature == 0.0 and not found.is_saddle
    assert found.curvature == pytest.approx(2 * (0.1**2 + 0.3**2))


@pytest.mark.parametrize(
    ("f", "at", "reason"),
    [
        (lambda x: -x * x, 1.0, "does not curve upward"),
        (lambda x: 3 * x, 1.0, "does not curve upward"),
        (tf.abs, 0.0, "does not curve upward"),
        (lambda x: tf.constant(3.0), 0.0, "does not curve upward"),
        (lambda x: x**1.5, 0.0, "not a finite number"),
        (lambda x: -tf.math.log(x), -1.0, "not a finite number"),
        (lambda x: x * x, np.nan, "not a finite number"),
        (lambda x: x.numpy() ** 2, 1.0, "could not differentiate"),
        (lambda x: 1 / 0, 1.0, "could not differentiate f twice: division by zero"),
    ],
)
def test_no_limits_and_why(f, at, reason):
    found = stability_limits(f, at)
    assert reason in found.reason
    assert found.fastest is found.limit is None


def test_a_gradient_that_can_be_taken_only_once():
    @tf.custom_gradient
    def slope(x):
        def no_further(_):
            raise LookupError("no gradient of this gradient")

        return 2.0 * x, no_further

    @tf.custom_gradient
    def once(x):
        return x * x, lambda upstream: upstream * slope(x)

    assert stability_limits(once, 1.0).reason.endswith("differentiate f twice: no gradient of this gradient")


def test_a_gather_has_limits_too():
    found = stability_limits(lambda x: tf.reduce_sum(tf.gather(x, [0, 0, 1]) ** 2), [1.0, 1.0])
    assert (found.curvature, found.lowest_curvature) == (4.0, 2.0)


# The point


@dataclasses.dataclass
class Walks:
    """The arrays of Paths that `best_point` looks at."""

    x: np.ndarray
    y: np.ndarray
    gradient: np.ndarray


@np.errstate(all="ignore")
def walks(function, start, rates, steps):
    """SGD at several rates at once, in NumPy's float32."""
    start = np.array(start, np.float32)
    x = np.broadcast_to(start, (len(rates), *start.shape)).astype(np.float32)
    rates, seen = np.reshape(np.array(rates, np.float32), (-1,) + (1,) * start.ndim), []
    for _ in range(steps + 1):
        y, gradient = function(x)
        seen.append((x, y, gradient))
        x = x - rates * gradient
    return Walks(*(np.array(numbers, np.float32) for numbers in zip(*seen, strict=True)))


def parabola(x):
    return x * x - 2 * x + 1, 2 * x - 2


def test_the_point_is_the_minimum():
    assert best_point(walks(parabola, 0.0, [0.01, 0.1, 0.5, 1.1, 50.0], 300)) == 1


def test_of_two_parameters_too():
    def bowl(x):
        return (x[:, 0] - 1) ** 2 + 3 * (x[:, 1] + 2) ** 2, np.stack([2 * x[:, 0] - 2, 6 * x[:, 1] + 12], axis=1)

    found = best_point(walks(bowl, [5.0, 5.0], [0.01, 0.1, 9.0], 400))
    assert found.shape == (2,) and found == pytest.approx([1, -2], abs=1e-5)


def test_there_is_none_if_no_path_came_near():
    assert best_point(walks(parabola, 0.0, [0.001, 1.0, 40.0], 20)) is None
    assert best_point(walks(lambda x: (x, np.ones_like(x)), 0.0, [0.1, 1.0], 20)) is None


def test_the_start_may_be_the_point():
    assert best_point(walks(parabola, 1.0, [0.1], 5)) == 1


def test_a_plateau_that_paths_were_thrown_onto_is_not_the_point():
    def basin(x):
        t = np.tanh(x)
        return t * t, 2 * t * (1 - t * t)

    found = walks(basin, 1.0, [0.4, 100.0], 60)
    assert found.gradient[-1, 1] == 0 and abs(found.x[-1, 1]) > 10
    assert abs(best_point(found)) < 1e-3


@settings(max_examples=30, deadline=None)
@given(st.floats(0.1, 10), st.floats(-10, 10), st.floats(1, 20))
def test_the_fastest_rate_at_the_point_lands(a, m, away):
    def quadratic(x):
        distance = x - np.float32(m)
        return np.float32(a) * distance * distance, np.float32(2 * a) * distance

    minimum = best_point(walks(quadratic, m + away, [0.3 / a], 200))
    fastest = stability_limits(lambda x: a * (x - m) ** 2, minimum).fastest
    path = walks(quadratic, m + away, [fastest], 10)
    assert judge(path.x[:, 0], path.y[:, 0], path.gradient[:, 0]).kind == "lands"


# The slider's learning rates: short numbers, even steps, every mark exactly

limits = st.floats(1e-30, 1e30)


@given(limits)
def test_rates_rise_from_crawling_to_blowing_up(limit):
    rates = slider_rates(limit)
    assert rates.shape == (RATES,) and np.all(np.diff(rates) > 0)
    assert rates[0] == pytest.approx(limit / BELOW, rel=0.02) and rates[-1] == pytest.approx(limit * ABOVE, rel=0.02)


@given(limits)
def test_the_limit_and_its_half_are_there_as_an_optimizer_keeps_them(limit):
    kept = slider_rates(limit).astype(np.float32)
    assert np.float32(limit) in kept and np.float32(limit / 2) in kept


@given(limits)
def test_steps_are_even_on_a_log_scale_but_for_rounding(limit):
    steps = np.diff(np.log(slider_rates(limit)))
    assert steps.max() < 2.5 * np.log(BELOW * ABOVE) / (RATES - 1)


@pytest.mark.parametrize("limit", [0.3, 1.0, 2.0, 1e-6, 7e5])
def test_round_numbers_are_there(limit):
    rates = slider_rates(limit).tolist()
    rounds = [float(f"{digit}e{power}") for power in range(-12, 9) for digit in (1, 2, 5)]
    assert [mark for mark in rounds if rates[0] <= mark <= rates[-1] and mark not in rates] == []


def test_the_courses_own_rates_are_there():
    assert {0.001, 0.01, 0.1, 0.5, 1.0} <= set(slider_rates(1.0).tolist())


@pytest.mark.parametrize("limit", [1e-300, 1e-44, 1e38, 1e300])
def test_every_rate_is_one_that_keras_can_keep(limit):
    kept = slider_rates(limit).astype(np.float32)
    assert np.isfinite(kept).all() and np.all(kept >= np.finfo(np.float32).tiny)


@given(st.floats(1e-6, 1e3))
def test_a_rate_takes_the_place_of_its_neighbour(rate):
    before = slider_rates(1.0).tolist()
    after = with_rate(before, rate)
    assert rate in after and after == sorted(after) and len(after) == len(before)
    assert len(set(before) - set(after)) <= 1
