"""Lesson 03: weights for the backward pass, a Jacobian row by row, and gradient checking by a finite difference."""

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.exercises.answer_adapters import table_as_row
from widgets.exercises.answer_numbers import close
from widgets.exercises.exercise import Exercise, MisconceptionKind, Question, wrong_behavior, wrong_formula
from widgets.exercises.predicates import raised_with, returned_column_sums
from widgets.exercises.reference_functions import cosine, cubic, x_exp_minus_x
from widgets.exercises.seeds import spread
from widgets.exercises.shared_misconceptions import VALUE_NOT_DERIVATIVE


def _part_questions(rng):
    p, q = spread(rng, 1.2, 2.4, 2)
    curves = (cubic(p), cosine(q), x_exp_minus_x())
    order = rng.permutation(3)
    return tuple(_part_question(curves, x, int(k)) for x, k in zip(spread(rng, 0.5, 1.8), order, strict=True))


def _part_question(curves, x, k):
    label = _("part {k}, {curve}, at {x}").format(k=k, curve=curves[k].label, x=x)
    return Question(label, (curves, x, k), (curves[k].derivative(1, x),))


def _call_with_stacked_curves(answer, curves, x, k):
    """Put an answer to use: it gets one function that stacks the three."""
    return answer(lambda v: tf.stack([curve(v) for curve in curves]), x, k)


def _sum_of_slopes(curves, x):
    return sum(curve.derivative(1, x) for curve in curves)


PART = Exercise(
    name="part",
    use=_call_with_stacked_curves,
    columns=(_("slope"),),
    questions=_part_questions,
    misconceptions=(
        wrong_formula(
            "TARGET_SUMMED",
            lambda curves, x, k: _sum_of_slopes(curves, x),
            _("this is the sum over all three parts: what a tape gives for a target of three numbers."),
        ),
        wrong_behavior(
            "LIST_FOR_TENSOR",
            raised_with("not in [0, 0)"),
            _(
                "the way back began with one number where three parts were waiting. Were the weights a Python list? "
                "Of a list the tape takes the first for this target. Make it a tensor: tf.constant or tf.one_hot."
            ),
            cause=_("`output_gradients` was a Python list, which the tape reads as one gradient for each target."),
            repair=_("Hand over a tensor of the target's shape: `tf.constant([...])` or `tf.one_hot(k, n)`."),
        ),
        wrong_formula(
            "PART_IGNORED",
            lambda curves, x, k: curves[0].derivative(1, x),
            _("this is always part 0. Let k decide."),
            cause=_("The same part of the result was differentiated, whichever was asked for."),
            repair=_("Let the place that was asked for decide where the weight 1 stands."),
        ),
        wrong_formula(
            "COUNTED_FROM_ONE",
            lambda curves, x, k: curves[k - 1].derivative(1, x),
            _("this is the part before the one that was asked for: Python counts from 0."),
            cause=_("The place was counted from 1, so the part before it was taken."),
            repair=_("Count from 0, as Python does."),
        ),
        wrong_formula(
            VALUE_NOT_DERIVATIVE,
            lambda curves, x, k: curves[k].derivative(0, x),
            _("this is part k itself, not its slope."),
        ),
    ),
    hints=(
        _("It is the usual four lines. The question to the tape gets weights: 1 for part k, 0 for the others."),
        _("tf.one_hot(k, 3) is a tensor of three numbers, all 0 but the one at place k."),
        _("return tape.gradient(y, x, output_gradients=tf.one_hot(k, 3))"),
    ),
    right=_("the weights are where the way back begins: a 0 there, and nothing comes down from that part."),
)
"""`part`: the slope of one part of a function that gives three numbers, by weights for the way back."""


def _rows_questions(rng):
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


def _every_row_is_the_sum(evidence):
    if evidence.numbers is None:
        return False
    sums = evidence.due.reshape(-1, 3, 2).sum(axis=1, keepdims=True)
    return bool(close(evidence.numbers.reshape(-1, 3, 2), sums).all())


def _is_transposed(evidence):
    """Whether the numbers are those due, with rows and columns exchanged."""
    if evidence.numbers is None:
        return False
    turned = evidence.due.reshape(-1, 3, 2).swapaxes(1, 2).reshape(-1, 6)
    return bool(close(evidence.numbers, turned).all())


ROWS = Exercise(
    name="rows",
    use=table_as_row,
    columns=("1u", "1v", "2u", "2v", "3u", "3v"),
    questions=_rows_questions,
    misconceptions=(
        wrong_behavior(
            "TARGET_SUMMED",
            returned_column_sums((3, 2)),
            _("these are the sums of the table's columns: one question for all three results. Ask once for each."),
        ),
        wrong_behavior(
            "TARGET_SUMMED",
            _every_row_is_the_sum,
            _(
                "each row is the sum of all three: the tape was asked about all of y each time. Ask about y[k], or weigh."
            ),
        ),
        wrong_behavior(
            "ON_ITS_SIDE",
            _is_transposed,
            _("all six are there, with rows and columns exchanged. A row belongs to a result, a column to an input."),
            cause=_("Rows and columns of a Jacobian were exchanged."),
            repair=_("Give each result a row and each input a column."),
        ),
        wrong_behavior(
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
"""`rows`: a Jacobian without `jacobian`: one row for each of three results, one column for each of two inputs."""


_NOT_TWICE_H = MisconceptionKind(
    "NOT_TWICE_H",
    cause=_("The rise between x - h and x + h was not divided by 2h."),
    repair=_("Divide by the whole distance, with brackets: `/ (2 * h)`."),
)
_ONE_SIDED = MisconceptionKind(
    "ONE_SIDED",
    cause=_("The difference looks to one side only, so its error shrinks with h and not with h²."),
    repair=_("Take the values at x + h and at x - h, and divide by 2h."),
)


def _central_questions(rng):
    curves = (cubic(spread(rng, 0.8, 2.0, 1)[0]), cosine(spread(rng, 1.2, 2.0, 1)[0]), x_exp_minus_x())
    places, widths = spread(rng, 0.6, 1.6), spread(rng, 0.3, 0.7)
    return tuple(_central_question(curve, x, h) for curve, x, h in zip(curves, places, widths, strict=True))


def _central_question(curve, x, h):
    return Question(f"{curve.label} at {x}, h = {h}", (curve, x, h), (_rise_both_sides(curve, x, h) / (2 * h),))


def _rise_both_sides(curve, x, h):
    return curve.derivative(0, x + h) - curve.derivative(0, x - h)


def _rise_one_side(curve, x, h):
    return curve.derivative(0, x + h) - curve.derivative(0, x)


CENTRAL = Exercise(
    name="central",
    columns=(_("estimate"),),
    questions=_central_questions,
    misconceptions=(
        wrong_formula(
            "NOT_A_WITNESS",
            lambda curve, x, h: curve.derivative(1, x),
            _("this is the derivative itself, as a tape gives it. A witness must not ask the one it is to check."),
            cause=_("The derivative was checked with itself: it came from the tape again, or from the same formula."),
            repair=_("Use nothing but two values of the function: `(f(x + h) - f(x - h)) / (2 * h)`."),
        ),
        wrong_formula(
            _ONE_SIDED,
            lambda curve, x, h: _rise_one_side(curve, x, h) / h,
            _("this looks to the right only. Go as far to the left as well: it cancels most of the error."),
        ),
        wrong_formula(
            _ONE_SIDED,
            lambda curve, x, h: _rise_one_side(curve, x, -h) / -h,
            _("this looks to the left only. Go as far to the right as well: it cancels most of the error."),
        ),
        wrong_formula(
            _NOT_TWICE_H,
            lambda curve, x, h: _rise_both_sides(curve, x, h) / h,
            _("twice what it should be: from x - h to x + h it is 2h, not h."),
        ),
        wrong_formula(
            _NOT_TWICE_H,
            lambda curve, x, h: _rise_both_sides(curve, x, h) / 2 * h,
            _("divided by 2 and then *multiplied* by h: put brackets round 2 * h."),
        ),
        wrong_formula(
            "RISE_NOT_SLOPE",
            _rise_both_sides,
            _("this is how much f rises from x - h to x + h. Divide by how far that is."),
            cause=_("The rise of the function was taken for its slope."),
            repair=_("Divide the rise by the distance over which it happened."),
        ),
    ),
    hints=(
        _("No tape: call the function twice, a little to the right of x and a little to the left."),
        _("The rise is function(x + h) - function(x - h). It happened over a distance of 2h."),
        _("return (function(x + h) - function(x - h)) / (2 * h)"),
    ),
    right=_("a slope from two values, and no tape had a part in it."),
)
"""`central`: the central difference (f(x + h) - f(x - h)) / 2h, with an h so large that nothing else passes for it."""
