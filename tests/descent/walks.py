"""Paths made by NumPy with the textbook rule of SGD, so that no code of the engine takes part."""

import numpy as np


def lesson(x):
    """The function of the lessons, x² − 2x + 1, and its gradient."""
    two = x.dtype.type(2)
    return x * x - two * x + x.dtype.type(1), two * x - two


def quadratic(a, m):
    """The function a (x − m)²."""

    def function(x):
        distance = x - x.dtype.type(m)
        return x.dtype.type(a) * distance * distance, x.dtype.type(2 * a) * distance

    return function


@np.errstate(all="ignore")
def walk(function, start, rate, steps, dtype=np.float32, momentum=0.0):
    """The path (x, y, gradient) of SGD, every number of it rounded to the dtype."""
    x, rate, momentum = np.array(start, dtype)[()], dtype(rate), dtype(momentum)
    velocity, path = np.zeros_like(x), []
    for _ in range(steps + 1):
        y, gradient = function(x)
        path.append((x, y, gradient))
        velocity = momentum * velocity - rate * gradient
        x = x + velocity
    return tuple(np.array(numbers, dtype) for numbers in zip(*path, strict=True))
