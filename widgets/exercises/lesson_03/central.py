"""`central`: the central difference (f(x + h) - f(x - h)) / 2h, with an h so large that nothing else passes for it."""

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Question, mistaken
from widgets.exercises.reference_functions import cosine, cubic, x_exp_minus_x
from widgets.exercises.seeds import spread


def _questions(rng):
    curves = (cubic(spread(rng, 0.8, 2.0, 1)[0]), cosine(spread(rng, 1.2, 2.0, 1)[0]), x_exp_minus_x())
    places, widths = spread(rng, 0.6, 1.6), spread(rng, 0.3, 0.7)
    return tuple(_question(curve, x, h) for curve, x, h in zip(curves, places, widths, strict=True))


def _question(curve, x, h):
    return Question(f"{curve.label} at {x}, h = {h}", (curve, x, h), (_rise(curve, x, h) / (2 * h),))


def _rise(curve, x, h):
    return curve.derivative(0, x + h) - curve.derivative(0, x - h)


def _rise_ahead(curve, x, h):
    return curve.derivative(0, x + h) - curve.derivative(0, x)


CENTRAL = Exercise(
    name="central",
    columns=(_("estimate"),),
    questions=_questions,
    misconceptions=(
        mistaken(
            "NOT_A_WITNESS",
            lambda curve, x, h: curve.derivative(1, x),
            _("this is the derivative itself, as a tape gives it. A witness must not ask the one it is to check."),
        ),
        mistaken(
            "ONE_SIDED",
            lambda curve, x, h: _rise_ahead(curve, x, h) / h,
            _("this looks to the right only. Go as far to the left as well: it cancels most of the error."),
        ),
        mistaken(
            "ONE_SIDED",
            lambda curve, x, h: _rise_ahead(curve, x, -h) / -h,
            _("this looks to the left only. Go as far to the right as well: it cancels most of the error."),
        ),
        mistaken(
            "NOT_TWICE_H",
            lambda curve, x, h: _rise(curve, x, h) / h,
            _("twice what it should be: from x - h to x + h it is 2h, not h."),
        ),
        mistaken(
            "NOT_TWICE_H",
            lambda curve, x, h: _rise(curve, x, h) / 2 * h,
            _("divided by 2 and then *multiplied* by h: put brackets round 2 * h."),
        ),
        mistaken(
            "RISE_NOT_SLOPE",
            _rise,
            _("this is how much f rises from x - h to x + h. Divide by how far that is."),
        ),
    ),
    hints=(
        _("No tape: call the function twice, a little to the right of x and a little to the left."),
        _("The rise is function(x + h) - function(x - h). It happened over a distance of 2h."),
        _("return (function(x + h) - function(x - h)) / (2 * h)"),
    ),
    right=_("a slope from two values, and no tape had a part in it."),
)
