"""`mse`: the mean squared error of a model with one output, whose targets come in a plain row."""

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Misconception, Question, mistaken
from widgets.exercises.seeds import spread


def _questions(rng):
    asked = zip((5, 8, 12), spread(rng, -1.0, 1.0), spread(rng, 0.5, 2.0), strict=True)
    return tuple(_question(rng, *given) for given in asked)


def _question(rng, rows, weight, bias):
    x = rng.normal(0.0, 1.0, rows).round(2)
    y = (0.7 * x + 1.5 + rng.normal(0.0, 0.6, rows)).round(2)
    label = _("{rows} rows, weight {weight}, bias {bias}")
    off = weight * x + bias - y
    return Question(label.format(rows=rows, weight=weight, bias=bias), (weight, bias, x, y), (float(np.mean(off**2)),))


def _with_a_model(answer, weight, bias, x, y):
    """Hand over a model of Keras with these weights, its inputs as a column, and the targets in a row."""
    model = tf.keras.Sequential([tf.keras.Input((1,)), tf.keras.layers.Dense(1)])
    model.set_weights([np.array([[weight]]), np.array([bias])])
    return answer(model, x[:, None].astype(np.float32), y.astype(np.float32))


def _of_errors(formula):
    """Return `formula`, which takes the errors row by row, as a formula of what a question gives."""
    return lambda weight, bias, x, y: formula(weight * x + bias - y)


def _all_pairs(weight, bias, x, y):
    return np.mean(((weight * x + bias)[:, None] - y) ** 2)


def _row_by_row(evidence):
    """Whether as many numbers came back as there are rows, or a table of them."""
    return all(outcome.unreadable is not None and outcome.unreadable.kind == "shape" for outcome in evidence.outcomes)


MSE = Exercise(
    name="mse",
    use=_with_a_model,
    columns=(_("loss"),),
    questions=_questions,
    misconceptions=(
        mistaken(
            "BROADCAST",
            _all_pairs,
            _(
                "every prediction was compared with every target: a column minus a row is a table. Give both the same shape, "
                "for example with tf.reshape(y, (-1, 1)) or model(x)[:, 0]."
            ),
        ),
        mistaken(
            "SUM_NOT_MEAN",
            _of_errors(lambda off: np.sum(off**2)),
            _("this is the sum over all rows. Take the mean, so that the loss does not grow with the data."),
        ),
        mistaken(
            "SIGNED_ERROR",
            _of_errors(np.mean),
            _("errors above and below cancel each other here. Square them before you take the mean."),
        ),
        mistaken(
            "ROOT_TAKEN",
            _of_errors(lambda off: np.sqrt(np.mean(off**2))),
            _("this is the root of it. Wanted is the mean of the squares itself."),
        ),
        mistaken(
            "NOT_SQUARED",
            _of_errors(lambda off: np.mean(np.abs(off))),
            _("this is the mean of the errors' sizes. Wanted is the mean of their squares."),
        ),
        Misconception(
            "ROW_BY_ROW",
            _row_by_row,
            _("there are many numbers where one was asked. A loss is one number: take the mean over the rows."),
        ),
    ),
    hints=(
        _("Print the shape of model(x) and that of y. What is the shape of their difference?"),
        _("Take the only column of model(x), square what is left after subtracting y, and take the mean."),
        _("return tf.reduce_mean((model(x)[:, 0] - y)**2)"),
    ),
    right=_("each penguin is compared with itself, and with no other."),
)
