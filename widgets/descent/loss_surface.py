"""The loss surface that paths run on: f around start and minimum, and the learning rates worth showing there."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from widgets.common.arrays import Array, Floats, Tensor
from widgets.common.catalogue import _
from widgets.common.deprecation import RenamedAttribute
from widgets.common.errors import FunctionError
from widgets.common.functions import Function
from widgets.common.tensorflow_log import quiet
from widgets.descent.batching import values_of
from widgets.descent.engine import descend_soon
from widgets.descent.kinks import find_kinks
from widgets.descent.loss import Loss, loss_of
from widgets.descent.minima import Minimum, SecondOrder, find_minima, grid_minima
from widgets.descent.model import BATCHED, EAGER, VECTORIZED, Paths
from widgets.descent.stability import StabilityLimits, best_point, slider_rates, stability_limits

POINTS = {1: 401, 2: 101}
"""Points of the grid along each axis, for a function of one parameter and of two."""

_COARSE = {1: 401, 2: 41}
"""Of the grid on which lowest points are looked for; Newton's method goes on from there."""

_PROBE_ITERATIONS = 200
_MARGIN, _SEARCHED = 0.3, 1.6  # around the path and the minima that are shown, and where more minima are looked for
_SHOWN = (5, 95)  # percentiles of the values, between which all is shown
_BELOW, _ABOVE = 0.1, 0.06  # room left around them: a minimum's value stands below it
_FLOATS = np.finfo(np.float64).min / 16, np.finfo(np.float64).max / 16
_LEVELS, _INNERMOST = 15, 0.002  # lines of equal loss, and the part of the picture within the lowest
_FINEST = 4096  # epsilons of a coordinate: a grid must be wider, or its points are too few numbers
_NARROWEST = 0.5  # of its widest side, so that the picture of a path along an axis is not a line


@dataclasses.dataclass(frozen=True)
class LossSurface:
    """f around the paths on it.

    Attributes:
        stability: 1/λ and 2/λ at the minimum that was found, or why there are none.
        learning_rates: those of the slider, float64, rising, of shape (241,).
        axes: the grid's coordinates along each parameter: rising arrays of the run's dtype.
        values: f on the grid by TensorFlow, nan where it is not finite: (n,), or (n, n) with axes[1] first.
        value_range: the lowest and the highest value worth showing. A pole does not flatten the rest.
        contour_levels: the values of contour lines, denser toward the lowest; () for one parameter.
        minima: those that were found, the one that the paths come to first.
    """

    stability: StabilityLimits
    learning_rates: npt.NDArray[np.float64]
    axes: tuple[Floats, ...]
    values: Floats
    value_range: tuple[float, float]
    contour_levels: tuple[float, ...]
    minima: tuple[Minimum, ...] = ()

    bands = RenamedAttribute("stability")
    rates = RenamedAttribute("learning_rates")
    heights = RenamedAttribute("values")
    frame = RenamedAttribute("value_range")
    levels = RenamedAttribute("contour_levels")

    def contains(self, start: npt.ArrayLike) -> bool:
        """Return whether a start (a number, or a list of as many as there are axes) lies inside the picture."""
        if np.shape(start) != self.stability.point.shape:
            return False
        return all(axis[0] <= x <= axis[-1] for axis, x in zip(self.axes, np.atleast_1d(start), strict=True))


def plottable_start(f: Function | Loss, start: npt.ArrayLike, dtype: str = "float32") -> Floats:
    """Check f and start as `checked` does; return the start as an array, of one number or of two."""
    loss, point = loss_of(f, start, dtype)
    loss.check_once(point)
    if point.size not in POINTS:
        message = _("Only functions of one number or of two can be drawn; the start has {count} numbers.")
        raise FunctionError(message.format(count=point.size))
    return point


def sample_surface(f: Function | Loss, start: npt.ArrayLike, dtype: str = "float32") -> LossSurface:
    """Return the LossSurface of f around a start, a number or two.

    Probe runs with plain SGD go toward a minimum, at learning rates that the curvature at the start suggests; Newton's
    method ends the search, and begins again wherever a coarse grid has a lowest point. A FunctionError is raised as by
    `descend`, and for more than two parameters.
    """
    point = plottable_start(f, start, dtype)
    f = f.whole if isinstance(f, Loss) else f
    second = SecondOrder(f)
    nearby = stability_limits(f, point, dtype, second)
    steepest = np.nanmax(np.abs([nearby.curvature, nearby.lowest_curvature, 0.0]))
    rates = slider_rates(2 / steepest if steepest else 1.0)
    probes = descend_soon(f, point, rates, _PROBE_ITERATIONS, dtype=dtype, is_compared=False)
    path = _best_path(probes)
    seeds = [seed for seed in (best_point(probes), path[-1]) if seed is not None]
    second.is_traceable &= probes.how != EAGER
    minima = find_minima(second, seeds, float(np.ptp(np.stack([*path, *seeds]), axis=0).max()) or 1.0)[:1]
    seen = [*path, *(found.point for found in minima)]
    wide = _axes(seen, _SEARCHED, narrowest=1.0, points=_COARSE)
    corners = np.array([axis[0] for axis in wide], float), np.array([axis[-1] for axis in wide], float)
    lowest = grid_minima(wide, _grid_values(f, wide, point.shape, probes), point.shape)
    reach = float(max(axis[-1] - axis[0] for axis in wide))
    minima = find_minima(second, [*(found.point for found in minima), *lowest], reach, corners)
    if point.size == 1 and probes.how != EAGER:
        minima = _nearest_first([*minima, *find_kinks(f, wide[0], lowest, minima)], path[-1])
    shown = [*seen, *(found.point for found in minima)]
    if len(minima) == 1:
        beyond = 1.0 if point.size == 1 else 0.5  # so that there is room for paths that jump over the minimum
        shown.append(minima[0].point + beyond * (minima[0].point - point))
    axes = _axes(shown, _MARGIN)
    values = _grid_values(f, axes, point.shape, probes)
    value_range = _value_range(values, float(probes.y[0, 0]))
    stability = minima[0].limits if minima else _without_minimum(nearby)
    limit = stability.limit or (2 / steepest if steepest else 1.0)
    levels = _contour_levels(values, value_range)
    return LossSurface(stability, slider_rates(limit), axes, values, value_range, levels, tuple(minima))


def _nearest_first(minima: Sequence[Minimum], end: Floats) -> list[Minimum]:
    """Return minima with the one first that is nearest to where the paths lead; the others in their order."""
    first = min(minima, key=lambda found: float(np.abs(found.point - end).max()), default=None)
    return sorted(minima, key=lambda found: found is not first)


def _without_minimum(nearby: StabilityLimits) -> StabilityLimits:
    """Return what is known of the curvature at a start from where no minimum was found."""
    reason = nearby.reason or _("no minimum was found near the paths, so there is no bound 2/λ.")
    return dataclasses.replace(nearby, fastest=None, limit=None, reason=reason)


def _best_path(probes: Paths) -> Floats:
    """Return the path that comes lowest, of those that stay finite and do not end above the start; or the start."""
    finite = np.isfinite(probes.x).reshape(*probes.y.shape, -1).all(axis=(0, 2)) & np.isfinite(probes.y).all(axis=0)
    ends = np.where(finite & (probes.y[-1] <= probes.y[0]), probes.y[-1], np.inf)
    at = int(ends.argmin())
    path: Floats = probes.x[:, at] if np.isfinite(ends[at]) else probes.x[:1, at]
    return path


def _axes(
    seen: Sequence[Floats], margin: float, narrowest: float = _NARROWEST, points: dict[int, int] = POINTS
) -> tuple[Floats, ...]:
    """Return a grid that holds some points, with a margin: a part of how far they spread."""
    dtype, spread = seen[0].dtype, np.stack([np.atleast_1d(point) for point in seen]).astype(np.float64)
    spread = spread[np.isfinite(spread).all(axis=1)]
    low, high = spread.min(axis=0), spread.max(axis=0)
    reach = np.maximum(high - low, narrowest * (high - low).max()) if (high > low).any() else np.full_like(low, 2.0)
    reach = np.maximum(reach, _FINEST * np.finfo(dtype).eps * np.abs(spread).max(axis=0))
    middle, half = (low + high) / 2, (0.5 + margin) * reach
    sides = zip(middle, half, strict=True)
    return tuple(np.linspace(x - far, x + far, points[low.size]).astype(dtype) for x, far in sides)


def _grid_values(f: Function, axes: tuple[Floats, ...], shape: tuple[int, ...], probes: Paths) -> Floats:
    grid = np.stack([side.ravel() for side in np.meshgrid(*axes)], axis=-1)
    values = _values(f, grid.reshape(-1, *shape), probes).reshape([axis.size for axis in reversed(axes)])
    return np.where(np.isfinite(values), values, np.nan)


def _values(f: Function, points: Array, probes: Paths) -> Array:
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


def _value_range(values: Floats, first: float) -> tuple[float, float]:
    """Return what to show: all between two percentiles, and beyond them as much again at most; and the start."""
    known = values[np.isfinite(values)].astype(np.float64) / 8  # so that no difference overflows
    lowest, low, high = np.percentile(known, [0, *_SHOWN]) if known.size else (first / 8,) * 3
    low, high = min(max(lowest, 2 * low - high), first / 8), max(high, first / 8)
    whole = high - low or 1.0
    return float(8 * np.clip(low - _BELOW * whole, *_FLOATS)), float(8 * np.clip(high + _ABOVE * whole, *_FLOATS))


def _contour_levels(values: Floats, value_range: tuple[float, float]) -> tuple[float, ...]:
    """Return levels whose distances from the lowest value grow by one factor, as wide rings as the picture allows."""
    if values.ndim == 1 or not np.isfinite(values).any():
        return ()
    low, high = float(np.nanmin(values)), value_range[1]
    nearest = float(np.nanquantile(values, _INNERMOST)) - low
    if not 0 < nearest < high - low:
        nearest = (high - low) / 1000
    return tuple(map(float, low + np.geomspace(nearest, high - low, _LEVELS)))
