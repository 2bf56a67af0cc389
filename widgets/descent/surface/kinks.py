"""Minima of a function of one parameter where it has a kink, as |x| has at 0: there Newton's method finds nothing.

A point counts as one where TensorFlow's own slopes, on its two sides, have opposite signs and do not fade toward it, as
those of a smooth minimum do; where f does not jump; and where no value around is lower.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterable, Sequence

import numpy as np

from widgets.common.arrays import Floats
from widgets.common.catalogue import _
from widgets.common.functions import Function
from widgets.common.tensorflow_log import quiet
from widgets.descent.surface.minima import MOST, Minimum
from widgets.descent.surface.stability import StabilityLimits, value_and_gradient

_NEAR, _FAR = 2.0**-12, 2.0**-8  # of the bracket: how far to the sides slopes are compared
_STEADY = 1.5  # a slope that is so many times smaller near the point than further away is fading
_STEEP = 0.05  # of the slope at the ends of the bracket: less is no kink to speak of
_MOST_STEPS = 64  # halvings of the bracket


@dataclasses.dataclass(frozen=True)
class _Place:
    """A point with f and its slope there."""

    x: Floats
    value: float
    slope: float


def find_kinks(f: Function, axis: Floats, seeds: Iterable[Floats], known: Sequence[Minimum]) -> list[Minimum]:
    """Return the minima at kinks near some points of a grid, in their order.

    Args:
        f: takes a tensor of one number, and returns one number.
        axis: the grid: rising.
        seeds: points of it that lie lower than their neighbors, of shape () or (1,).
        known: minima that need not be found again.

    Returns:
        A Minimum for each; its limits have no numbers but a reason.
    """
    found = []
    for seed in list(seeds)[:MOST]:
        at = int(np.searchsorted(axis, float(seed.ravel()[0])))
        if not 0 < at < axis.size - 1:
            continue
        low, high = axis[at - 1].reshape(seed.shape), axis[at + 1].reshape(seed.shape)
        if any((low <= one.point).all() and (one.point <= high).all() for one in known):
            continue
        with contextlib.suppress(Exception), quiet():  # whatever a learner's f may raise
            if (kink := _kink_between(f, low, high)) is not None:
                found.append(kink)
    return found


def _kink_between(f: Function, low: Floats, high: Floats) -> Minimum | None:
    """Return the kink between two points, if there is one and it is certain."""
    left, right = outer = _look(f, low), _look(f, high)
    width = float((high - low).ravel()[0])
    if not left.slope < 0 < right.slope:
        return None
    for _step in range(_MOST_STEPS):
        middle = _look(f, (left.x / 2 + right.x / 2).astype(low.dtype))
        if middle.slope == 0 or not left.x < middle.x < right.x:
            break
        left, right = (middle, right) if middle.slope < 0 else (left, middle)
        if all(abs(one.slope) < _STEEP * abs(end.slope) for one, end in zip((left, right), outer, strict=True)):
            return None
    digits = int(np.ceil(-np.log10(_NEAR * width)))  # of values that are equally low, a round place goes first
    plain = _look(f, (np.round(middle.x.astype(np.float64), digits) + 0.0).astype(low.dtype))  # no -0
    lowest = min((plain, left, middle, right), key=lambda place: place.value)
    sides = [
        [_look(f, (lowest.x + side * part * width).astype(low.dtype)) for part in (_NEAR, _FAR)] for side in (-1, 1)
    ]
    is_certain = (
        all(_is_steady(side, sign, end) for side, sign, end in zip(sides, (-1, 1), outer, strict=True))
        and all(lowest.value <= place.value for place in (*outer, *sides[0], *sides[1]))
        and all(_is_continuous(lowest, near) for near, _far in sides)
    )
    if not is_certain:
        return None
    return Minimum(StabilityLimits(lowest.x, np.nan, np.nan, reason=kink_reason()), lowest.value)


def kink_reason() -> str:
    """Return why there are no limits at a minimum where f has a kink."""
    return _("f has a kink at this minimum, and no curvature there that would set a limit.")


def _look(f: Function, x: Floats) -> _Place:
    value, gradient = value_and_gradient(f, x)
    return _Place(x, value, float(gradient[0]))


def _is_steady(side: Sequence[_Place], sign: int, outer: _Place) -> bool:
    """Return whether the slopes of one side lead down to the point, and are no smaller near it than further away."""
    near, far, end = (sign * place.slope for place in (*side, outer))
    return bool(near >= far / _STEADY and far > 0 and near >= _STEEP * end and np.isfinite([near, far, end]).all())


def _is_continuous(lowest: _Place, near: _Place) -> bool:
    """Return whether f differs between two points by no more than its slope lets it."""
    allowed = 2 * abs(near.slope) * float(np.abs(near.x - lowest.x).ravel()[0])
    rounding = 8 * np.spacing(np.abs(np.array([near.value, lowest.value], near.x.dtype)).max())
    return bool(near.value - lowest.value <= allowed + rounding)
