"""A loss surface of two parameters as nested areas, each of all places that lie below a level, and where to name them.

contourpy follows a level between the points of the grid by straight interpolation. So the heights are first put on the
scale on which the levels are even: there a steep valley is nearly straight from point to point, and its lines are
smooth.
"""

from __future__ import annotations

from typing import Any, TypedDict

import contourpy
import numpy as np
import numpy.typing as npt

from widgets.common.numbers import printed
from widgets.descent.loss_surface import LossSurface

EVERY = 2
"""Of the levels, so many lie between two that are named."""

_FINE = 4096  # parts of an axis: no finer are the corners of an area
_EDGE, _APART = 0.05, 0.1  # parts of the picture: around it, and between names, where none stands
_DOWN_RIGHT = np.array([0.8, -0.6])

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


def evened(surface: LossSurface) -> tuple[Float64s, Float64s]:
    """Return the heights and the levels on a scale on which the levels are about even."""
    levels = np.array(surface.contour_levels)
    with np.errstate(over="ignore", invalid="ignore"):
        low, unit = np.nanmin(surface.values), levels[0] - np.nanmin(surface.values)
        heights, marks = (np.log1p((values - low) / unit) for values in (surface.values.astype(np.float64), levels))
    return heights, marks


def areas(surface: LossSurface) -> list[Area]:
    """Return the area below each level, the highest level first: drawn in this order, each covers part of the last."""
    if not surface.contour_levels:
        return []
    across, up = (axis.astype(np.float64) for axis in surface.axes)
    heights, marks = evened(surface)
    generator: Any = contourpy.contour_generator(across, up, np.ma.masked_invalid(heights))
    found: list[Area] = []
    for level, mark in sorted(zip(surface.contour_levels, marks, strict=True), reverse=True):
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
    digits = [max(0, int(np.ceil(-np.log10(one)))) for one in width]
    columns = [np.round(steps[keep, at] * width[at] + origin[at], digits[at]) for at in (0, 1)]
    return [float(number) for number in np.stack(columns, axis=1).ravel()]


def level_names(surface: LossSurface, found: list[Area]) -> list[LevelName]:
    """Return the names of some levels, down to the right of the lowest place, none too near to another or an edge."""
    if not found:
        return []
    across, up = (axis.astype(np.float64) for axis in surface.axes)
    origin, width = np.array([across[0], up[0]]), np.array([np.ptp(across), np.ptp(up)])
    lowest = np.unravel_index(np.nanargmin(surface.values), surface.values.shape)
    center = (np.array([across[lowest[1]], up[lowest[0]]]) - origin) / width
    marked = [(np.atleast_1d(found.point) - origin) / width for found in surface.minima]
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
        aside = np.abs(away @ [-_DOWN_RIGHT[1], _DOWN_RIGHT[0]]) - 0.5 * (away @ _DOWN_RIGHT)
        place = places[np.where(free, aside, np.inf).argmin()]
        taken.append(place)
        x, y = place * width + origin
        names.append({"x": float(x), "y": float(y), "text": short(area["level"])})
    return names


def short(number: float) -> str:
    """Return a number as a picture names it: two or three digits."""
    return printed(np.float32(f"{number:.2g}" if abs(number) < 10 else f"{number:.3g}"))
