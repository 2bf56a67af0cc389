"""`derivative`: a tool that gives the slope of any function anywhere. Asked about functions it has never seen."""

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Question, mistaken
from widgets.exercises.seeds import spread


def _questions(rng):
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
    questions=_questions,
    misconceptions=(
        mistaken(
            "VALUE_NOT_DERIVATIVE",
            lambda function, start: float(function(tf.constant(start))),
            _("this is f(x), not its derivative."),
        ),
        mistaken(
            "FUNCTION_IGNORED",
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
