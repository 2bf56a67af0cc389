"""A trend is seen through swings, and noise is no trend."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.descent.trajectory import WINDOWS, falls, rises

MARGIN = 1e-6
steps = np.arange(500)


@given(st.floats(0.9, 0.99), st.floats(3, 20))
def test_a_swing_that_dies_away_falls_and_one_that_builds_up_rises(factor, period):
    swing = np.abs(np.cos(2 * np.pi * steps / period)) * factor**steps
    assert falls(swing, MARGIN) and not rises(swing, MARGIN)
    assert rises(swing[::-1], MARGIN) and not falls(swing[::-1], MARGIN)


@pytest.mark.parametrize("row", [np.ones(500), 1 + 1e-9 * np.random.default_rng(0).normal(size=500), steps % 2 + 1.0])
def test_a_level_row_does_neither(row):
    assert not falls(row, MARGIN) and not rises(row, MARGIN)


def test_chaos_does_neither():
    for seed in range(200):
        row = np.random.default_rng(seed).random(500)
        assert not falls(row, MARGIN) and not rises(row, MARGIN)


def test_less_than_the_margin_is_no_trend():
    slow = (1 - 1e-8) ** np.arange(WINDOWS)
    assert falls(slow, 0) and not falls(slow, MARGIN)
    assert rises(slow[::-1], 0) and not rises(slow[::-1], MARGIN)


def test_two_numbers_are_no_trend():
    assert not falls(np.array([2.0, 1.0]), 0) and not rises(np.array([1.0, 2.0]), 0)
    assert falls(np.array([3.0, 2.0, 1.0]), 0) and rises(np.array([1.0, 2.0, 3.0]), 0)


def test_numbers_below_zero_rise_too():
    assert rises(np.linspace(-3, -1, 50), MARGIN)
    assert not rises(np.linspace(-1, -3, 50), MARGIN)
