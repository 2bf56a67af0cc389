"""The learning rates that a slider offers: even steps on a log scale, short numbers, round ones among them."""

import numpy as np

COUNT = 241
"""Positions of the slider."""

BELOW, ABOVE = 1000.0, 4.0
"""How far the slider reaches below and above the limit, 2/λ on a quadratic: from crawling to blowing up."""

_ROUND = (1, 2, 5)
_LIMITS = 1e-34, 1e37  # so that every rate is one that Keras can keep as a float32


def slider_rates(limit=1.0):
    """Return COUNT rising learning rates, float64: from `limit` / BELOW to `limit` · ABOVE, in three digits each.

    Every 1, 2 or 5 times a power of ten is one of them, and so are `limit` and its half: the float32 numbers that an
    optimizer makes of them, in as few digits as tell those from all others.
    """
    limit = np.clip(limit, *_LIMITS)
    rates = [float(f"{rate:.3g}") for rate in np.geomspace(limit / BELOW, limit * ABOVE, COUNT)]
    for mark in (*_round_ones(rates[0], rates[-1]), *(float(str(np.float32(mark))) for mark in (limit / 2, limit))):
        rates = with_rate(rates, mark)
    return np.array(rates)


def with_rate(rates, rate):
    """Return rising `rates`, as a list, with `rate` in place of the one nearest to it on a log scale."""
    at = nearest(rates, rate)
    return sorted([*rates[:at], float(rate), *rates[at + 1 :]])


def nearest(rates, rate):
    """Return the position of the learning rate that is nearest to `rate` on a log scale."""
    return int(np.argmin(np.abs(np.log(rates) - np.log(rate))))


def _round_ones(low, high):
    powers = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    marks = [float(f"{digit}e{power}") for power in powers for digit in _ROUND]
    return [mark for mark in marks if low <= mark <= high]
