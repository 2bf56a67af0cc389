"""Minima of a function of two parameters where it has a kink, as |a| + |b| has, or a loss with an L1 penalty.

Finer and finer grids lead to the lowest place. It counts as a minimum at a kink where f rises from it on all sides, and
along some line by slopes that do not fade toward it, as those of a smooth minimum do.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from widgets.common.arrays import Floats
from widgets.common.tensorflow_log import quiet
from widgets.descent.surface.kinks import kink_reason
from widgets.descent.surface.minima import Minimum
from widgets.descent.surface.stability import StabilityLimits

_MOST = 3  # seeds that are followed
_OFFSETS = np.stack(np.meshgrid(*[np.linspace(-1, 1, 9)] * 2), axis=-1).reshape(-1, 2)
_BEGIN, _SMALLEST = 2.0, 2.0**-16  # cells of the grid: half the width of the first finer grid, and of the last
_MOST_STEPS = 60
_NEAR, _FAR = 2.0**-7, 2.0**-3  # cells: how far from the place slopes are compared
_STEADY = 1.5  # times as large, or as small, may a slope be near the place as further away
_ANGLES = np.linspace(0, 2 * np.pi, 16, endpoint=False)
_WAYS = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1)  # the second half is opposite to the first
_ROUNDING = 16  # times eps times the largest value

Values = Callable[[Floats], Floats]


def find_kinks_of_two(values_at: Values, axes: Sequence[Floats], seeds: Iterable[Floats]) -> list[Minimum]:
    """Return the minima at kinks near some points of a grid, in their order.

    Args:
        values_at: returns f at points, (n, 2), as (n,).
        axes: the grid: rising, in the run's dtype.
        seeds: points of it that lie lower than their neighbors, (2,).

    Returns:
        A Minimum for each; its limits have no numbers but a reason.
    """
    found: list[Minimum] = []
    cell = np.array([np.ptp(axis.astype(np.float64)) / (axis.size - 1) for axis in axes])
    for seed in list(seeds)[:_MOST]:
        with contextlib.suppress(Exception), quiet():  # whatever a learner's f may raise
            place = _lowest_near(values_at, seed, cell)
            place = min(_rounder(place, cell), key=lambda one: float(values_at(one[None])[0]))  # the roundest of equals
            is_new = all((np.abs(one.point - place) > cell).any() for one in found)
            if is_new and _is_kink(values_at, place, cell):
                limits = StabilityLimits(place, np.nan, np.nan, reason=kink_reason())
                found.append(Minimum(limits, float(values_at(place[None])[0])))
    return found


def _lowest_near(values_at: Values, seed: Floats, cell: Floats) -> Floats:
    """Return the lowest place near a seed: each grid is around the lowest point of the last, finer if it is inside."""
    center, radius = seed, _BEGIN
    for _step in range(_MOST_STEPS):
        points = (center + radius * cell * _OFFSETS).astype(seed.dtype)
        points[len(points) // 2] = center
        values = np.nan_to_num(values_at(points), nan=np.inf)
        lowest = int(values.argmin())
        if values[lowest] == values[len(points) // 2]:
            lowest = len(points) // 2  # of equals, the one that is there already
        center = points[lowest]
        if np.abs(_OFFSETS[lowest]).max() < 1:
            radius /= 2
        if radius < _SMALLEST:
            break
    return center


def _rounder(place: Floats, cell: Floats) -> Iterator[Floats]:
    """Yield a place in few digits, then in more, then as it is."""
    digits = np.ceil(-np.log10(cell)).astype(int)
    for more in (1, 2, 3):
        rounded = [round(float(number), int(few) + more) + 0.0 for number, few in zip(place, digits, strict=True)]
        yield np.array(rounded, place.dtype)  # + 0.0: no -0
    yield place


def _is_kink(values_at: Values, place: Floats, cell: Floats) -> bool:
    """Return whether f rises from a place on all sides, without a jump, and along some line no less near it."""
    here = float(values_at(place[None])[0])
    near, far = (
        values_at((place + part * cell * _WAYS).astype(place.dtype)).astype(np.float64) - here for part in (_NEAR, _FAR)
    )
    noise = _ROUNDING * float(np.finfo(place.dtype).eps) * max(abs(here), float(np.abs(far).max()))
    if not (np.isfinite([here, *near, *far]).all() and (far > noise).all() and (near >= -noise).all()):
        return False
    slope, further = near / _NEAR, far / _FAR
    if (slope > _STEADY * further + noise / _NEAR).any():
        return False
    is_steady = (slope >= further / _STEADY) & (near > noise)
    half = len(_WAYS) // 2
    return bool((is_steady[:half] & is_steady[half:]).any())
