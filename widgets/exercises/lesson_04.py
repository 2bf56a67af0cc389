"""Lesson 04, derivatives of derivatives: second derivatives by two tapes, an inflection point, and derivatives of any order."""

from __future__ import annotations

import math

import numpy as np

from widgets.common.catalogue import _
from widgets.exercises import shared_misconceptions as shared
from widgets.exercises.closed_forms import cosine, cubic, draw_curves, x_exp_minus_x
from widgets.exercises.exercise import EvidenceTest, Exercise, Formula, Question, Questions, Rng, spread
from widgets.exercises.lesson_04_hessian_and_newton import HESSIAN, NEWTON
from widgets.exercises.misconceptions import gave_numbers, wrong_behavior, wrong_formula


def _curvature_questions(rng: Rng) -> Questions:
    return tuple(
        Question(f"{curve.label} at {x}", (curve, x), (curve.derivative(2, x),))
        for curve, x in zip(draw_curves(rng, 0.5, 2.0), spread(rng, 0.6, 1.4), strict=True)
    )


CURVATURE = Exercise(
    name="curvature",
    columns=("f″",),
    questions=_curvature_questions,
    misconceptions=(
        wrong_formula(
            shared.FIRST_NOT_SECOND,
            lambda curve, x: curve.derivative(1, x),
            _(
                "this is f′, the slope. The exercise asks for the second derivative: take the gradient of f′ with the outer tape."
            ),
        ),
        wrong_formula(
            shared.VALUE_NOT_DERIVATIVE,
            lambda curve, x: curve.derivative(0, x),
            _("this is f(x) itself, not its second derivative."),
        ),
        wrong_formula(
            shared.SLOPE_SQUARED,
            lambda curve, x: curve.derivative(1, x) ** 2,
            _("this is the slope squared. The second derivative is the derivative of the slope, by a second tape."),
        ),
        wrong_formula(
            "SLOPES_ADDED",
            lambda curve, x: curve.derivative(1, x) + curve.derivative(2, x),
            _("this is f′ + f″: the target of the outer tape was y and the slope together. Use the slope alone."),
            cause=_(
                "The target of the outer tape was the value and the slope together, so it added their derivatives."
            ),
            repair=_("Use the slope alone as the target of the outer tape."),
        ),
        wrong_formula(
            shared.FUNCTION_IGNORED,
            lambda curve, x: 2.0,
            _(
                "this is always the second derivative of the parabola above. Use the function that is passed as an argument."
            ),
        ),
    ),
    hints=(
        _(
            "It is the cell with the two tapes: create the Variable from `start`, and write `function(x)` instead of the parabola."
        ),
        _("Call inner.gradient while the outer block is still open: its line is indented once, under `outer`."),
        _("return outer.gradient(dy_dx, x)     # after dy_dx = inner.gradient(y, x) inside the block of `outer`"),
    ),
    right=_("the outer tape recorded the backward pass of the inner one, and differentiated it."),
)
"""Asks for the second derivative of any function, by two tapes: compared with closed forms."""


_INFLECTION, _TOLERANCE = 1.0, 0.05
"""Where f″ of sigmoid(2x - 2) is 0, by symmetry, and how near is near enough for a point that was dragged there."""

_LEVEL_DISTANCE = 2.0
"""At this distance the curve is nearly flat, and f″ nearly 0, but never 0."""


def _snap_to_inflection(at: float) -> float:
    """Return x, or where it belongs if it is as near as the eye can tell."""
    return _INFLECTION if abs(at - _INFLECTION) <= _TOLERANCE else at


def _is_beside_inflection(low: float, high: float) -> EvidenceTest:
    """Return a test: is the point more than `low` and less than `high` to the right of the inflection point?"""
    return gave_numbers(lambda numbers, due: low < numbers[0, 0] - due[0, 0] < high)


BEND = Exercise(
    name="bend",
    takes="widget",
    use="trait at",
    follows=_snap_to_inflection,
    columns=("x =",),
    questions=lambda rng: (Question("", (), (_INFLECTION,)),),
    misconceptions=(
        wrong_behavior(
            "NEARLY_LEVEL",
            gave_numbers(lambda numbers, due: _LEVEL_DISTANCE <= abs(numbers[0, 0] - due[0, 0]) < math.inf),
            _(
                "out here the curve is nearly flat, so f″ is small, but it has the same sign on both sides of the point. "
                "Look for the point where it changes sign."
            ),
            cause=_("The curve hardly bends there, but f″ does not change sign."),
            repair=_("Look for the inflection point, with f″ positive on one side and negative on the other."),
        ),
        wrong_behavior(
            "BENDS_UPWARD",
            _is_beside_inflection(-_LEVEL_DISTANCE, 0),
            _("here f″ is positive: the curve still bends upward. Move further to the right."),
            cause=_("At this point f″ is still positive."),
            repair=_("Move on in the direction in which f″ decreases, until it is 0."),
        ),
        wrong_behavior(
            "BENDS_DOWNWARD",
            _is_beside_inflection(0, _LEVEL_DISTANCE),
            _("here f″ is negative: the curve already bends downward. Move further to the left."),
            cause=_("At this point f″ is already negative."),
            repair=_("Move back in the direction in which f″ increases, until it is 0."),
        ),
    ),
    hints=(
        _(
            "Watch the parabola that touches the curve. Left of the inflection point it opens upward, right of it downward."
        ),
        _("f″ is 0 where f′ is largest, which is where the curve is steepest."),
        _("explorer.at = 1.0"),
    ),
    right=_(
        "this is the inflection point: f″ changes sign, the slope is largest, and the touching parabola is a straight line."
    ),
)
"""Asks for the inflection point of sigmoid(2x - 2), with a DerivativeExplorer: x = 1."""


_ORDER_NAMES = {0: _("f itself"), 1: "f′", 2: "f″", 3: "f‴"}


def _nth_questions(rng: Rng) -> Questions:
    p, q = spread(rng, 1.2, 2.0, 2)
    curves = (x_exp_minus_x(), cubic(p), cosine(q), x_exp_minus_x())
    label = _("{order} of {curve} at {x}")
    return tuple(
        Question(label.format(order=name, curve=curve.label, x=x), (curve, x, order), (curve.derivative(order, x),))
        for curve, x, (order, name) in zip(curves, spread(rng, 0.6, 1.4, 4), _ORDER_NAMES.items(), strict=True)
    )


def _fixed_order(order: int) -> Formula:
    return lambda curve, x, asked: curve.derivative(order, x)


_SAME_ORDER = _("this is {order}, whatever `order` is. Use as many tapes as `order` says.")

NTH = Exercise(
    name="nth",
    columns=("=",),
    questions=_nth_questions,
    misconceptions=(
        *(
            wrong_formula(
                "ORDER_IGNORED",
                _fixed_order(order),
                _SAME_ORDER.format(order=_ORDER_NAMES[order]),
                cause=_("The answer uses the same number of tapes for every order."),
                repair=_("Use as many tapes as the order says: none for 0, and one more for each order above."),
            )
            for order in _ORDER_NAMES
        ),
        wrong_formula(
            shared.ONE_TOO_MANY,
            lambda curve, x, order: curve.derivative(order + 1, x),
            _("each is one order too high. With order 0, return f itself, without a tape."),
        ),
        wrong_formula(
            shared.ONE_TOO_FEW,
            lambda curve, x, order: curve.derivative(np.maximum(order - 1, 0), x),
            _("each is one order too low: order 1 is f′, with one tape."),
        ),
    ),
    hints=(
        _("Each tape adds one order: the derivative of order 3 is the derivative of the one of order 2."),
        _(
            "Let nth call itself. With order 0, return function(x). Otherwise make x a tensor (tf.convert_to_tensor), "
            "and record nth(function, x, order - 1) on a tape that watches it."
        ),
        _(
            "y = nth(function, x, order - 1)     # inside the block, after tape.watch(x); then return tape.gradient(y, x)"
        ),
    ),
    right=_("tapes nest as deep as you like. Each one records everything that happens inside it."),
)
"""Asks for the derivative of any order, by as many tapes as it takes: compared with closed forms."""

EXERCISES = (CURVATURE, BEND, HESSIAN, NEWTON, NTH)
