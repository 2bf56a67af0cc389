"""f on a grid, as TensorFlow gives it: where the points lie, which values are worth showing, and contour levels."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence

import numpy as np
import tensorflow as tf

from widgets.common.arrays import Array, Floats, Tensor
from widgets.common.functions import Function
from widgets.common.tensorflow_log import quiet
from widgets.descent.model import BATCHED, VECTORIZED, Paths
from widgets.descent.paths.batching import values_of

POINTS = {1: 401, 2: 101}
"""Points of the grid along each axis, for a function of one parameter and of two."""

COARSE = {1: 401, 2: 41}
"""Of the grid on which lowest points are looked for; Newton's method goes on from there."""

MARGIN, SEARCHED = 0.3, 1.6
"""Room around the path and the minima that are shown, and around where more minima are looked for: parts of them."""

_SHOWN = (5, 95)  # percentiles of the values, between which all is shown
_BELOW, _ABOVE = 0.1, 0.06  # room left around them: a minimum's value stands below it
_FLOATS = np.finfo(np.float64).min / 16, np.finfo(np.float64).max / 16
_LEVELS, _INNERMOST = 15, 0.002  # lines of equal loss, and the part of the picture within the lowest
_FINEST = 4096  # epsilons of a coordinate: a grid must be wider, or its points are too few numbers
_MOST_NUMBERS = 10_000_000  # in the points of a grid that are computed together
_NARROWEST = 0.5  # of its widest side, so that the picture of a path along an axis is not a line


def grid_axes(
    seen: Sequence[Floats],
    margin: float,
    narrowest: float = _NARROWEST,
    points: dict[int, int] = POINTS,
    largest: float = 0.0,
) -> tuple[Floats, ...]:
    """Return a grid that holds some points.

    Args:
        seen: the points, of one dtype.
        margin: the room around them, a part of how far they spread.
        narrowest: the shortest side at least, as a part of the longest.
        points: of the grid along each axis, by the number of axes.
        largest: a number that is added to coordinates: the grid is no finer than its digits.

    Returns:
        The coordinates along each axis.
    """
    dtype, spread = seen[0].dtype, np.stack([np.atleast_1d(point) for point in seen]).astype(np.float64)
    spread = spread[np.isfinite(spread).all(axis=1)]
    low, high = spread.min(axis=0), spread.max(axis=0)
    reach = np.maximum(high - low, narrowest * (high - low).max()) if (high > low).any() else np.full_like(low, 2.0)
    reach = np.maximum(reach, _FINEST * np.finfo(dtype).eps * np.maximum(np.abs(spread).max(axis=0), largest))
    middle, half = (low + high) / 2, (0.5 + margin) * reach
    sides = zip(middle, half, strict=True)
    return tuple(np.linspace(x - far, x + far, points[low.size]).astype(dtype) for x, far in sides)


def beyond_minimum(minimum: Floats, start: Floats) -> Floats:
    """Return a point beyond a minimum as seen from a start: a grid that holds it has room for paths that jump over."""
    found: Floats = minimum + (1.0 if minimum.size == 1 else 0.5) * (minimum - start)
    return found


def grid_values(f: Function, axes: tuple[Floats, ...], probes: Paths, points_of: Callable[[Floats], Floats]) -> Floats:
    """Return f on a grid.

    Args:
        f: takes a point.
        axes: the grid's coordinates.
        probes: paths of f, which tell how it can be computed.
        points_of: the points at some coordinates, (n, axes).

    Returns:
        The values, axes[-1] first, nan where f is not finite.
    """
    grid = np.stack([side.ravel() for side in np.meshgrid(*axes)], axis=-1)
    block = max(1, _MOST_NUMBERS // points_of(grid[:1]).size)
    blocks = np.split(grid, range(block, len(grid), block))
    values = np.concatenate([values_at(f, points_of(some), probes) for some in blocks])
    values = values.reshape([axis.size for axis in reversed(axes)])
    return np.where(np.isfinite(values), values, np.nan)


def values_at(f: Function, points: Array, probes: Paths) -> Array:
    """Return f at each point as TensorFlow gives it; all at once where TensorFlow can.

    An f that took the x of all paths at once takes all points so: that needs no graph, which may fuse and reorder
    operations, and gives the bits that f gives each point alone (but for powers, which TensorFlow rounds differently).
    """
    if probes.how == VECTORIZED:
        with contextlib.suppress(Exception):  # a branch of f may refuse a point that no path came to
            values = values_of(f, points, probes.learning_rates.size)
            if values is not None:
                return values
    for map_points in (_batch, tf.vectorized_map) if probes.how == BATCHED else (tf.vectorized_map,):
        with quiet(), contextlib.suppress(Exception):  # what cannot be done all at once is done point by point
            mapped: Array = map_points(f, tf.constant(points)).numpy()
            if mapped.shape == (len(points),):
                return mapped
    return np.array([_value(f, tf.constant(point)) for point in points])


def _batch(f: Function, points: Tensor) -> Tensor:
    return f(tf.transpose(points))  # as paths are: along the last axis


def _value(f: Function, point: Tensor) -> Tensor:
    """Return f at a point; nan where a learner's own check refuses it."""
    try:
        return f(point)
    except Exception:  # of any kind that a learner may raise
        return np.nan


def value_range_of(values: Floats, first: float) -> tuple[float, float]:
    """Return what to show: all between two percentiles, and beyond them as much again at most; and the start."""
    known = values[np.isfinite(values)].astype(np.float64) / 8  # so that no difference overflows
    lowest, low, high = np.percentile(known, [0, *_SHOWN]) if known.size else (first / 8,) * 3
    low, high = min(max(lowest, 2 * low - high), first / 8), max(high, first / 8)
    whole = high - low or 1.0
    return float(8 * np.clip(low - _BELOW * whole, *_FLOATS)), float(8 * np.clip(high + _ABOVE * whole, *_FLOATS))


def contour_levels_of(values: Floats, value_range: tuple[float, float]) -> tuple[float, ...]:
    """Return levels whose distances from the lowest value grow by one factor, as wide rings as the picture allows."""
    if values.ndim == 1 or not np.isfinite(values).any():
        return ()
    low, high = float(np.nanmin(values)), value_range[1]
    nearest = float(np.nanquantile(values, _INNERMOST)) - low
    if not 0 < nearest < high - low:
        nearest = (high - low) / 1000
    return tuple(map(float, low + np.geomspace(nearest, high - low, _LEVELS)))
