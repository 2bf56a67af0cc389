"""The loss surface of an f that runs in Python: each point is a call, so few come first, and more between them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from widgets.common.arrays import Floats
from widgets.common.catalogue import _
from widgets.descent.losses.loss import Loss
from widgets.descent.model import Paths
from widgets.descent.paths.spot_check import eager_step
from widgets.descent.surface.curvature import MOST_CURVED, curvature_near
from widgets.descent.surface.loss_surface import LossSurface, laid_plane, without_minimum
from widgets.descent.surface.minima import Minimum, SecondOrder, find_minima, grid_minima
from widgets.descent.surface.path_plane import PathPlane
from widgets.descent.surface.probes import best_path
from widgets.descent.surface.stability import StabilityLimits, best_point, nearest_rate, slider_rates
from widgets.descent.surface.surface_grid import MARGIN, beyond_minimum, contour_levels_of, grid_axes, value_range_of

STRIDES = {1: (20, 5, 1), 2: (10, 5, 1)}
"""Of the grid's points every so many are known first, then more between them, then all."""

QUICK_S, SLOW_S = 0.02, 0.3
"""Seconds of a call. A slower f than the first is not searched for minima, which takes tens or hundreds of calls; of a
slower one than the second not even the curvature is asked for."""


class SurfacePieces:
    """f around paths that run one after another, known on a grid whose points come closer and closer.

    Args:
        loss: the learner's function, over all data.
        start: where the paths begin.
        seconds: that a call of f takes, about.
        rate: a learning rate that the slider has in any case.

    Attributes:
        seconds: that a call of f takes, as it is best known.
        nearby: what is known of the curvature at the start.
        rates: the slider's learning rates: those that the curvature at the start suggests.
    """

    def __init__(self, loss: Loss, start: Floats, seconds: float, rate: float) -> None:
        self._loss, self._start, self.seconds = loss, start, seconds
        self._second = SecondOrder(loss)
        self._second.is_traceable = False
        self._rate = rate
        if seconds < SLOW_S:
            self.nearby, steepest = curvature_near(loss, start, self._second)
        else:
            reason = _("a call of f takes too long to find out how f curves.")
            self.nearby, steepest = StabilityLimits(start, np.nan, np.nan, reason=reason), 0.4 / rate
        self.rates = slider_rates(2 / steepest)
        self._plane: PathPlane | None = None
        self._minima: list[Minimum] = []
        self._axes: tuple[Floats, ...] = ()
        self._values: Floats = np.zeros(0)
        self._known: npt.NDArray[np.bool_] = np.zeros(0, bool)
        self._stride = 0

    @property
    def points(self) -> int:
        """How many points of the grid are known."""
        return int(self._known.sum())

    @property
    def all_points(self) -> int:
        """How many points the grid has."""
        return self._known.size

    @property
    def is_placed(self) -> bool:
        """Whether it is settled which part of the surface is looked at."""
        return bool(self._axes)

    def _place(self, paths: Paths) -> None:
        """Settle which part is looked at: around the path that comes lowest, and the minimum near its end."""
        if self.seconds < QUICK_S and self._start.size <= MOST_CURVED:
            self._minima = self._nearest_minimum(paths)
        self._plane, self._axes = self._placed(paths)
        self._values = np.full([axis.size for axis in reversed(self._axes)], np.nan)
        self._known = np.zeros(self._values.shape, bool)

    def _nearest_minimum(self, paths: Paths) -> list[Minimum]:
        path = best_path(paths)
        seeds = [seed for seed in (best_point(paths), path[-1]) if seed is not None]
        reach = float(np.ptp(np.stack([*path, *seeds]), axis=0).max()) or 1.0
        return find_minima(self._second, seeds, reach)[:1]

    def _placed(self, paths: Paths) -> tuple[PathPlane | None, tuple[Floats, ...]]:
        if self._start.size > 2:
            return laid_plane(paths, self._minima, nearest_rate(paths.learning_rates, self._rate))
        shown = [*best_path(paths), *(found.point for found in self._minima)]
        if self._minima:
            shown.append(beyond_minimum(self._minima[0].point, self._start))
        return None, grid_axes(shown, MARGIN)

    def work(self, level: int, paths: Callable[[], Paths]) -> Iterator[None]:
        """Compute the points of the grid up to a level (0: few, 2: all), with a yield after each.

        Where they are is settled at first, around the paths that are known then.
        """
        if not self.is_placed:
            self._place(paths())
        for stride in STRIDES[len(self._axes)][: level + 1]:
            if self._stride and self._stride <= stride:
                continue
            for place in np.argwhere(~self._known[(np.s_[::stride],) * self._known.ndim]) * stride:
                self._compute(tuple(place))
                yield
            self._stride = stride
            self._look_for_minima()

    def _compute(self, place: tuple[int, ...]) -> None:
        point = np.array([axis[at] for axis, at in zip(self._axes, place[::-1], strict=True)])
        if self._plane is not None:
            point = self._plane.points(point)
        value = self._value(point.reshape(self._start.shape).astype(self._start.dtype))
        self._values[place] = value if np.isfinite(value) else np.nan
        self._known[place] = True

    def _value(self, point: Floats) -> float:
        """Return f at a point; nan where it raises whatever a learner's f may raise."""
        if self._loss.reads_variables:
            return float((eager_step(self._loss, point) or (np.nan,))[0])
        try:
            return float(self._loss(tf.constant(point)))
        except Exception:
            return np.nan

    def _look_for_minima(self) -> None:
        """Follow the lowest points of the grid to further minima."""
        if self.seconds >= QUICK_S or self._plane is not None:
            return
        axes, values = self._seen()
        corners = np.array([axis[0] for axis in axes], float), np.array([axis[-1] for axis in axes], float)
        reach = float(max(axis[-1] - axis[0] for axis in axes))
        seeds = [*(found.point for found in self._minima), *grid_minima(axes, values, self._start.shape)]
        self._minima = find_minima(self._second, seeds, reach, corners)

    def _seen(self) -> tuple[tuple[Floats, ...], Floats]:
        """Return the axes and the values of the grid as far as it is known."""
        stride = self._stride or STRIDES[len(self._axes)][0]
        values = self._values if self._stride else np.full_like(self._values, np.nan)  # a few points are no grid yet
        return tuple(axis[::stride] for axis in self._axes), values[(np.s_[::stride],) * values.ndim]

    def surface(self, paths: Paths) -> LossSurface:
        """Return what is known, for paths on it."""
        plane = self._plane
        if self.is_placed:
            axes, values = self._seen()
        else:
            plane, placed = self._placed(paths)
            axes = tuple(axis[:: STRIDES[len(placed)][0]] for axis in placed)
            values = np.full([axis.size for axis in reversed(axes)], np.nan)
        stability = self._minima[0].limits if self._minima else self._without_minimum()
        heights = [values.ravel(), *([best_values(paths)] if values.ndim == 1 else [])]
        value_range = value_range_of(np.concatenate(heights), float(paths.y[0, 0]))
        levels = contour_levels_of(values, value_range)
        return LossSurface(stability, self.rates, axes, values, value_range, levels, tuple(self._minima), plane)

    def _without_minimum(self) -> StabilityLimits:
        if self.nearby.reason:
            return self.nearby
        if not self.is_placed:
            reason = _("no minimum was looked for yet.")
        elif self.seconds >= QUICK_S:
            reason = _("a call of f takes too long to look for its minimum.")
        else:
            return without_minimum(self.nearby)
        return dataclasses.replace(self.nearby, fastest=None, limit=None, reason=reason)


def best_values(paths: Paths) -> Floats:
    """Return y along the path that ends lowest."""
    ends = np.where(np.isfinite(paths.y[-1]), paths.y[-1], np.inf)
    values: Floats = paths.y[:, ends.argmin()]
    return values
