"""Central differences: derivatives from values of f alone, how far they are from the tape's, and for which h.

The error has two sides. A large h cuts off the curve's bends (truncation: the error falls with h²); a small h takes the
difference of two nearly equal numbers, whose last digits are rounded (rounding: the error grows as eps/h). See
https://en.wikipedia.org/wiki/Numerical_differentiation#Step_size.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from widgets.common.arrays import Floats
from widgets.common.catalogue import _
from widgets.common.errors import FunctionError
from widgets.common.functions import FLOATS, Function, floating
from widgets.derivatives.derivatives import DEFAULT_INTERVAL, Interval, derivatives
from widgets.derivatives.model import MAX_ORDER, Curves, Differences, Point, Spot, frozen_array
from widgets.derivatives.nested_tapes import CompiledDerivatives, derivatives_at

STEPS = 27
"""How many h there are: for an interval 6 wide, from 2⁻¹ = 0.5 to 2⁻²⁷ = 7.5e-9."""

_START = 0.6  # where on the interval to begin by default: on (-3, 3) that is x = 0.6, which binary numbers must round
_REACH = 2  # a difference of order 3 or 4 looks at f up to 2h away
_WEIGHTS = np.array([[0, -1, 0, 1, 0], [0, 1, -2, 1, 0], [-1, 2, 0, -2, 1], [1, -4, 6, -4, 1]])
_DIVISORS = np.array([2, 1, 2, 1])


class Exploration:
    """What a view of derivatives shows, computed once: curves, and central differences at every x for every h.

    Args:
        f: takes a scalar tensor, returns one real number.
        interval: the lowest and the highest x.
        dtype: "float32" or "float64".

    Attributes:
        curves: f and its derivatives.
        differences: dtype → Differences at every x of the curves, in both dtypes if f takes both.
        h: the steps of the central differences, float64, (27,), falling.

    Raises:
        FunctionError: as `derivatives` does.
    """

    def __init__(self, f: Function, interval: Interval = DEFAULT_INTERVAL, dtype: str = "float32") -> None:
        self._f = f
        self.curves = derivatives(f, interval, dtype=dtype)
        self.h = step_sizes(self.curves.interval)
        self._compiled: dict[str, CompiledDerivatives] = {}
        self.differences: dict[str, Differences] = {}
        self._compare(self.curves)
        for other in set(FLOATS) - {self.curves.dtype}:
            try:
                self._compare(derivatives(f, interval, dtype=other))
            except FunctionError:  # f has constants of one dtype in it: there is nothing to compare then
                continue

    def _compare(self, curves: Curves) -> None:
        if curves.x.size != self.curves.x.size:
            return
        self._compiled[curves.dtype] = CompiledDerivatives(self._f, 0, curves.dtype)
        self.differences[curves.dtype] = self._differences(curves.dtype, curves.x, curves.values)

    def _differences(self, dtype: str, x: npt.NDArray[np.float64], tape: Floats) -> Differences:
        return central_differences(self._compiled[dtype], x, self.h, tape)

    def spot(self, x: float) -> Spot:
        """Return the Spot of a number within the interval: the tape's part is an eager run, as a learner's own."""
        x = checked_x(x, self.curves.interval)
        points = {dtype: self._point(x, dtype) for dtype in self.differences}
        differences = {
            dtype: self._differences(dtype, np.array([x]), point.values[:, None]) for dtype, point in points.items()
        }
        return Spot(points[self.curves.dtype], differences)

    def _point(self, x: float, dtype: str) -> Point:
        try:
            return derivatives_at(self._f, x, dtype=dtype)
        except FunctionError as error:  # f refuses this x, though not every x: there is nothing but that to say of it
            nothing = frozen_array(np.full(MAX_ORDER + 1, np.nan, dtype))
            return Point(x, dtype, nothing, (False,) * nothing.size, -1, str(error))

    def start(self) -> float:
        """Return the x to begin with: the one nearest to 60% of the interval where f and f′ are finite."""
        both = np.isfinite(self.curves.values[:2]).all(axis=0)
        good = np.flatnonzero(both if both.any() else np.isfinite(self.curves.values[0]))
        wanted = _START * (self.curves.x.size - 1)
        return float(self.curves.x[good[np.abs(good - wanted).argmin()]])


def central_differences(
    f: CompiledDerivatives, x: npt.NDArray[np.float64], h: npt.NDArray[np.float64], tape: Floats
) -> Differences:
    """Return the Differences of order 1 to 4 at x, (points,), for h, (steps,).

    `f` computes f alone (order 0), and runs at 5 · points · steps places in one call. `tape` has the tape's values of
    f, f′, … at x: (order + 1, points), of the dtype to compute in.
    """
    dtype = tape.dtype
    values = _values_around(f, x.astype(dtype), h.astype(dtype))
    estimates = np.stack([_estimate(order, values, h.astype(dtype)) for order in range(1, MAX_ORDER + 1)])
    errors = frozen_array(_errors(estimates, tape))
    return Differences(dtype.name, frozen_array(x), frozen_array(h), frozen_array(estimates), errors)


def _values_around(f: CompiledDerivatives, x: Floats, h: Floats) -> Floats:
    """Return f at x + kh for k = −2 … 2: (5, points, steps)."""
    k = np.arange(-_REACH, _REACH + 1, dtype=x.dtype)
    places = x[None, :, None] + k[:, None, None] * h[None, None, :]
    values, _connected = f(places.ravel())
    around: Floats = values[0].reshape(places.shape)
    return around


def _estimate(order: int, f: Floats, h: Floats) -> Floats:
    """Return one order's estimates, (points, steps), in the arithmetic of f's own dtype."""
    with np.errstate(all="ignore"):
        weights = _WEIGHTS[order - 1].astype(f.dtype)
        total = sum(weight * values for weight, values in zip(weights, f, strict=True) if weight)
        estimates: Floats = total / (_DIVISORS[order - 1].astype(f.dtype) * h**order)
    return estimates


def _errors(estimates: Floats, tape: Floats) -> npt.NDArray[np.float64]:
    """Return how far estimates are from the tape's values; nan where either is not finite."""
    errors = np.full(estimates.shape, np.nan)
    for row, derivative in zip(errors, tape[1:].astype(np.float64), strict=False):
        row[:] = derivative[:, None]
    with np.errstate(all="ignore"):
        errors = np.abs(estimates.astype(np.float64) - errors)
    return np.where(np.isfinite(errors), errors, np.nan)


def step_sizes(interval: Interval) -> npt.NDArray[np.float64]:
    """Return the h of central differences for an interval, (27,), falling: powers of two.

    Adding a power of two is exact in binary, which adding 0.1 or 0.001 would not be.
    """
    low, high = interval
    largest = round(np.log2((high - low) / 6)) - 1
    h: npt.NDArray[np.float64] = 2.0 ** np.arange(largest, largest - STEPS, -1)
    return h


def checked_step(h: float) -> float:
    """Return a step of central differences as a float; raise FunctionError unless it is finite and above 0."""
    h = float(floating(h, "float64", name="h", ranks=(0,)))
    if h <= 0:
        raise FunctionError(_("h must be above 0, for example h=0.001; got {h}.").format(h=h))
    return h


def checked_x(x: float, interval: Interval, name: str = "x") -> float:
    """Return a number as a float; raise a FunctionError that calls it `name` unless it lies within the interval."""
    low, high = interval
    x = float(floating(x, "float64", name=name, ranks=(0,)))
    if not low <= x <= high:
        raise FunctionError(
            _("{name} must lie between {low} and {high}, the ends of the interval; got {x}.").format(
                name=name, low=low, high=high, x=x
            )
        )
    return x


def interval_around(at: float | None) -> Interval:
    """Return the interval to show where only a point is given: the default one, or one as wide around the point."""
    low, high = DEFAULT_INTERVAL
    return DEFAULT_INTERVAL if at is None or low <= at <= high else (at + low, at + high)
