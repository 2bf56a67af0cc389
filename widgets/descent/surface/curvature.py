"""The curvature of a loss at one point: from its Hessian, or, of many parameters, an estimate of the largest alone."""

from __future__ import annotations

import contextlib

import numpy as np
import tensorflow as tf

from widgets.common.arrays import Floats, Tensor
from widgets.common.catalogue import _
from widgets.common.functions import Function
from widgets.common.tensorflow_log import quiet
from widgets.descent.surface.minima import SecondOrder
from widgets.descent.surface.stability import StabilityLimits, stability_limits

MOST_CURVED = 100
"""Parameters up to which the Hessian is computed: it has the square of their number."""

_UNKNOWN = 2.0
_PRODUCTS = 12  # of the Hessian with a vector, for an estimate


def curvature_near(f: Function, point: Floats, second: SecondOrder) -> tuple[StabilityLimits, float]:
    """Return what is known of the curvature at a start, and the largest curvature there.

    Args:
        f: takes a tensor like the point.
        point: the start.
        second: f and its derivatives.

    Returns:
        The two. Of more than 100 parameters the largest curvature is an estimate, for the range of a slider alone;
        where it is 0 or not known, it is 2, so that 2/λ, around which that range lies, is 1.
    """
    if point.size > MOST_CURVED:
        reason = _("the Hessian is computed for up to {most} parameters, and here are {count:,}.")
        reason = reason.format(most=MOST_CURVED, count=point.size)
        return StabilityLimits(point, np.nan, np.nan, reason=reason), estimated_curvature(f, point) or _UNKNOWN
    limits = stability_limits(f, point, point.dtype.name, second)
    return limits, float(np.nanmax(np.abs([limits.curvature, limits.lowest_curvature, 0.0]))) or _UNKNOWN


def estimated_curvature(f: Function, point: Floats) -> float | None:
    """Return about the largest curvature, of either sign, by the power method; None where it cannot be computed."""
    x, zero = tf.constant(point), tf.UnconnectedGradients.ZERO

    def product(v: Tensor) -> Tensor:
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = f(x)
            along = tf.reduce_sum(tf.convert_to_tensor(inner.gradient(y, x, unconnected_gradients=zero)) * v)
        return tf.convert_to_tensor(outer.gradient(along, x, unconnected_gradients=zero))

    direction = np.random.default_rng(0).normal(size=point.shape)
    length = 0.0
    with contextlib.suppress(Exception), quiet():  # the learner's f may refuse a graph, or a second derivative
        traced = tf.function(product, autograph=False)
        for _step in range(_PRODUCTS):
            direction = traced(tf.constant(direction / np.linalg.norm(direction), point.dtype)).numpy().astype(float)
            length = float(np.linalg.norm(direction))
            if not (np.isfinite(length) and length):
                return None
    return length or None
