"""What fits the form of a prediction: a number, a choice, a sketch of a curve, an order of lines."""

from widgets.common.catalogue import _
from widgets.exercises.answer_numbers import format_number
from widgets.exercises.sketches import curve_of, is_points

FIELDS = {"choice": "choices", "sketch": "sketch", "order": "order"}
KINDS = tuple(FIELDS)


class Unfit(ValueError):
    """What was given is no answer to what was asked; its message says what would be."""


def form(choices=(), sketch=(), order=()):
    """Return the form of a prediction as a Prediction has it. Raises ValueError for what cannot be asked."""
    given = [field for field in (choices, sketch, order) if field]
    if len(given) > 1:
        raise ValueError(_("predict() takes one of choices=, sketch= and order=, not several."))
    if isinstance(choices, str) or isinstance(order, str):
        raise ValueError(_("Give several texts to choose from or to put in order: ('above', 'below')."))
    return {"choices": tuple(map(str, choices)), "sketch": _plane(sketch), "order": tuple(map(str, order))}


def _plane(sketch):
    """Return (low, high, bottom, top): without the last two, the plane is as high above 0 as it is wide, and below."""
    if not sketch:
        return ()
    low, high, *rest = map(float, sketch)
    bottom, top = rest or (low - high, high - low)
    if not (low < high and bottom < top):
        raise ValueError(_("sketch=(low, high) takes the lower number first."))
    return low, high, bottom, top


def fit(prediction, value):
    """Return a value as it is kept. Raises Unfit."""
    if prediction.kind == "number":
        return value
    return {"choice": _choice, "sketch": _curve, "order": _order}[prediction.kind](prediction, value)


def _choice(prediction, value):
    if str(value) not in prediction.choices:
        choices = ", ".join(f'"{choice}"' for choice in prediction.choices)
        raise Unfit(_("choose one of {choices}; {value} is none of them.").format(choices=choices, value=repr(value)))
    return str(value)


def _order(prediction, value):
    lines = list(map(str, value)) if isinstance(value, list | tuple) else []
    if sorted(lines) != sorted(prediction.order):
        raise Unfit(_("give a list with each of these once: {lines}.").format(lines=", ".join(prediction.order)))
    return lines


def _curve(prediction, value):
    low, high, *_rest = prediction.sketch
    if not is_points(value) or len(value) < 2:
        raise Unfit(_("a curve is a list of points, each with its x and its y: [(0, 1), (1, 0)]."))
    points = sorted((float(x), float(y)) for x, y in value)
    if not (low <= points[0][0] and points[-1][0] <= high):
        raise Unfit(_("keep x between {low} and {high}.").format(low=format_number(low), high=format_number(high)))
    return points


def outcome(prediction, happened):
    """Return what happened in the form of the prediction: beside a sketch, a function becomes the curve it draws."""
    if happened is ... or not (prediction.kind == "sketch" or is_points(prediction.value)):
        return happened
    return curve_of(happened, *(prediction.sketch[:2] or _across(prediction.value)))


def _across(points):
    xs = [x for x, _y in points]
    return min(xs), max(xs)


def number_in(text):
    """Return the number that was typed into a field. Raises Unfit."""
    try:
        return float(text.strip().replace("\u2212", "-"))
    except ValueError as error:
        raise Unfit(_("{text} is not a number. Write one like -2 or 0.5.").format(text=repr(text))) from error
