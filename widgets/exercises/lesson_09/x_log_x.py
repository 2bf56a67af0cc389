"""`x_log_x`: x·log(x), with 0 at 0, and a slope there that is no NaN."""

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.exercises.answer_numbers import close
from widgets.exercises.exercise import Exercise, Misconception, Question
from widgets.exercises.lesson_09.slopes import by_column, is_nan_at_zero_only
from widgets.exercises.predicates import raised_with
from widgets.exercises.seeds import spread


def _questions(rng):
    places = (
        0.0,
        *spread(rng, 0.05, 0.3, 1),
        *spread(rng, 1.5, 3.0, 1),
    )  # below 1 and above, where a bound may be wrong
    return tuple(Question(f"x = {x}", (x,), _due(x)) for x in places)


def _due(x):
    return (x * np.log(x), np.log(x) + 1) if x else (0.0, 0.0)


def _asked(answer, x):
    """Ask for a row of two numbers, x and 1: a function for tensors does not decide by a Python `if`."""
    row = tf.constant([x, 1.0])
    with tf.GradientTape() as tape:
        tape.watch(row)
        y = answer(row)
    if not tf.is_tensor(y) or y.shape != row.shape:
        return y
    slope = tape.gradient(y, row)
    return [y[0], None if slope is None else slope[0]]


def _is_steep_at_zero_only(numbers, due, zero):
    value, slope = close(numbers, due)
    return value.all() and slope[~zero].all() and bool((numbers[1, zero] < -1).all())


X_LOG_X = Exercise(
    name="x_log_x",
    use=_asked,
    columns=("y", "dy/dx"),
    questions=_questions,
    misconceptions=(
        Misconception(
            "PYTHON_IF",
            raised_with("truth value"),
            _("x may hold many numbers, and `if` can decide only once. tf.where decides for each of them."),
        ),
        Misconception(
            "NAN_ZERO_TIMES_INF",
            by_column(is_nan_at_zero_only),
            _(
                "y is right, but the slope at 0 is nan: the log of 0 is still worked out, and on the way back 0 times inf is nan. "
                "Put a second tf.where inside, so that the log never sees 0."
            ),
        ),
        Misconception(
            "NOTHING_CHOSEN",
            by_column(lambda numbers, due, zero: np.isnan(numbers[0, zero]).all()),
            _("y itself is nan at 0: 0 times -inf. Choose 0 there with tf.where."),
        ),
        Misconception(
            "TINY_NUMBER",
            by_column(_is_steep_at_zero_only),
            _(
                "a tiny number keeps the log finite, but the slope at 0 is now a large negative number that depends on it. "
                "Let the log see 1 where x is 0, and choose 0 afterwards."
            ),
        ),
    ),
    hints=(
        _("Two tf.where: one outside, that chooses 0, and one inside, so that log never sees a 0."),
        _("Inside: safe = tf.where(x > 0, x, 1.0). Which x goes into the log, and which in front of it?"),
        _("return tf.where(x > 0, x * tf.math.log(safe), 0.0)     # with  safe = tf.where(x > 0, x, 1.0)"),
    ),
    right=_("what is not chosen is still worked out, forward and backward. So it must be harmless, too."),
)
