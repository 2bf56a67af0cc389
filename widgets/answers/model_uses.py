"""How answers are put to use that train a Keras model: each gets a new one, and its weights are read afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from widgets.common.arrays import Array

Function = Callable[..., Any]


def regression(weight: float, bias: float) -> Any:
    """Return a new Keras model of one number, with these weights."""
    model = tf.keras.Sequential([tf.keras.Input((1,)), tf.keras.layers.Dense(1)])
    model.set_weights([np.array([[weight]]), np.array([bias])])
    return model


def classifier(x: Array, labels: Array, weights: Array, classes: int) -> tuple[Any, Array, Array]:
    """Return a new Keras model whose outputs are logits, and its data as the lesson has them.

    Args:
        x: measurements, shape (rows, inputs).
        labels: the class of each row.
        weights: kernel and bias in one row.
        classes: how many there are.

    Returns:
        The model, the measurements in float32, and the labels.
    """
    inputs = x.shape[1]
    model = tf.keras.Sequential([tf.keras.Input((inputs,)), tf.keras.layers.Dense(classes)])
    model.set_weights([weights[: inputs * classes].reshape(inputs, classes), weights[inputs * classes :]])
    return model, x.astype(np.float32), labels


def weights_of(model: Any) -> npt.NDArray[np.float64]:
    """Return the weights of a model in one row, in float64."""
    return np.concatenate([weight.numpy().astype(float).ravel() for weight in model.weights])


def of_regression(answer: Function, weight: float, bias: float, x: Array, y: Array) -> Any:
    """Call the answer with a Keras model with these weights, its inputs as a column, and the labels in a row."""
    return answer(regression(weight, bias), x[:, None].astype(np.float32), y.astype(np.float32))


def of_classifier(answer: Function, case: tuple[Any, ...]) -> Any:
    """Call the answer with a new model and its data."""
    return answer(*classifier(*case))


def train_one_step(answer: Function, make: Callable[[], Any], case: tuple[Any, ...]) -> Any:
    """Call the answer with a new model and optimizer, and read a weight and a bias afterwards."""
    model, x, labels = classifier(*case)
    returned = answer(model, make(), x, labels)
    if returned is ...:
        return ...
    weights, classes = weights_of(model), case[3]
    return [returned, float(weights[0]), float(weights[-classes])]


def train_epochs(answer: Function, make: Callable[[], Any], case: tuple[Any, ...], epochs: int, size: int) -> Any:
    """Call the answer with a new model and optimizer, and read its result if it has one loss for each epoch."""
    model, x, labels = classifier(*case)
    losses = answer(model, make(), x, labels, epochs, size)
    if not isinstance(losses, list | tuple | np.ndarray) or len(losses) != epochs:
        return losses
    return [losses[0], losses[-1], float(weights_of(model)[0])]


MODEL_USES: dict[str, Function] = {
    "regression model": of_regression,
    "classifier": of_classifier,
    "one step of a classifier": train_one_step,
    "epochs of a classifier": train_epochs,
}
"""The uses of this module, by the names that exercises call them by."""
