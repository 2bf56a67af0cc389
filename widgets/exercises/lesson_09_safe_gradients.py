"""Lesson 09: functions whose gradients never become NaN, by the double-where trick."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from widgets.answers.answer_numbers import close
from widgets.common.catalogue import _
from widgets.exercises.exercise import (
    Evidence,
    EvidenceTest,
    Exercise,
    MisconceptionKind,
    Numbers,
    Question,
    Questions,
    Rng,
    spread,
)
from widgets.exercises.misconceptions import raised_with, wrong_behavior, wrong_formula

ColumnTest: TypeAlias = Callable[[Numbers, Numbers, npt.NDArray[np.bool_]], bool]
"""Takes the numbers and those due, one row for each column, and for each question whether it is asked at 0."""


def _by_column(test: ColumnTest) -> EvidenceTest:
    """Return a misconception's test: does `test(numbers, due, is_zero)` hold, with the numbers column by column?

    `is_zero` says for each question whether it is asked at 0.
    """

    def holds(evidence: Evidence) -> bool:
        if evidence.numbers is None:
            return False
        zero = np.array([not np.any(outcome.question.given[0]) for outcome in evidence.outcomes])
        return bool(test(evidence.numbers.T, evidence.due.T, zero))

    return holds


def _nan_at_zero_only(numbers: Numbers, due: Numbers, zero: npt.NDArray[np.bool_]) -> bool:
    """Return whether everything is right except for gradients at 0 that are NaN."""
    value, *slopes = close(numbers, due)
    at_zero = numbers[1:, zero]
    return bool(value.all() and np.isnan(at_zero).any() and all(slope[~zero].all() for slope in slopes))


_TINY_NUMBER = MisconceptionKind(
    "TINY_NUMBER",
    cause=_("A tiny number was added to avoid 0, and it shows in the value or in the gradient."),
    repair=_("Replace 0 with 1 inside, and choose the right value outside, both with `tf.where`."),
)


def _x_log_x_questions(rng: Rng) -> Questions:
    places = (
        0.0,
        *spread(rng, 0.05, 0.3, 1),
        *spread(rng, 1.5, 3.0, 1),
    )  # below 1 and above, where a bound may be wrong
    return tuple(Question(f"x = {x}", (x,), _value_and_derivative(x)) for x in places)


def _value_and_derivative(x: float) -> tuple[float, float]:
    return (x * np.log(x), np.log(x) + 1) if x else (0.0, 0.0)


def _steep_at_zero_only(numbers: Numbers, due: Numbers, zero: npt.NDArray[np.bool_]) -> bool:
    value, slope = close(numbers, due)
    return value.all() and slope[~zero].all() and bool((numbers[1, zero] < -1).all())


X_LOG_X = Exercise(
    name="x_log_x",
    use="value and slope in a row",
    columns=("y", "dy/dx"),
    questions=_x_log_x_questions,
    misconceptions=(
        wrong_behavior(
            "PYTHON_IF",
            raised_with("truth value"),
            _("x may hold many numbers, but `if` decides only once. tf.where decides for each of them."),
            cause=_("A Python `if` cannot decide for a tensor of several numbers."),
            repair=_("Use `tf.where`, which decides for each number."),
        ),
        wrong_behavior(
            "NAN_ZERO_TIMES_INF",
            _by_column(_nan_at_zero_only),
            _(
                "y is right, but the gradient at 0 is nan: log(0) is still computed, and in the backward pass 0 times inf is nan. "
                "Put a second tf.where inside, so that the log never sees 0."
            ),
        ),
        wrong_behavior(
            "NOTHING_CHOSEN",
            _by_column(lambda numbers, due, zero: np.isnan(numbers[0, zero]).all()),
            _("y itself is nan at 0, because 0 times -inf is nan. Choose 0 there with tf.where."),
            cause=_("The formula has no value there, and gives nan."),
            repair=_("Choose the value there with `tf.where`."),
        ),
        wrong_behavior(
            _TINY_NUMBER,
            _by_column(_steep_at_zero_only),
            _(
                "a tiny number keeps the log finite, but the gradient at 0 is now a large negative number that depends on it. "
                "Give the log a 1 where x is 0, and choose 0 afterwards."
            ),
        ),
    ),
    hints=(
        _("Use tf.where twice: outside, to choose 0, and inside, so that log never gets a 0."),
        _("Inside: safe = tf.where(x > 0, x, 1.0). Which of the two goes into the log, and which in front of it?"),
        _("return tf.where(x > 0, x * tf.math.log(safe), 0.0)     # with  safe = tf.where(x > 0, x, 1.0)"),
    ),
    right=_("the branch that is not chosen is still computed, forward and backward, so it must be harmless, too."),
)
"""Asks for x·log(x), with the value 0 and the gradient 0 at 0: log(x) + 1 elsewhere."""


_COMPONENT_RANGES = (((0.1, 0.4), (-0.5, -0.2)), ((0.5, 2.0), (-3.0, -1.0)))
"""Ranges of the two numbers: one vector is shorter than 1, one longer, where a bound may be wrong."""


def _safe_norm_questions(rng: Rng) -> Questions:
    rows = [(0.0, 0.0), *((*spread(rng, *first, 1), *spread(rng, *second, 1)) for first, second in _COMPONENT_RANGES)]
    return tuple(Question(f"[{a}, {b}]", (np.array([a, b]),), _norm_and_gradient(np.array([a, b]))) for a, b in rows)


def _norm_and_gradient(row: Numbers) -> tuple[float, ...]:
    length = np.linalg.norm(row)
    return (length, *(row / length if length else row))


def _shifted_at_zero(numbers: Numbers, due: Numbers, zero: npt.NDArray[np.bool_]) -> bool:
    """Return whether only the length of the zero vector is wrong, by a number that was added."""
    others = np.isclose(numbers, due, rtol=0.05, atol=0.05)[:, ~zero]
    return bool(others.all() and not close(numbers[0, zero], 0.0).any())


SAFE_NORM = Exercise(
    name="safe_norm",
    use="value and gradient",
    columns=(_("length"), _("first gradient"), _("second gradient")),
    questions=_safe_norm_questions,
    misconceptions=(
        wrong_behavior(
            "NAN_ZERO_TIMES_INF",
            _by_column(_nan_at_zero_only),
            _(
                "at [0, 0] the gradients are nan: the derivative of a root is inf at 0, and inf times 0 is nan. "
                "Choose 0 there with tf.where, and make sure that the root never gets a 0."
            ),
        ),
        wrong_formula(
            "ROOT_FORGOTTEN",
            lambda row: ((row**2).sum(), *(2 * row)),
            _("this is the square of the length. Take its root where it is not 0."),
            cause=_("The answer is the square of the length."),
            repair=_("Take its root where it is not 0."),
        ),
        wrong_formula(
            "SIZES_ADDED",
            lambda row: (abs(row).sum(), *np.sign(row)),
            _("this is the sum of the absolute values. The length is the root of the sum of squares."),
            cause=_("The absolute values were added, which is another norm."),
            repair=_("Square the numbers, add them, and take the root."),
        ),
        wrong_behavior(
            _TINY_NUMBER,
            _by_column(_shifted_at_zero),
            _(
                "the number added under the root shows: the length of [0, 0] is no longer 0. Choose with tf.where, or add much less."
            ),
        ),
    ),
    hints=(
        _("It is the same as with the log: the root must never get a 0, and 0 is chosen afterwards."),
        _("square = tf.reduce_sum(v * v). Inside, replace a square of 0 with 1. Outside, choose 0 where it is 0."),
        _("return tf.where(square > 0, tf.sqrt(tf.where(square > 0, square, 1.0)), 0.0)"),
    ),
    right=_("two points that coincide no longer break the training: the gradient between them is 0, not nan."),
)
"""Asks for the length of a vector, with the gradient 0 where it is 0: the unit vector elsewhere."""
