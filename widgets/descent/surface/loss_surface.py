"""The loss surface that paths run on: f around start and minimum, and the learning rates worth showing there."""

from __future__ import annotations

import dataclasses
import reprlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from widgets.common.arrays import Floats
from widgets.common.catalogue import _
from widgets.common.deprecation import RenamedAttribute
from widgets.common.errors import FunctionError
from widgets.common.functions import Function
from widgets.descent.losses.loss import Loss, loss_of
from widgets.descent.model import EAGER, Paths
from widgets.descent.paths.path_runs import PathRuns, finished
from widgets.descent.surface.both_sides import with_sure_limits
from widgets.descent.surface.curvature import MOST_CURVED, curvature_near
from widgets.descent.surface.kinks import find_kinks
from widgets.descent.surface.kinks_of_two import find_kinks_of_two
from widgets.descent.surface.minima import Minimum, SecondOrder, find_minima, grid_minima
from widgets.descent.surface.path_plane import FAR, PathPlane, comes_down, plane_of
from widgets.descent.surface.probes import best_path, probe_runs
from widgets.descent.surface.stability import StabilityLimits, best_point, slider_rates
from widgets.descent.surface.surface_grid import (
    COARSE,
    MARGIN,
    SEARCHED,
    beyond_minimum,
    contour_levels_of,
    grid_axes,
    grid_values,
    value_range_of,
    values_at,
)

_PLANE_POINTS = {1_000: 71, 10_000: 41, 100_000: 21}  # along each axis of a plane, up to so many parameters
_NEAR = 10.0  # extents of the best path: minima of many parameters that are further from its end do not count
_REACHED = 0.5  # of the extent of a path: so near to its end, a minimum is in its plane
_ENOUGH = 0.9  # of the variance of some paths: a plane that shows as much is kept
_DIGITS = 4  # of the size of the picture: finer is no point of it
_GAIN = 0.02  # of that variance: a plane that shows no more than this in addition is not worth another picture
_OFF = 0.02  # of the picture: what is further from a plane is not drawn as a point of it


@dataclasses.dataclass(frozen=True, eq=False)  # its arrays have no one answer to ==
class LossSurface:
    """f around the paths on it.

    Attributes:
        stability: 1/λ and 2/λ at the minimum that was found, or why there are none.
        learning_rates: those of the slider, float64, rising, of shape (241,).
        axes: the grid's coordinates along each parameter, or along the two directions of the plane: rising arrays of
            the run's dtype.
        values: f on the grid by TensorFlow, nan where it is not finite: (n,), or (n, n) with axes[1] first.
        value_range: the lowest and the highest value worth showing. A pole does not flatten the rest.
        contour_levels: the values of contour lines, denser toward the lowest; () for one parameter.
        minima: those that were found, the one that the paths come to first.
        plane: of more than two parameters, the plane on which they are drawn.
    """

    stability: StabilityLimits
    learning_rates: npt.NDArray[np.float64]
    axes: tuple[Floats, ...]
    values: Floats
    value_range: tuple[float, float]
    contour_levels: tuple[float, ...]
    minima: tuple[Minimum, ...] = ()
    plane: PathPlane | None = None

    bands = RenamedAttribute("stability")
    rates = RenamedAttribute("learning_rates")
    heights = RenamedAttribute("values")
    frame = RenamedAttribute("value_range")
    levels = RenamedAttribute("contour_levels")

    def contains(self, start: npt.ArrayLike) -> bool:
        """Return whether a start (a number, or a list of as many as there are parameters) lies inside the picture."""
        if np.shape(start) != self.stability.point.shape or not self.axes:
            return False
        return self._holds(np.asarray(start))

    def coordinates(self, x: Floats) -> Floats:
        """Return points, (..., *dims), as they are drawn: those on the plane, (..., 2), if there is one, in float64."""
        return x if self.plane is None else self.plane.coordinates(x)

    def start_at(self, place: npt.ArrayLike) -> Floats:
        """Return the point at a place on the plane, in no more digits than the picture shows.

        Args:
            place: coordinates on the plane, (2,).

        Returns:
            The point, (n,), float64.

        Raises:
            ValueError: there is no plane.
        """
        if self.plane is None:
            raise ValueError(_("A place is one on the plane of more than two parameters."))
        reach = max(float(np.ptp(axis)) for axis in self.axes)
        found: Floats = np.round(self.plane.points(np.asarray(place)), _DIGITS - int(np.floor(np.log10(reach))))
        return found

    def corners(self) -> tuple[Floats, Floats]:
        """Return the lowest and the highest numbers of each parameter in the picture, or on paths over a plane."""
        if self.plane is None:
            return np.array([axis[0] for axis in self.axes]), np.array([axis[-1] for axis in self.axes])
        dtype, low, high = self.axes[0].dtype, self.plane.lowest, self.plane.highest
        spread = np.where(high > low, high - low, 1.0)
        return (low - MARGIN * spread).astype(dtype), (high + MARGIN * spread).astype(dtype)

    @property
    def minimum_point(self) -> Floats | None:
        """The minimum that the paths come to first, (*dims), or None where none was found."""
        return self.minima[0].point if self.minima else None

    @property
    def shown_minima(self) -> tuple[Minimum, ...]:
        """The minima that are points of the picture: all, or those that lie on the plane."""
        return tuple(found for found in self.minima if self.plane is None or self._holds(found.point))

    def _holds(self, point: Floats) -> bool:
        """Return whether a point is one of the picture."""
        if self.plane is not None:
            reach = max(float(np.ptp(axis)) for axis in self.axes)
            if not self.plane.distance(point) <= _OFF * reach:
                return False
        place = np.atleast_1d(self.coordinates(point))
        return all(axis[0] <= x <= axis[-1] for axis, x in zip(self.axes, place, strict=True))


def plottable_start(f: Function | Loss, start: npt.ArrayLike, dtype: str = "float32") -> Floats:
    """Check f and start as `checked` does; return the start as an array."""
    loss, point = loss_of(f, start, dtype)
    if not loss.parameters.is_flat and point.shape != (count := sum(loss.parameters.sizes),):
        said = _("start takes {count:,} numbers in one list, those of {parts}; got {got:,}.")
        parts = ", ".join(loss.parameters.parts)
        raise FunctionError(said.format(count=count, parts=reprlib.repr(parts).strip("'"), got=point.size))
    loss.check_once(point)
    return point


def sample_surface(f: Function | Loss, start: npt.ArrayLike, dtype: str = "float32") -> LossSurface:
    """Return the LossSurface of f around a start. A FunctionError is raised as by `descend`."""
    loss, _start = loss_of(f, start, dtype)
    return surface_and_probes(loss.whole, plottable_start(loss, start, dtype))[0]


def surface_and_probes(loss: Loss, point: Floats) -> tuple[LossSurface, PathRuns]:
    """Return the LossSurface of a loss over all of its data around a start, and the probe runs that led there.

    Probe runs with plain SGD go toward a minimum, at learning rates that the curvature at the start suggests; Newton's
    method ends the search, and begins again wherever a coarse grid of one or two parameters has a lowest point. Of more
    parameters there is no picture before `on_plane` lays a plane through paths.
    """
    second = SecondOrder(loss)
    nearby, steepest = curvature_near(loss, point, second)
    runs = probe_runs(loss, point, slider_rates(2 / steepest))
    probes = finished(runs)
    path = best_path(probes)
    seeds = [seed for seed in (best_point(probes), path[-1]) if seed is not None]
    second.is_traceable &= probes.how != EAGER
    reach = float(np.ptp(np.stack([*path, *seeds]), axis=0).max()) or 1.0
    minima = find_minima(second, seeds, reach)[:1] if point.size <= MOST_CURVED else []
    axes: tuple[Floats, ...] = ()
    if point.size > 2:
        minima = [found for found in minima if np.abs(found.point - path[-1]).max() <= _NEAR * reach]
    else:
        axes, minima = _whole_picture(loss, point, probes, path, minima, second)
    stability = minima[0].limits if minima else without_minimum(nearby)
    rates = slider_rates(stability.limit or 2 / steepest)
    if not axes:
        return LossSurface(stability, rates, (), np.empty(0, point.dtype), (0.0, 0.0), (), tuple(minima)), runs
    values = grid_values(loss, axes, probes, lambda places: places.reshape(-1, *point.shape))
    value_range = value_range_of(values, float(probes.y[0, 0]))
    levels = contour_levels_of(values, value_range)
    return LossSurface(stability, rates, axes, values, value_range, levels, tuple(minima)), runs


def on_plane(f: Function | Loss, surface: LossSurface, paths: Paths, at: int) -> LossSurface:
    """Return a surface with a plane that shows enough of a path: the same, if it does, needs none, or none shows more.

    The plane goes through the minimum if the path comes near it, or else through the path's end.

    Args:
        f: takes a point.
        surface: what is known of f.
        paths: on f.
        at: the position of the learning rate of the path that is seen.

    Returns:
        The surface.
    """
    share = surface.plane.share(paths.x[:, at]) if surface.plane else 0.0
    if paths.x[0, 0].size <= 2 or share is None or share >= _ENOUGH:
        return surface
    f = f.whole if isinstance(f, Loss) else f
    plane, axes = laid_plane(paths, surface.minima, at)
    if surface.plane and (plane.share(paths.x[:, at]) or 0.0) < share + _GAIN:
        return surface
    values = grid_values(f, axes, paths, lambda places: plane.points(places).astype(paths.dtype))
    value_range = value_range_of(values, float(paths.y[0, 0]))
    levels = contour_levels_of(values, value_range)
    return dataclasses.replace(
        surface, axes=axes, values=values, value_range=value_range, contour_levels=levels, plane=plane
    )


def laid_plane(paths: Paths, minima: Sequence[Minimum], at: int) -> tuple[PathPlane, tuple[Floats, ...]]:
    """Return a plane that shows how paths of more than two parameters move, and the axes of a grid on it.

    Args:
        paths: on f.
        minima: those that are known.
        at: as `on_plane` takes it.

    Returns:
        The two.
    """
    path: Floats = paths.x[:, at] if comes_down(paths)[at] else best_path(paths)
    end, extent = path[-1], float(np.linalg.norm(path - path[-1], axis=1).max())
    near = [found.point for found in minima if np.linalg.norm(found.point - end) <= _REACHED * (extent or 1.0)]
    plane = plane_of(paths, near[0] if near else end, at)
    own = plane.coordinates(paths.x[:, at])
    seen = [*plane.coordinates(path), *own[np.linalg.norm(own, axis=1) <= FAR * extent]]
    beyond = [-0.5 * seen[0]] if near else []  # so that there is room for paths that jump over the minimum
    largest = float(np.abs(plane.origin).max())
    shown = [one.astype(path.dtype) for one in (*seen, *beyond)]
    return plane, grid_axes(shown, MARGIN, points={2: plane_points(path.shape[1])}, largest=largest)


def plane_points(count: int) -> int:
    """Return how many points the grid on a plane has along each axis, for so many parameters."""
    return next((points for most, points in _PLANE_POINTS.items() if count <= most), min(_PLANE_POINTS.values()))


def _whole_picture(
    f: Function, point: Floats, probes: Paths, path: Floats, minima: list[Minimum], second: SecondOrder
) -> tuple[tuple[Floats, ...], list[Minimum]]:
    """Return the axes of one or two parameters, and all minima that a coarse grid leads to."""
    seen = [*path, *(found.point for found in minima)]
    wide = grid_axes(seen, SEARCHED, narrowest=1.0, points=COARSE)
    corners = np.array([axis[0] for axis in wide], float), np.array([axis[-1] for axis in wide], float)
    values = grid_values(f, wide, probes, lambda places: places.reshape(-1, *point.shape))
    reach = float(max(axis[-1] - axis[0] for axis in wide))
    lowest = grid_minima(wide, values, point.shape)
    minima = find_minima(second, [*(found.point for found in minima), *lowest], reach, corners)
    if point.size == 1:
        minima = [with_sure_limits(f, wide[0], values, found) for found in minima]
    if point.size == 1 and probes.how != EAGER:
        minima = _nearest_first([*minima, *find_kinks(f, wide[0], lowest, minima)], path[-1])
    elif not minima and probes.how != EAGER:
        minima = _nearest_first(find_kinks_of_two(lambda points: values_at(f, points, probes), wide, lowest), path[-1])
    shown = [*seen, *(found.point for found in minima)]
    if len(minima) == 1:
        shown.append(beyond_minimum(minima[0].point, point))
    return grid_axes(shown, MARGIN), minima


def _nearest_first(minima: Sequence[Minimum], end: Floats) -> list[Minimum]:
    """Return minima with the one first that is nearest to where the paths lead; the others in their order."""
    first = min(minima, key=lambda found: float(np.abs(found.point - end).max()), default=None)
    return sorted(minima, key=lambda found: found is not first)


def without_minimum(nearby: StabilityLimits) -> StabilityLimits:
    """Return what is known of the curvature at a start from where no minimum was found."""
    reason = nearby.reason or _("no minimum was found near the paths, so there is no bound 2/λ.")
    return dataclasses.replace(nearby, fastest=None, limit=None, reason=reason)
