"""`nth`: the derivative of any order, by as many tapes as it takes."""

import numpy as np

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Question, mistaken
from widgets.exercises.reference_functions import cosine, cubic, x_exp_minus_x
from widgets.exercises.seeds import spread

_SLOPES = {0: _("f itself"), 1: "f′", 2: "f″", 3: "f‴"}


def _questions(rng):
    p, q = spread(rng, 1.2, 2.0, 2)
    curves = (x_exp_minus_x(), cubic(p), cosine(q), x_exp_minus_x())
    places = spread(rng, 0.6, 1.4, 4)
    return tuple(_question(*asked) for asked in zip(curves, places, (0, 1, 2, 3), strict=True))


def _question(curve, x, order):
    label = _("{order} of {curve} at {x}").format(order=_SLOPES[order], curve=curve.label, x=x)
    return Question(label, (curve, x, order), (curve.derivative(order, x),))


def _always(order):
    return lambda curve, x, asked: curve.derivative(order, x)


_SAME_ORDER = _("this is {order}, whatever `order` is. Let `order` decide how many tapes there are.")

NTH = Exercise(
    name="nth",
    columns=("=",),
    questions=_questions,
    misconceptions=(
        *(mistaken("ORDER_IGNORED", _always(order), _SAME_ORDER.format(order=_SLOPES[order])) for order in _SLOPES),
        mistaken(
            "ONE_TOO_MANY",
            lambda curve, x, order: curve.derivative(order + 1, x),
            _("each is one order too high. With order 0 it is f itself: no tape at all."),
        ),
        mistaken(
            "ONE_TOO_FEW",
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
