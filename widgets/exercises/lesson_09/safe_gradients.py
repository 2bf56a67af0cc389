"""Lesson 09: functions whose gradients never become NaN, by the double-where trick."""

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.exercises.answer_numbers import close
from widgets.exercises.exercise import Exercise, MisconceptionKind, Question, wrong_behavior, wrong_formula
from widgets.exercises.predicates import raised_with
from widgets.exercises.seeds import spread


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


_TINY_NUMBER = MisconceptionKind(
    "TINY_NUMBER",
    cause=_("A tiny number was added to keep away from 0, and it shows in the value or in the slope."),
    repair=_("Replace what would be 0 by 1 inside, and choose the right value outside, both with `tf.where`."),
)


def _x_log_x_questions(rng):
    places = (
        0.0,
        *spread(rng, 0.05, 0.3, 1),
        *spread(rng, 1.5, 3.0, 1),
    )  # below 1 and above, where a bound may be wrong
    return tuple(Question(f"x = {x}", (x,), _value_and_derivative(x)) for x in places)


def _value_and_derivative(x):
    return (x * np.log(x), np.log(x) + 1) if x else (0.0, 0.0)


def _call_x_log_x(answer, x):
    """Ask for a row of two numbers, x and 1: a function for tensors does not decide by a Python `if`."""
    row = tf.constant([x, 1.0])
    with tf.GradientTape() as tape:
        tape.watch(row)
        y = answer(row)
    if not tf.is_tensor(y) or y.shape != row.shape:
        return y
    slope = tape.gradient(y, row)
    return [y[0], None if slope is None else slope[0]]


def _steep_at_zero_only(numbers, due, zero):
    value, slope = close(numbers, due)
    return value.all() and slope[~zero].all() and bool((numbers[1, zero] < -1).all())


X_LOG_X = Exercise(
    name="x_log_x",
    use=_call_x_log_x,
    columns=("y", "dy/dx"),
    questions=_x_log_x_questions,
    misconceptions=(
        wrong_behavior(
            "PYTHON_IF",
            raised_with("truth value"),
            _("x may hold many numbers, and `if` can decide only once. tf.where decides for each of them."),
            cause=_("A Python `if` was to decide about a tensor of several numbers."),
            repair=_("Use `tf.where`, which decides for each number."),
        ),
        wrong_behavior(
            "NAN_ZERO_TIMES_INF",
            by_column(is_nan_at_zero_only),
            _(
                "y is right, but the slope at 0 is nan: the log of 0 is still worked out, and on the way back 0 times inf is nan. "
                "Put a second tf.where inside, so that the log never sees 0."
            ),
        ),
        wrong_behavior(
            "NOTHING_CHOSEN",
            by_column(lambda numbers, due, zero: np.isnan(numbers[0, zero]).all()),
            _("y itself is nan at 0: 0 times -inf. Choose 0 there with tf.where."),
            cause=_("The formula was used where it has no value, and gives nan."),
            repair=_("Choose the value there with `tf.where`."),
        ),
        wrong_behavior(
            _TINY_NUMBER,
            by_column(_steep_at_zero_only),
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
"""`x_log_x`: x·log(x), with 0 at 0, and a slope there that is no NaN."""


_COMPONENT_RANGES = (((0.1, 0.4), (-0.5, -0.2)), ((0.5, 2.0), (-3.0, -1.0)))
"""Ranges for the two numbers of a row: one row is shorter than 1, one longer, where a bound may be wrong."""


def _safe_norm_questions(rng):
    rows = [(0.0, 0.0), *((*spread(rng, *first, 1), *spread(rng, *second, 1)) for first, second in _COMPONENT_RANGES)]
    return tuple(Question(f"[{a}, {b}]", (np.array([a, b]),), _norm_and_gradient(np.array([a, b]))) for a, b in rows)


def _norm_and_gradient(row):
    length = np.linalg.norm(row)
    return (length, *(row / length if length else row))


def _call_safe_norm(answer, row):
    row = tf.constant(row, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(row)
        length = answer(row)
    if not tf.is_tensor(length) or length.shape != ():
        return length
    slopes = tape.gradient(length, row)
    return [length, *([None, None] if slopes is None else slopes)]


def _shifted_at_zero(numbers, due, zero):
    """Whether only the length of the zero row is not right: as far from 0 as something that was added."""
    return np.isclose(numbers, due, rtol=0.05, atol=0.05)[:, ~zero].all() and not close(numbers[0, zero], 0.0).any()


SAFE_NORM = Exercise(
    name="safe_norm",
    use=_call_safe_norm,
    columns=(_("length"), _("first slope"), _("second slope")),
    questions=_safe_norm_questions,
    misconceptions=(
        wrong_behavior(
            "NAN_ZERO_TIMES_INF",
            by_column(is_nan_at_zero_only),
            _(
                "at [0, 0] the slopes are nan: there the slope of a root is inf, and inf times 0 is nan. "
                "Choose 0 there with tf.where, so that no gradient comes to the root; best of all, let it never see 0."
            ),
        ),
        wrong_formula(
            "ROOT_FORGOTTEN",
            lambda row: ((row**2).sum(), *(2 * row)),
            _("this is the square of the length. Take the root of it, where it is not 0."),
            cause=_("The square of the length was given for the length."),
            repair=_("Take the root, where it is not 0."),
        ),
        wrong_formula(
            "SIZES_ADDED",
            lambda row: (abs(row).sum(), *np.sign(row)),
            _("this adds the sizes. The length is the root of the sum of the squares."),
            cause=_("The sizes of the numbers were added, which is another kind of length."),
            repair=_("Square them, add, and take the root."),
        ),
        wrong_behavior(
            _TINY_NUMBER,
            by_column(_shifted_at_zero),
            _(
                "what was added under the root shows: the length of [0, 0] is no longer 0. Choose with tf.where, or add much less."
            ),
        ),
    ),
    hints=(
        _("It is the same as with the log: the root must never see a 0, and 0 is chosen afterwards."),
        _("square = tf.reduce_sum(v * v). Inside: 1 in place of a square that is 0. Outside: 0 where it is 0."),
        _("return tf.where(square > 0, tf.sqrt(tf.where(square > 0, square, 1.0)), 0.0)"),
    ),
    right=_(
        "two points that fall together no longer break the training: where there is no direction, there is no push."
    ),
)
"""`safe_norm`: the length of a row of numbers, with a slope of 0 where it is 0."""
