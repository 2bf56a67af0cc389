"""What a view of derivatives shows, computed once: curves, and central differences at every position for every h."""

import numpy as np

from widgets.common.catalogue import _
from widgets.common.errors import FunctionError
from widgets.common.function_checks import FLOATS, floating
from widgets.derivatives.derivatives import USUAL, derivatives
from widgets.derivatives.differences import central_differences
from widgets.derivatives.everywhere import Everywhere
from widgets.derivatives.grid import steps
from widgets.derivatives.model import HIGHEST, Point, Spot, frozen_array
from widgets.derivatives.tower import derivatives_at

START = 0.6
"""Where on the interval one begins if nobody says: on (-3, 3) that is x = 0.6, which binary numbers must round."""


class Exploration:
    """`Exploration(f, interval, dtype)`: `curves`, `differences` (dtype to Differences), `h`, and `spot(x)` for any x.

    `differences` are those at every x of the curves, in both dtypes if f takes both, so that they can be compared.
    Raises FunctionError as `derivatives` does.
    """

    def __init__(self, f, interval=USUAL, dtype="float32"):
        self._f = f
        self.curves = derivatives(f, interval, dtype=dtype)
        self.h = steps(self.curves.interval)
        self._runs, self.differences = {}, {}
        self._compare(self.curves)
        for other in set(FLOATS) - {self.curves.dtype}:
            try:
                self._compare(derivatives(f, interval, dtype=other))
            except FunctionError:  # f has constants of the one dtype in it: there is nothing to compare then
                continue

    def _compare(self, curves):
        if curves.x.size != self.curves.x.size:
            return
        self._runs[curves.dtype] = Everywhere(self._f, 0, curves.dtype)
        self.differences[curves.dtype] = self._differences(curves.dtype, curves.x, curves.values)

    def _differences(self, dtype, x, tape):
        return central_differences(self._runs[dtype], x, self.h, tape)

    def spot(self, x):
        """Return the Spot of a number within the interval: the tape's part is eager, number for number a learner's."""
        x = checked_place(x, self.curves.interval)
        points = {dtype: self._point(x, dtype) for dtype in self.differences}
        differences = {
            dtype: self._differences(dtype, np.array([x]), point.values[:, None]) for dtype, point in points.items()
        }
        return Spot(points[self.curves.dtype], differences)

    def _point(self, x, dtype):
        try:
            return derivatives_at(self._f, x, dtype=dtype)
        except FunctionError as error:  # f refuses this x, though not every x: there is nothing but that to say of it
            nothing = frozen_array(np.full(HIGHEST + 1, np.nan, dtype))
            return Point(x, dtype, nothing, (False,) * nothing.size, -1, str(error))

    def start(self):
        """Return the x to begin with: the one nearest to START where f and f′ are finite."""
        both = np.isfinite(self.curves.values[:2]).all(axis=0)
        good = np.flatnonzero(both if both.any() else np.isfinite(self.curves.values[0]))
        wanted = START * (self.curves.x.size - 1)
        return float(self.curves.x[good[np.abs(good - wanted).argmin()]])


def checked_place(x, interval, name="x"):
    """Return a number as a float; raise FunctionError unless it lies within the interval."""
    low, high = interval
    x = float(floating(x, "float64", name=name, ranks=(0,)))
    if not low <= x <= high:
        raise FunctionError(
            _("{name} must lie between {low} and {high}, the ends of the interval; got {x}.").format(
                name=name, low=low, high=high, x=x
            )
        )
    return x


def around(at):
    """Return the interval to show where only a point is given: the usual one, or one as wide about the point."""
    low, high = USUAL
    return USUAL if at is None or low <= at <= high else (at + low, at + high)
