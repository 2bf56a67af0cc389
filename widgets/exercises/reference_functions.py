"""Functions that TensorFlow can run, each with its derivatives in closed form: the numbers due never come from a tape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf


@dataclass(frozen=True)
class ReferenceFunction:
    """A function of one number: calling it runs TensorFlow, `derivative(order, x)` a closed form in float64.

    Attributes:
        label: its formula, as learners read it.
        function: takes and returns a tensor, or anything that TensorFlow converts to one.
        derivative: takes the order (0 for the value itself) and x, and returns the derivative there.
    """

    label: str
    function: Callable[[Any], Any]
    derivative: Callable[[int, float], Any]

    def __call__(self, x: Any) -> Any:
        """Run the function in TensorFlow."""
        return self.function(x)


def cubic(p: float) -> ReferenceFunction:
    """Return p·x³ - x."""
    polynomial = np.polynomial.Polynomial([0.0, -1.0, 0.0, p])
    return ReferenceFunction(f"{p}·x³ - x", lambda x: p * x**3 - x, lambda order, x: polynomial.deriv(order)(x))


def cosine(q: float) -> ReferenceFunction:
    """Return cos(q·x): each derivative is shifted by a quarter of a period, and q times as large."""
    return ReferenceFunction(
        f"cos({q}·x)", lambda x: tf.cos(q * x), lambda order, x: q**order * np.cos(q * x + order * np.pi / 2)
    )


def x_exp_minus_x() -> ReferenceFunction:
    """Return x·exp(-x)."""
    return ReferenceFunction(
        "x·exp(-x)", lambda x: x * tf.exp(-x), lambda order, x: (-1) ** order * (x - order) * np.exp(-x)
    )


def parabola(curvature: float, minimum: float) -> ReferenceFunction:
    """Return the parabola whose second derivative is `curvature`, and whose minimum, 0, is at `minimum`."""
    polynomial = np.polynomial.Polynomial([minimum**2, -2 * minimum, 1.0]) * (curvature / 2)
    label = f"{curvature / 2:g}·(x - {minimum})²"
    return ReferenceFunction(
        label, lambda x: curvature / 2 * (x - minimum) ** 2, lambda order, x: polynomial.deriv(order)(x)
    )
