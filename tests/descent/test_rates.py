"""The learning rates of the slider: short numbers, even steps, every mark exactly."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.descent.rates import ABOVE, BELOW, COUNT, slider_rates, with_rate

limits = st.floats(1e-30, 1e30)


@given(limits)
def test_rates_rise_from_crawling_to_blowing_up(limit):
    rates = slider_rates(limit)
    assert rates.shape == (COUNT,) and np.all(np.diff(rates) > 0)
    assert rates[0] == pytest.approx(limit / BELOW, rel=0.02) and rates[-1] == pytest.approx(limit * ABOVE, rel=0.02)


@given(limits)
def test_the_limit_and_its_half_are_there_as_an_optimizer_keeps_them(limit):
    kept = slider_rates(limit).astype(np.float32)
    assert np.float32(limit) in kept and np.float32(limit / 2) in kept


@given(limits)
def test_steps_are_even_on_a_log_scale_but_for_rounding(limit):
    steps = np.diff(np.log(slider_rates(limit)))
    assert steps.max() < 2.5 * np.log(BELOW * ABOVE) / (COUNT - 1)


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
