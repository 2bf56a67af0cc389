"""`safe_norm`: the length of a row of numbers, with a slope of 0 where it is 0."""

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.exercises.answer_numbers import close
from widgets.exercises.exercise import Exercise, Misconception, Question, mistaken
from widgets.exercises.lesson_09.slopes import by_column, is_nan_at_zero_only
from widgets.exercises.seeds import spread

_SIDES = (((0.1, 0.4), (-0.5, -0.2)), ((0.5, 2.0), (-3.0, -1.0)))
"""Ranges for the two numbers of a row: one row is shorter than 1, one longer, where a bound may be wrong."""


def _questions(rng):
    rows = [(0.0, 0.0), *((*spread(rng, *first, 1), *spread(rng, *second, 1)) for first, second in _SIDES)]
    return tuple(Question(f"[{a}, {b}]", (np.array([a, b]),), _due(np.array([a, b]))) for a, b in rows)


def _due(row):
    length = np.linalg.norm(row)
    return (length, *(row / length if length else row))


def _asked(answer, row):
    row = tf.constant(row, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(row)
        length = answer(row)
    if not tf.is_tensor(length) or length.shape != ():
        return length
    slopes = tape.gradient(length, row)
    return [length, *([None, None] if slopes is None else slopes)]


def _is_moved_at_zero(numbers, due, zero):
    """Whether only the length of the zero row is not right: as far from 0 as something that was added."""
    return np.isclose(numbers, due, rtol=0.05, atol=0.05)[:, ~zero].all() and not close(numbers[0, zero], 0.0).any()


SAFE_NORM = Exercise(
    name="safe_norm",
    use=_asked,
    columns=(_("length"), _("first slope"), _("second slope")),
    questions=_questions,
    misconceptions=(
        Misconception(
            "NAN_ZERO_TIMES_INF",
            by_column(is_nan_at_zero_only),
            _(
                "at [0, 0] the slopes are nan: there the slope of a root is inf, and inf times 0 is nan. "
                "Choose 0 there with tf.where, so that no gradient comes to the root; best of all, let it never see 0."
            ),
        ),
        mistaken(
            "ROOT_FORGOTTEN",
            lambda row: ((row**2).sum(), *(2 * row)),
            _("this is the square of the length. Take the root of it, where it is not 0."),
        ),
        mistaken(
            "SIZES_ADDED",
            lambda row: (abs(row).sum(), *np.sign(row)),
            _("this adds the sizes. The length is the root of the sum of the squares."),
        ),
        Misconception(
            "TINY_NUMBER",
            by_column(_is_moved_at_zero),
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
