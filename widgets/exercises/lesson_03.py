"""Lesson 03, playing it backward: the backward pass by hand, and a gradient checked by a finite difference."""

from __future__ import annotations

import numpy as np

from widgets.common.catalogue import _
from widgets.exercises import shared_misconceptions as shared
from widgets.exercises.closed_forms import ReferenceFunction, draw_curves
from widgets.exercises.exercise import Exercise, MisconceptionKind, Question, Questions, Rng, at, spread
from widgets.exercises.lesson_03_jacobian_rows import PART, ROWS
from widgets.exercises.misconceptions import raised_with, wrong_behavior, wrong_formula


def _cube_slope(x: float) -> float:
    """Return the slope of y³ at y = sin(x): the result of the first pullback."""
    return float(3 * np.sin(x) ** 2)


BACKWARD = Exercise(
    name="backward",
    columns=("dz/dy", "dz/dx"),
    questions=lambda rng: tuple(at(x, _cube_slope(x), _cube_slope(x) * np.cos(x)) for x in spread(rng, 0.4, 2.8)),
    misconceptions=(
        wrong_formula(
            shared.UPSTREAM_FORGOTTEN,
            lambda x: (_cube_slope(x), np.cos(x)),
            _(
                "the second is cos(x), the local gradient of the sine. A pullback multiplies it by the upstream gradient, dz/dy."
            ),
        ),
        wrong_formula(
            "CHAIN_ADDED",
            lambda x: (_cube_slope(x), _cube_slope(x) + np.cos(x)),
            _("the two slopes are added. They follow each other along one path, so they multiply."),
            cause=_("Slopes that follow each other along one path were added."),
            repair=_("Multiply along a path, and add only where several paths meet."),
        ),
        wrong_formula(
            shared.INNER_FORGOTTEN,
            lambda x: (_cube_slope(x), _cube_slope(x)),
            _("your dz/dx is the same as dz/dy. The sine is between y and x, and has a slope of its own."),
        ),
        wrong_formula(
            "PLACE_OF_X",
            lambda x: (3 * x**2, 3 * x**2 * np.cos(x)),
            _("the slope of y³ is taken at x. The input of the cube is y, so take its slope at y = sin(x)."),
            cause=_("The slope of the outer function was taken at x, not at its own input."),
            repair=_("Take each slope at the input that the operation had in the forward pass."),
        ),
        wrong_formula(
            shared.SWAPPED,
            lambda x: (_cube_slope(x) * np.cos(x), _cube_slope(x)),
            _("both are right, but in the wrong order: dz/dy comes first."),
        ),
        wrong_formula(
            shared.VALUE_NOT_DERIVATIVE,
            lambda x: (np.sin(x), np.sin(x) ** 3),
            _("these are y and z, from the forward pass. The exercise asks for the gradients of the backward pass."),
        ),
    ),
    hints=(
        _("Compute y first: the slopes are taken at the values of the forward pass."),
        _("The cube receives 1 and passes back 3y². The sine receives that, and passes back that times cos(x)."),
        _("return 3 * y**2, 3 * y**2 * tf.cos(x)     # with y = tf.sin(x)"),
    ),
    right=_("each pullback multiplies the upstream gradient by the local gradient of its own operation."),
)
"""Asks for two pullbacks by hand, of z = y³ and y = sin(x): dz/dy = 3y² and dz/dx = 3y²·cos(x)."""


def _through_a(x: float) -> float:
    return float(np.sin(x) * 2 * x)


def _through_b(x: float) -> float:
    return float(x**2 * np.cos(x))


PATHS = Exercise(
    name="paths",
    columns=(_("through a"), _("through b"), _("together")),
    questions=lambda rng: tuple(
        at(x, _through_a(x), _through_b(x), _through_a(x) + _through_b(x)) for x in spread(rng, 0.4, 2.8)
    ),
    misconceptions=(
        wrong_formula(
            shared.UPSTREAM_FORGOTTEN,
            lambda x: (2 * x, np.cos(x), 2 * x + np.cos(x)),
            _("these are the local gradients of a and b alone. Multiply each by the gradient that it receives from z."),
        ),
        wrong_formula(
            "STOPPED_HALFWAY",
            lambda x: (np.sin(x), x**2, np.sin(x) + x**2),
            _("these are dz/da and dz/db. Go on to x: multiply each by the slope of a or b."),
            cause=_("The backward pass stopped at an intermediate value, before the source."),
            repair=_("Go on to the source: multiply by the slope of each remaining operation."),
        ),
        wrong_formula(
            shared.PATHS_MULTIPLIED,
            lambda x: (_through_a(x), _through_b(x), _through_a(x) * _through_b(x)),
            _("the two paths are right, but then multiplied. Where paths meet they add."),
        ),
        wrong_formula(
            shared.ONE_PATH,
            lambda x: (_through_a(x), _through_b(x), _through_b(x)),
            _("the two paths are right, but the third number is only the last of them. Add the two."),
        ),
        wrong_formula(
            shared.ONE_PATH,
            lambda x: (_through_a(x), _through_b(x), _through_a(x)),
            _("the two paths are right, but the third number is only the first of them. Add the two."),
        ),
        wrong_formula(
            shared.SWAPPED,
            lambda x: (_through_b(x), _through_a(x), _through_a(x) + _through_b(x)),
            _("all are right, but the first two are in the wrong order."),
        ),
        wrong_behavior(
            "TAPE_ALREADY_USED",
            raised_with("non-persistent"),
            _(
                "tape.gradient was called more than once, but an ordinary tape answers only once. Create it with persistent=True."
            ),
        ),
        wrong_formula(
            "SELF_UPSTREAM",
            lambda x: (2 * x**3, np.sin(x) * np.cos(x), 2 * x**3 + np.sin(x) * np.cos(x)),
            _("a product passes back to each factor the *other* one: b to a, and a to b."),
            cause=_("A product was taken to pass each factor back to itself."),
            repair=_("Pass the other factor back to each: the derivative of a·b with respect to a is b."),
        ),
    ),
    hints=(
        _("A product passes b back to a, and a back to b. From there go on to x."),
        _("Through a: b times the slope of x², which is 2x. Through b: a times the slope of sin(x)."),
        _("return b * 2 * x, a * tf.cos(x), b * 2 * x + a * tf.cos(x)     # with a = x**2 and b = tf.sin(x)"),
    ),
    right=_("multiply along each path, add where they meet: this is the product rule."),
)
"""Asks for the gradients that reach x through a and b, and their sum: z = a·b, a = x², b = sin(x), so 2x·b and a·cos(x)."""


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
    return tuple(
        Question(f"{curve.label} at {x}, h = {h}", (curve, x, h), (_rise_both_sides(curve, x, h) / (2 * h),))
        for curve, x, h in zip(draw_curves(rng, 0.8, 2.0), spread(rng, 0.6, 1.6), spread(rng, 0.3, 0.7), strict=True)
    )


def _rise(curve: ReferenceFunction, low: float, high: float) -> float:
    return float(curve.derivative(0, high) - curve.derivative(0, low))


def _rise_both_sides(curve: ReferenceFunction, x: float, h: float) -> float:
    return _rise(curve, x - h, x + h)


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
            lambda curve, x, h: _rise(curve, x, x + h) / h,
            _("this only looks to the right. Go equally far to the left: that cancels most of the error."),
        ),
        wrong_formula(
            _ONE_SIDED,
            lambda curve, x, h: _rise(curve, x - h, x) / h,
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

EXERCISES = (BACKWARD, PATHS, PART, CENTRAL, ROWS)
