"""Lesson 01: two gradients from one tape, and a function that differentiates any function."""

from __future__ import annotations

import numpy as np

from widgets.answers.answer_numbers import NotNumeric, close, parse_numbers
from widgets.common.catalogue import _
from widgets.exercises import shared_misconceptions as shared
from widgets.exercises.closed_forms import cosine, cubic, x_exp_minus_x
from widgets.exercises.exercise import Exercise, Outcome, Question, Questions, Rng, at, spread
from widgets.exercises.misconceptions import wrong_behavior, wrong_formula


def _is_sum_of_gradients(outcome: Outcome) -> bool:
    """Return whether the result is one number, alone or in a list, and the sum of the two that are due."""
    returned = outcome.returned
    alone = returned[0] if isinstance(returned, list) and len(returned) == 1 else returned
    try:
        return bool(close(parse_numbers(alone, 1), sum(outcome.question.due)))
    except NotNumeric:
        return False


BOTH = Exercise(
    name="both",
    columns=("dy/dx", "dz/dx"),
    questions=lambda rng: tuple(at(x, 2 * x, 2 * x * np.cos(x * x)) for x in spread(rng, 0.4, 2.4)),
    misconceptions=(
        wrong_behavior(
            "TAPE_ALREADY_USED",
            lambda evidence: any(o.fault and "non-persistent" in o.fault.message for o in evidence.outcomes),
            _(
                "tape.gradient was called twice, but an ordinary tape answers only once. Create it with persistent=True."
            ),
        ),
        wrong_behavior(
            "TARGETS_SUMMED",
            lambda evidence: all(map(_is_sum_of_gradients, evidence.outcomes)),
            _(
                "this is dy/dx + dz/dx: for a list of targets, a tape adds the gradients. Call tape.gradient twice instead."
            ),
            cause=_("A tape got a list of targets, and returned the gradient of their sum."),
            repair=_("Call `gradient` of a persistent tape once for each target."),
        ),
        wrong_formula(
            shared.SWAPPED,
            lambda x: (2 * x * np.cos(x * x), 2 * x),
            _("both are right, but in the wrong order: dy/dx comes first."),
        ),
        wrong_formula(
            shared.WRONG_SOURCE,
            lambda x: (2 * x, np.cos(x * x)),
            _("the second is dz/dy. Its source should be x, not y."),
        ),
        wrong_formula(
            shared.WRONG_SOURCE,
            lambda x: (np.cos(x * x), 2 * x * np.cos(x * x)),
            _("the first is dz/dy. The exercise asks for dy/dx."),
        ),
        wrong_formula(
            shared.SAME_TARGET,
            lambda x: (2 * x, 2 * x),
            _("both are dy/dx. The second target is z."),
        ),
        wrong_formula(
            shared.SAME_TARGET,
            lambda x: (2 * x * np.cos(x * x), 2 * x * np.cos(x * x)),
            _("both are dz/dx. The first target is y."),
        ),
        wrong_formula(
            shared.VALUE_NOT_DERIVATIVE,
            lambda x: (x * x, np.sin(x * x)),
            _("these are y and z, not their gradients."),
        ),
    ),
    hints=(
        _("Copy the cell with the persistent tape, and create its x from `start`."),
        _(
            "After the `with` block call tape.gradient twice, with target y and with target z, and return both, separated by a comma."
        ),
        _("return tape.gradient(y, x), tape.gradient(z, x)     # of a tf.GradientTape(persistent=True)"),
    ),
    right=_("one recording, two gradients."),
)
"""Asks for dy/dx and dz/dx of y = x² and z = sin(y), from one persistent tape: 2x and 2x·cos(x²)."""


def _derivative_questions(rng: Rng) -> Questions:
    p, q = spread(rng, 0.5, 2.0, 2)
    u, v, w = spread(rng, 0.5, 2.5)
    curves = zip((cubic(p), cosine(q), x_exp_minus_x()), (u, v, w), strict=True)
    return tuple(Question(f"{curve.label} at {x}", (curve, x), (curve.derivative(1, x),)) for curve, x in curves)


DERIVATIVE = Exercise(
    name="derivative",
    columns=(_("slope"),),
    questions=_derivative_questions,
    misconceptions=(
        wrong_formula(
            shared.VALUE_NOT_DERIVATIVE,
            lambda curve, start: curve.derivative(0, start),
            _("this is f(x), not its derivative."),
        ),
        wrong_formula(
            shared.FUNCTION_IGNORED,
            lambda curve, start: 2 * start - 2,
            _("this is always the slope of the parabola above. Use the function that is passed as an argument."),
        ),
    ),
    hints=(
        _(
            "It is the cell you started with: create the Variable from `start`, and write `function(x)` instead of the parabola."
        ),
        _("Three steps: x = tf.Variable(start); y = function(x) inside the `with` block; return the gradient."),
        _(
            "return tape.gradient(y, x)     # the last line, after y = function(x) inside `with tf.GradientTape() as tape:`"
        ),
    ),
    right=_("you have written a differentiator for any function that TensorFlow can run."),
)
"""Asks for a function that differentiates any function. It is tried on p·x³ - x, cos(q·x) and x·exp(-x), in closed form."""
