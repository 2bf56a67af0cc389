"""What part of the plane a picture of curves shows, so that a pole does not flatten everything else."""

import numpy as np

MARGIN = 0.06
TALLEST = 5
"""How many times as high as f itself the picture may become: what f″ has beyond that is cut off."""

_CORE = (10, 90)
_WILD = 3
_BREAK = 0.6  # of the window's height
_LEAP = 0.2  # of the curve's height, from one position to the next: a pole. A peak has positions on its slopes


def window(curves, orders):
    """Return (low, high) of the vertical axis for some orders of Curves, or (-1, 1) if none has a finite value."""
    values = drawn(curves)
    spans = [span for span in (_span(values[order]) for order in orders) if span]
    if not spans:
        return -1.0, 1.0
    low, high = min(span[0] for span in spans), max(span[1] for span in spans)
    first_low, first_high = spans[0]
    room = (TALLEST - 1) / 2 * (first_high - first_low)
    if room > 0:
        low, high = max(low, first_low - room), min(high, first_high + room)
    margin = MARGIN * (high - low) or max(1.0, abs(high) / 2)
    return float(low - margin), float(high + margin)


def _span(values):
    """Return where a curve is: all of it, but near a pole only where most of it is."""
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


def drawn(curves):
    """Return the values of Curves as they are drawn: where f itself is no number, its derivatives have no place either.

    The tape does have numbers there: that of tf.math.log at -1 is 1/x = -1.
    """
    return np.where(np.isnan(curves.values[0]), np.nan, curves.values).astype(curves.dtype)


def broken(values, low, high):
    """Return a curve's values in float64 with a gap where it leaps over most of the window: at a pole, or a step."""
    values = values.astype(np.float64)
    seen = np.clip(values, low, high)
    with np.errstate(invalid="ignore"):
        leaps = np.flatnonzero(np.abs(np.diff(seen)) > _BREAK * (high - low))
    values[np.concatenate([leaps, np.flatnonzero(np.isinf(values))])] = np.nan
    return values


def touching(point, x, order):
    """Return the tangent (order 1) or the osculating parabola (order 2) of a Point at some x."""
    away = x - point.x
    value, slope, bend = (float(number) for number in point.values[:3])
    with np.errstate(over="ignore", invalid="ignore"):
        return value + slope * away + (bend / 2 * away**2 if order == 2 else 0.0)
