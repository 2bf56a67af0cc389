"""The learning rates that a curvature singles out: 1/λ lands in one step and 2/λ is the limit, on a quadratic.

λ is the tape's own number, in the dtype of the run. For any other function the bands hold near the minimum only.
"""

import dataclasses

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _

CLOSE = 0.01
"""A place counts as close to a minimum if its gradient is at most this part of the gradient at the start."""

_ROUNDING = 64
"""Times eps times λ: an eigenvalue of a Hessian of TensorFlow's numbers is known no better than that."""


@dataclasses.dataclass(frozen=True)
class Bands:
    """The curvature of f at one place, and the learning rates that follow from it: the closed form for a quadratic.

    Attributes:
        at: the place, in the run's dtype, of shape (*dims).
        curvature: λ, the second derivative, or the largest eigenvalue of the Hessian; nan if there is none.
        lowest: the smallest eigenvalue (the same number for one dimension); below 0 the place is no minimum.
        fastest: 1/λ, the learning rate that lands in one step (across the steepest direction), or None.
        limit: 2/λ, the learning rate from which on SGD no longer converges, or None.
        reason: why there are no bands, for the learner, or "".
    """

    at: np.ndarray
    curvature: float
    lowest: float
    fastest: float | None = None
    limit: float | None = None
    reason: str = ""

    @property
    def saddle(self):
        """Whether f bends up along one direction and down along another."""
        return bool(self.lowest < 0 < self.curvature)


def bands(f, at, dtype="float32"):
    """Return the Bands of f at a place: a number, or an array of one dimension, that `f` accepts as a tensor.

    Two nested tapes give the second derivative or the Hessian. An f that cannot be differentiated twice, or does not
    bend up there, has no bands, and the reason says why.
    """
    at = np.asarray(at, dtype)
    try:
        second = _second(f, tf.constant(at))
    except Exception as problem:  # the learner's f, or a gradient that TensorFlow has not got, may raise anything
        first_line = str(problem).strip().split("\n")[0]
        said = _("TensorFlow could not differentiate f twice: {problem}")
        return Bands(at, np.nan, np.nan, reason=said.format(problem=first_line or type(problem).__name__))
    if not np.isfinite(second).all():
        return Bands(at, np.nan, np.nan, reason=_("f, or its curvature, is not a finite number there."))
    return _from_eigenvalues(at, np.linalg.eigvalsh((second + second.T) / 2))


def place(paths):
    """Return the place of `paths` (a Paths) to take for the minimum, in the dtype of the run, or None.

    It is the one with the smallest gradient (its largest component counts), of those where x, y and the gradient are
    finite and y is no higher than at the start: a path that was thrown onto a plateau has found no minimum. None if
    even there the gradient is more than CLOSE of the one at the start.
    """
    slopes = np.abs(paths.gradient).reshape(*paths.y.shape, -1).max(axis=-1)
    finite = np.isfinite(paths.x).reshape(*paths.y.shape, -1).all(axis=-1) & np.isfinite(slopes)
    slopes = np.where(finite & (paths.y <= paths.y[0]), slopes, np.inf)
    best = np.unravel_index(slopes.argmin(), slopes.shape)
    return paths.x[best] if slopes[best] <= CLOSE * slopes[0].max() else None


def _second(f, x):
    """Return the second derivatives of f at a tensor as a float64 matrix, (1, 1) for a scalar; nan where f is none."""
    zero = tf.UnconnectedGradients.ZERO
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        gradient = tf.convert_to_tensor(inner.gradient(y, x, unconnected_gradients=zero))
        slopes = tf.unstack(tf.reshape(gradient, [-1])) if gradient.shape.rank else [gradient]
    # One at a time: unlike tape.jacobian it cannot fail to vectorise, and there are few.
    rows = [tf.convert_to_tensor(outer.gradient(slope, x, unconnected_gradients=zero)) for slope in slopes]
    undefined = 0 * float(y)  # nan where f is not finite, though its derivatives may be, like those of log at -1
    return np.array([row.numpy().ravel() for row in rows], np.float64) + undefined


def _from_eigenvalues(at, eigenvalues):
    """Return the Bands, with an eigenvalue that is nothing but rounding taken for 0."""
    noise = _ROUNDING * np.finfo(at.dtype).eps * np.abs(eigenvalues).max()
    lowest, highest = (float(value) if abs(value) > noise else 0.0 for value in eigenvalues[[0, -1]])
    if highest <= 0:
        return Bands(at, highest, lowest, reason=_("f does not bend up there: no learning rate is too large."))
    return Bands(at, highest, lowest, fastest=1 / highest, limit=2 / highest)
