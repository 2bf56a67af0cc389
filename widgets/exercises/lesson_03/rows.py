"""`rows`: a Jacobian without `jacobian`: one row for each of three results, one column for each of two inputs."""

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.exercises.answer_adapters import table_as_row
from widgets.exercises.answer_numbers import close
from widgets.exercises.exercise import Exercise, Misconception, Question
from widgets.exercises.predicates import raised_with, returned_column_sums
from widgets.exercises.seeds import spread


def _questions(rng):
    p, q = spread(rng, 0.6, 2.0, 2)
    u, v, w, z = spread(rng, 0.5, 1.9, 4)
    return (
        Question(
            f"[u·v, {p}·u², v] at ({u}, {v})",
            (lambda x: tf.stack([x[0] * x[1], p * x[0] ** 2, x[1]]), (u, v)),
            (v, u, 2 * p * u, 0.0, 0.0, 1.0),
        ),
        Question(
            f"[sin(u), {q}·v², u·v] at ({w}, {z})",
            (lambda x: tf.stack([tf.sin(x[0]), q * x[1] ** 2, x[0] * x[1]]), (w, z)),
            (np.cos(w), 0.0, 0.0, 2 * q * z, z, w),
        ),
    )


def _all_rows_are_the_sum(evidence):
    if evidence.numbers is None:
        return False
    sums = evidence.due.reshape(-1, 3, 2).sum(axis=1, keepdims=True)
    return bool(close(evidence.numbers.reshape(-1, 3, 2), sums).all())


def _on_its_side(evidence):
    """Whether the numbers are those due, with rows and columns exchanged."""
    if evidence.numbers is None:
        return False
    turned = evidence.due.reshape(-1, 3, 2).swapaxes(1, 2).reshape(-1, 6)
    return bool(close(evidence.numbers, turned).all())


ROWS = Exercise(
    name="rows",
    use=table_as_row,
    columns=("1u", "1v", "2u", "2v", "3u", "3v"),
    questions=_questions,
    misconceptions=(
        Misconception(
            "TARGET_SUMMED",
            returned_column_sums((3, 2)),
            _("these are the sums of the table's columns: one question for all three results. Ask once for each."),
        ),
        Misconception(
            "TARGET_SUMMED",
            _all_rows_are_the_sum,
            _(
                "each row is the sum of all three: the tape was asked about all of y each time. Ask about y[k], or weigh."
            ),
        ),
        Misconception(
            "ON_ITS_SIDE",
            _on_its_side,
            _("all six are there, with rows and columns exchanged. A row belongs to a result, a column to an input."),
        ),
        Misconception(
            "TAPE_ALREADY_USED",
            raised_with("non-persistent"),
            _("the tape was asked three times, and an ordinary one answers once. Make it with persistent=True."),
        ),
    ),
    hints=(
        _("A row is the gradient of one result, and you have written that already: it was `part`."),
        _("Ask a persistent tape three times, each time with other weights, and put the three gradients into a list."),
        _(
            "return [tape.gradient(y, x, output_gradients=tf.one_hot(k, 3)) for k in range(3)]     "
            "# of a tf.GradientTape(persistent=True), with x = tf.Variable(start)"
        ),
    ),
    right=_("you have made `jacobian`: one playback for each result."),
)
