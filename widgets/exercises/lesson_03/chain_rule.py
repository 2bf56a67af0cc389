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


def _cube_slope(x):
    """Return the slope of y³ at y = sin(x): what comes out of the first pullback."""
    return 3 * np.sin(x) ** 2


BACKWARD = Exercise(
    name="backward",
    columns=("dz/dy", "dz/dx"),
    questions=lambda rng: tuple(at(x, _cube_slope(x), _cube_slope(x) * np.cos(x)) for x in spread(rng, 0.4, 2.8)),
    misconceptions=(
        wrong_formula(
            UPSTREAM_FORGOTTEN,
            lambda x: (_cube_slope(x), np.cos(x)),
            _("the second is cos(x), the sine's own slope. A pullback multiplies it by what it receives: dz/dy."),
        ),
        wrong_formula(
            "CHAIN_ADDED",
            lambda x: (_cube_slope(x), _cube_slope(x) + np.cos(x)),
            _("the two slopes are added. One behind the other, along one path, they multiply."),
            cause=_("Slopes that lie one behind the other on one path were added."),
            repair=_("Multiply along a path, and add only where several paths meet."),
        ),
        wrong_formula(
            INNER_FORGOTTEN,
            lambda x: (_cube_slope(x), _cube_slope(x)),
            _("dz/dx is the same as dz/dy here. The sine lies between y and x, and has a slope of its own."),
        ),
        wrong_formula(
            "PLACE_OF_X",
            lambda x: (3 * x**2, 3 * x**2 * np.cos(x)),
            _("the slope of y³ is taken at x. It is y that goes into the cube, so take it at y = sin(x)."),
            cause=_("The slope of the outer function was taken at x, not at what goes into it."),
            repair=_("Take each slope at the number that this operation had as its input on the way forward."),
        ),
        wrong_formula(
            SWAPPED,
            lambda x: (_cube_slope(x) * np.cos(x), _cube_slope(x)),
            _("both are there, the other way round: dz/dy comes first."),
        ),
        wrong_formula(
            VALUE_NOT_DERIVATIVE,
            lambda x: (np.sin(x), np.sin(x) ** 3),
            _("these are y and z, the numbers of the way forward. Wanted are those of the way back."),
        ),
    ),
    hints=(
        _("Work out y first: the slopes are taken at the numbers of the way forward."),
        _("The cube receives 1 and hands on 3y². The sine receives that, and hands on that times cos(x)."),
        _("return 3 * y**2, 3 * y**2 * tf.cos(x)     # with y = tf.sin(x)"),
    ),
    right=_("each pullback takes what it receives and multiplies it by the slope of its own entry."),
)
"""`backward`: two pullbacks by hand, through z = y³ and y = sin(x)."""


def _through_a(x):
    return np.sin(x) * 2 * x


def _through_b(x):
    return x**2 * np.cos(x)


PATHS = Exercise(
    name="paths",
    columns=(_("by a"), _("by b"), _("together")),
    questions=lambda rng: tuple(
        at(x, _through_a(x), _through_b(x), _through_a(x) + _through_b(x)) for x in spread(rng, 0.4, 2.8)
    ),
    misconceptions=(
        wrong_formula(
            UPSTREAM_FORGOTTEN,
            lambda x: (2 * x, np.cos(x), 2 * x + np.cos(x)),
            _("these are the slopes of a and of b alone. Each is multiplied by what comes down to it from z."),
        ),
        wrong_formula(
            "STOPPED_HALFWAY",
            lambda x: (np.sin(x), x**2, np.sin(x) + x**2),
            _("these are dz/da and dz/db. Go on to x: each times the slope of its own step."),
            cause=_("The way back ended at an intermediate result, before it came to the source."),
            repair=_("Go on to the source: multiply by the slope of each step that is left."),
        ),
        wrong_formula(
            PATHS_MULTIPLIED,
            lambda x: (_through_a(x), _through_b(x), _through_a(x) * _through_b(x)),
            _("the two paths are right, and then multiplied. Where paths meet they add."),
        ),
        wrong_formula(
            ONE_PATH,
            lambda x: (_through_a(x), _through_b(x), _through_b(x)),
            _("the two paths are right. Together they are more than the last of them: add."),
        ),
        wrong_formula(
            ONE_PATH,
            lambda x: (_through_a(x), _through_b(x), _through_a(x)),
            _("the two paths are right. Together they are more than the first of them: add."),
        ),
        wrong_formula(
            SWAPPED,
            lambda x: (_through_b(x), _through_a(x), _through_a(x) + _through_b(x)),
            _("all are there, but the first two stand the other way round."),
        ),
        wrong_behavior(
            "TAPE_ALREADY_USED",
            raised_with("non-persistent"),
            _("the tape was asked more than once, and an ordinary one answers once. Make it with persistent=True."),
        ),
        wrong_formula(
            "SELF_UPSTREAM",
            lambda x: (2 * x**3, np.sin(x) * np.cos(x), 2 * x**3 + np.sin(x) * np.cos(x)),
            _("a product hands to each factor the *other* one: to a it hands b, and to b it hands a."),
            cause=_("A product was taken to hand each factor to itself."),
            repair=_("Hand to each factor the other one: the slope of a·b with respect to a is b."),
        ),
    ),
    hints=(
        _("A product hands to a the number b, and to b the number a. From there on to x."),
        _("By way of a: b times the slope of x², which is 2x. By way of b: a times the slope of sin(x)."),
        _("return b * 2 * x, a * tf.cos(x), b * 2 * x + a * tf.cos(x)     # with a = x**2 and b = tf.sin(x)"),
    ),
    right=_("multiply along each path, add where they meet: the product rule is nothing else."),
)
"""`paths`: what x is handed by way of a and by way of b, where z = a·b, a = x² and b = sin(x), and what they make."""
