"""Sketched curves: points of a curve, what a function really does there, and both as text."""

import math

import numpy as np

from widgets.practice.asking import quietly
from widgets.practice.reading import Unreadable, plain, read
from widgets.words.catalogue import _

POSITIONS = 81  # where a function is asked for its curve
FEW = 12  # points that are written out
NEAR = 0.1
"""A sketch is right if at each of its points it is this near, as a share of the curve's own height."""


def is_points(value, *, gaps=False):
    """Whether this is a row of points: pairs of numbers, finite ones unless it may have gaps."""
    if not isinstance(value, list | tuple):
        return False
    try:
        points = np.asarray(value, float)
    except (TypeError, ValueError):
        return False
    return points.ndim == 2 and points.shape[1] == 2 and (gaps or bool(np.isfinite(points).all()))


def curve_of(happened, low, high):
    """Return the true curve as points: those given, or what a function gives over the range (nan where nothing)."""
    if is_points(happened):
        return [(float(x), float(y)) for x, y in happened]
    with quietly():
        return [(float(x), _value(happened, float(x))) for x in np.linspace(low, high, POSITIONS)]


def _value(function, x):
    try:
        value = float(read(function(x), 1)[0])
    except Unreadable:
        return math.nan
    return value if math.isfinite(value) else math.nan


def at(points, x):
    """Return the height of a curve at x, straight from point to point; nan beyond its ends."""
    xs, ys = np.array(sorted(points)).T
    return float(np.interp(x, xs, ys, left=np.nan, right=np.nan))


def agree(sketched, curve):
    """Whether a sketch has the true curve's shape: nowhere further from it than a tenth of the curve's height."""
    ys = [y for _x, y in curve if math.isfinite(y)]
    room = NEAR * (max(ys) - min(ys) or 1.0) if ys else 0.0
    gaps = _gaps(sketched, curve)
    return bool(gaps) and all(gap <= room for _x, gap in gaps)


def _gaps(sketched, curve):
    gaps = [(x, abs(y - at(curve, x))) for x, y in sketched]
    return [(x, gap) for x, gap in gaps if not math.isnan(gap)]


def shown(points):
    """Write a curve as its points, of many as a few of them."""
    points = points[:: math.ceil(len(points) / FEW)]
    return _("a curve through {points}").format(points=", ".join(f"({plain(x)}, {plain(y)})" for x, y in points))


def beside(name, sketched, curve):
    """Put a sketch beside the true curve, point by point; the last line says whether they agree."""
    rows = [(_("x"), _("you predicted"), _("it is"))]
    rows += [(plain(x), plain(y), plain(at(curve, x))) for x, y in sketched]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    table = ["  " + "   ".join(map(str.rjust, row, widths)) for row in rows]
    return "\n".join([_("{name}: your curve beside the true one.").format(name=name), *table, _last(sketched, curve)])


def _last(sketched, curve):
    return _("Well seen.") if agree(sketched, curve) else f"{furthest(sketched, curve)} {_('Why?')}"


def furthest(sketched, curve):
    """Say where a sketch is furthest from the true curve."""
    gaps = _gaps(sketched, curve)
    if not gaps:
        return _("The true curve has no value at these x.")
    x, gap = max(gaps, key=lambda found: found[1])
    return _("They are furthest apart at x = {x}, by {gap}.").format(x=plain(x), gap=plain(gap))
