"""What `predict` and `check` print of a prediction: the prediction, and what happened beside it."""

from __future__ import annotations

import math
from typing import Any

from widgets.answers.answer_numbers import NotNumeric, close, format_number, parse_number
from widgets.common.catalogue import _
from widgets.common.columns import pushed, table
from widgets.exercises import sketches

_MOST_POINTS = 12
"""How many points of a curve are written out."""


def prediction_text(name: str, value: Any) -> str:
    """Return what was predicted; `value` is `...` if nothing was."""
    if value is ...:
        return _("{name}: no prediction yet. Replace the `...`; a wrong prediction teaches more than none.").format(
            name=name
        )
    return _("{name}: you predict {value}.").format(name=name, value=value_text(value))


def comparison_text(name: str, predicted: Any, outcome: Any) -> str:
    """Return a prediction beside what happened; either is `...` if it is not known."""
    if outcome is ...:
        return _("{name}: nothing to compare with yet.").format(name=name)
    if sketches.is_points(predicted) and sketches.is_points(outcome, gaps=True):
        return _curves_text(name, predicted, outcome)
    if predicted is ...:
        return _("{name}: it is {outcome}. You made no prediction.").format(name=name, outcome=value_text(outcome))
    text = _("{name}: you predicted {value}, and it is {outcome}.")
    beside = text.format(name=name, value=value_text(predicted), outcome=value_text(outcome))
    return f"{beside} {_right() if agree(predicted, outcome) else _why()}"


def agree(predicted: Any, outcome: Any) -> bool:
    """Return whether what was predicted is what happened: to float32's precision, or as a sketch can be."""
    if sketches.is_points(predicted) and sketches.is_points(outcome, gaps=True):
        return sketches.agree(predicted, outcome)
    try:
        return bool(close(parse_number(predicted), parse_number(outcome)))
    except NotNumeric:
        return value_text(predicted) == value_text(outcome)


def value_text(value: Any) -> str:
    """Return a number with four digits, an order with arrows, a curve as its points, anything else as Python prints it."""
    try:
        return format_number(parse_number(value))
    except NotNumeric:
        pass
    if isinstance(value, list | tuple) and value and all(isinstance(part, str) for part in value):
        return " → ".join(value)
    return _points_text(value) if sketches.is_points(value, gaps=True) else str(value)


def _points_text(points: sketches.Points) -> str:
    shown = points[:: math.ceil(len(points) / _MOST_POINTS)]
    written = ", ".join(f"({format_number(x)}, {format_number(y)})" for x, y in shown)
    return _("a curve through {points}").format(points=written)


def _curves_text(name: str, sketched: sketches.Points, curve: sketches.Points) -> str:
    """Return a sketch beside the true curve, point by point, and whether they agree."""
    rows = [(_("x"), _("you predicted"), _("it is"))]
    for x, y in sketched:
        true_y = sketches.rounded(sketches.height_at(curve, x), curve)
        rows.append((format_number(x), format_number(y), format_number(true_y)))
    heading = _("{name}: your curve beside the true one.").format(name=name)
    verdict = _right() if sketches.agree(sketched, curve) else f"{largest_distance_text(sketched, curve)} {_why()}"
    return "\n".join([heading, *(f"  {row}" for row in table(rows, "   ", pushed)), verdict])


def largest_distance_text(sketched: sketches.Points, curve: sketches.Points) -> str:
    """Return where a sketch is furthest from the true curve, and how far."""
    distances = sketches.distances_between(sketched, curve)
    if not distances:
        return _("The true curve has no value at these x.")
    x, distance = max(((x, sketches.rounded(distance, curve)) for x, distance in distances), key=lambda point: point[1])
    return _("They are furthest apart at x = {x}, by {gap}.").format(x=format_number(x), gap=format_number(distance))


def _right() -> str:
    return _("You predicted that correctly.")


def _why() -> str:
    return _("Not what you predicted. Can you explain why?")
