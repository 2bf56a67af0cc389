"""Lesson 03: the backward pass by hand, along one path and along two."""

import numpy as np

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, at, wrong_behavior, wrong_formula
from widgets.exercises.predicates import raised_with
from widgets.exercises.seeds import spread
from widgets.exercises.shared_misconceptions import (
    INNER_FORGOTTEN,
    ONE_PATH,
    PATHS_MULTIPLIED,
    SWAPPED,
    UPSTREAM_FORGOTTEN,
    VALUE_NOT_DERIVATIVE,
)


def _cube_slope(x: float) -> float:
    """Return the slope of y³ at y = sin(x): the result of the first pullback."""
    return float(3 * np.sin(x) ** 2)


BACKWARD = Exercise(
    name="backward",
    columns=("dz/dy", "dz/dx"),
    questions=lambda rng: tuple(at(x, _cube_slope(x), _cube_slope(x) * np.cos(x)) for x in spread(rng, 0.4, 2.8)),
    misconceptions=(
        wrong_formula(
            UPSTREAM_FORGOTTEN,
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
            INNER_FORGOTTEN,
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
            SWAPPED,
            lambda x: (_cube_slope(x) * np.cos(x), _cube_slope(x)),
            _("both are right, but in the wrong order: dz/dy comes first."),
        ),
        wrong_formula(
            VALUE_NOT_DERIVATIVE,
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
            UPSTREAM_FORGOTTEN,
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
            PATHS_MULTIPLIED,
            lambda x: (_through_a(x), _through_b(x), _through_a(x) * _through_b(x)),
            _("the two paths are right, but then multiplied. Where paths meet they add."),
        ),
        wrong_formula(
            ONE_PATH,
            lambda x: (_through_a(x), _through_b(x), _through_b(x)),
            _("the two paths are right, but the third number is only the last of them. Add the two."),
        ),
        wrong_formula(
            ONE_PATH,
            lambda x: (_through_a(x), _through_b(x), _through_a(x)),
            _("the two paths are right, but the third number is only the first of them. Add the two."),
        ),
        wrong_formula(
            SWAPPED,
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
