"""Measurements of one path: where it stops, cycles, oscillates, converges, grows.

Lengths are counted in ULPs: the spacing of the dtype's numbers at the path's last point. The length of a vector is its
largest component. Arithmetic is float64's, in which every float32 and every difference fits.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from widgets.common.arrays import Floats

Float64s = npt.NDArray[np.float64]

NEAR = 8
"""ULPs. Points no further apart than this count as one point: rounding alone can move a path so far."""

SECANT = 256
"""ULPs between the two points of a secant, so that rounding (about one ULP at each end) does not spoil it."""

LEAP = 4_096
"""ULPs. A longer step that ends at the minimum did not approach it little by little; and a cycle that is left over by
rounding, where the factor between two steps is close to -1, is narrower within 10,000 steps."""

CONVERGED = 0.01
"""A path has converged if the distance to the minimum, and what it covered in the last tenth of its steps, are both
less than this part of its extent."""

LONGEST_CYCLE = 64
"""Steps. Longer cycles are not looked for."""

WINDOWS = 8
"""Stretches that a series is cut into to find a trend: the largest value of each is compared with that of the next."""

FEWEST = 3
"""Values that it takes to speak of a trend."""


class TrajectoryStats:
    """Measures one path. All but `is_finite` is for a path of finite numbers.

    Args:
        x: the points, float32 or float64, of shape (steps + 1, *dims).
        y: f(x), of shape (steps + 1,).
        gradient: shaped like x.
        is_flat: whether f is known not to rise on both sides of the last point: a gradient of 0 is no minimum there.
    """

    def __init__(self, x: Floats, y: Floats, gradient: Floats, is_flat: bool = False) -> None:
        self.is_flat = is_flat
        self.is_finite = all(bool(np.isfinite(numbers).all()) for numbers in (x, y, gradient))
        self.x, self.gradient, self.y = _rows(x), _rows(gradient), y.astype(np.float64)
        self.last_step = len(y) - 1
        self.eps = float(np.finfo(x.dtype).eps)
        largest = np.abs(x[-1]).max(initial=0).astype(x.dtype)
        self.ulp = max(float(np.spacing(largest)), float(np.finfo(x.dtype).tiny))  # smaller numbers are flushed to 0

    @cached_property
    def stalled_at(self) -> int | None:
        """The first step that leaves x unchanged, as do all that follow; None if the last step changed it."""
        moved = np.flatnonzero((self.x[:, 1:] != self.x[:, :-1]).any(axis=0))
        step = int(moved[-1]) + 2 if moved.size else 1
        return step if step <= self.last_step else None

    @cached_property
    def period(self) -> int | None:
        """After how many steps (2 or more) x repeats bit for bit, every point of the cycle seen twice, or None."""
        recent = self.x[:, max(0, self.last_step - LONGEST_CYCLE) : -1]
        for steps in np.flatnonzero((recent == self.x[:, -1:]).all(axis=0)[::-1]) + 1:
            before = self.x[:, max(0, self.last_step + 1 - 2 * steps) : self.last_step + 1 - steps]
            if np.array_equal(before, self.x[:, self.last_step + 1 - steps :]):
                return int(steps) if steps > 1 else None
        return None

    @cached_property
    def cycle_width(self) -> float:
        """How far apart the points of the cycle are. There must be one."""
        cycle = self.x[:, -(self.period or 1) :]
        return float((cycle.max(axis=1) - cycle.min(axis=1)).max())

    @cached_property
    def distance_to_end(self) -> Float64s:
        """The distance of each step's point from the last point, of shape (steps + 1,)."""
        distance: Float64s = np.abs(self.x - self.x[:, -1:]).max(axis=0)
        return distance

    @cached_property
    def arrival_step(self) -> int:
        """The first step from which the path stays near its last point."""
        outside = np.flatnonzero(self.distance_to_end > NEAR * self.ulp)
        return int(outside[-1]) + 1 if outside.size else 0

    @cached_property
    def distance_to_minimum(self) -> float:
        """The distance to the point where the gradient is 0, by a secant of the gradient; inf if there is none."""
        slope = np.abs(self.gradient[:, -1]).max()
        if slope == 0:
            return 0.0
        far = np.flatnonzero(self.distance_to_end >= SECANT * self.ulp)
        other = far[-1] if far.size else 0
        distance = self.distance_to_end[other]
        if distance == 0:
            return np.inf
        direction = (self.x[:, -1] - self.x[:, other]) / distance
        change = direction @ (self.gradient[:, -1] - self.gradient[:, other])
        curvature = change / (direction @ direction) / distance
        return float(slope / curvature) if curvature > 0 else np.inf

    @cached_property
    def at_minimum(self) -> bool:
        """Whether the gradient is 0 at the last point, to a few ULPs, and the path came down to it."""
        if not self.gradient[:, -1].any():
            return bool(not self.is_flat and self.distance_to_end.any() and self.y[-1] <= self.y[0])
        return self.distance_to_minimum <= NEAR * self.ulp

    @cached_property
    def landing_step(self) -> int | None:
        """The first step that is a leap downhill to the last point, where the gradient is 0; or None."""
        # An ULP at the larger end of the leap: from 1,000 a leap to 1 cannot be aimed any finer.
        largest = np.abs(self.x).max(axis=0)
        ulps = np.maximum(np.maximum(largest[:-1], largest[-1]) * self.eps, self.ulp)
        left, distance = self.distance_to_minimum, self.distance_to_end
        if self.is_flat or not left <= NEAR * ulps.max(initial=0):
            return None
        leaps = (distance[:-1] > LEAP * ulps) & (distance[1:] <= NEAR * ulps) & (left <= NEAR * ulps)
        found = np.flatnonzero(leaps & (self.y[1:] <= self.y[:-1]))
        return int(found[0]) + 1 if found.size else None

    @property
    def has_stopped(self) -> bool:
        """Whether x no longer changes, or repeats a cycle."""
        return self.stalled_at is not None or self.period is not None

    @cached_property
    def has_converged(self) -> bool:
        """Whether the distance left, and the distance covered lately, are small beside the extent of the path."""
        lately = self.distance_to_end[-max(2, self.distance_to_end.size // 10) :].max()
        return bool(max(self.distance_to_minimum, lately) < CONVERGED * self.distance_to_end.max())

    @cached_property
    def oscillates(self) -> bool:
        """Whether x changed sides at least twice in the second half of the way: the gradient turned round.

        A step of a few ULPs does not count: across a valley, rounding can make x tremble to the end.
        """
        x, gradient = self.x[:, self._second_half], self.gradient[:, self._second_half]
        moved = np.abs(np.diff(x)).max(axis=0) > NEAR * self.ulp
        turned = (gradient[:, 1:] * gradient[:, :-1]).sum(axis=0) < 0
        return int((moved & turned).sum()) >= 2

    @cached_property
    def gradient_falls(self) -> bool:
        """Whether the gradient gets smaller all through the second half of the way."""
        return falls(np.abs(self.gradient[:, self._second_half]).max(axis=0), NEAR * self.eps)

    @cached_property
    def grows(self) -> bool:
        """Whether the gradient and y get larger all through the second half of the way."""
        slopes = np.abs(self.gradient[:, self._second_half]).max(axis=0)
        return rises(slopes, NEAR * self.eps) and rises(self.y[self._second_half], 0)

    @cached_property
    def _second_half(self) -> slice:
        """The steps of the second half of the way, or of its last three steps if they are more."""
        return slice(max(0, self.arrival_step - max(3, self.arrival_step // 2)), self.arrival_step + 1)


def falls(series: Float64s, margin: float) -> bool:
    """Return whether a series falls from beginning to end, though not from each value to the next.

    The largest value of each window must be below the one before by more than `margin` of it. Fewer than three values
    are not a trend.
    """
    peaks = _peaks(series)
    return series.size >= FEWEST and bool((peaks[1:] < peaks[:-1] * (1 - margin)).all())


def rises(series: Float64s, margin: float) -> bool:
    """Return whether a series rises from beginning to end, by the largest values of its windows, as `falls` does."""
    peaks = _peaks(series)
    return series.size >= FEWEST and bool((peaks[1:] > peaks[:-1] + margin * np.abs(peaks[:-1])).all())


def _peaks(series: Float64s) -> Float64s:
    windows = min(WINDOWS, series.size)
    peaks: Float64s = np.maximum.reduceat(series, np.arange(windows) * series.size // windows)
    return peaks


def _rows(array: Floats) -> Float64s:
    """Return the array as float64 with one row for each component and one column for each step."""
    return np.ascontiguousarray(array.reshape(len(array), -1).T, np.float64)
