"""Lesson 11: a classifier with its loss and gradient in closed form, and its accuracy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Numbers, Question, Questions, Rng, wrong_formula

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
