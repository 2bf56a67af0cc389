"""Whether a row of numbers falls or rises from its beginning to its end, though not from each number to the next."""

import numpy as np

WINDOWS = 8
"""Stretches that a row is cut into: the largest number of each is compared with that of the next."""

FEWEST = 3
"""Numbers that it takes to speak of a trend."""


def falls(row, margin):
    """Return whether each window's largest number is below the one before by more than this part of it."""
    peaks = _peaks(row)
    return row.size >= FEWEST and bool((peaks[1:] < peaks[:-1] * (1 - margin)).all())


def rises(row, margin):
    """Return whether each window's largest number is above the one before by more than this part of it."""
    peaks = _peaks(row)
    return row.size >= FEWEST and bool((peaks[1:] > peaks[:-1] + margin * np.abs(peaks[:-1])).all())


def _peaks(row):
    windows = min(WINDOWS, row.size)
    return np.maximum.reduceat(row, np.arange(windows) * row.size // windows)
