"""Lesson 03: gradient checking by a finite difference."""

from __future__ import annotations

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, MisconceptionKind, Question, Questions, Rng, wrong_formula
from widgets.exercises.reference_functions import ReferenceFunction, cosine, cubic, x_exp_minus_x
from widgets.exercises.seeds import spread

_NOT_TWICE_H = MisconceptionKind(
    "NOT_TWICE_H",
    cause=_("The rise between x - h and x + h was not divided by 2h."),
    repair=_("Divide by the whole distance, with parentheses: `/ (2 * h)`."),
)

_ONE_SIDED = MisconceptionKind(
    "ONE_SIDED",
    cause=_("The difference only looks to one side, so its error shrinks like h and not like h²."),
    repair=_("Take the values at x + h and at x - h, and divide by 2h."),
)


def _central_questions(rng: Rng) -> Questions:
    curves = (cubic(spread(rng, 0.8, 2.0, 1)[0]), cosine(spread(rng, 1.2, 2.0, 1)[0]), x_exp_minus_x())
    places, widths = spread(rng, 0.6, 1.6), spread(rng, 0.3, 0.7)
    return tuple(_central_question(curve, x, h) for curve, x, h in zip(curves, places, widths, strict=True))


def _central_question(curve: ReferenceFunction, x: float, h: float) -> Question:
    return Question(f"{curve.label} at {x}, h = {h}", (curve, x, h), (_rise_both_sides(curve, x, h) / (2 * h),))


def _rise_both_sides(curve: ReferenceFunction, x: float, h: float) -> float:
    return float(curve.derivative(0, x + h) - curve.derivative(0, x - h))


def _rise_one_side(curve: ReferenceFunction, x: float, h: float) -> float:
    return float(curve.derivative(0, x + h) - curve.derivative(0, x))


CENTRAL = Exercise(
    name="central",
    columns=(_("estimate"),),
    questions=_central_questions,
    misconceptions=(
        wrong_formula(
            "NOT_A_WITNESS",
            lambda curve, x, h: curve.derivative(1, x),
            _("this uses the tape's own derivative. An independent check must not use the thing it checks."),
            cause=_(
                "The derivative was checked against itself: it came from the tape again, or from the same formula."
            ),
            repair=_("Use only two values of the function: `(f(x + h) - f(x - h)) / (2 * h)`."),
        ),
        wrong_formula(
            _ONE_SIDED,
            lambda curve, x, h: _rise_one_side(curve, x, h) / h,
            _("this only looks to the right. Go equally far to the left: that cancels most of the error."),
        ),
        wrong_formula(
            _ONE_SIDED,
            lambda curve, x, h: _rise_one_side(curve, x, -h) / -h,
            _("this only looks to the left. Go equally far to the right: that cancels most of the error."),
        ),
        wrong_formula(
            _NOT_TWICE_H,
            lambda curve, x, h: _rise_both_sides(curve, x, h) / h,
            _("this is twice too large: the distance from x - h to x + h is 2h, not h."),
        ),
        wrong_formula(
            _NOT_TWICE_H,
            lambda curve, x, h: _rise_both_sides(curve, x, h) / 2 * h,
            _("this divides by 2 and then *multiplies* by h: put parentheses around 2 * h."),
        ),
        wrong_formula(
            "RISE_NOT_SLOPE",
            _rise_both_sides,
            _("this is how much f rises from x - h to x + h. Divide by the distance."),
            cause=_("The answer is the rise of the function, not its slope."),
            repair=_("Divide the rise by the distance over which it happened."),
        ),
    ),
    hints=(
        _("You need no tape: call the function twice, a little to the right of x and a little to the left."),
        _("The rise is function(x + h) - function(x - h), over a distance of 2h."),
        _("return (function(x + h) - function(x - h)) / (2 * h)"),
    ),
    right=_("you computed a slope from two values, without a tape. This is a finite difference."),
)
"""Asks for the central difference (f(x + h) - f(x - h)) / 2h, with an h so large that nothing else passes for it."""
