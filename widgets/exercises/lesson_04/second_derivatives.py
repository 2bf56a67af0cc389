"""Lesson 04: second derivatives by two tapes, an inflection point, and derivatives of any order."""

import math

import numpy as np

from widgets.common.catalogue import _
from widgets.exercises.answer_adapters import by_trait
from widgets.exercises.exercise import Exercise, Question, wrong_behavior, wrong_formula
from widgets.exercises.reference_functions import cosine, cubic, x_exp_minus_x
from widgets.exercises.seeds import spread
from widgets.exercises.shared_misconceptions import (
    FIRST_NOT_SECOND,
    FUNCTION_IGNORED,
    ONE_TOO_FEW,
    ONE_TOO_MANY,
    SLOPE_SQUARED,
    VALUE_NOT_DERIVATIVE,
)


def _curvature_questions(rng):
    curves = (cubic(spread(rng, 0.5, 2.0, 1)[0]), cosine(spread(rng, 1.2, 2.0, 1)[0]), x_exp_minus_x())
    places = spread(rng, 0.6, 1.4)
    return tuple(_curvature_question(curve, x) for curve, x in zip(curves, places, strict=True))


def _curvature_question(curve, x):
    return Question(f"{curve.label} at {x}", (curve, x), (curve.derivative(2, x),))


CURVATURE = Exercise(
    name="curvature",
    columns=("f″",),
    questions=_curvature_questions,
    misconceptions=(
        wrong_formula(
            FIRST_NOT_SECOND,
            lambda curve, x: curve.derivative(1, x),
            _("this is f′, the slope. Wanted is the slope of the slope: ask the outer tape for the gradient of f′."),
        ),
        wrong_formula(
            VALUE_NOT_DERIVATIVE,
            lambda curve, x: curve.derivative(0, x),
            _("this is f(x) itself, not its second derivative."),
        ),
        wrong_formula(
            SLOPE_SQUARED,
            lambda curve, x: curve.derivative(1, x) ** 2,
            _("this is the slope times itself. The second derivative is the slope *of* the slope, by a second tape."),
        ),
        wrong_formula(
            "SLOPES_ADDED",
            lambda curve, x: curve.derivative(1, x) + curve.derivative(2, x),
            _("this is f′ + f″: the outer tape's target was y and the slope together. Give it the slope alone."),
            cause=_("The outer tape was asked about the value and the slope together, and added their derivatives."),
            repair=_("Give the outer tape the slope alone as its target."),
        ),
        wrong_formula(
            FUNCTION_IGNORED,
            lambda curve, x: 2.0,
            _("this is always that of the parabola from above. Use the function that is handed in."),
        ),
    ),
    hints=(
        _("It is the cell with the two tapes: `start` makes the Variable, `function(x)` takes the parabola's place."),
        _("Ask the inner tape while the outer block is still open: its line is indented once, under `outer`."),
        _("return outer.gradient(dy_dx, x)     # after dy_dx = inner.gradient(y, x) inside the block of `outer`"),
    ),
    right=_("the outer tape recorded how the inner one was played back, and played that back."),
)
"""`curvature`: the second derivative of any function anywhere, by two tapes. Asked about functions it never saw."""


_INFLECTION, _TOLERANCE = 1.0, 0.05
"""Where f″ of sigmoid(2x - 2) is 0, by symmetry, and how near a point is that was put there by eye."""

_LEVEL_DISTANCE = 2.0
"""So far from there the curve is nearly level, and f″ nearly 0, without ever being it."""


def _snap_to_inflection(at):
    """Return where the point is; what is as near as the eye can tell counts as there."""
    return _INFLECTION if abs(at - _INFLECTION) <= _TOLERANCE else at


def _distance_from_inflection(evidence):
    return 0.0 if evidence.numbers is None else evidence.numbers[0, 0] - _INFLECTION


BEND = Exercise(
    name="bend",
    takes="widget",
    use=by_trait("at", _snap_to_inflection, initial_value=lambda explorer: explorer.exploration.start()),
    columns=("x =",),
    questions=lambda rng: (Question("", (), (_INFLECTION,)),),
    misconceptions=(
        wrong_behavior(
            "NEARLY_LEVEL",
            lambda evidence: _LEVEL_DISTANCE <= abs(_distance_from_inflection(evidence)) < math.inf,
            _(
                "out here the curve is nearly level, so f″ is small, but on both sides of the point it has the same sign. "
                "Look for the place where it changes its sign."
            ),
            cause=_("A place where the curve hardly bends was taken for the one where its bend changes sign."),
            repair=_("Look for the place with f″ positive on one side and negative on the other."),
        ),
        wrong_behavior(
            "BENDS_UPWARD",
            lambda evidence: -_LEVEL_DISTANCE < _distance_from_inflection(evidence) < 0,
            _("here f″ is positive: the curve still bends upward. Go further to the right."),
            cause=_("A place was taken where f″ is still positive."),
            repair=_("Go on in the direction in which f″ falls, until it is 0."),
        ),
        wrong_behavior(
            "BENDS_DOWNWARD",
            lambda evidence: 0 < _distance_from_inflection(evidence) < _LEVEL_DISTANCE,
            _("here f″ is negative: the curve already bends downward. Go further to the left."),
            cause=_("A place was taken where f″ is already negative."),
            repair=_("Go back in the direction in which f″ grows, until it is 0."),
        ),
    ),
    hints=(
        _(
            "Watch the parabola that touches the curve. To the left of the place it opens upward, to the right downward."
        ),
        _("f″ is 0 where f′ is largest: where the curve is steepest."),
        _("explorer.at = 1.0"),
    ),
    right=_("where f″ changes its sign the slope is at its largest, and the touching parabola is a straight line."),
)
"""`bend`, with a DerivativeExplorer: where does an S-shaped curve stop bending upward?"""


_ORDER_NAMES = {0: _("f itself"), 1: "f′", 2: "f″", 3: "f‴"}


def _nth_questions(rng):
    p, q = spread(rng, 1.2, 2.0, 2)
    curves = (x_exp_minus_x(), cubic(p), cosine(q), x_exp_minus_x())
    places = spread(rng, 0.6, 1.4, 4)
    return tuple(_nth_question(*asked) for asked in zip(curves, places, (0, 1, 2, 3), strict=True))


def _nth_question(curve, x, order):
    label = _("{order} of {curve} at {x}").format(order=_ORDER_NAMES[order], curve=curve.label, x=x)
    return Question(label, (curve, x, order), (curve.derivative(order, x),))


def _fixed_order(order):
    return lambda curve, x, asked: curve.derivative(order, x)


_SAME_ORDER = _("this is {order}, whatever `order` is. Let `order` decide how many tapes there are.")

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
                cause=_("The answer has the same number of tapes for every order."),
                repair=_(
                    "Let the order decide how many tapes there are: with 0 none, else one more than for the order below."
                ),
            )
            for order in _ORDER_NAMES
        ),
        wrong_formula(
            ONE_TOO_MANY,
            lambda curve, x, order: curve.derivative(order + 1, x),
            _("each is one order too high. With order 0 it is f itself: no tape at all."),
        ),
        wrong_formula(
            ONE_TOO_FEW,
            lambda curve, x, order: curve.derivative(np.maximum(order - 1, 0), x),
            _("each is one order too low: order 1 is f′, by one tape."),
        ),
    ),
    hints=(
        _("One tape lowers the question by one: the derivative of order 3 is the slope of the one of order 2."),
        _(
            "Let nth call itself. With order 0 it is function(x). Otherwise make x a tensor (tf.convert_to_tensor), "
            "and let a tape that watches it record nth(function, x, order - 1)."
        ),
        _(
            "y = nth(function, x, order - 1)     # inside the block, after tape.watch(x); then return tape.gradient(y, x)"
        ),
    ),
    right=_("tapes nest as deep as you like. Each one records all that goes on inside it."),
)
"""`nth`: the derivative of any order, by as many tapes as it takes."""
