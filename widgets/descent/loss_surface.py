"""The loss surface that paths run on: f around start and minimum, and the learning rates worth showing there."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Mapping
from types import MappingProxyType

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
from widgets.descent.loss import Loss, loss_of
from widgets.descent.model import BATCHED, VECTORIZED, Paths
from widgets.descent.stability import StabilityLimits, best_point, slider_rates, stability_limits

POINTS = {1: 301, 2: 61}
"""Points of the grid along each axis, for a function of one parameter and of two."""

_PROBE_ITERATIONS = 200
_MARGIN = 1.5  # the picture reaches this many times as far from the minimum as the start is
_SHOWN, _ROOM = (5, 95), 0.06  # percentiles of the values, between which all is shown, and the room left around
_FLOATS = np.finfo(np.float64).min / 16, np.finfo(np.float64).max / 16
_LEVELS, _CROWDED = 18, 2.5
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
    """

    stability: StabilityLimits
    learning_rates: npt.NDArray[np.float64]
    axes: tuple[Floats, ...]
    values: Floats
    value_range: tuple[float, float]
    contour_levels: tuple[float, ...]

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


@dataclasses.dataclass(frozen=True)
class Landscape:
    """A function with a start.

    Attributes:
        f: takes x, returns one number.
        start: a number, or a list of two for a function of two parameters.
        label: what a learner reads in the menu.
    """

    f: Function
    start: npt.ArrayLike
    label: str = ""


def plottable_start(f: Function | Loss, start: npt.ArrayLike, dtype: str = "float32") -> Floats:
    """Check f and start as `checked` does; return the start as an array, of one number or of two."""
    loss, point = loss_of(f, start, dtype)
    loss.check(point)
    if point.size not in POINTS:
        message = _("Only functions of one number or of two can be drawn; the start has {count} numbers.")
        raise FunctionError(message.format(count=point.size))
    return point


def sample_surface(f: Function | Loss, start: npt.ArrayLike, dtype: str = "float32") -> LossSurface:
    """Return the LossSurface of f around a start, a number or two.

    Probe runs with plain SGD find the minimum, at learning rates that the curvature at the start suggests; the
    curvature at the minimum says which learning rates are worth showing. A FunctionError is raised as by `descend`,
    and for more than two parameters.
    """
    point = plottable_start(f, start, dtype)
    f = f.whole if isinstance(f, Loss) else f
    rates = slider_rates(stability_limits(f, point, dtype).limit or 1.0)
    probes = descend_soon(f, point, rates, _PROBE_ITERATIONS, dtype=dtype)
    found = best_point(probes)
    minimum = point if found is None else found
    stability = stability_limits(f, minimum, dtype)
    axes = _axes(point, minimum)
    values = _grid_values(f, axes, point.shape, probes)
    value_range = _value_range(values, float(probes.y[0, 0]))
    levels = _contour_levels(values, value_range)
    return LossSurface(stability, slider_rates(stability.limit or 1.0), axes, values, value_range, levels)


def _axes(start: Floats, minimum: Floats) -> tuple[Floats, ...]:
    """Return the grid: the minimum in the middle, the start well inside."""
    reach = _MARGIN * np.abs(np.atleast_1d(start - minimum))
    reach = np.maximum(reach, _NARROWEST * reach.max()) if reach.any() else np.ones_like(reach)
    sides = zip(np.atleast_1d(minimum), reach, strict=True)
    return tuple(np.linspace(x - far, x + far, POINTS[reach.size]).astype(start.dtype) for x, far in sides)


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
    room = _ROOM * (high - low or 1.0)
    return float(8 * np.clip(low - room, *_FLOATS)), float(8 * np.clip(high + room, *_FLOATS))


def _contour_levels(values: Floats, value_range: tuple[float, float]) -> tuple[float, ...]:
    if values.ndim == 1:
        return ()
    low, high = np.fmax(np.fmin.reduce(values, axis=None), value_range[0]), value_range[1]
    return tuple(map(float, low + (high - low) * (np.arange(1, _LEVELS) / _LEVELS) ** _CROWDED))


# Functions to descend on besides one's own: each is hard in its own way. Written as a learner would write them.


def two_minima(x: Tensor) -> Tensor:
    """Two minima: the one that the path starts near is not the lower one."""
    return 0.25 * x * x * x * x - 0.5 * x * x - 0.1 * x


def plateau(x: Tensor) -> Tensor:
    """A minimum in a wide plain, where the gradient is nearly 0."""
    return x * x / (1 + x * x)


def narrow_valley(x: Tensor) -> Tensor:
    """An ill-conditioned bowl: the curvature across the valley is 20 times the curvature along it."""
    return 0.05 * x[0] * x[0] + x[1] * x[1]


def saddle(x: Tensor) -> Tensor:
    """A saddle point between two minima: the gradient is 0 there, but it is not a minimum."""
    pit = x[1] * x[1] - 1
    return x[0] * x[0] + 0.25 * pit * pit


LANDSCAPES: Mapping[str, Landscape] = MappingProxyType(
    {
        "two minima": Landscape(two_minima, -1.8, _("two minima")),
        "plateau": Landscape(plateau, 3.0, _("a plateau")),
        "narrow valley": Landscape(narrow_valley, [-4.0, 1.0], _("a narrow valley")),
        "saddle": Landscape(saddle, [1.0, 0.001], _("a saddle")),
    }
)
"""By name, in the order of the menu."""
