"""The learner's own numbers, boxes with a `value`; and functions that are arithmetic only, so that they can run them."""

import numpy as np

from widgets.exercises.reference_functions import ReferenceFunction, cubic, parabola
from widgets.exercises.seeds import spread


def unboxed(returned):
    """Return what is in a box or in each box of a list, and the thing itself if it is none."""
    if isinstance(returned, list | tuple):
        return [unboxed(part) for part in returned]
    value = getattr(returned, "value", returned)
    return returned if callable(value) else value  # a Variable's `value` is a method


def by_unboxing(answer, *given):
    """Put an answer to use by calling it, and take what comes back out of its boxes."""
    return unboxed(answer(*given))


def places(rng):
    """Return three functions of sums, products and powers, each with a place to ask about."""
    p, q = spread(rng, 0.5, 2.0, 2)
    curves = (cubic(p), parabola(*spread(rng, 1.2, 2.4, 2)), forked(q))
    return tuple(zip(curves, spread(rng, -1.8, 1.8), strict=True))


def forked(q):
    """Return (x + q)·x·x + 1/2, in which x has a part three times."""
    paper = np.polynomial.Polynomial([0.5, 0.0, q, 1.0])
    return ReferenceFunction(
        f"(x + {q})·x·x + 1/2", lambda x: (x + q) * x * x + 0.5, lambda order, x: paper.deriv(order)(x)
    )
