"""Lesson 11: the mean squared error of a regression, and the accuracy of a classifier."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

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
    return np.mean(((weight * x + bias)[:, None] - y) ** 2)


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


INPUTS, CLASSES = 2, 3

Labels: TypeAlias = npt.NDArray[np.int_]
"""The class of each row, shape (rows,)."""


@dataclass(frozen=True)
class Case:
    """Data of three classes, and the weights that a model begins with.

    Attributes:
        x: measurements, shape (rows, INPUTS).
        labels: the class of each row, shape (rows,).
        weights: kernel and bias in one row, shape (INPUTS·CLASSES + CLASSES,).
    """

    x: Numbers
    labels: Labels
    weights: Numbers

    def model(self) -> Any:
        """Return a new Keras model with these weights. Its outputs are logits."""
        model = tf.keras.Sequential([tf.keras.Input((INPUTS,)), tf.keras.layers.Dense(CLASSES)])
        model.set_weights(kernel_and_bias(self.weights))
        return model

    @property
    def given(self) -> tuple[npt.NDArray[np.float32], Labels]:
        """The data as the lesson has them: float32, and integers for the classes."""
        return self.x.astype(np.float32), self.labels


def draw_case(rng: Rng, rows: int) -> Case:
    """Return a Case with this number of rows. Each class has its own mean, and no class is empty."""
    labels = rng.permutation(np.arange(rows) % CLASSES)
    middles = np.array([[-1.0, 0.5], [1.0, 1.0], [0.3, -1.2]])
    x = (middles[labels] + rng.normal(0.0, 0.7, (rows, INPUTS))).round(2)
    return Case(x, labels, rng.normal(0.0, 0.4, INPUTS * CLASSES + CLASSES).round(2))


def kernel_and_bias(weights: Numbers) -> list[Numbers]:
    """Return kernel and bias of the weights in a row."""
    return [weights[: INPUTS * CLASSES].reshape(INPUTS, CLASSES), weights[INPUTS * CLASSES :]]


def weights_of(model: Any) -> Numbers:
    """Return the weights of a model in one row, in float64."""
    return np.concatenate([weight.numpy().astype(float).ravel() for weight in model.weights])


def logits(weights: Numbers, x: Numbers) -> Numbers:
    """Return the outputs of the model, shape (rows, CLASSES)."""
    kernel, bias = kernel_and_bias(weights)
    return x @ kernel + bias


def cross_entropy(weights: Numbers, x: Numbers, labels: Labels) -> float:
    """Return the mean of -log p(right class), the cross-entropy."""
    said = logits(weights, x)
    return float(np.mean(np.log(np.exp(said).sum(axis=1)) - said[np.arange(len(x)), labels]))


def cross_entropy_gradient(weights: Numbers, x: Numbers, labels: Labels) -> Numbers:
    """Return its gradient, in one row like the weights: (softmax - one-hot label) times x, over the rows."""
    odds = np.exp(logits(weights, x))
    off = (odds / odds.sum(axis=1, keepdims=True) - np.eye(CLASSES)[labels]) / len(x)
    return np.concatenate([(x.T @ off).ravel(), off.sum(axis=0)])


_ROW_COUNTS = (7, 11, 16)


def _accuracy_questions(rng: Rng) -> Questions:
    return tuple(_accuracy_question(_draw_mixed_case(rng, rows)) for rows in _ROW_COUNTS)


def _draw_mixed_case(rng: Rng, rows: int) -> Case:
    """Return a Case in which some predictions are right, some wrong, and not equally many."""
    case = draw_case(rng, rows)
    while _count_hits(case) in (0, rows / 2, rows):
        case = draw_case(rng, rows)
    return case


def _accuracy_question(case: Case) -> Question:
    return Question(_("{rows} rows").format(rows=len(case.x)), (case,), (_count_hits(case) / len(case.x),))


def _count_hits(case: Case) -> int:
    return int(np.sum(np.argmax(logits(case.weights, case.x), axis=1) == case.labels))


ACCURACY = Exercise(
    name="accuracy",
    use=lambda answer, case: answer(case.model(), *case.given),
    columns=(_("accuracy"),),
    questions=_accuracy_questions,
    misconceptions=(
        wrong_formula(
            "COUNT_NOT_SHARE",
            _count_hits,
            _("this is the number of right predictions. Divide by the number of rows."),
            cause=_("The right predictions were counted."),
            repair=_("Divide by the number of rows: take the mean of True and False."),
        ),
        wrong_formula(
            "PER_CENT",
            lambda case: 100 * _count_hits(case) / len(case.x),
            _("this is a percentage. The exercise asks for a number between 0 and 1."),
            cause=_("The answer is a percentage."),
            repair=_("Return a number between 0 and 1."),
        ),
        wrong_formula(
            "ERRORS_COUNTED",
            lambda case: 1 - _count_hits(case) / len(case.x),
            _("this is the share of wrong predictions. Compare with `==`."),
            cause=_("The answer is the share of wrong predictions."),
            repair=_("Compare with `==`."),
        ),
        wrong_formula(
            "LEAST_LIKELY",
            lambda case: np.mean(np.argmin(logits(case.weights, case.x), axis=1) == case.labels),
            _("this uses the class with the *lowest* output. The model predicts the one with the highest: argmax."),
            cause=_("The class with the lowest output was used as the prediction."),
            repair=_("Use the class with the highest output: argmax."),
        ),
    ),
    hints=(
        _("The model returns three numbers for each row. The highest of them is its prediction."),
        _("np.argmax(model(x), axis=1) gives the predictions. Compare them with labels; True counts as 1 in a mean."),
        _("return np.mean(np.argmax(model(x), axis=1) == labels)"),
    ),
    right=_("training minimizes the loss, but accuracy is what you report."),
)
"""Asks for the accuracy: the share of rows whose label has the highest output."""
