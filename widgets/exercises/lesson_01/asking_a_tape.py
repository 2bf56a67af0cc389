"""Lesson 01: two gradients from one tape, and a function that differentiates any function."""

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.exercises.answer_numbers import NotNumeric, close, parse_numbers
from widgets.exercises.exercise import Exercise, Question, at, wrong_behavior, wrong_formula
from widgets.exercises.seeds import spread
from widgets.exercises.shared_misconceptions import (
    FUNCTION_IGNORED,
    SAME_TARGET,
    SWAPPED,
    VALUE_NOT_DERIVATIVE,
    WRONG_SOURCE,
)


def _tape_used_twice(evidence):
    """Whether TensorFlow refused, in its own words, to play an ordinary tape a second time."""
    faults = [outcome.fault for outcome in evidence.outcomes]
    return any(fault is not None and "non-persistent" in fault.message for fault in faults)


def _is_sum_of_gradients(outcome):
    """Whether one number came back, alone or in a list, and it is the sum of the two that were due."""
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
            _tape_used_twice,
            _("the tape was asked twice, and an ordinary one answers once. Make it with persistent=True."),
        ),
        wrong_behavior(
            "TARGETS_SUMMED",
            lambda evidence: all(map(_is_sum_of_gradients, evidence.outcomes)),
            _("this is dy/dx + dz/dx: given a list of targets, a tape adds up. Ask it twice instead."),
            cause=_("A tape was given a list of targets, and what came back is the gradient of their sum."),
            repair=_("Ask a persistent tape once for each target."),
        ),
        wrong_formula(
            SWAPPED,
            lambda x: (2 * x * np.cos(x * x), 2 * x),
            _("both are there, the other way round: dy/dx comes first."),
        ),
        wrong_formula(
            WRONG_SOURCE,
            lambda x: (2 * x, np.cos(x * x)),
            _("the second is dz/dy. Its source should be x, not y."),
        ),
        wrong_formula(
            WRONG_SOURCE,
            lambda x: (np.cos(x * x), 2 * x * np.cos(x * x)),
            _("the first is dz/dy. Wanted is dy/dx."),
        ),
        wrong_formula(
            SAME_TARGET,
            lambda x: (2 * x, 2 * x),
            _("both are dy/dx. The second target is z."),
        ),
        wrong_formula(
            SAME_TARGET,
            lambda x: (2 * x * np.cos(x * x), 2 * x * np.cos(x * x)),
            _("both are dz/dx. The first target is y."),
        ),
        wrong_formula(
            VALUE_NOT_DERIVATIVE,
            lambda x: (x * x, np.sin(x * x)),
            _("these are y and z, not their gradients."),
        ),
    ),
    hints=(
        _("Copy the cell with the persistent tape, and make its x from `start`."),
        _(
            "After the `with` block ask twice, with target y and with target z, and return the two with a comma between."
        ),
        _("return tape.gradient(y, x), tape.gradient(z, x)     # of a tf.GradientTape(persistent=True)"),
    ),
    right=_("one recording, two questions."),
)
"""`both`: dy/dx and dz/dx of y = x² and z = sin(y), from one tape that is asked twice."""


def _derivative_questions(rng):
    p, q = spread(rng, 0.5, 2.0, 2)
    u, v, w = spread(rng, 0.5, 2.5)
    return (
        Question(f"{p}·x³ - x at {u}", (lambda x: p * x**3 - x, u), (3 * p * u**2 - 1,)),
        Question(f"cos({q}·x) at {v}", (lambda x: tf.cos(q * x), v), (-q * np.sin(q * v),)),
        Question(f"x·exp(-x) at {w}", (lambda x: x * tf.exp(-x), w), ((1 - w) * np.exp(-w),)),
    )


DERIVATIVE = Exercise(
    name="derivative",
    columns=(_("slope"),),
    questions=_derivative_questions,
    misconceptions=(
        wrong_formula(
            VALUE_NOT_DERIVATIVE,
            lambda function, start: float(function(tf.constant(start))),
            _("this is f(x), not its derivative."),
        ),
        wrong_formula(
            FUNCTION_IGNORED,
            lambda function, start: 2 * start - 2,
            _("this is always the slope of the parabola from above. Use the function that is handed in."),
        ),
    ),
    hints=(
        _("It is the cell you began with: `start` makes the Variable, `function(x)` takes the place of the parabola."),
        _("Three steps: x = tf.Variable(start); y = function(x) inside the `with` block; return the gradient."),
        _(
            "return tape.gradient(y, x)     # the last line, after y = function(x) inside `with tf.GradientTape() as tape:`"
        ),
    ),
    right=_("you have made a differentiator, for any function TensorFlow can run."),
)
"""`derivative`: a tool that gives the slope of any function anywhere. Asked about functions it has never seen."""
