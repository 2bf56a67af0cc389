"""Gradient descent by hand, in NumPy's float64: rules of several optimizers, and no tape."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import tensorflow as tf


@dataclass(frozen=True)
class Rule:
    """An optimizer and its rule on paper: `make()` gives a fresh one, `moves(gradients)` its moves, one by one.

    `moves` is a generator function: it is sent a gradient and yields by how much x changes.
    """

    label: str
    make: Callable
    moves: Callable


def arrive(rule, curve, x, iterations):
    """Return where `iterations` steps of a rule lead from x."""
    moves = rule.moves()
    next(moves)
    for _ in range(iterations):
        x = x + moves.send(curve.derivative(1, x))
    return x


def sgd(rate):
    """Return the plain rule: against the gradient, `rate` times as far as it is large."""

    def moves():
        move = None
        while True:
            move = -rate * (yield move)

    return Rule(f"SGD({rate})", lambda: tf.keras.optimizers.SGD(rate), moves)


def momentum(rate, keep):
    """Return the rule with momentum: each move keeps a part of the one before."""

    def moves():
        move = 0.0
        while True:
            move = keep * move - rate * (yield move)

    return Rule(f"SGD({rate}, momentum={keep})", lambda: tf.keras.optimizers.SGD(rate, momentum=keep), moves)


def adam(rate):
    """Return Adam's rule, with the constants that Keras sets."""

    def moves(first=0.9, second=0.999, smallest=1e-7):
        mean = square = 0.0
        step, move = 0, None
        while True:
            gradient, step = (yield move), step + 1
            mean = first * mean + (1 - first) * gradient
            square = second * square + (1 - second) * gradient**2
            scale = rate * np.sqrt(1 - second**step) / (1 - first**step)
            move = -scale * mean / (np.sqrt(square) + smallest)

    return Rule(f"Adam({rate})", lambda: tf.keras.optimizers.Adam(rate), moves)
