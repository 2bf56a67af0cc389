"""A valley over two parameters, and its slopes on paper: what the answers of lesson 07 walk down."""

from dataclasses import dataclass

import numpy as np
import tensorflow as tf


@dataclass(frozen=True)
class Valley:
    """y = a·(u - p)² + b·(v - q)²: two parameters, so that a gradient can go to the wrong one."""

    a: float
    b: float
    p: float
    q: float

    @property
    def label(self):
        """The formula, to be read."""
        return f"{_square(self.a, 'u', self.p)} + {_square(self.b, 'v', self.q)}"

    def __call__(self, u, v):
        """Run the function on what TensorFlow can calculate with."""
        return self.a * (u - self.p) ** 2 + self.b * (v - self.q) ** 2

    def derivative(self, order, place):
        """Return y (order 0) or the two slopes (order 1) at a place (u, v), in float64."""
        scale, gap = np.array([self.a, self.b]), np.asarray(place, float) - [self.p, self.q]
        return (scale * gap**2).sum() if order == 0 else 2 * scale * gap

    def over(self, place):
        """Return (f, variables): two fresh Variables at this place, and y as a function of nothing."""
        u, v = variables = [tf.Variable(float(number)) for number in place]
        return (lambda: self(u, v)), variables


def _square(scale, name, floor):
    return f"{scale}·({name} {'-' if floor >= 0 else '+'} {abs(floor)})²"
