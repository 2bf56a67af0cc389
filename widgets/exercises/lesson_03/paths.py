"""`paths`: what x is handed by way of a and by way of b, where z = a·b, a = x² and b = sin(x), and what they make."""

import numpy as np

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Misconception, at, mistaken
from widgets.exercises.predicates import raised_with
from widgets.exercises.seeds import spread


def _by_a(x):
    return np.sin(x) * 2 * x


def _by_b(x):
    return x**2 * np.cos(x)


PATHS = Exercise(
    name="paths",
    columns=(_("by a"), _("by b"), _("together")),
    questions=lambda rng: tuple(at(x, _by_a(x), _by_b(x), _by_a(x) + _by_b(x)) for x in spread(rng, 0.4, 2.8)),
    misconceptions=(
        mistaken(
            "UPSTREAM_FORGOTTEN",
            lambda x: (2 * x, np.cos(x), 2 * x + np.cos(x)),
            _("these are the slopes of a and of b alone. Each is multiplied by what comes down to it from z."),
        ),
        mistaken(
            "STOPPED_HALFWAY",
            lambda x: (np.sin(x), x**2, np.sin(x) + x**2),
            _("these are dz/da and dz/db. Go on to x: each times the slope of its own step."),
        ),
        mistaken(
            "PATHS_MULTIPLIED",
            lambda x: (_by_a(x), _by_b(x), _by_a(x) * _by_b(x)),
            _("the two paths are right, and then multiplied. Where paths meet they add."),
        ),
        mistaken(
            "ONE_PATH",
            lambda x: (_by_a(x), _by_b(x), _by_b(x)),
            _("the two paths are right. Together they are more than the last of them: add."),
        ),
        mistaken(
            "ONE_PATH",
            lambda x: (_by_a(x), _by_b(x), _by_a(x)),
            _("the two paths are right. Together they are more than the first of them: add."),
        ),
        mistaken(
            "SWAPPED",
            lambda x: (_by_b(x), _by_a(x), _by_a(x) + _by_b(x)),
            _("all are there, but the first two stand the other way round."),
        ),
        Misconception(
            "TAPE_ALREADY_USED",
            raised_with("non-persistent"),
            _("the tape was asked more than once, and an ordinary one answers once. Make it with persistent=True."),
        ),
        mistaken(
            "SELF_UPSTREAM",
            lambda x: (2 * x**3, np.sin(x) * np.cos(x), 2 * x**3 + np.sin(x) * np.cos(x)),
            _("a product hands to each factor the *other* one: to a it hands b, and to b it hands a."),
        ),
    ),
    hints=(
        _("A product hands to a the number b, and to b the number a. From there on to x."),
        _("By way of a: b times the slope of x², which is 2x. By way of b: a times the slope of sin(x)."),
        _("return b * 2 * x, a * tf.cos(x), b * 2 * x + a * tf.cos(x)     # with a = x**2 and b = tf.sin(x)"),
    ),
    right=_("multiply along each path, add where they meet: the product rule is nothing else."),
)
