"""Lesson 03: weights for the backward pass, and a Jacobian row by row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from widgets.answers.answer_numbers import close
from widgets.common.catalogue import _
from widgets.exercises import shared_misconceptions as shared
from widgets.exercises.closed_forms import Described, ReferenceFunction, cosine, cubic, x_exp_minus_x
from widgets.exercises.exercise import Exercise, Numbers, Question, Questions, Rng, spread
from widgets.exercises.misconceptions import (
    gave_numbers,
    raised_with,
    returned_column_sums,
    wrong_behavior,
    wrong_formula,
)


def _part_questions(rng: Rng) -> Questions:
    p, q = spread(rng, 1.2, 2.4, 2)
    curves = (cubic(p), cosine(q), x_exp_minus_x())
    order = rng.permutation(3)
    return tuple(_part_question(curves, x, int(k)) for x, k in zip(spread(rng, 0.5, 1.8), order, strict=True))


def _part_question(curves: Sequence[ReferenceFunction], x: float, k: int) -> Question:
    label = _("part {k}, {curve}, at {x}").format(k=k, curve=curves[k].label, x=x)
    return Question(label, (curves, x, k), (curves[k].derivative(1, x),))


PART = Exercise(
    name="part",
    use="stacked functions",
    columns=(_("slope"),),
    questions=_part_questions,
    misconceptions=(
        wrong_formula(
            "TARGET_SUMMED",
            lambda curves, x, k: sum(curve.derivative(1, x) for curve in curves),
            _("this is the sum over all three parts, which is what a tape returns for a target of three numbers."),
        ),
        wrong_behavior(
            "LIST_FOR_TENSOR",
            raised_with("not in [0, 0)"),
            _(
                "the backward pass started with one number for three parts. Were the weights a Python list? "
                "The tape takes the first entry of a list for this target. Use a tensor: tf.constant or tf.one_hot."
            ),
            cause=_("`output_gradients` was a Python list, which the tape takes as one gradient for each target."),
            repair=_("Pass a tensor of the target's shape: `tf.constant([...])` or `tf.one_hot(k, n)`."),
        ),
        wrong_formula(
            "PART_IGNORED",
            lambda curves, x, k: curves[0].derivative(1, x),
            _("this is always part 0. Use k to choose the part."),
            cause=_("The same part of the result was differentiated every time."),
            repair=_("Put the weight 1 at the index that the exercise asks for."),
        ),
        wrong_formula(
            "COUNTED_FROM_ONE",
            lambda curves, x, k: curves[k - 1].derivative(1, x),
            _("this is the part before the right one: Python counts from 0."),
            cause=_("The parts were counted from 1, so the answer is the part before."),
            repair=_("Count from 0, as Python does."),
        ),
        wrong_formula(
            shared.VALUE_NOT_DERIVATIVE,
            lambda curves, x, k: curves[k].derivative(0, x),
            _("this is part k itself, not its slope."),
        ),
    ),
    hints=(
        _("It is the usual four lines. tape.gradient also gets weights: 1 for part k, 0 for the others."),
        _("tf.one_hot(k, 3) is a tensor of three numbers, all 0 except the one at index k."),
        _("return tape.gradient(y, x, output_gradients=tf.one_hot(k, 3))"),
    ),
    right=_("the backward pass starts with the weights: where a weight is 0, no gradient flows from that part."),
)
"""Asks for the slope of one part of a function with three results, by `output_gradients`."""


def _rows_questions(rng: Rng) -> Questions:
    p, q = spread(rng, 0.6, 2.0, 2)
    u, v, w, z = spread(rng, 0.5, 1.9, 4)
    return (
        Question(
            f"[u·v, {p}·u², v] at ({u}, {v})",
            (Described(f"lambda x: tf.stack([x[0] * x[1], {p} * x[0] ** 2, x[1]])"), (u, v)),
            (v, u, 2 * p * u, 0.0, 0.0, 1.0),
        ),
        Question(
            f"[sin(u), {q}·v², u·v] at ({w}, {z})",
            (Described(f"lambda x: tf.stack([tf.sin(x[0]), {q} * x[1] ** 2, x[0] * x[1]])"), (w, z)),
            (np.cos(w), 0.0, 0.0, 2 * q * z, z, w),
        ),
    )


def _every_row_is_the_sum(numbers: Numbers, due: Numbers) -> bool:
    return bool(close(numbers.reshape(-1, 3, 2), due.reshape(-1, 3, 2).sum(axis=1, keepdims=True)).all())


def _is_transposed(numbers: Numbers, due: Numbers) -> bool:
    """Return whether rows and columns are exchanged."""
    return bool(close(numbers, due.reshape(-1, 3, 2).swapaxes(1, 2).reshape(-1, 6)).all())


ROWS = Exercise(
    name="rows",
    use="matrix",
    columns=("1u", "1v", "2u", "2v", "3u", "3v"),
    questions=_rows_questions,
    misconceptions=(
        wrong_behavior(
            "TARGET_SUMMED",
            returned_column_sums((3, 2)),
            _(
                "these are the sums of the matrix's columns: one call for all three results. Call tape.gradient once for each."
            ),
        ),
        wrong_behavior(
            "TARGET_SUMMED",
            gave_numbers(_every_row_is_the_sum),
            _(
                "each row is the sum of all three: the target was all of y each time. Use y[k] as the target, or weights."
            ),
        ),
        wrong_behavior(
            "ON_ITS_SIDE",
            gave_numbers(_is_transposed),
            _(
                "all six are right, but rows and columns are exchanged. A row belongs to a result, a column to an input."
            ),
            cause=_("The rows and columns of a Jacobian were exchanged."),
            repair=_("Give each result a row and each input a column."),
        ),
        wrong_behavior(
            "TAPE_ALREADY_USED",
            raised_with("non-persistent"),
            _(
                "tape.gradient was called three times, but an ordinary tape answers only once. Create it with persistent=True."
            ),
        ),
    ),
    hints=(
        _("A row is the gradient of one result. You have written that already: it was `part`."),
        _(
            "Call gradient of a persistent tape three times, each time with other weights, and put the gradients into a list."
        ),
        _(
            "return [tape.gradient(y, x, output_gradients=tf.one_hot(k, 3)) for k in range(3)]     "
            "# of a tf.GradientTape(persistent=True), with x = tf.Variable(start)"
        ),
    ),
    right=_("you have written `jacobian`: one backward pass for each result."),
)
"""Asks for a Jacobian without `jacobian`: a row for each of three results, a column for each of two inputs."""
