"""What a finite path shows when it is measured: where it rests, turns in a circle, swings, shrinks, grows.

Lengths are counted in floats: the gap between a dtype's neighbouring numbers at the path's last place. A vector is as
long as its largest component. Arithmetic is float64's, in which every float32 and every difference fits.
"""

from functools import cached_property

import numpy as np

from widgets.descent.trends import falls, rises

NEAR = 8
"""Floats. What is no further apart than this is the same place: rounding alone can move a path so far."""

FAR = 256
"""Floats between the two points of a secant, so that rounding (about one float at each end) does not spoil it."""

LEAP = 4_096
"""Floats. A longer move that ends near the goal did not approach it little by little; and a cycle that is left over by
rounding, where the factor between two moves is close to -1, is narrower within 10,000 steps."""

SETTLED = 0.01
"""Part of a path's extent. Once it has settled, less is left to go and less was gone in the last tenth of its steps."""

LONGEST_CYCLE = 64
"""Steps. A longer cycle is not looked for."""


class Travel:
    """Measures one path. The arrays are finite: x and gradient (steps + 1, *dims), y (steps + 1,)."""

    def __init__(self, x, y, gradient):
        self.x, self.gradient, self.y = _rows(x), _rows(gradient), y.astype(np.float64)
        self.last = len(y) - 1
        self.eps = float(np.finfo(x.dtype).eps)
        largest = np.abs(x[-1]).max(initial=0).astype(x.dtype)
        self.float = max(float(np.spacing(largest)), float(np.finfo(x.dtype).tiny))  # smaller numbers are flushed to 0

    @cached_property
    def stalled_at(self):
        """The first step that leaves x unchanged, as do all that follow; None if the last step changed it."""
        moved = np.flatnonzero((self.x[:, 1:] != self.x[:, :-1]).any(axis=0))
        step = int(moved[-1]) + 2 if moved.size else 1
        return step if step <= self.last else None

    @cached_property
    def period(self):
        """After how many steps (2 or more) x comes back bit for bit, every state of the cycle seen twice, or None."""
        recent = self.x[:, max(0, self.last - LONGEST_CYCLE) : -1]
        for steps in np.flatnonzero((recent == self.x[:, -1:]).all(axis=0)[::-1]) + 1:
            before = self.x[:, max(0, self.last + 1 - 2 * steps) : self.last + 1 - steps]
            if np.array_equal(before, self.x[:, self.last + 1 - steps :]):
                return int(steps) if steps > 1 else None
        return None

    @cached_property
    def width(self):
        """How far apart the places of the cycle are."""
        cycle = self.x[:, -self.period :]
        return float((cycle.max(axis=1) - cycle.min(axis=1)).max())

    @cached_property
    def away(self):
        """How far each step is from the last place."""
        return np.abs(self.x - self.x[:, -1:]).max(axis=0)

    @cached_property
    def arrived(self):
        """The first step from which the path stays near its last place: the journey ends there."""
        outside = np.flatnonzero(self.away > NEAR * self.float)
        return int(outside[-1]) + 1 if outside.size else 0

    @cached_property
    def left(self):
        """How far it still is to where the gradient vanishes, by a secant of the gradient; inf if it leads nowhere."""
        slope = np.abs(self.gradient[:, -1]).max()
        if slope == 0:
            return 0.0
        far = np.flatnonzero(self.away >= FAR * self.float)
        other = far[-1] if far.size else 0
        if self.away[other] == 0:
            return np.inf
        along = (self.x[:, -1] - self.x[:, other]) / self.away[other]
        bend = along @ (self.gradient[:, -1] - self.gradient[:, other]) / (along @ along) / self.away[other]
        return float(slope / bend) if bend > 0 else np.inf

    @cached_property
    def near(self):
        """Whether the last place is where the gradient vanishes, to a few floats, and the path came down to it."""
        if not self.gradient[:, -1].any():
            return bool(self.away.any() and self.y[-1] <= self.y[0])
        return self.left <= NEAR * self.float

    @cached_property
    def landed_at(self):
        """The first step that is a leap downhill and ends at the last place, where the gradient vanishes; or None."""
        # A float at the larger end of the leap: from 1,000 a leap to 1 cannot be aimed any finer.
        largest = np.abs(self.x).max(axis=0)
        floats = np.maximum(np.maximum(largest[:-1], largest[-1]) * self.eps, self.float)
        if not self.left <= NEAR * floats.max(initial=0):
            return None
        leaps = (self.away[:-1] > LEAP * floats) & (self.away[1:] <= NEAR * floats) & (self.left <= NEAR * floats)
        found = np.flatnonzero(leaps & (self.y[1:] <= self.y[:-1]))
        return int(found[0]) + 1 if found.size else None

    @property
    def stays(self):
        """Whether it rests, or turns in a cycle."""
        return self.stalled_at is not None or self.period is not None

    @cached_property
    def settled(self):
        """Whether what is left to go, and what was gone lately, are small beside the extent of the path."""
        lately = self.away[-max(2, self.away.size // 10) :].max()
        return bool(max(self.left, lately) < SETTLED * self.away.max())

    @cached_property
    def swings(self):
        """Whether x changed sides at least twice in the second half of the journey: the gradient turned round.

        A move of a few floats does not count: across a valley rounding can make x tremble to the end.
        """
        x, gradient = self.x[:, self._half], self.gradient[:, self._half]
        moved = np.abs(np.diff(x)).max(axis=0) > NEAR * self.float
        turned = (gradient[:, 1:] * gradient[:, :-1]).sum(axis=0) < 0
        return int((moved & turned).sum()) >= 2

    @cached_property
    def shrinks(self):
        """Whether the gradient gets smaller all through the second half of the journey."""
        return falls(np.abs(self.gradient[:, self._half]).max(axis=0), NEAR * self.eps)

    @cached_property
    def grows(self):
        """Whether the gradient and y get larger all through the second half of the journey."""
        slopes = np.abs(self.gradient[:, self._half]).max(axis=0)
        return rises(slopes, NEAR * self.eps) and rises(self.y[self._half], 0)

    @cached_property
    def _half(self):
        """The steps of the second half of the journey, or of its last three moves if they are more."""
        return slice(max(0, self.arrived - max(3, self.arrived // 2)), self.arrived + 1)


def _rows(array):
    """Return the array as float64 with one row for each component and one column for each step."""
    return np.ascontiguousarray(array.reshape(len(array), -1).T, np.float64)
