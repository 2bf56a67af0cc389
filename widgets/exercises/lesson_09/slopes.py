"""Putting an answer under a tape: its value, and the slope of something made of it."""

import numpy as np
import tensorflow as tf

from widgets.exercises.answer_numbers import close


def value_and_slope(function, then, x):
    """Return [y, dz/dx] for y = function(x) and z = then(y); whatever came back instead, if y is no number.

    `then` is there so that the upstream gradient of y is not 1.
    """
    x = tf.constant(x, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
        z = then(y) if _is_number(y) else None
    return y if z is None else [y, tape.gradient(z, x)]


def _is_number(y):
    return tf.is_tensor(y) or isinstance(y, float | int | np.ndarray | np.number)


def by_column(test):
    """Return a misconception's test: does `test(numbers, due, is_zero)` hold, with a column for each number?

    `is_zero` tells of each question whether it is asked at 0.
    """

    def holds(evidence):
        if evidence.numbers is None:
            return False
        zero = np.array([not np.any(outcome.question.given[0]) for outcome in evidence.outcomes])
        return bool(test(evidence.numbers.T, evidence.due.T, zero))

    return holds


def is_nan_at_zero_only(numbers, due, zero):
    """Whether all is right, but for slopes at 0 that are NaN."""
    value, *slopes = close(numbers, due)
    at_zero = numbers[1:, zero]
    return value.all() and np.isnan(at_zero).any() and all(slope[~zero].all() for slope in slopes)
