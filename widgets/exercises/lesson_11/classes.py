"""A model that tells three classes apart by two measurements: made by Keras, and worked out on paper in float64."""

from dataclasses import dataclass

import numpy as np
import tensorflow as tf

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
        model.set_weights(parts(self.weights))
        return model

    @property
    def given(self):
        """The data as the lesson has them: float32, and whole numbers for the classes."""
        return self.x.astype(np.float32), self.labels


def draw(rng, rows):
    """Return a Case with so many rows. Each class has its own middle, and every class is there."""
    labels = rng.permutation(np.arange(rows) % CLASSES)
    middles = np.array([[-1.0, 0.5], [1.0, 1.0], [0.3, -1.2]])
    x = (middles[labels] + rng.normal(0.0, 0.7, (rows, INPUTS))).round(2)
    return Case(x, labels, rng.normal(0.0, 0.4, INPUTS * CLASSES + CLASSES).round(2))


def parts(weights):
    """Return kernel and bias of the weights in a row."""
    return [weights[: INPUTS * CLASSES].reshape(INPUTS, CLASSES), weights[INPUTS * CLASSES :]]


def row(model):
    """Return the weights of a model in a row, in float64."""
    return np.concatenate([weight.numpy().astype(float).ravel() for weight in model.weights])


def logits(weights, x):
    """Return what the model says of each row."""
    kernel, bias = parts(weights)
    return x @ kernel + bias


def loss(weights, x, labels):
    """Return the mean of -log p(right class)."""
    said = logits(weights, x)
    return float(np.mean(np.log(np.exp(said).sum(axis=1)) - said[np.arange(len(x)), labels]))


def gradient(weights, x, labels):
    """Return its gradient, laid out as the weights are: what the model thinks too much of each class, times x."""
    odds = np.exp(logits(weights, x))
    off = (odds / odds.sum(axis=1, keepdims=True) - np.eye(CLASSES)[labels]) / len(x)
    return np.concatenate([(x.T @ off).ravel(), off.sum(axis=0)])
