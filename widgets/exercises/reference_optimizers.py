"""Optimizers written out in NumPy's float64, without a tape: where the numbers due of descent exercises come from."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
import tensorflow as tf

Updates: TypeAlias = Generator[Any, Any, None]
"""A generator that is sent a gradient and yields by how much x changes; its first `next` only starts it."""


class _Differentiable(Protocol):
    def derivative(self, order: int, x: Any, /) -> Any:
        """Return the derivative (order 1) at x."""


@dataclass(frozen=True)
class ReferenceOptimizer:
    """An optimizer twice over: as Keras has it, and as its formula.

    Attributes:
        label: its constructor, as learners read it.
        make: returns a new Keras optimizer.
        updates: returns the updates by the formula, for numbers or NumPy arrays.
    """

    label: str
    make: Callable[[], Any]
    updates: Callable[[], Updates]


def x_after(optimizer: ReferenceOptimizer, function: _Differentiable, x: Any, iterations: int) -> Any:
    """Take steps with an optimizer.

    Args:
        optimizer: how each update is computed.
        function: what is minimized; only `function.derivative(1, x)` is called.
        x: the start, a number or a NumPy array.
        iterations: how many steps to take.

    Returns:
        Where they lead, of the type of x.
    """
    updates = optimizer.updates()
    next(updates)
    for _ in range(iterations):
        x = x + updates.send(function.derivative(1, x))
    return x


def sgd(rate: float) -> ReferenceOptimizer:
    """Return plain gradient descent: each update is -rate × gradient."""

    def updates() -> Updates:
        update = None
        while True:
            update = -rate * (yield update)

    return ReferenceOptimizer(f"SGD({rate})", lambda: tf.keras.optimizers.SGD(rate), updates)


def momentum(rate: float, keep: float) -> ReferenceOptimizer:
    """Return gradient descent with momentum coefficient `keep`, as https://keras.io/api/optimizers/sgd/ has it."""

    def updates() -> Updates:
        update = 0.0
        while True:
            update = keep * update - rate * (yield update)

    return ReferenceOptimizer(
        f"SGD({rate}, momentum={keep})", lambda: tf.keras.optimizers.SGD(rate, momentum=keep), updates
    )


def adam(rate: float) -> ReferenceOptimizer:
    """Return Adam (https://arxiv.org/abs/1412.6980, section 2, last paragraph) with the constants that Keras sets."""

    def updates(beta_1: float = 0.9, beta_2: float = 0.999, epsilon: float = 1e-7) -> Updates:
        mean = square = 0.0
        step, update = 0, None
        while True:
            gradient, step = (yield update), step + 1
            mean = beta_1 * mean + (1 - beta_1) * gradient
            square = beta_2 * square + (1 - beta_2) * gradient**2
            scale = rate * np.sqrt(1 - beta_2**step) / (1 - beta_1**step)
            update = -scale * mean / (np.sqrt(square) + epsilon)

    return ReferenceOptimizer(f"Adam({rate})", lambda: tf.keras.optimizers.Adam(rate), updates)
