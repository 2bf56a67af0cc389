"""A loss surface of two parameters as nested areas, each of all places that lie below a level, and where to name them.

contourpy follows a level between the points of a grid by straight interpolation, which breaks a narrow valley into a
chain of lakes. So the heights between the points are first interpolated by cubics where f is smooth
(https://en.wikipedia.org/wiki/Cubic_Hermite_spline), and put on the scale on which the levels are even.
"""

from __future__ import annotations

import functools
from typing import Any, NamedTuple, TypedDict

import contourpy
import numpy as np
import numpy.typing as npt

from widgets.common.arrays import Floats
from widgets.common.numbers import printed
from widgets.descent.surface.loss_surface import LossSurface

EVERY = 2
"""Of the levels, so many lie between two that are named."""

_PARTS = 4  # of each cell of the grid, along each axis
_ALIKE = (
    4.0  # second differences next to each other, of which one is at most so many times the other, are of a smooth f
)
_FINE = 4096  # parts of an axis: no finer are the corners of an area
_THINNED = 4  # times that every second corner is dropped, if it is on a straight line
_EDGE, _APART = 0.05, 0.1  # parts of the picture: around it, and between names, where none stands
_BEYOND = np.array([0.8, 0.6])

Float64s = npt.NDArray[np.float64]


class Area(TypedDict):
    """All places below a level: outlines and holes, each a flat list x0, y0, x1, y1 and so on."""

    level: float
    outlines: list[list[float]]


class LevelName(TypedDict):
    """A level's name and where it stands."""

    x: float
    y: float
    text: str


class EvenedSurface(NamedTuple):
    """A finer grid, heights on it, and levels, on a scale on which the levels are about even."""

    across: Float64s
    up: Float64s
    heights: Float64s
    levels: Float64s


def evened(surface: LossSurface) -> EvenedSurface:
    """Return a loss surface and its levels for drawing: the heights between the grid's points are interpolated."""
    across, up = (_spread(axis.astype(np.float64)) for axis in surface.axes)
    levels, known = np.array(surface.contour_levels), surface.values.astype(np.float64)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        values = _between(_between(known).T).T
        low, unit = np.nanmin(values), levels[0] - np.nanmin(known)
        return EvenedSurface(across, up, np.log1p((values - low) / unit), np.log1p((levels - low) / unit))


def _spread(axis: Float64s) -> Float64s:
    """Return an axis with points between its points."""
    parts = np.arange(0, len(axis) - 1 + 1e-9, 1 / _PARTS)
    spread: Float64s = np.interp(parts, np.arange(len(axis)), axis)
    return spread


def _between(values: Float64s) -> Float64s:
    """Return values with more between them, along the first axis.

    They are on the cubic through two values on either side, where f bends about as much at both of the inner ones; at a
    kink, an edge, or beside a pole, on the straight line.
    """
    before, after = values[:-1], values[1:]
    second = values[2:] - 2 * values[1:-1] + values[:-2]
    second = np.concatenate([second[:1], second, second[-1:]])
    bends = second[:-1], second[1:]
    small, large = np.minimum(*np.abs(bends)), np.maximum(*np.abs(bends))
    is_smooth = (bends[0] * bends[1] > 0) & (large <= _ALIKE * small)
    finer = np.empty((_PARTS * len(before) + 1, *values.shape[1:]))
    finer[::_PARTS] = values
    for part in range(1, _PARTS):
        at = part / _PARTS
        line = before + at * (after - before)
        bend = (1 - at) * (2 - at) * bends[0] + (1 - at) * (1 + at) * bends[1]
        finer[part::_PARTS] = np.where(is_smooth, line - at / 6 * bend, line)
    return finer


@functools.lru_cache(maxsize=4)  # other paths on the same surface are drawn over the same areas
def areas(surface: LossSurface) -> list[Area]:
    """Return the area below each level, the highest level first: drawn in this order, each covers part of the last."""
    if not surface.contour_levels:
        return []
    across, up, heights, levels = evened(surface)
    generator: Any = contourpy.contour_generator(across, up, np.ma.masked_invalid(heights))
    found: list[Area] = []
    for level, mark in sorted(zip(surface.contour_levels, levels, strict=True), reverse=True):
        points, offsets = generator.filled(-1.0, mark)
        outlines = [
            _flat(part, across, up)
            for whole, cuts in zip(points, offsets, strict=True)
            for part in np.split(whole, cuts[1:-1])
        ]
        found.append({"level": level, "outlines": outlines})
    return found


def _flat(outline: Float64s, across: Float64s, up: Float64s) -> list[float]:
    """Return an outline as a flat list, in numbers no longer than the picture needs."""
    origin, width = np.array([across[0], up[0]]), np.array([np.ptp(across), np.ptp(up)]) / _FINE
    steps = np.round((outline - origin) / width)
    keep = np.ones(len(steps), bool)
    keep[1:] = (steps[1:] != steps[:-1]).any(axis=1)
    corners = _thinned(steps[keep])
    digits = [max(0, int(np.ceil(-np.log10(one)))) for one in width]
    columns = [np.round(corners[:, at] * width[at] + origin[at], digits[at]) for at in (0, 1)]
    return [float(number) for number in np.stack(columns, axis=1).ravel()]


def _thinned(corners: Float64s) -> Float64s:
    """Return the corners of an outline without those that lie less than half a step beside a straight line."""
    for _time in range(_THINNED):
        before, middle, after = corners[:-2:2], corners[1:-1:2], corners[2::2]
        chord = after - before
        aside = np.abs((middle - before)[:, 0] * chord[:, 1] - (middle - before)[:, 1] * chord[:, 0])
        keep = np.ones(len(corners), bool)
        keep[1:-1:2] = aside > 0.5 * np.hypot(*chord.T)
        corners = corners[keep]
    return corners


def level_names(surface: LossSurface, found: list[Area], start: Floats) -> list[LevelName]:
    """Return the names of some levels, beyond the lowest place as seen from the start, where few paths go.

    None is too near to another, to a minimum, or to an edge.
    """
    if not found:
        return []
    across, up = (axis.astype(np.float64) for axis in surface.axes)
    origin, width = np.array([across[0], up[0]]), np.array([np.ptp(across), np.ptp(up)])
    lowest = np.unravel_index(np.nanargmin(surface.values), surface.values.shape)
    center = (np.array([across[lowest[1]], up[lowest[0]]]) - origin) / width
    way = np.where((surface.coordinates(start) - origin) / width > center, -1, 1) * _BEYOND
    marked = [(surface.coordinates(found.point) - origin) / width for found in surface.shown_minima]
    taken: list[Float64s] = [center, *marked, *(mark + [side, 0] for mark in marked for side in (-_APART, _APART))]
    names: list[LevelName] = []
    for area in reversed(found[::EVERY]):
        corners = [(np.reshape(outline, (-1, 2)) - origin) / width for outline in area["outlines"]]
        if not corners:
            continue
        places = np.concatenate(corners)
        away = places - center
        inside = ((places > _EDGE) & (places < 1 - _EDGE)).all(axis=1)
        free = inside & np.all([np.hypot(*(places - other).T) > _APART for other in taken], axis=0)
        if not free.any():
            continue
        aside = -(away @ way) / np.maximum(np.hypot(*away.T), _EDGE)
        place = places[np.where(free, aside, np.inf).argmin()]
        taken.append(place)
        x, y = place * width + origin
        names.append({"x": float(x), "y": float(y), "text": short(area["level"])})
    return names


def short(number: float) -> str:
    """Return a number as a picture names it: two or three digits."""
    return printed(np.float32(f"{number:.2g}" if abs(number) < 10 else f"{number:.3g}"))
