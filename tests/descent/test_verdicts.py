"""Verdicts against what is known without them: closed forms of quadratics, and paths made by hand.

No code of the engine takes part: see `walks`.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tests.descent.walks import lesson, quadratic, walk
from widgets.descent.verdicts import HALF_ULP, VERDICTS, ZERO_GRADIENT, judge

OVERFLOWS, BOUNCES, STALLS, LANDS, OSCILLATES, APPROACHES, DIVERGES, MOVING = [kind.name for kind in VERDICTS]
FLOATS = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def kind(*path):
    return judge(*path).kind


# The lessons' function


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        (0.001, MOVING),
        (0.01, STALLS),
        (0.1, APPROACHES),
        (0.45, APPROACHES),
        (0.5, LANDS),
        (0.55, OSCILLATES),
        (0.9, OSCILLATES),
        (0.99, OSCILLATES),
        (1.0, BOUNCES),
        (1.001, DIVERGES),
        (1.1, OVERFLOWS),
        (1e30, OVERFLOWS),
    ],
)
def test_the_lessons_function(rate, expected):
    assert kind(*walk(lesson, 0, rate, 1_000)) == expected


def test_the_stall_of_the_first_lesson():
    x, y, gradient = walk(lesson, 0, 0.01, 1_000)
    found = judge(x, y, gradient)
    assert (found.kind, found.step, found.stalled_at, found.stall_reason) == (STALLS, 660, 660, HALF_ULP)
    assert x[660] == np.float32(0.999998569)
    assert found.ulps_short == round((1 - float(x[660])) / float(np.spacing(x[660]))) == 24


def test_a_smaller_rate_stalls_further_away_and_float64_does_not_stall():
    x, *rest = walk(lesson, 0, 0.001, 10_000)
    assert kind(x, *rest) == STALLS
    assert x[-1] == pytest.approx(0.999985, abs=1e-6)
    assert kind(*walk(lesson, 0, 0.01, 1_000, np.float64)) == APPROACHES


def test_what_is_told_beside_the_kind():
    landed = judge(*walk(lesson, 0, 0.5, 1_000))
    assert (landed.step, landed.stalled_at, landed.stall_reason) == (1, 2, ZERO_GRADIENT)
    rested = judge(*walk(lesson, 0, 0.1, 1_000))  # it too comes to rest, two floats short: the same place
    assert rested.stalled_at is not None and rested.stall_reason == HALF_ULP and rested.ulps_short is None
    assert judge(*walk(lesson, 0, 1.0, 1_000)).period == 2
    overflown = judge(*walk(lesson, 0, 1.1, 1_000))
    assert overflown.not_finite == "y" and overflown.step == overflown.first_inf < overflown.first_nan


@pytest.mark.parametrize(
    ("steps", "kinds"),
    [
        (1, [MOVING, LANDS, MOVING, MOVING, MOVING]),
        (2, [MOVING, LANDS, OSCILLATES, MOVING, DIVERGES]),
        (3, [MOVING, LANDS, OSCILLATES, BOUNCES, DIVERGES]),
        (50, [APPROACHES, LANDS, OSCILLATES, BOUNCES, DIVERGES]),
    ],
)
def test_few_iterations_establish_little(steps, kinds):
    assert [kind(*walk(lesson, 0, rate, steps)) for rate in (0.1, 0.5, 0.9, 1.0, 1.1)] == kinds


# Quadratics: the factor 1 − 2a·rate between one distance and the next decides

scales = st.floats(0.1, 10)
places = st.floats(0.1, 100) | st.floats(-100, -0.1)
starts = st.floats(1, 50) | st.floats(-50, -1)


@FLOATS
@settings(max_examples=40, deadline=None)
@given(scales, places, starts, st.floats(0.05, 0.9))
def test_a_positive_factor_approaches(dtype, a, m, away, factor):
    assert kind(*walk(quadratic(a, m), m + away, (1 - factor) / (2 * a), 400, dtype)) == APPROACHES


@FLOATS
@settings(max_examples=40, deadline=None)
@given(scales, places, starts, st.floats(0.05, 0.98))
def test_a_negative_factor_oscillates_in(dtype, a, m, away, factor):
    assert kind(*walk(quadratic(a, m), m + away, (1 + factor) / (2 * a), 400, dtype)) == OSCILLATES


@FLOATS
@settings(max_examples=40, deadline=None)
@given(scales, places, starts)
def test_no_factor_lands_in_one_step(dtype, a, m, away):
    found = judge(*walk(quadratic(a, m), m + away, 1 / (2 * a), 20, dtype))
    assert (found.kind, found.step) == (LANDS, 1)


@FLOATS
@settings(max_examples=40, deadline=None)
@given(st.integers(-3, 3), st.integers(-50, 50), st.integers(1, 50))
def test_a_factor_of_minus_one_bounces(dtype, power, m, away):
    a = 2.0**power  # so that every number of the path is exact
    found = judge(*walk(quadratic(a, m), m + away, 1 / a, 20, dtype))
    assert (found.kind, found.period) == (BOUNCES, 2)


@FLOATS
@settings(max_examples=40, deadline=None)
@given(scales, places, starts, st.floats(1.01, 3), st.integers(2, 800))
def test_a_factor_beyond_diverges_until_it_overflows(dtype, a, m, away, factor, steps):
    path = walk(quadratic(a, m), m + away, (1 + factor) / (2 * a), steps, dtype)
    finite = all(np.isfinite(numbers).all() for numbers in path)
    assert kind(*path) == (DIVERGES if finite else OVERFLOWS)


@FLOATS
@settings(max_examples=40, deadline=None)
@given(scales, places, starts)
def test_a_factor_of_minus_one_but_for_rounding_neither_shrinks_nor_grows(dtype, a, m, away):
    assert kind(*walk(quadratic(a, m), m + away, 1 / a, 20, dtype)) in (BOUNCES, MOVING)


@pytest.mark.parametrize("drift", [-1, 1])
def test_swings_that_change_by_no_more_than_rounding_are_moving(drift):
    x = np.float32((-1.0) ** np.arange(20) * (2 + drift * np.arange(20) * np.spacing(np.float32(2))))
    assert (np.diff(np.abs(x)) * drift > 0).all()
    assert kind(x, x * x, 2 * x) == MOVING


@settings(max_examples=40, deadline=None)
@given(scales, places, starts, st.floats(0.96, 0.985))
def test_a_factor_close_to_one_stalls_in_float32_and_as_far_as_is_known(a, m, away, factor):
    x, y, gradient = walk(quadratic(a, m), m + away, (1 - factor) / (2 * a), 1_500)
    found = judge(x, y, gradient)
    assert (found.kind, found.stall_reason) == (STALLS, HALF_ULP)
    # It rests where rate · gradient is half a float, so at most 1 / (2 · rate · curvature) floats away.
    assert found.ulps_short <= 1 / (2 * (1 - factor)) + 2
    # A gradient that is one float wrong makes the estimate wrong by no more than a few.
    noise = np.random.default_rng(1).choice(np.float32([-1, 0, 1]), len(x)) * np.spacing(np.float32(2 * a * m))
    assert judge(x, y, gradient + noise).ulps_short == pytest.approx(found.ulps_short, abs=6)


def test_a_slow_divergence():
    assert kind(*walk(lesson, 0, 1.0000001, 1_000, np.float64)) == DIVERGES
    assert kind(*walk(lesson, 0, 0.9999999, 1_000, np.float64)) == OSCILLATES


@FLOATS
def test_a_minimum_at_zero_is_neared_for_ever(dtype):
    path = walk(lambda x: (x * x, x + x), 1, 0.1, 5_000, dtype)
    assert kind(*path) == APPROACHES
    assert kind(*walk(lambda x: (x * x, x + x), 1, 0.9, 100, dtype)) == OSCILLATES


def test_where_tensorflow_flushes_the_update_to_zero_is_close_enough_to_zero():
    x = np.float32(0.8) ** np.arange(600, dtype=np.float32)
    x = np.maximum(x, np.float32(5e-38))  # a tenth of the gradient is smaller than the smallest normal float32
    found = judge(x, x * x, 2 * x)
    assert (found.kind, found.stall_reason) == (APPROACHES, HALF_ULP)


def test_a_path_of_a_few_floats_approaches_too():
    start = 1 - 30 * np.spacing(np.float32(0.99))
    assert kind(*walk(lesson, start, 0.1, 100)) == APPROACHES


# Two parameters


def valley(x):
    """Steep along the first parameter, flat along the second: λ is 200 and 2."""
    scale, minimum = np.array([100, 1], x.dtype), np.array([1, -1], x.dtype)
    return (scale * (x - minimum) ** 2).sum(), 2 * scale * (x - minimum)


@pytest.mark.parametrize(
    ("rate", "steps", "expected"),
    [
        (0.004, 1_000, APPROACHES),  # 1 − 0.008: not yet at rest
        (0.004, 3_000, STALLS),
        (0.009, 10, OSCILLATES),  # across the valley, while the way along it has hardly begun
        (0.009, 40, MOVING),  # along it
        (0.009, 500, APPROACHES),
        (0.009, 1_500, APPROACHES),  # trembling across the valley by a float, so it is no rest
        (0.0001, 1_000, MOVING),
        (0.01, 20, BOUNCES),
        (0.0101, 200, DIVERGES),
        (0.02, 1_000, OVERFLOWS),
    ],
)
def test_a_narrow_valley(rate, steps, expected):
    x, y, gradient = walk(valley, (2, -1) if expected is BOUNCES else (2, 3), rate, steps)
    assert x.shape == (steps + 1, 2)
    assert kind(x, y, gradient) == expected


def test_any_number_of_dimensions():
    x, y, gradient = walk(lesson, 0, 0.01, 1_000)
    square = [np.broadcast_to(numbers[:, None, None], (1_001, 2, 3)) for numbers in (x, gradient)]
    assert judge(square[0], y, square[1]) == judge(x, y, gradient)


# Momentum: x may pause, cross and come back


def test_momentum_oscillates_where_the_rate_alone_would_approach():
    assert kind(*walk(lesson, 0, 0.05, 400)) == APPROACHES
    assert kind(*walk(lesson, 0, 0.05, 400, momentum=0.9)) == OSCILLATES


def test_momentum_that_is_caught_in_the_middle_of_a_swing_is_moving():
    x, y, gradient = walk(lesson, 0, 0.001, 300, np.float64, momentum=0.99)
    crossing = int(np.argmin(np.abs(gradient)[:100])) + 1
    assert kind(x[:crossing], y[:crossing], gradient[:crossing]) == MOVING
    path = walk(lesson, 0, 1e-6, 1_200, np.float64, momentum=0.999)
    crossing = int(np.argmin(np.abs(path[2]))) + 1
    assert kind(*(numbers[:crossing] for numbers in path)) == MOVING  # though its steps are short


def test_momentum_passes_a_place_without_gradient():
    x, y, gradient = walk(quadratic(0.5, 0), 1, 1.0, 6, momentum=0.5)  # 1, 0, −0.5, …
    assert gradient[1] == 0 and kind(x, y, gradient) != LANDS
    assert kind(x[:2], y[:2], gradient[:2]) == LANDS  # all that two places can tell


def test_momentum_diverges_only_above_its_own_limit():
    limit = 2 * (1 + 0.9) / 2
    assert kind(*walk(lesson, 0, 0.99 * limit, 3_000, np.float64, momentum=0.9)) == OSCILLATES
    assert kind(*walk(lesson, 0, 1.05 * limit, 300, np.float64, momentum=0.9)) == DIVERGES


# Other landscapes


def test_starting_at_the_minimum_is_a_rest_without_a_gradient():
    found = judge(*walk(lesson, 1, 0.1, 10))
    assert (found.kind, found.step, found.stall_reason, found.ulps_short) == (STALLS, 1, ZERO_GRADIENT, 0)


def plateau(x):
    """The function tanh(x)²."""
    t = np.tanh(x)
    return t * t, 2 * t * (1 - t * t)


def test_a_plateau():
    flat = judge(*walk(plateau, 20, 0.1, 100))
    assert (flat.kind, flat.step, flat.stall_reason) == (STALLS, 1, ZERO_GRADIENT)
    crawling = judge(*walk(plateau, 8, 0.1, 100))
    assert (crawling.kind, crawling.step, crawling.stall_reason) == (STALLS, 1, HALF_ULP)
    assert kind(*walk(plateau, 1, 100, 1)) == MOVING
    thrown = judge(*walk(plateau, 1, 100, 100))  # up: no landing, though the gradient there is exactly 0
    assert (thrown.kind, thrown.step, thrown.stall_reason) == (STALLS, 2, ZERO_GRADIENT)
    assert kind(*walk(plateau, 2, 0.05, 2_000)) in (APPROACHES, STALLS)
    assert kind(*walk(plateau, 4, 0.05, 100)) == MOVING


def double_well(x):
    """The function (x² − 1)²: minima at ±1, and a maximum between them."""
    hill = x * x - 1
    return hill * hill, 4 * x * hill


def test_a_path_that_leaves_a_maximum():
    assert kind(*walk(double_well, 1e-3, 0.01, 50)) == MOVING  # faster and faster, but downhill
    assert kind(*walk(double_well, 1e-3, 0.05, 400)) == APPROACHES
    assert kind(*walk(double_well, 1e-3, 0.05, 400, np.float64)) == APPROACHES


def test_downhill_without_end_is_moving():
    assert kind(*walk(lambda x: (x, np.ones_like(x)), 0, 0.1, 1_000)) == MOVING
    assert kind(*walk(lambda x: (-x * x, -2 * x), 1, 0.01, 300)) == MOVING


def test_an_absolute_value_lands_or_bounces():
    def absolute(x):
        return np.abs(x), np.sign(x)

    landed = judge(*walk(absolute, 1, 0.25, 10))
    assert (landed.kind, landed.step) == (LANDS, 4)
    bounced = judge(*walk(absolute, 50.0625, 0.125, 1_000))  # a cycle that is small beside the way to it
    assert (bounced.kind, bounced.period) == (BOUNCES, 2)


@pytest.mark.parametrize("period", [2, 3, 5, 64])
def test_cycles_of_any_period_up_to_the_longest(period):
    x = np.resize(np.random.default_rng(period).normal(size=period), 2 * period).astype(np.float32)
    found = judge(x, np.abs(x), np.sign(x))
    assert (found.kind, found.period) == (BOUNCES, period)
    assert judge(x[1:], np.abs(x[1:]), np.sign(x[1:])).period is None  # not each place has been seen twice


def test_a_narrow_cycle_is_where_an_oscillation_ends_unless_it_begins_there():
    x, y, gradient = walk(lesson, 0, 0.9, 1_000)
    found = judge(x, y, gradient)
    assert (found.kind, found.period) == (OSCILLATES, 2)
    assert kind(x[900:], y[900:], gradient[900:]) == BOUNCES


# Numbers that are not finite


def test_y_overflows_though_x_does_not():
    found = judge(*walk(lambda x: (x**4, 4 * x**3), 1e5, 1e-3, 2))
    assert (found.kind, found.first_inf, found.not_finite) == (OVERFLOWS, 1, "y")


def test_leaving_the_domain_gives_nan_without_inf():
    found = judge(*walk(lambda x: (x - np.log(x), 1 - 1 / x), 0.5, -3.0, 5))
    assert (found.kind, found.first_inf, found.first_nan, found.not_finite) == (OVERFLOWS, None, 1, "y")


def test_nan_from_the_start():
    nan = np.full(5, np.nan, np.float32)
    found = judge(nan, nan, nan)
    assert (found.kind, found.step, found.first_nan, found.stalled_at) == (OVERFLOWS, 0, 0, None)


def test_an_infinite_gradient_at_the_last_step():
    found = judge(np.array([1.0, 0.0]), np.array([1.0, 0.0]), np.array([0.5, np.inf]))
    assert (found.kind, found.step, found.not_finite) == (OVERFLOWS, 1, "gradient")


# Whatever comes


finite = st.sampled_from([0.0, -0.0, 1.0, 2.0, -1.0, 1e-40, 3e38])
numbers = finite | st.sampled_from([np.inf, -np.inf, np.nan])
shapes = st.tuples(st.integers(1, 12), st.sampled_from([(), (1,), (2,), (2, 2)]))


def draw_path(data, dtype, elements):
    steps, dims = data.draw(shapes)
    x, gradient = (data.draw(arrays.arrays(dtype, (steps, *dims), elements=elements)) for _ in range(2))
    return x, data.draw(arrays.arrays(dtype, (steps,), elements=elements)), gradient


@FLOATS
@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_finite_path_gets_a_verdict_and_its_rest_is_one(dtype, data):
    x, y, gradient = draw_path(data, dtype, finite | st.floats(width=32, allow_nan=False, allow_infinity=False))
    found = judge(x, y, gradient)
    assert found.kind in {kind.name for kind in VERDICTS[1:]}
    rests = [k for k in range(1, len(x)) if all((x[j] == x[k - 1]).all() for j in range(k, len(x)))]
    assert found.stalled_at == (rests[0] if rests else None)


@FLOATS
@settings(max_examples=100, deadline=None)
@given(st.data())
def test_the_first_inf_and_nan_of_any_path(dtype, data):
    x, y, gradient = draw_path(data, dtype, numbers)
    found = judge(x, y, gradient)
    every = [np.concatenate([np.ravel(part) for part in step]) for step in zip(x, y, gradient, strict=True)]
    assert found.first_inf == next((k for k, step in enumerate(every) if np.isinf(step).any()), None)
    assert found.first_nan == next((k for k, step in enumerate(every) if np.isnan(step).any()), None)
    assert (found.kind == OVERFLOWS) == (found.step == min(_known(found), default=-1)) == bool(_known(found))


def _known(found):
    return [step for step in (found.first_inf, found.first_nan) if step is not None]


@pytest.mark.parametrize(("old", "new"), [("why", "stall_reason"), ("short", "ulps_short"), ("broken", "not_finite")])
def test_old_names_work_for_one_release(old, new):
    found = judge(*walk(lesson, 0, 0.01, 1_000))
    with pytest.warns(DeprecationWarning, match=new):
        assert getattr(found, old) == getattr(found, new)
