"""Learning rates worth showing: on a quadratic, 1/λ lands in one step and 2/λ is the limit; a slider covers both.

λ is the tape's own number, in the dtype of the run. For any other function these limits hold near the minimum only
(https://distill.pub/2017/momentum/ derives them).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from widgets.common.arrays import Floats, Tensor
from widgets.common.catalogue import _
from widgets.common.deprecation import RenamedAttribute
from widgets.common.errors import first_line
from widgets.common.functions import Function
from widgets.descent.model import Paths

CLOSE = 0.01
"""A point counts as close to a minimum if its gradient is at most this part of the gradient at the start."""

RATES = 241
"""Positions of the slider."""

BELOW, ABOVE = 1000.0, 4.0
"""How far the slider reaches below and above the limit: from hardly moving to diverging."""

Float64s: TypeAlias = npt.NDArray[np.float64]

_FEW = 4  # parameters whose gradients are differentiated one by one
_ROUNDING = 64  # times eps times λ: an eigenvalue of a Hessian of TensorFlow's numbers is known no better than that
_ROUND_DIGITS = (1, 2, 5)
_LIMITS = 1e-34, 1e37  # so that every rate is one that Keras can keep as a float32


@dataclasses.dataclass(frozen=True)
class StabilityLimits:
    """The curvature of f at one point, and the learning rates that follow from it: the closed form for a quadratic.

    Attributes:
        point: where, in the run's dtype, of shape (*dims).
        curvature: λ, the second derivative, or the largest eigenvalue of the Hessian; nan if there is none.
        lowest_curvature: the smallest eigenvalue (the same number for one dimension); below 0 the point is not a
            minimum.
        fastest: 1/λ, the learning rate that lands in one step (across the steepest direction), or None.
        limit: 2/λ, the learning rate from which on SGD no longer converges, or None.
        reason: why there are no limits, in the learner's language, or "".
    """

    point: Floats
    curvature: float
    lowest_curvature: float
    fastest: float | None = None
    limit: float | None = None
    reason: str = ""

    at = RenamedAttribute("point")
    lowest = RenamedAttribute("lowest_curvature")
    saddle = RenamedAttribute("is_saddle")

    @property
    def is_saddle(self) -> bool:
        """Whether f curves upward along one direction and downward along another."""
        return bool(self.lowest_curvature < 0 < self.curvature)


def stability_limits(
    f: Function,
    point: npt.ArrayLike,
    dtype: str = "float32",
    second: Callable[[Floats], tuple[float, Float64s, Float64s]] | None = None,
) -> StabilityLimits:
    """Return the StabilityLimits of f at a point, from its second derivative or Hessian by two nested tapes.

    An f that cannot be differentiated twice, or does not curve upward there, has none, and `reason` says why.

    Args:
        f: takes a tensor shaped like `point`, returns one number.
        point: a number, or an array of one dimension.
        dtype: "float32" or "float64".
        second: computes what `derivatives` does, where that is known to take less time.

    Returns:
        The curvature, and the limits that follow from it.
    """
    point = np.asarray(point, dtype)
    try:
        _value, _gradient, hessian = second(point) if second else derivatives(f, tf.constant(point))
    except Exception as error:  # the learner's f, or a gradient that TensorFlow does not have, may raise anything
        reason = _("TensorFlow could not differentiate f twice: {problem}").format(problem=first_line(error))
        return StabilityLimits(point, np.nan, np.nan, reason=reason)
    if not np.isfinite(hessian).all():
        reason = _("f, or its curvature, is not a finite number there.")
        return StabilityLimits(point, np.nan, np.nan, reason=reason)
    return limits_at(point, np.linalg.eigvalsh((hessian + hessian.T) / 2))


def best_point(paths: Paths) -> Floats | None:
    """Return the point of some paths to take for the minimum, in the dtype of the run, or None.

    It is the one with the smallest gradient (its largest component counts), of those where x, y, and the gradient are
    finite and y is no higher than at the start: a path that was thrown onto a plateau has found no minimum. None if
    even there the gradient is more than CLOSE of the one at the start.
    """
    slopes = np.abs(paths.gradient).reshape(*paths.y.shape, -1).max(axis=-1)
    finite = np.isfinite(paths.x).reshape(*paths.y.shape, -1).all(axis=-1) & np.isfinite(slopes)
    slopes = np.where(finite & (paths.y <= paths.y[0]), slopes, np.inf)
    best = np.unravel_index(slopes.argmin(), slopes.shape)
    found: Floats = paths.x[best]
    return found if slopes[best] <= CLOSE * slopes[0].max() else None


def value_and_gradient(f: Function, x: Floats) -> tuple[float, Float64s]:
    """Return f at a point, and its gradient there, (n,), eagerly."""
    point = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(point)
        y = f(point)
    return float(y), np.asarray(tape.gradient(y, point), np.float64).ravel()


def derivatives(f: Function, x: Tensor) -> tuple[float, Float64s, Float64s]:
    """Return f at a tensor of n numbers, its gradient, (n,), and its Hessian, (n, n); nan where f is not finite."""
    y, gradient, *rows = second_order(f, x)
    undefined = 0 * float(y)  # nan where f is not finite, though its derivatives may be, like those of log at -1
    hessian: Float64s = np.array([np.asarray(row).ravel() for row in rows], np.float64) + undefined
    return float(y), np.atleast_1d(np.asarray(gradient)).astype(np.float64), hessian


def second_order(f: Function, x: Tensor) -> list[Tensor]:
    """Return f at a tensor, its gradient there, and the gradient of each number of that, by nested tapes."""
    zero = tf.UnconnectedGradients.ZERO
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        gradient = tf.convert_to_tensor(inner.gradient(y, x, unconnected_gradients=zero))
        if x.shape.num_elements() > _FEW and not tf.executing_eagerly():
            flat = tf.reshape(gradient, [-1])
        else:
            flat, slopes = None, tf.unstack(tf.reshape(gradient, [-1])) if gradient.shape.rank else [gradient]
    if flat is not None:  # one loop in the graph, which is traced in a fraction of the time of so many gradients
        hessian = outer.jacobian(flat, x, unconnected_gradients=zero, experimental_use_pfor=False)
        return [y, gradient, *tf.unstack(hessian)]
    # One at a time: unlike tape.jacobian it cannot fail to vectorize, and there are few.
    rows = [tf.convert_to_tensor(outer.gradient(slope, x, unconnected_gradients=zero)) for slope in slopes]
    return [y, gradient, *rows]


def limits_at(point: Floats, eigenvalues: Floats) -> StabilityLimits:
    """Return the limits that follow from a Hessian's eigenvalues, one that is nothing but rounding taken for 0."""
    noise = _ROUNDING * np.finfo(point.dtype).eps * np.abs(eigenvalues).max()
    lowest, highest = (float(value) if abs(value) > noise else 0.0 for value in np.sort(eigenvalues)[[0, -1]])
    if highest <= 0:
        reason = _("f does not curve upward there, so its curvature sets no limit.")
        return StabilityLimits(point, highest, lowest, reason=reason)
    return StabilityLimits(point, highest, lowest, fastest=1 / highest, limit=2 / highest)


def slider_rates(limit: float = 1.0) -> npt.NDArray[np.float64]:
    """Return the learning rates that a slider offers: even steps on a log scale, in three digits each.

    Every 1, 2, or 5 times a power of ten is one of them, and so are `limit` and its half: the float32 numbers that an
    optimizer makes of them, in as few digits as tell those from all others.

    Args:
        limit: 2/λ. The slider reaches from `limit` / 1000 to 4 · `limit`.

    Returns:
        Rising float64, of shape (241,).
    """
    limit = float(np.clip(limit, *_LIMITS))
    rates = [float(f"{rate:.3g}") for rate in np.geomspace(limit / BELOW, limit * ABOVE, RATES)]
    marks = [float(str(np.float32(mark))) for mark in (limit / 2, limit)]
    for mark in (*_round_numbers(rates[0], rates[-1]), *marks):
        rates = with_rate(rates, mark)
    return np.array(rates)


def with_rate(rates: Sequence[float] | npt.NDArray[np.float64], rate: float) -> list[float]:
    """Return rising `rates`, with `rate` in place of the one nearest to it on a log scale."""
    at = nearest_rate(rates, rate)
    return sorted([*rates[:at], float(rate), *rates[at + 1 :]])


def nearest_rate(rates: npt.ArrayLike, rate: float) -> int:
    """Return the position of the learning rate that is nearest to `rate` on a log scale."""
    return int(np.argmin(np.abs(np.log(rates) - np.log(rate))))


def _round_numbers(low: float, high: float) -> list[float]:
    powers = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    marks = [float(f"{digit}e{power}") for power in powers for digit in _ROUND_DIGITS]
    return [mark for mark in marks if low <= mark <= high]
