"""Which paths leap to where f is flat, which is no minimum: as exp is, far to the left, since its numbers underflow."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from widgets.common.arrays import Floats
from widgets.common.functions import Function
from widgets.descent.trajectory import LEAP

_BEYOND = (0.125, 0.25, 0.5, 1.0)  # of a path's last leap: where f must have risen beyond a minimum


def flat_ends(f: Function, x: Floats, y: Floats, gradient: Floats) -> frozenset[int]:
    """Return the positions of paths that leap to where the gradient is exactly 0 but beyond which f does not rise.

    exp, far to the left, is such a place: its numbers are too small for the dtype, and that is no minimum. f is looked
    at beyond the end, in the direction of the leap, at several distances up to its length.

    Args:
        f: takes a tensor like a point, and returns one number.
        x: the points of all paths, of shape (steps + 1, rates, *dims).
        y: f at each, of shape (steps + 1, rates).
        gradient: shaped like x.

    Returns:
        The positions along the axis of the rates.
    """
    rates = x.shape[1]
    is_still = ~gradient[-1].reshape(rates, -1).any(axis=1) & np.isfinite(x[-1].reshape(rates, -1)).all(axis=1)
    known: dict[bytes, bool] = {}
    for at in np.flatnonzero(is_still):
        if (key := x[-1, at].tobytes()) not in known:
            known[key] = _is_flat(f, x[:, at], y[:, at])
    return frozenset(int(at) for at in np.flatnonzero(is_still) if known[x[-1, at].tobytes()])


def _is_flat(f: Function, path: Floats, values: Floats) -> bool:
    end = path[-1]
    moved = np.flatnonzero((path != end).reshape(len(path), -1).any(axis=1))
    if not moved.size or not values[moved[-1]] > values[-1]:
        return False
    leap = end.astype(np.float64) - path[moved[-1]]
    if np.abs(leap).max() <= LEAP * np.spacing(np.abs(end).max()):
        return False  # it came near step by step
    try:
        beyond = [float(f(tf.constant((end + part * leap).astype(end.dtype)))) for part in _BEYOND]
    except Exception:  # the learner's f may refuse a point that no path came to
        return False
    return all(height <= values[-1] for height in beyond)
