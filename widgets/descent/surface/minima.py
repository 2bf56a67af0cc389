"""The minima of a loss surface: found from promising points by Newton's method, and none that is not certain.

A point counts as a minimum where the next Newton step is a small part of the picture and no direction curves downward:
exp, which falls for ever, has none however small its gradient is, since each Newton step there is 1 long.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from widgets.common.arrays import Floats, Tensor
from widgets.common.catalogue import _
from widgets.common.functions import Function
from widgets.common.tensorflow_log import quiet
from widgets.descent.losses.loss import Loss
from widgets.descent.surface.stability import Float64s, StabilityLimits, derivatives, limits_at, second_order

MOST = 8
"""Seeds that are followed at most."""

_STEPS, _HALVINGS = 24, 6  # of Newton's method from one seed, and of a step that would lead higher
_CERTAIN = 1e-3  # a last step that is smaller than this part of the picture ends the search
_WEAKEST = 1e-6  # of the largest curvature: below that a direction counts as flat
_EAGERLY = 6  # points: a graph is worth its tracing for more
_FEW = 4  # parameters: of more, each call is many gradients
_STAYS = 0.3  # of a curvature, by which it may change in a last step
_HIDDEN = 4  # times eps times f: how much higher rounding may let the nearer of two points be
_BESIDE = 0.01  # of the picture: where f must not be lower, in a direction that is flat at a minimum
_APART = 0.0125  # of the picture: two minima that are closer are one, and a seed so near to one leads to it


@dataclasses.dataclass(frozen=True)
class Minimum:
    """A minimum of f: a place without any that is lower near it.

    Attributes:
        limits: where it is, the curvature there, and the learning rates that follow from it.
        value: f there.
        directions: a column for each eigenvector of the Hessian there, the curvatures rising, (n, n); None where no
            Hessian is known.
    """

    limits: StabilityLimits
    value: float
    directions: Float64s | None = None

    @property
    def point(self) -> Floats:
        """Where it is, in the run's dtype, of shape (*dims)."""
        return self.limits.point


def find_minima(
    second: SecondOrder, seeds: Iterable[Floats], reach: float, box: tuple[Float64s, Float64s] | None = None
) -> list[Minimum]:
    """Return each minimum that Newton's method finds from the seeds, in their order.

    Args:
        second: f and its derivatives.
        seeds: points of one dtype.
        reach: how far the picture reaches, which says what is near.
        box: the lowest and the highest corner of where minima are looked for, beside that of the first seed.

    Returns:
        What is known of each.
    """
    found: list[Minimum] = []
    for seed in list(seeds)[:MOST]:
        if any(_distance(seed, known.point) <= _APART * reach for known in found):
            continue
        with contextlib.suppress(Exception):  # the learner's f may raise anything where no path came to
            minimum = _newton(second, seed, reach)
            if minimum is None or (found and box is not None and not _is_inside(minimum.point, box)):
                continue
            if all(_distance(minimum.point, known.point) > _APART * reach for known in found):
                found.append(minimum)
    return found


def grid_minima(axes: Sequence[Floats], values: Floats, shape: tuple[int, ...]) -> list[Floats]:
    """Return the points of a grid, (*shape), that lie lower than all their neighbors, the lowest first."""
    known = np.where(np.isfinite(values), values, np.inf)
    edged = np.pad(known, 1, constant_values=np.inf)
    is_lowest = np.isfinite(known)
    for offset in np.ndindex(*(3,) * known.ndim):
        if any(step != 1 for step in offset):
            shifted = edged[tuple(slice(step, step + size) for step, size in zip(offset, known.shape, strict=True))]
            is_lowest &= known <= shifted
    places = np.argwhere(is_lowest)
    order = np.argsort(known[is_lowest], kind="stable")
    points = [[axis[at] for axis, at in zip(axes, place[::-1], strict=True)] for place in places[order]]
    return [np.array(point, axes[0].dtype).reshape(shape) for point in points]


def _newton(second: SecondOrder, seed: Floats, reach: float) -> Minimum | None:
    """Return the minimum that Newton's method comes to; None if it comes to none.

    Where f curves downward a step goes downhill all the same, and none is longer than a quarter of the picture. One
    step more is taken than is needed to be near, or as many as it takes until the curvatures stay.
    """
    point, (value, gradient, hessian) = seed, second(seed)
    is_near, stays = False, np.ones(seed.size, bool)
    for _step in range(_STEPS):
        if not (np.isfinite(gradient).all() and np.isfinite(hessian).all() and hessian.any()):
            return None
        curvatures, directions = np.linalg.eigh((hessian + hessian.T) / 2)
        strongest = np.maximum(np.abs(curvatures), np.abs(curvatures).max() * _WEAKEST)
        step = -directions @ ((directions.T @ gradient) / strongest)
        was_near, is_near = is_near, bool(np.abs(step).max() <= _CERTAIN * reach)
        step *= min(1.0, reach / 4 / (np.abs(step).max() or 1.0))
        for half in range(1 if is_near else _HALVINGS):
            ahead = _moved(point, step / 2**half)
            found = second(ahead)
            if found[0] < value or (is_near and _is_flatter(found, value, gradient, seed.dtype)):
                point, (value, gradient, hessian) = ahead, found
                break
        else:
            break
        stays = _is_alike(curvatures, np.linalg.eigvalsh((hessian + hessian.T) / 2))
        if was_near and stays.all():
            break
    return _minimum_at(second, point, reach, stays) if is_near else None


def _is_flatter(
    found: tuple[float, Float64s, Float64s], value: float, gradient: Float64s, dtype: npt.DTypeLike
) -> bool:
    """Return whether a point is nearer to the minimum by its gradient, where rounding hides which one is lower."""
    rounding = _HIDDEN * float(np.finfo(dtype).eps) * abs(value)
    return bool(found[0] - value <= rounding and np.abs(found[1]).max() < np.abs(gradient).max())


def _is_alike(before: Floats, after: Floats) -> npt.NDArray[np.bool_]:
    """Return which curvatures stay as they are: toward the minimum of x⁴ each is less than half of the one before."""
    alike: npt.NDArray[np.bool_] = np.abs(after - before) <= _STAYS * np.maximum(np.abs(before), np.abs(after))
    return alike


def _minimum_at(second: SecondOrder, point: Floats, reach: float, stays: npt.NDArray[np.bool_]) -> Minimum | None:
    """Return what is known of a minimum at a point; None if f falls from there.

    A curvature that does not stay on the way there is 0 in the end.
    """
    value, _gradient, hessian = second(point)
    curvatures, directions = np.linalg.eigh((hessian + hessian.T) / 2)
    limits = limits_at(point, np.where(stays, curvatures, 0.0))
    if limits.lowest_curvature < 0:
        return None
    if limits.limit is None:
        if stays.all():
            return None
        limits = dataclasses.replace(limits, reason=flat_reason())
    if limits.lowest_curvature == 0 and point.size <= _FEW:
        far = _BESIDE * reach
        flat = directions.T[(np.abs(curvatures) <= _WEAKEST * np.abs(curvatures).max()) | ~stays]
        if any(second.value(_moved(point, side * far * way)) < value for way in flat for side in (-1, 1)):
            return None
    return Minimum(limits, value, directions)


def flat_reason() -> str:
    """Return why there are no limits at a minimum where the curvature is 0, or too little to be known."""
    return _("f is so flat around this minimum that its curvature sets no limit.")


class SecondOrder:
    """f, its gradient and its Hessian at a point: eagerly at first, and from a graph where many are asked for.

    What is known of a point is kept: a search may begin where another ended.

    Args:
        f: takes a tensor like a point, and returns one number.

    Attributes:
        is_traceable: whether f may be traced into a graph.
    """

    def __init__(self, f: Function) -> None:
        self._f, self.is_traceable, self._calls = f, True, 0
        self._known: dict[bytes, tuple[float, Float64s, Float64s]] = {}
        # a loss that reads the learner's Variables is a graph in any case
        self._eagerly = 0 if isinstance(f, Loss) and f.reads_variables else _EAGERLY
        self._traced: Callable[[Tensor], list[Tensor]] = tf.function(lambda x: second_order(f, x), autograph=False)

    def __call__(self, point: Floats) -> tuple[float, Float64s, Float64s]:
        """Return the three at a point."""
        if (key := point.tobytes()) not in self._known:
            self._known[key] = self._compute(point)
        return self._known[key]

    def value(self, point: Floats) -> float:
        """Return f at a point, without its derivatives."""
        return float(self._f(tf.constant(point)))

    def _compute(self, point: Floats) -> tuple[float, Float64s, Float64s]:
        self._calls += 1
        if self.is_traceable and (self._calls > self._eagerly or point.size > _FEW):
            try:
                with quiet():
                    parts = self._traced(tf.constant(point))
                y, gradient, *rows = (np.asarray(part) for part in parts)
                hessian = np.array([row.ravel() for row in rows], np.float64) + 0 * float(y)
                return float(y), np.atleast_1d(gradient).astype(np.float64), hessian
            except Exception:  # the learner's f may refuse to be traced in any way
                self.is_traceable = False
        return derivatives(self._f, tf.constant(point))


def _moved(point: Floats, step: Float64s) -> Floats:
    return (point + step.reshape(point.shape)).astype(point.dtype)


def _distance(one: Floats, other: Floats) -> float:
    return float(np.abs(one.astype(np.float64) - other.astype(np.float64)).max())


def _is_inside(point: Floats, box: tuple[Float64s, Float64s]) -> bool:
    low, high = box
    return bool((low <= np.atleast_1d(point)).all() and (np.atleast_1d(point) <= high).all())
