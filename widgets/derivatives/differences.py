"""Central differences: derivatives from values of f alone, and how far they are from the tape's.

The error has two sides. A large h cuts the curve's bends off (truncation: the error falls with h²); a small h takes
the difference of two nearly equal numbers, whose last digits are rounded (rounding: the error grows as eps/h).
"""

import numpy as np

from widgets.derivatives.model import HIGHEST, Differences, frozen_array

REACH = 2
"""A difference of order 3 or 4 looks at f up to 2h away."""

_WEIGHTS = np.array([[0, -1, 0, 1, 0], [0, 1, -2, 1, 0], [-1, 2, 0, -2, 1], [1, -4, 6, -4, 1]])
_DIVISORS = np.array([2, 1, 2, 1])


def central_differences(values_of, x, h, tape):
    """Return the Differences of order 1 to 4 of a function.

    `values_of` is an Everywhere of order 0; `x` (points,) and `h` (steps,) are float64; `tape` is what tapes gave:
    (order + 1, points), of the same dtype. Runs f at 5 × points × steps places in one call.
    """
    dtype = tape.dtype
    f = _around(values_of, x.astype(dtype), h.astype(dtype))
    estimates = np.stack([_estimate(order, f, h.astype(dtype)) for order in range(1, HIGHEST + 1)])
    return Differences(
        dtype.name, frozen_array(x), frozen_array(h), frozen_array(estimates), frozen_array(_errors(estimates, tape))
    )


def _around(values_of, x, h):
    """Return f at x + kh for k = −2 … 2: (5, points, steps)."""
    k = np.arange(-REACH, REACH + 1, dtype=x.dtype)
    places = x[None, :, None] + k[:, None, None] * h[None, None, :]
    values, _connected = values_of(places.ravel())
    return values[0].reshape(places.shape)


def _estimate(order, f, h):
    """Return one order's estimates, (points, steps), in the arithmetic of f's own dtype."""
    with np.errstate(all="ignore"):
        total = sum(
            weight * values for weight, values in zip(_WEIGHTS[order - 1].astype(f.dtype), f, strict=True) if weight
        )
        return total / (_DIVISORS[order - 1].astype(f.dtype) * h**order)


def _errors(estimates, tape):
    """Return how far estimates are from what tapes gave; nan where either is not finite."""
    errors = np.full(estimates.shape, np.nan)
    for row, derivative in zip(errors, tape[1:].astype(np.float64), strict=False):
        row[:] = derivative[:, None]
    with np.errstate(all="ignore"):
        errors = np.abs(estimates.astype(np.float64) - errors)
    return np.where(np.isfinite(errors), errors, np.nan)
