"""Functions that TensorFlow can run, with every derivative worked out on paper: the witness of a tape is never a tape."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf


@dataclass(frozen=True)
class Curve:
    """A function of one number: calling it runs TensorFlow; `derivative(order, x)` is a closed form in float64."""

    label: str
    function: Callable[[Any], Any]
    derivative: Callable[[int, float], float]

    def __call__(self, x):
        """Run the function on what TensorFlow can calculate with."""
        return self.function(x)


def cubic(p):
    """Return p·x³ - x."""
    paper = np.polynomial.Polynomial([0.0, -1.0, 0.0, p])
    return Curve(f"{p}·x³ - x", lambda x: p * x**3 - x, lambda order, x: paper.deriv(order)(x))


def cosine(q):
    """Return cos(q·x): each derivative is a quarter turn further, and q times as large."""
    return Curve(f"cos({q}·x)", lambda x: tf.cos(q * x), lambda order, x: q**order * np.cos(q * x + order * np.pi / 2))


def fading():
    """Return x·exp(-x)."""
    return Curve("x·exp(-x)", lambda x: x * tf.exp(-x), lambda order, x: (-1) ** order * (x - order) * np.exp(-x))


def bowl(curvature, floor):
    """Return the parabola whose second derivative is `curvature` and whose lowest point is at `floor`."""
    paper = np.polynomial.Polynomial([floor**2, -2 * floor, 1.0]) * (curvature / 2)
    label = f"{curvature / 2:g}·(x - {floor})²"
    return Curve(label, lambda x: curvature / 2 * (x - floor) ** 2, lambda order, x: paper.deriv(order)(x))
