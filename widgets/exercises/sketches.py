"""Sketched curves: points of a curve, the true curve of what happened, and how far they are apart."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from types import EllipsisType
from typing import Any, TypeAlias

import numpy as np

from widgets.answers.answer_numbers import NotNumeric, parse_number
from widgets.common.tensorflow_log import quietly

Points: TypeAlias = Sequence[tuple[float, float]]
"""Points (x, y) of a curve; y is NaN where a true curve has no value."""

POSITIONS = 81
"""At how many x a function is called for its curve."""

TOLERANCE = 0.1
"""A sketch agrees with a curve if each of its points is this close to it, as a share of the curve's height."""


def is_points(value: Any, *, gaps: bool = False) -> bool:
    """Return whether a value is a list of points: pairs of numbers, which are finite unless it may have gaps."""
    if not isinstance(value, list | tuple):
        return False
    try:
        points = np.asarray(value, float)
    except (TypeError, ValueError):
        return False
    return points.ndim == 2 and points.shape[1] == 2 and (gaps or bool(np.isfinite(points).all()))


def curve_of(happened: Any, low: float, high: float) -> list[tuple[float, float]] | EllipsisType:
    """Return the true curve of what happened.

    Args:
        happened: points, or a function.
        low: the x at which the curve begins.
        high: the x at which it ends.

    Returns:
        The points given, or those of the function, with NaN where it has no value. A function that is not written yet
        returns `...`, and so does this.
    """
    if is_points(happened):
        return [(float(x), float(y)) for x, y in happened]
    xs = [float(x) for x in np.linspace(low, high, POSITIONS)]
    with quietly():
        values = [_call(happened, x) for x in xs]
    return ... if values[0] is ... else [(x, _number(y)) for x, y in zip(xs, values, strict=True)]


def _call(function: Callable[[float], Any], x: float) -> Any:
    try:
        return function(x)
    except Exception:  # the learner's function may be wrong in any way, and then has no value
        return None


def _number(value: Any) -> float:
    try:
        number = parse_number(value)
    except NotNumeric:
        return math.nan
    return number if math.isfinite(number) else math.nan


def height_at(points: Points, x: float) -> float:
    """Return y on a curve at x, on a straight line between two points; NaN beyond its ends."""
    xs, ys = np.array(sorted(points)).T
    return float(np.interp(x, xs, ys, left=np.nan, right=np.nan))


def agree(sketched: Points, curve: Points) -> bool:
    """Return whether a sketch has the true curve's shape: see TOLERANCE."""
    tolerance = TOLERANCE * _height(curve)
    distances = distances_between(sketched, curve)
    return bool(distances) and all(distance <= tolerance for _x, distance in distances)


def distances_between(sketched: Points, curve: Points) -> list[tuple[float, float]]:
    """Return (x, distance in y) for each sketched point at which the true curve has a value."""
    distances = [(x, abs(y - height_at(curve, x))) for x, y in sketched]
    return [(x, distance) for x, distance in distances if not math.isnan(distance)]


def rounded(number: float, curve: Points) -> float:
    """Return a number without the digits finer than a thousandth of the curve's height: they are float32's rounding."""
    if math.isnan(number):
        return number
    unit = 10.0 ** math.floor(math.log10(_height(curve) / 1000))
    return float(f"{round(number / unit) * unit:.12g}")


def _height(curve: Points) -> float:
    """Return the distance from a curve's lowest point to its highest; 1 if that is 0, or if it has no value."""
    ys = [y for _x, y in curve if math.isfinite(y)]
    return (max(ys) - min(ys) if ys else 0.0) or 1.0
