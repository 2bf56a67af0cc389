"""Lesson 09: a straight-through estimator and a gradient reversal layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.exercises.exercise import (
    Answer,
    Exercise,
    MisconceptionKind,
    Question,
    Questions,
    Rng,
    wrong_behavior,
    wrong_formula,
)
from widgets.exercises.predicates import raised_with, returned
from widgets.exercises.reference_functions import ReferenceFunction, cosine, cubic, x_exp_minus_x
from widgets.exercises.seeds import spread
from widgets.exercises.shared_misconceptions import UPSTREAM_FORGOTTEN


def _value_and_slope(function: Callable[..., Any], then: Callable[[Any], Any], x: float) -> Any:
    """Return [y, dz/dx] for y = function(x) and z = then(y), or y itself if it is not a number.

    `then` is there so that the upstream gradient of y is not 1.
    """
    x = tf.constant(x, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
        z = then(y) if _is_number(y) else None
    return y if z is None else [y, tape.gradient(z, x)]


def _is_number(y: object) -> bool:
    return tf.is_tensor(y) or isinstance(y, float | int | np.ndarray | np.number)


def _straight_through_questions(rng: Rng) -> Questions:
    near = zip((1, 2, -3), spread(rng, -0.35, 0.35), strict=True)
    places = [round(whole + part, 2) for whole, part in near]
    return tuple(_straight_through_question(x, factor) for x, factor in zip(places, spread(rng, 1.5, 4.0), strict=True))


def _straight_through_question(x: float, factor: float) -> Question:
    label = _("x = {x}, z = {factor}·y").format(x=x, factor=factor)
    return Question(label, (x, factor), (round(x), factor))


def _call_straight_through(answer: Answer, x: float, factor: float) -> Any:
    return _value_and_slope(answer, lambda y: factor * y, x)


STRAIGHT_THROUGH = Exercise(
    name="straight_through",
    use=_call_straight_through,
    columns=("y", "dz/dx"),
    questions=_straight_through_questions,
    misconceptions=(
        wrong_behavior(
            "NOT_DIFFERENTIABLE",
            returned(lambda returned: isinstance(returned, list) and len(returned) == 2 and returned[1] is None),
            _("None: rounding has no gradient, and x is used nowhere else. Let x itself be part of the sum."),
        ),
        wrong_formula(
            "NOTHING_STOPPED",
            lambda x, factor: (round(x), 0.0),
            _(
                "y is right, but the gradient is 0: x and -x cancel in the backward pass, too. Stop the gradient of round(x) - x."
            ),
            cause=_("x is added and subtracted again, and the two cancel in the backward pass as well."),
            repair=_("Put `tf.stop_gradient` around the part through which no gradient should flow."),
        ),
        wrong_formula(
            "WRONG_PART_STOPPED",
            lambda x, factor: (round(x), -factor),
            _("the gradient is negative: it flows through -x. Stop round(x) - x, but not the x in front."),
            cause=_("The gradient was stopped in the part through which it should flow."),
            repair=_("Stop the correction, but not the x in front of it."),
        ),
        wrong_formula(
            "VALUE_NOT_CHANGED",
            lambda x, factor: (x, factor),
            _(
                "the gradient is right, but y is x, not rounded. Add the difference that rounding makes, round(x) - x, stopped."
            ),
            cause=_("The gradient is right, but the value is still x."),
            repair=_("Add the change of the value, inside `tf.stop_gradient`."),
        ),
        wrong_formula(
            UPSTREAM_FORGOTTEN,
            lambda x, factor: (round(x), 1.0),
            _("the gradient is 1, whatever comes after y. A pullback must multiply by its upstream gradient."),
        ),
    ),
    hints=(
        _("In the forward pass it should be round(x), in the backward pass x. Write round(x) as x plus something."),
        _("round(x) = x + (round(x) - x). Through which part should the gradient flow, and through which not?"),
        _("return x + tf.stop_gradient(tf.round(x) - x)"),
    ),
    right=_(
        "the forward pass gives round(x), and only x is left in the backward pass. This is called a straight-through estimator."
    ),
)
"""Asks for a straight-through estimator: round(x) forward, and the upstream gradient unchanged backward."""


_VALUE_REVERSED = MisconceptionKind(
    "VALUE_REVERSED",
    cause=_("The value was negated, but only the gradient should be."),
    repair=_("Return x unchanged; the minus sign belongs in the pullback."),
)


def _reverse_questions(rng: Rng) -> Questions:
    curves = (cubic(*spread(rng, 0.5, 1.5, 1)), cosine(*spread(rng, 1.2, 2.0, 1)), x_exp_minus_x())
    return tuple(_reverse_question(*given) for given in zip(spread(rng, 1.2, 1.7), curves, strict=True))


def _reverse_question(x: float, curve: ReferenceFunction) -> Question:
    formula = curve.label.replace("x", "y").replace("eyp", "exp")
    label = _("x = {x}, z = {formula}").format(x=x, formula=formula)
    return Question(label, (x, curve), (x, -curve.derivative(1, x)))


def _call_reverse(answer: Answer, x: float, curve: ReferenceFunction) -> Any:
    return _value_and_slope(answer, curve, x)


REVERSE = Exercise(
    name="reverse",
    use=_call_reverse,
    columns=("y", "dz/dx"),
    questions=_reverse_questions,
    misconceptions=(
        wrong_behavior(
            "DECORATOR_FORGOTTEN",
            returned(lambda returned: isinstance(returned, list | tuple) and any(map(callable, returned))),
            _("the pullback itself was returned. With @tf.custom_gradient above the def, TensorFlow takes it out."),
            cause=_("The function lacks `@tf.custom_gradient`, so it returns the pullback itself."),
            repair=_("Put `@tf.custom_gradient` on the line above `def`."),
        ),
        wrong_behavior(
            "PULLBACK_NOT_A_FUNCTION",
            raised_with("callable"),
            _(
                "the second value to return is a function: def pullback(upstream). TensorFlow calls it in the backward pass."
            ),
            cause=_("A gradient was returned instead of a function that computes it."),
            repair=_("Define `def pullback(upstream)` inside, and return it after the value."),
        ),
        wrong_formula(
            UPSTREAM_FORGOTTEN,
            lambda x, curve: (x, -1.0),
            _("the gradient is -1, whatever comes after y. A pullback must multiply by its upstream gradient."),
        ),
        wrong_formula(
            "NOT_REVERSED",
            lambda x, curve: (x, curve.derivative(1, x)),
            _("the gradient is passed back unchanged. Return -upstream."),
            cause=_("The gradient is passed back unchanged."),
            repair=_("Return `-upstream` from the pullback."),
        ),
        wrong_formula(
            _VALUE_REVERSED,
            lambda x, curve: (-x, -curve.derivative(1, -x)),
            _("the value is negated as well. Nothing should happen in the forward pass: return x first."),
        ),
        wrong_formula(
            _VALUE_REVERSED,
            lambda x, curve: (-x, curve.derivative(1, -x)),
            _(
                "the value is negated, and the gradient's sign flips twice. Nothing should happen in the forward pass: return x."
            ),
        ),
    ),
    hints=(
        _(
            "Return two things: the value, and a function that takes upstream and returns the gradient that is passed back to x."
        ),
        _(
            "Put @tf.custom_gradient above the def; inside, def pullback(upstream); return x and pullback, separated by a comma."
        ),
        _("def pullback(upstream): return -upstream     # then:  return tf.identity(x), pullback"),
    ),
    right=_("what minimizes z after it maximizes z before it. This is called a gradient reversal layer."),
)
"""Asks for a gradient reversal layer by tf.custom_gradient: x forward, and minus the upstream gradient backward."""
