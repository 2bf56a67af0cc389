"""`hessian`: all second derivatives of a function of two parameters, as a matrix of two rows and two columns."""

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.exercises.answer_adapters import table_as_row
from widgets.exercises.answer_numbers import close
from widgets.exercises.exercise import Exercise, Misconception, Question
from widgets.exercises.predicates import returned_column_sums
from widgets.exercises.seeds import spread


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


def _diagonal_only(evidence):
    """Whether the two mixed derivatives are 0 and the two others right."""
    return evidence.numbers is not None and bool(close(evidence.numbers, evidence.due * [1, 0, 0, 1]).all())


HESSIAN = Exercise(
    name="hessian",
    use=table_as_row,
    columns=("uu", "uv", "vu", "vv"),
    questions=_questions,
    misconceptions=(
        Misconception(
            "TARGET_SUMMED",
            returned_column_sums((2, 2)),
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
