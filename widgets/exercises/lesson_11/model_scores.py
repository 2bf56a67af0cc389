"""Lesson 11: the mean squared error of a regression, and the accuracy of a classifier."""

from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Question, wrong_behavior, wrong_formula
from widgets.exercises.seeds import spread
from widgets.exercises.shared_misconceptions import SUM_NOT_MEAN


def _mse_questions(rng):
    asked = zip((5, 8, 12), spread(rng, -1.0, 1.0), spread(rng, 0.5, 2.0), strict=True)
    return tuple(_mse_question(rng, *given) for given in asked)


def _mse_question(rng, rows, weight, bias):
    x = rng.normal(0.0, 1.0, rows).round(2)
    y = (0.7 * x + 1.5 + rng.normal(0.0, 0.6, rows)).round(2)
    label = _("{rows} rows, weight {weight}, bias {bias}")
    off = weight * x + bias - y
    return Question(label.format(rows=rows, weight=weight, bias=bias), (weight, bias, x, y), (float(np.mean(off**2)),))


def _call_with_model(answer, weight, bias, x, y):
    """Hand over a model of Keras with these weights, its inputs as a column, and the targets in a row."""
    model = tf.keras.Sequential([tf.keras.Input((1,)), tf.keras.layers.Dense(1)])
    model.set_weights([np.array([[weight]]), np.array([bias])])
    return answer(model, x[:, None].astype(np.float32), y.astype(np.float32))


def _from_errors(formula):
    """Return `formula`, which takes the errors row by row, as a formula of what a question gives."""
    return lambda weight, bias, x, y: formula(weight * x + bias - y)


def _all_pairs(weight, bias, x, y):
    return np.mean(((weight * x + bias)[:, None] - y) ** 2)


def _one_number_per_row(evidence):
    """Whether as many numbers came back as there are rows, or a table of them."""
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
                "every prediction was compared with every target: a column minus a row is a table. Give both the same shape, "
                "for example with tf.reshape(y, (-1, 1)) or model(x)[:, 0]."
            ),
            cause=_("A column minus a row is a table, so every prediction was compared with every target."),
            repair=_("Give both the same shape, for example with model(x)[:, 0] or tf.reshape(y, (-1, 1))."),
        ),
        wrong_formula(
            SUM_NOT_MEAN,
            _from_errors(lambda off: np.sum(off**2)),
            _("this is the sum over all rows. Take the mean, so that the loss does not grow with the data."),
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
            _("this is the root of it. Wanted is the mean of the squares itself."),
            cause=_("The root of the mean square was taken."),
            repair=_("Leave the root out: the loss is the mean of the squares itself."),
        ),
        wrong_formula(
            "NOT_SQUARED",
            _from_errors(lambda off: np.mean(np.abs(off))),
            _("this is the mean of the errors' sizes. Wanted is the mean of their squares."),
            cause=_("The sizes of the errors were averaged, not their squares."),
            repair=_("Square each error before you take the mean."),
        ),
        wrong_behavior(
            "ROW_BY_ROW",
            _one_number_per_row,
            _("there are many numbers where one was asked. A loss is one number: take the mean over the rows."),
            cause=_("The loss has a number for each row."),
            repair=_("Take the mean over the rows: a loss is one number."),
        ),
    ),
    hints=(
        _("Print the shape of model(x) and that of y. What is the shape of their difference?"),
        _("Take the only column of model(x), square what is left after subtracting y, and take the mean."),
        _("return tf.reduce_mean((model(x)[:, 0] - y)**2)"),
    ),
    right=_("each penguin is compared with itself, and with no other."),
)
"""`mse`: the mean squared error of a model with one output, whose targets come in a plain row."""


INPUTS, CLASSES = 2, 3


@dataclass(frozen=True)
class Case:
    """Data, and the weights that a model begins with: `kernel` and `bias` laid out in one row."""

    x: np.ndarray
    labels: np.ndarray
    weights: np.ndarray

    def model(self):
        """Return a new model of Keras with these weights. It gives logits."""
        model = tf.keras.Sequential([tf.keras.Input((INPUTS,)), tf.keras.layers.Dense(CLASSES)])
        model.set_weights(kernel_and_bias(self.weights))
        return model

    @property
    def given(self):
        """The data as the lesson has them: float32, and whole numbers for the classes."""
        return self.x.astype(np.float32), self.labels


def draw_case(rng, rows):
    """Return a Case with so many rows. Each class has its own middle, and every class is there."""
    labels = rng.permutation(np.arange(rows) % CLASSES)
    middles = np.array([[-1.0, 0.5], [1.0, 1.0], [0.3, -1.2]])
    x = (middles[labels] + rng.normal(0.0, 0.7, (rows, INPUTS))).round(2)
    return Case(x, labels, rng.normal(0.0, 0.4, INPUTS * CLASSES + CLASSES).round(2))


def kernel_and_bias(weights):
    """Return kernel and bias of the weights in a row."""
    return [weights[: INPUTS * CLASSES].reshape(INPUTS, CLASSES), weights[INPUTS * CLASSES :]]


def weights_of(model):
    """Return the weights of a model in a row, in float64."""
    return np.concatenate([weight.numpy().astype(float).ravel() for weight in model.weights])


def logits(weights, x):
    """Return what the model says of each row."""
    kernel, bias = kernel_and_bias(weights)
    return x @ kernel + bias


def cross_entropy(weights, x, labels):
    """Return the mean of -log p(right class)."""
    said = logits(weights, x)
    return float(np.mean(np.log(np.exp(said).sum(axis=1)) - said[np.arange(len(x)), labels]))


def cross_entropy_gradient(weights, x, labels):
    """Return its gradient, laid out as the weights are: what the model thinks too much of each class, times x."""
    odds = np.exp(logits(weights, x))
    off = (odds / odds.sum(axis=1, keepdims=True) - np.eye(CLASSES)[labels]) / len(x)
    return np.concatenate([(x.T @ off).ravel(), off.sum(axis=0)])


_ROW_COUNTS = (7, 11, 16)


def _accuracy_questions(rng):
    return tuple(_accuracy_question(_draw_mixed_case(rng, rows)) for rows in _ROW_COUNTS)


def _draw_mixed_case(rng, rows):
    """Return a Case in which some rows are named rightly, some wrongly, and not just as many of both."""
    case = draw_case(rng, rows)
    while _count_hits(case) in (0, rows / 2, rows):
        case = draw_case(rng, rows)
    return case


def _accuracy_question(case):
    return Question(_("{rows} rows").format(rows=len(case.x)), (case,), (_count_hits(case) / len(case.x),))


def _count_hits(case):
    return int(np.sum(np.argmax(logits(case.weights, case.x), axis=1) == case.labels))


ACCURACY = Exercise(
    name="accuracy",
    use=lambda answer, case: answer(case.model(), *case.given),
    columns=(_("share"),),
    questions=_accuracy_questions,
    misconceptions=(
        wrong_formula(
            "COUNT_NOT_SHARE",
            _count_hits,
            _("this is how many are right. Divide by how many there are."),
            cause=_("The right answers were counted."),
            repair=_("Divide by how many rows there are: the mean of True and False."),
        ),
        wrong_formula(
            "PER_CENT",
            lambda case: 100 * _count_hits(case) / len(case.x),
            _("this is in per cent. Wanted is the share, between 0 and 1."),
            cause=_("The share came in per cent."),
            repair=_("Give it between 0 and 1."),
        ),
        wrong_formula(
            "ERRORS_COUNTED",
            lambda case: 1 - _count_hits(case) / len(case.x),
            _("this is the share of wrong ones. Compare with `==`."),
            cause=_("The share of wrong answers came back."),
            repair=_("Compare with `==`."),
        ),
        wrong_formula(
            "LEAST_LIKELY",
            lambda case: np.mean(np.argmin(logits(case.weights, case.x), axis=1) == case.labels),
            _("this takes the class with the *lowest* output. The model votes for the highest: argmax."),
            cause=_("The class with the lowest output was taken for the answer."),
            repair=_("Take the highest: argmax."),
        ),
    ),
    hints=(
        _("The model gives three numbers for each row. Which of the three is the highest: that is its answer."),
        _("np.argmax(model(x), axis=1) gives the answers. Compare them with labels; True counts as 1 in a mean."),
        _("return np.mean(np.argmax(model(x), axis=1) == labels)"),
    ),
    right=_("the loss is what training goes down on; this is what you tell others."),
)
"""`accuracy`: the share of rows whose class the model names rightly."""
