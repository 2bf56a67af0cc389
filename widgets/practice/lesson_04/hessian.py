"""`hessian`: all second derivatives of a function of two parameters, as a matrix of two rows and two columns."""

import numpy as np
import tensorflow as tf

from widgets.practice.exercise import Exercise, Misconception, Question
from widgets.practice.reading import Unreadable, close, read
from widgets.practice.seeds import spread
from widgets.words.catalogue import _


def _questions(rng):
    p, q = spread(rng, 0.6, 2.0, 2)
    u, v, w, z = spread(rng, 0.5, 1.9, 4)
    return (
        Question(
            f"{p}·u²v + {q}·v³ at ({u}, {v})",
            (lambda x: p * x[0] ** 2 * x[1] + q * x[1] ** 3, (u, v)),
            (2 * p * v, 2 * p * u, 2 * p * u, 6 * q * v),
        ),
        Question(
            f"sin(u)·v² at ({w}, {z})",
            (lambda x: tf.sin(x[0]) * x[1] ** 2, (w, z)),
            (-np.sin(w) * z**2, 2 * z * np.cos(w), 2 * z * np.cos(w), 2 * np.sin(w)),
        ),
    )


def _row_by_row(answer, function, place):
    """Put an answer to use, and lay the matrix that comes back out in one row."""
    return _flat(answer(function, list(place)))


def _flat(returned):
    """Lay out rows in one list, whatever they are made of. What has no rows stays as it is."""
    if isinstance(returned, list | tuple):
        rows = [_flat(row) for row in returned]
        return [number for row in rows for number in (row if isinstance(row, list) else [row])]
    return list(np.reshape(returned, -1)) if len(getattr(returned, "shape", ())) else returned


def _is_sum_of_columns(outcome):
    """Whether two numbers came back, and they are the sums of the columns that were due."""
    try:
        numbers = read(outcome.returned, 2)
    except Unreadable:
        return False
    return bool(close(numbers, np.reshape(outcome.question.due, (2, 2)).sum(axis=0)).all())


def _diagonal_only(evidence):
    """Whether the two mixed derivatives are 0 and the two others right."""
    return evidence.numbers is not None and bool(close(evidence.numbers, evidence.due * [1, 0, 0, 1]).all())


HESSIAN = Exercise(
    name="hessian",
    use=_row_by_row,
    columns=("uu", "uv", "vu", "vv"),
    questions=_questions,
    misconceptions=(
        Misconception(
            "TARGET_SUMMED",
            lambda evidence: all(map(_is_sum_of_columns, evidence.outcomes)),
            _(
                "these are the sums of the matrix's columns: `outer.gradient` adds up a target of two numbers. "
                "`outer.jacobian` keeps them apart."
            ),
        ),
        Misconception(
            "DIAGONAL_ONLY",
            _diagonal_only,
            _("the two in the corners are right; the mixed ones are not 0: u and v meet in a product."),
        ),
    ),
    hints=(
        _("It is the cell with the jacobian: `start` makes the Variable, `function(x)` takes the place of z."),
        _("The inner tape gives the gradient, two numbers; the outer tape's `jacobian` takes each of them apart."),
        _("return outer.jacobian(gradient, x)     # after gradient = inner.gradient(z, x) inside the block of `outer`"),
    ),
    right=_("each row is the gradient of one part of the gradient, and the two mixed ones agree."),
)
