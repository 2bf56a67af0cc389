"""Sketched curves: points of a curve, what a function really does there, and both as text."""

import math

import numpy as np

from widgets.common.catalogue import _
from widgets.common.columns import pushed, table
from widgets.exercises.answer_numbers import NotNumeric, format_number, parse_numbers
from widgets.exercises.evaluate import quietly

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
    """Return the true curve as points: those given, or what a function gives over the range (nan where nothing).

    Of a function that is not written yet there is none, and that is `...`.
    """
    if is_points(happened):
        return [(float(x), float(y)) for x, y in happened]
    xs = [float(x) for x in np.linspace(low, high, POSITIONS)]
    with quietly():
        returned = [_returned(happened, x) for x in xs]
    return ... if returned[0] is ... else [(x, _number(y)) for x, y in zip(xs, returned, strict=True)]


def _returned(function, x):
    try:
        return function(x)
    except Exception:  # it is the learner's: it may be wrong in any way, and is then no curve
        return None


def _number(returned):
    try:
        value = float(parse_numbers(returned, 1)[0])
    except NotNumeric:
        return math.nan
    return value if math.isfinite(value) else math.nan


def at(points, x):
    """Return the height of a curve at x, straight from point to point; nan beyond its ends."""
    xs, ys = np.array(sorted(points)).T
    return float(np.interp(x, xs, ys, left=np.nan, right=np.nan))


def agree(sketched, curve):
    """Whether a sketch has the true curve's shape: nowhere further from it than a tenth of the curve's height."""
    room = NEAR * _height_of(curve)
    gaps = _gaps(sketched, curve)
    return bool(gaps) and all(gap <= room for _x, gap in gaps)


def _height_of(curve):
    """Return how high a curve is from its lowest point to its highest; 1 for one that is level, or nowhere."""
    ys = [y for _x, y in curve if math.isfinite(y)]
    return (max(ys) - min(ys) if ys else 0.0) or 1.0


def _unit(curve):
    """Return to which digit a curve is told: what is finer than a thousandth of its height is float32's rounding."""
    return 10.0 ** math.floor(math.log10(_height_of(curve) / 1000))


def _to(unit, number):
    return number if math.isnan(number) else float(f"{round(number / unit) * unit:.12g}")


def _gaps(sketched, curve):
    gaps = [(x, abs(y - at(curve, x))) for x, y in sketched]
    return [(x, gap) for x, gap in gaps if not math.isnan(gap)]


def shown(points):
    """Write a curve as its points, of many as a few of them."""
    points = points[:: math.ceil(len(points) / FEW)]
    return _("a curve through {points}").format(
        points=", ".join(f"({format_number(x)}, {format_number(y)})" for x, y in points)
    )


def beside(name, sketched, curve):
    """Put a sketch beside the true curve, point by point; the last line says whether they agree."""
    rows = [(_("x"), _("you predicted"), _("it is"))]
    unit = _unit(curve)
    rows += [(format_number(x), format_number(y), format_number(_to(unit, at(curve, x)))) for x, y in sketched]
    heading = _("{name}: your curve beside the true one.").format(name=name)
    return "\n".join([heading, *(f"  {row}" for row in table(rows, "   ", pushed)), _last(sketched, curve)])


def _last(sketched, curve):
    return _("Well seen.") if agree(sketched, curve) else f"{furthest(sketched, curve)} {_('Why?')}"


def furthest(sketched, curve):
    """Say where a sketch is furthest from the true curve."""
    gaps = _gaps(sketched, curve)
    if not gaps:
        return _("The true curve has no value at these x.")
    unit = _unit(curve)
    x, gap = max(((x, _to(unit, gap)) for x, gap in gaps), key=lambda found: found[1])
    return _("They are furthest apart at x = {x}, by {gap}.").format(x=format_number(x), gap=format_number(gap))
