"""The plane on which paths of more than two parameters are drawn: the two principal components of how they move.

As in H. Li and others, "Visualizing the Loss Landscape of Neural Nets" (https://arxiv.org/abs/1712.09913), section 7.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt

from widgets.common.arrays import Floats
from widgets.descent.model import Paths
from widgets.descent.surface.stability import CLOSE

FAR = 2.0
"""Times as far from a plane's origin as the start: there ends what counts of a path that goes away."""

MOST_MOVING = 8
"""Parameters that are drawn one by one at most."""

_PATHS, _STEPS = 20, 20  # that the components are computed from, at most
_MOST_NUMBERS = 400_000  # in their points together
_MOST_SAVED = 0.75  # of the loss that the best path saves: one that comes down most
_TYPICAL = 0.75  # of the paths reach no further than the numbers of each parameter that are drawn
_LARGEST = 1e100  # so that no square overflows
_LEAST = 1e-7  # of the first direction's size: a second that is smaller cannot be told from rounding
_ROUNDING = 64  # times eps times the largest number: a direction in which paths spread less is rounding alone

Float64s = npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class PathPlane:
    """A plane through a point, and what is known of the one path and the others that it was laid through.

    Attributes:
        origin: a point of it, (n,): the minimum where the one path ends near it, or its end.
        directions: two of length 1, at right angles, (2, n): paths move most along the first.
        moving: the positions of the parameters that move most on the one path, at most 8, the first moves most.
        lowest: the smallest number of each parameter on most of those paths, (n,).
        highest: the largest.
    """

    origin: Float64s
    directions: Float64s
    moving: tuple[int, ...]
    lowest: Float64s
    highest: Float64s

    def coordinates(self, points: Floats) -> Float64s:
        """Return where points, (..., n), project onto the plane, (..., 2); nan where they are not finite."""
        with np.errstate(over="ignore", invalid="ignore"):
            found: Float64s = (points.astype(np.float64) - self.origin) @ self.directions.T
        return found

    def points(self, coordinates: Floats) -> Float64s:
        """Return the points at coordinates on the plane, (..., 2)."""
        found: Float64s = self.origin + coordinates.astype(np.float64) @ self.directions
        return found

    def distance(self, point: Floats) -> float:
        """Return how far a point is from the plane."""
        return float(np.linalg.norm(point - self.points(self.coordinates(point))))

    def share(self, path: Floats) -> float | None:
        """Return which part of the variance of a path, (steps, n), lies in the plane; None if it does not move.

        The variance is the sum of that of all parameters, over the steps at which they are finite.
        """
        share = float(self.seen(path[:, None])[1][0])
        return None if np.isnan(share) else share

    def seen(self, paths: Floats) -> tuple[Float64s, Float64s]:
        """Return the coordinates of paths, (steps, rates, 2), and the share of each, (rates,): nan if it stays."""
        with np.errstate(over="ignore", invalid="ignore"):
            moved = paths.astype(np.float64)
            start = moved[0].copy()
            moved -= start  # so that a small variance far from 0 keeps its digits
            projected = moved @ self.directions.T
            coordinates = projected + (start - self.origin) @ self.directions.T
            is_finite = (np.abs(projected) < _LARGEST).all(axis=2)
            if not is_finite.all():
                moved[~is_finite], projected[~is_finite] = 0.0, 0.0
            counts = is_finite.sum(axis=0)
            shares = _variances(projected, counts) / _variances(moved, counts)
        return coordinates, np.minimum(shares, 1.0)


def _variances(points: Float64s, counts: npt.NDArray[np.intp]) -> Float64s:
    means = points.sum(axis=0) / counts[:, None]
    found: Float64s = np.einsum("srn,srn->r", points, points) / counts - np.square(means).sum(axis=1)
    return found


def plane_of(paths: Paths, origin: Floats, at: int) -> PathPlane:
    """Return the plane through a point that shows how paths move: one path, and others that converge or come down.

    The one path counts as much as all others together, and each of these the same, however far it goes. Where the one
    does not come down, what is far away of it counts by its direction only.

    Args:
        paths: of more than two parameters.
        origin: the point, (n,).
        at: the position of a learning rate: of the path that is seen.

    Returns:
        The plane, and what is known of these paths.
    """
    steps, weights = _chosen_steps(paths)
    others = shown_rates(paths)[: max(1, _MOST_NUMBERS // (steps.size * origin.size))]
    sample = paths.x[np.ix_(steps, np.append(at, others))].astype(np.float64)
    sample = np.where((np.abs(sample) < _LARGEST).all(axis=2, keepdims=True), sample, origin)
    if not comes_down(paths)[at]:
        sample[:, 0] = _drawn_near(sample[:, 0], origin)
    moved = (sample - np.average(sample, axis=0, weights=weights)) * np.sqrt(weights)[:, None, None]
    spread = np.linalg.norm(moved, axis=(0, 2), keepdims=True)
    moved /= np.where(spread > 0, spread, 1.0)
    moved[:, 0] *= np.sqrt(others.size)
    noise = _ROUNDING * np.finfo(paths.dtype).eps * np.abs(sample).max() * np.sqrt(weights.sum())
    directions = _principal(moved.reshape(-1, origin.size), noise, float(spread.max()))
    place = (sample[0, 0] - origin) @ directions.T  # of the start: it is drawn to the left of the origin, and above
    directions = directions * np.where(place * [1.0, -1.0] > 0, -1.0, 1.0)[:, None]
    lowest = np.quantile(sample.min(axis=0), 1 - _TYPICAL, axis=0)
    highest = np.quantile(sample.max(axis=0), _TYPICAL, axis=0)
    moving = np.argsort(-np.ptp(sample[:, 0], axis=0), kind="stable")[:MOST_MOVING]
    return PathPlane(origin.astype(np.float64), directions, tuple(map(int, moving)), lowest, highest)


def _drawn_near(points: Float64s, origin: Floats) -> Float64s:
    """Return points, (steps, n), the far ones moved toward the origin: none is further than twice the first one is."""
    away = points - origin
    distances = np.linalg.norm(away, axis=1, keepdims=True)
    most = FAR * distances[0]
    if not most:
        return points
    near: Float64s = origin + away * np.minimum(1.0, most / np.maximum(distances, most))
    return near


def comes_down(paths: Paths) -> npt.NDArray[np.bool_]:
    """Return for each learning rate whether its path ends at a finite place, and lower than it began."""
    is_finite = np.isfinite(paths.x[-1].reshape(paths.learning_rates.size, -1)).all(axis=1) & np.isfinite(paths.y[-1])
    found: npt.NDArray[np.bool_] = is_finite & (paths.y[-1] < paths.y[0])
    return found


def shown_rates(paths: Paths) -> npt.NDArray[np.intp]:
    """Return positions of some learning rates whose paths converge, evenly chosen; else of those that come down most.

    These save most of the loss that the best saves, without ever rising above the start if there are such.
    """
    slopes = np.abs(paths.gradient[[0, -1]]).reshape(2, paths.learning_rates.size, -1).max(axis=-1)
    falls = comes_down(paths)
    with np.errstate(invalid="ignore"):
        converges = falls & (slopes[1] <= CLOSE * slopes[0])
        saved = np.where(falls, paths.y[0].astype(np.float64) - paths.y[-1], 0.0)
        most = falls & (saved >= _MOST_SAVED * saved.max())
        calm = most & (paths.y <= paths.y[0]).all(axis=0)
    found = next((some for some in (converges, calm, most) if some.any()), np.ones_like(falls))
    positions = np.flatnonzero(found)
    some: npt.NDArray[np.intp] = positions[np.unique(np.linspace(0, positions.size - 1, _PATHS).round().astype(int))]
    return some


def _chosen_steps(paths: Paths) -> tuple[npt.NDArray[np.intp], Float64s]:
    """Return some steps, and how many each stands for: more of the early ones, at which paths move most.

    Each with its neighbor, so that a path that jumps from side to side is seen on both.
    """
    last = len(paths.x) - 1
    marks = np.unique(np.append(0, np.geomspace(1, last + 1, _STEPS).astype(int) - 1))
    lengths = np.diff(np.append(marks, last + 1))
    steps = np.concatenate([marks, np.minimum(marks + 1, marks + lengths - 1)])
    return steps, np.tile(lengths / 2, 2)


def _principal(rows: Float64s, noise: float, spread: float) -> Float64s:
    """Return the first two principal directions of rows, in units of a spread; a parameter's own in place of noise.

    They are eigenvectors of the smaller of the two products of the rows with themselves: that takes a tenth of the time
    of singular values.
    """
    is_wide = rows.shape[0] < rows.shape[1]
    values, vectors = np.linalg.eigh(rows @ rows.T if is_wide else rows.T @ rows)
    sizes = np.sqrt(np.maximum(values[::-1][:2], 0.0))
    right = (vectors.T @ rows if is_wide else vectors.T)[::-1][:2]
    found = list(right[sizes > max(noise / (spread or 1.0), _LEAST * sizes[0])])
    while len(found) < 2:
        used = np.linalg.qr(np.reshape(found, (len(found), -1)).T)[0] if found else np.zeros((rows.shape[1], 0))
        axis = np.zeros(rows.shape[1])
        axis[np.square(used).sum(axis=1).argmin()] = 1.0
        found.append(axis - used @ (used.T @ axis))
    return np.asarray(np.linalg.qr(np.transpose(found))[0].T, np.float64)
