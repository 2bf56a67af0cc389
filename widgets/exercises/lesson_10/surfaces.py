"""Functions of two numbers that TensorFlow can run, with value and gradient worked out on paper in float64."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf


@dataclass(frozen=True)
class Surface:
    """A function of a list of two numbers: calling it runs TensorFlow; `value` and `gradient` are closed forms."""

    label: str
    function: Callable[[Any], Any]
    value: Callable[[np.ndarray], float]
    gradient: Callable[[np.ndarray], np.ndarray]

    def __call__(self, x):
        """Run the function on what TensorFlow can calculate with."""
        return self.function(x)

    def derivative(self, order, x):
        """Return the value (order 0) or the gradient (order 1) at a place, as `reference_optimizers.x_after` asks for them."""
        return (self.value, self.gradient)[order](np.asarray(x, float))


def valley(along, across):
    """Return along·u² + across·v²: a bowl that is steeper one way than the other."""

    def run(x):
        return along * x[0] ** 2 + across * x[1] ** 2

    return Surface(f"{along}·u² + {across}·v²", run, run, lambda x: np.array([2 * along * x[0], 2 * across * x[1]]))


def leaning(mixed):
    """Return u² + v² + mixed·u·v: a bowl that lies askew, so that each number has a part in the other's slope."""

    def run(x):
        return x[0] ** 2 + x[1] ** 2 + mixed * x[0] * x[1]

    def gradient(x):
        return np.array([2 * x[0] + mixed * x[1], 2 * x[1] + mixed * x[0]])

    return Surface(f"u² + v² + {mixed}·u·v", run, run, gradient)


def wavy(height):
    """Return u² + height·cos(v): a row of bowls."""
    return Surface(
        f"u² + {height}·cos(v)",
        lambda x: x[0] ** 2 + height * tf.cos(x[1]),
        lambda x: x[0] ** 2 + height * np.cos(x[1]),
        lambda x: np.array([2 * x[0], -height * np.sin(x[1])]),
    )
