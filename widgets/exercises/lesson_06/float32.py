"""Descent on x² - 2x + 1 from 0 in NumPy's float32, with the derivative from paper: where it stalls, and when."""

import numpy as np

TICK = 2.0**-24
"""One ULP just below 1."""


def one_step(x, rate):
    """Return where one step leads, every operation rounded to float32."""
    x, rate = np.float32(x), np.float32(rate)
    return x - rate * (np.float32(2) * x - np.float32(2))


def stall(rate):
    """Return (x, steps): the first place that a step does not leave, and how many steps led there."""
    x, steps = np.float32(0), 0
    while (there := one_step(x, rate)) != x:
        x, steps = there, steps + 1
    return float(x), steps


def ticks_below_one(x):
    """Return how many ticks below 1 a number lies."""
    return (1.0 - float(x)) / TICK
