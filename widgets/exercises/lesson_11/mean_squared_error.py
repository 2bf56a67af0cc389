"""Lesson 11: the mean squared error of a regression."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.exercises.exercise import (
    Answer,
    Evidence,
    Exercise,
    Formula,
    Numbers,
    Question,
    Questions,
    Rng,
    wrong_behavior,
    wrong_formula,
)
from widgets.exercises.seeds import spread
from widgets.exercises.shared_misconceptions import SUM_NOT_MEAN


def _mse_questions(rng: Rng) -> Questions:
    asked = zip((5, 8, 12), spread(rng, -1.0, 1.0), spread(rng, 0.5, 2.0), strict=True)
    return tuple(_mse_question(rng, *given) for given in asked)


def _mse_question(rng: Rng, rows: int, weight: float, bias: float) -> Question:
    x = rng.normal(0.0, 1.0, rows).round(2)
    y = (0.7 * x + 1.5 + rng.normal(0.0, 0.6, rows)).round(2)
    label = _("{rows} rows, weight {weight}, bias {bias}")
    off = weight * x + bias - y
    return Question(label.format(rows=rows, weight=weight, bias=bias), (weight, bias, x, y), (float(np.mean(off**2)),))


def _call_with_model(answer: Answer, weight: float, bias: float, x: Numbers, y: Numbers) -> Any:
    """Call the answer with a Keras model with these weights, its inputs as a column, and the labels in a row."""
    model = tf.keras.Sequential([tf.keras.Input((1,)), tf.keras.layers.Dense(1)])
    model.set_weights([np.array([[weight]]), np.array([bias])])
    return answer(model, x[:, None].astype(np.float32), y.astype(np.float32))


def _from_errors(formula: Callable[[Numbers], npt.ArrayLike]) -> Formula:
    """Return `formula`, which takes the errors of all rows, as a formula of what a question gives."""
    return lambda weight, bias, x, y: formula(weight * x + bias - y)


def _all_pairs(weight: float, bias: float, x: Numbers, y: Numbers) -> float:
    return float(np.mean(((weight * x + bias)[:, None] - y) ** 2))


def _one_number_per_row(evidence: Evidence) -> bool:
    """Return whether every result is an array instead of one number."""
    return all(outcome.unreadable is not None and outcome.unreadable.kind == "shape" for outcome in evidence.outcomes)


MSE = Exercise(
    name="mse",
    use=_call_with_model,
    columns=(_("loss"),),
    questions=_mse_questions,
    misconceptions=(
        wrong_formula(
            "BROADCAST",
            _all_pairs,
            _(
                "every prediction was compared with every label: a column minus a row is a matrix. Give both the same shape, "
                "for example with tf.reshape(y, (-1, 1)) or model(x)[:, 0]."
            ),
            cause=_("A column minus a row is a matrix, so every prediction was compared with every label."),
            repair=_("Give both the same shape, for example with model(x)[:, 0] or tf.reshape(y, (-1, 1))."),
        ),
        wrong_formula(
            SUM_NOT_MEAN,
            _from_errors(lambda off: np.sum(off**2)),
            _("this is the sum over all rows. Use the mean, so that the loss does not grow with the data."),
        ),
        wrong_formula(
            "SIGNED_ERROR",
            _from_errors(np.mean),
            _("errors above and below cancel each other here. Square them before you take the mean."),
            cause=_("Errors above and below cancel each other in the loss."),
            repair=_("Square the errors before you take the mean."),
        ),
        wrong_formula(
            "ROOT_TAKEN",
            _from_errors(lambda off: np.sqrt(np.mean(off**2))),
            _("this is the root of the mean squared error. The exercise asks for the mean squared error itself."),
            cause=_("The root of the mean squared error was taken."),
            repair=_("Leave out the root: the loss is the mean squared error itself."),
        ),
        wrong_formula(
            "NOT_SQUARED",
            _from_errors(lambda off: np.mean(np.abs(off))),
            _("this is the mean absolute error. The exercise asks for the mean of the squares."),
            cause=_("The absolute errors were averaged, not their squares."),
            repair=_("Square each error before you take the mean."),
        ),
        wrong_behavior(
            "ROW_BY_ROW",
            _one_number_per_row,
            _("the answer has one number for each row. A loss is a single number: take the mean over the rows."),
            cause=_("The loss has a number for each row."),
            repair=_("Take the mean over the rows: a loss is one number."),
        ),
    ),
    hints=(
        _("Print the shapes of model(x) and y. What is the shape of their difference?"),
        _("Take the only column of model(x), subtract y, square, and take the mean."),
        _("return tf.reduce_mean((model(x)[:, 0] - y)**2)"),
    ),
    right=_("each penguin's prediction is compared with its own label only."),
)
"""Asks for the mean squared error of a model with one output, whose labels come in a plain row: in closed form."""
