"""Lesson 09, steering gradients: gradients that are stopped, reversed, and clipped."""

from __future__ import annotations

import numpy as np

from widgets.common.catalogue import _
from widgets.exercises import shared_misconceptions as shared
from widgets.exercises.closed_forms import draw_curves, polynomial
from widgets.exercises.exercise import Exercise, MisconceptionKind, Numbers, Question, Questions, Rng, spread
from widgets.exercises.lesson_09_safe_gradients import SAFE_NORM, X_LOG_X
from widgets.exercises.misconceptions import raised_with, returned, wrong_behavior, wrong_formula


def _straight_through_questions(rng: Rng) -> Questions:
    near = zip((1, 2, -3), spread(rng, -0.35, 0.35), strict=True)
    places = [round(whole + part, 2) for whole, part in near]
    label = _("x = {x}, z = {factor}·y")
    return tuple(
        Question(
            label.format(x=x, factor=factor), (x, polynomial(f"{factor} * x", "", 0.0, factor)), (round(x), factor)
        )
        for x, factor in zip(places, spread(rng, 1.5, 4.0), strict=True)
    )


STRAIGHT_THROUGH = Exercise(
    name="straight_through",
    use="value and slope after",
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
            lambda x, then: (round(x), 0.0),
            _(
                "y is right, but the gradient is 0: x and -x cancel in the backward pass, too. Stop the gradient of round(x) - x."
            ),
            cause=_("x is added and subtracted again, and the two cancel in the backward pass as well."),
            repair=_("Put `tf.stop_gradient` around the part through which no gradient should flow."),
        ),
        wrong_formula(
            "WRONG_PART_STOPPED",
            lambda x, then: (round(x), -then.derivative(1, x)),
            _("the gradient is negative: it flows through -x. Stop round(x) - x, but not the x in front."),
            cause=_("The gradient was stopped in the part through which it should flow."),
            repair=_("Stop the correction, but not the x in front of it."),
        ),
        wrong_formula(
            "VALUE_NOT_CHANGED",
            lambda x, then: (x, then.derivative(1, x)),
            _(
                "the gradient is right, but y is x, not rounded. Add the difference that rounding makes, round(x) - x, stopped."
            ),
            cause=_("The gradient is right, but the value is still x."),
            repair=_("Add the change of the value, inside `tf.stop_gradient`."),
        ),
        wrong_formula(
            shared.UPSTREAM_FORGOTTEN,
            lambda x, then: (round(x), 1.0),
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
    label = _("x = {x}, z = {formula}")
    curves = draw_curves(rng, 0.5, 1.5)
    return tuple(
        Question(
            label.format(x=x, formula=curve.label.replace("x", "y").replace("eyp", "exp")),
            (x, curve),
            (x, -curve.derivative(1, x)),
        )
        for x, curve in zip(spread(rng, 1.2, 1.7), curves, strict=True)
    )


REVERSE = Exercise(
    name="reverse",
    use="value and slope after",
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
            shared.UPSTREAM_FORGOTTEN,
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


_LIMIT_FRACTIONS = (0.3, 0.6, 1.5)
"""The limits, as fractions of the length: the last gradients need no clipping."""


def _clip_questions(rng: Rng) -> Questions:
    rows = zip(spread(rng, 1.0, 3.0), spread(rng, -6.0, -4.0), spread(rng, 2.0, 5.0), strict=True)
    return tuple(_clip_question(np.array(row), share) for row, share in zip(rows, _LIMIT_FRACTIONS, strict=True))


def _clip_question(row: Numbers, share: float) -> Question:
    limit = round(float(np.linalg.norm(row) * share), 2)
    a, b, c = row
    return Question(f"[{a}, {b}], {c}; {limit}", (row, limit), tuple(_clipped(row, limit)))


def _clipped(row: Numbers, limit: float) -> Numbers:
    return row * min(1.0, limit / float(np.linalg.norm(row)))


CLIP_TOGETHER = Exercise(
    name="clip_together",
    use="list of gradients",
    columns=(_("first"), _("second"), _("third")),
    questions=_clip_questions,
    misconceptions=(
        wrong_behavior(
            "PAIR_NOT_LIST",
            returned(lambda returned: isinstance(returned, tuple) and isinstance(returned[0], list)),
            _("tf.clip_by_global_norm returns two things: the list and the global norm. Return the list alone."),
            cause=_("`tf.clip_by_global_norm` returns a list and a length, and both were returned."),
            repair=_("Unpack the result: `clipped, length = tf.clip_by_global_norm(gradients, limit)`."),
        ),
        wrong_formula(
            "NOT_CLIPPED",
            lambda row, limit: row,
            _("the gradients are unchanged. Multiply each by limit / length if the length is above the limit."),
            cause=_("Gradients above the limit were returned unchanged."),
            repair=_("Multiply each by limit / length, with the length of all together."),
        ),
        wrong_formula(
            "ONE_BY_ONE",
            lambda row, limit: np.clip(row, -limit, limit),
            _("every number was clipped separately. That changes the direction: scale all by the same factor."),
            cause=_("Every number was clipped separately, which changes the direction of the step."),
            repair=_("Scale all of them by one factor."),
        ),
        wrong_formula(
            "EACH_BY_ITSELF",
            lambda row, limit: (*_clipped(row[:2], limit), *_clipped(row[2:], limit)),
            _(
                "each gradient was clipped separately. That changes the direction of the step: scale all by the same factor."
            ),
            cause=_("Each gradient was clipped by its own length, which changes the direction of the step."),
            repair=_("Use one length, that of all gradients together."),
        ),
        wrong_formula(
            "ALWAYS_SCALED",
            lambda row, limit: row * limit / np.linalg.norm(row),
            _("short gradients become longer, too. Clipping only shortens: leave them unchanged below the limit."),
            cause=_("Gradients below the limit became longer."),
            repair=_("Scale only if the length is above the limit: multiply by the smaller of 1 and limit / length."),
        ),
        wrong_formula(
            "SQUARE_NOT_LENGTH",
            lambda row, limit: row * min(1.0, limit / (row**2).sum()),
            _("this divides by the sum of squares. The length is its square root."),
            cause=_("The sum of squares was used as the length."),
            repair=_("Take its square root."),
        ),
    ),
    hints=(
        _("What is the length of all the numbers together, as if they were one long vector?"),
        _(
            "It is the root of the sum of squares over all gradients. If it is above the limit, multiply each by limit / length."
        ),
        _("clipped, length = tf.clip_by_global_norm(gradients, limit)     # then return clipped"),
    ),
    right=_(
        "the step gets shorter but keeps its direction. This is gradient clipping, as `global_clipnorm` of an optimizer does it."
    ),
)
"""Asks for gradient clipping by the global norm: every gradient × min(1, limit / norm of all of them)."""

EXERCISES = (STRAIGHT_THROUGH, REVERSE, CLIP_TOGETHER, X_LOG_X, SAFE_NORM)
