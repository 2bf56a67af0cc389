"""What part of the plane a picture of curves shows, so that a pole does not flatten everything else."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from widgets.common.arrays import Floats
from widgets.derivatives.model import Curves, Point

_MARGIN = 0.06
_TALLEST = 5  # times as high as f itself the picture may become: what f″ has beyond that is cut off
_CORE = (10, 90)
_WILD = 3
_BREAK = 0.6  # of the window's height
_LEAP = 0.2  # of the curve's height, from one position to the next: a pole. A peak has positions on its slopes


def window(curves: Curves, orders: Iterable[int]) -> tuple[float, float]:
    """Return (low, high) of the vertical axis for some orders of Curves, or (-1, 1) if none has a finite value."""
    values = drawn(curves)
    spans = [span for span in (_span(values[order]) for order in orders) if span]
    if not spans:
        return -1.0, 1.0
    low, high = min(span[0] for span in spans), max(span[1] for span in spans)
    first_low, first_high = spans[0]
    room = (_TALLEST - 1) / 2 * (first_high - first_low)
    if room > 0:
        low, high = max(low, first_low - room), min(high, first_high + room)
    margin = _MARGIN * (high - low) or max(1.0, abs(high) / 2)
    return float(low - margin), float(high + margin)


def _span(values: Floats) -> tuple[float, float] | None:
    """Return the range of a curve: all of it, but near a pole only where most of it is."""
    finite = values[np.isfinite(values)].astype(np.float64)
    if not finite.size:
        return None
    finite = np.clip(finite, -1e300, 1e300)
    low, high = finite.min(), finite.max()
    inner_low, inner_high = np.percentile(finite, _CORE)
    inner = inner_high - inner_low
    leaps = np.isinf(values).any() or np.abs(np.diff(finite)).max(initial=0) > _LEAP * (high - low)
    if leaps and 0 < _WILD * inner < high - low:
        low, high = max(low, inner_low - inner / 2), min(high, inner_high + inner / 2)
    return low, high


def drawn(curves: Curves) -> Floats:
    """Return the values of Curves as they are drawn: where f itself is nan, its derivatives are not drawn either.

    The tape does have numbers there: that of tf.math.log at -1 is 1/x = -1.
    """
    values: Floats = np.where(np.isnan(curves.values[0]), np.nan, curves.values).astype(curves.dtype)
    return values


def broken(values: Floats, low: float, high: float) -> npt.NDArray[np.float64]:
    """Return a curve's values in float64 with a gap where it leaps over most of the window: at a pole, or a step."""
    line = values.astype(np.float64)
    seen = np.clip(line, low, high)
    with np.errstate(invalid="ignore"):
        leaps = np.flatnonzero(np.abs(np.diff(seen)) > _BREAK * (high - low))
    line[np.concatenate([leaps, np.flatnonzero(np.isinf(line))])] = np.nan
    return line


def touching(point: Point, x: npt.NDArray[np.float64], order: int) -> npt.NDArray[np.float64]:
    """Return the tangent (order 1) or the osculating parabola (order 2) of a Point at some x."""
    away = x - point.x
    value, slope, curvature = (float(number) for number in point.values[:3])
    with np.errstate(over="ignore", invalid="ignore"):
        line: npt.NDArray[np.float64] = value + slope * away + (curvature / 2 * away**2 if order == 2 else 0.0)
    return line
