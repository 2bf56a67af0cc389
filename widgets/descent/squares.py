"""pow(x, 2) of many numbers at once, with the bits that TensorFlow gives to each alone.

Learners write squares as tf.pow(x, 2) or x ** 2. TensorFlow has the C library compute it for one number; and a good
pow gives the correctly rounded square, as tf.square does for any number of numbers, unless the true square lies close
to the middle between two floats. Those few are computed again, as TensorFlow computes one alone. What "good" and
"close" are is an assumption about the C library, so it is tried out on numbers that are hard before it is relied on.
"""

import functools

import numpy as np
import tensorflow as tf

from widgets.descent.batch_exactness import in_pieces, lanes

CLOSE = {np.dtype("float32"): 1 / 256, np.dtype("float64"): 1 / 32}
"""In ULP, from the middle. glibc's pow errs by 0.0004 (float32) and 0.02 (float64) ULP more than rounding must."""

_HALVES = 134_217_729.0  # 2 ** 27 + 1 cuts a float64 into halves whose products are exact
_SMALL = 1e-140  # below, products of halves are too small to be exact
_TAIL = 2**29  # a float64 has so many values between two neighbours in float32
_HARD = 1_000
_PART = 20_000  # numbers at a time: what is computed of so many stays in the processor's cache


def doubtful(base, times=1):
    """Return for each number of an array whether pow(number, 2) might not be its correctly rounded square.

    It might not within CLOSE, or a few `times` that, of the middle.
    """
    parts = max(1, base.size // _PART)
    return np.concatenate([_doubtful(part, times) for part in np.array_split(np.atleast_1d(base), parts)])


def _doubtful(base, times):
    limits, close = np.finfo(base.dtype), CLOSE[base.dtype] * times
    with np.errstate(all="ignore"):
        square = np.square(base, dtype=np.float64)
        near = _near32(square, close) if base.dtype == np.float32 else _near64(base, square, close)
        near[near] = (square[near] > float(limits.tiny) / 2) & (square[near] < float(limits.max) * 1.01)
    return near


def _near32(square, close):
    """Say where a square, exact in float64, lies close to the middle between two float32: its last 29 bits tell."""
    reach = int(close * _TAIL)
    return (square.view(np.uint64) - np.uint64(_TAIL // 2 - reach)) & np.uint64(_TAIL - 1) < np.uint64(2 * reach)


def _near64(base, square, close):
    """Say where rounding a square to float64 left nearly half an ULP over: that remainder is a float64, too."""
    high = base * _HALVES - (base * _HALVES - base)
    low = base - high
    over = np.abs(((high * high - square) + 2 * high * low) + low * low)
    power = (square.view(np.int64) & 0x7FF0_0000_0000_0000).view(np.float64)
    half = (0.5 - close) * np.finfo(np.float64).eps * power
    return (over >= half) | (square == power) & (over > 0) | (square < _SMALL * _SMALL)


@functools.cache
def trusted(dtype):
    """Say whether pow(x, 2) of one number gives the correctly rounded square wherever we do not doubt it.

    Tried on the numbers that come closest to being doubted, and on some where squares get too large or too small.
    """
    draw = np.random.default_rng(2).uniform(1, 4, 20 * _HARD).astype(dtype)
    hard = draw[doubtful(draw, times=2) & ~doubtful(draw)][:_HARD]
    limits = np.finfo(dtype)
    ends = [np.sqrt(limit) * np.linspace(0.9, 1.1, _HARD // 4) for limit in (limits.tiny, limits.max)]
    numbers = np.concatenate([hard, *ends]).astype(dtype)
    numbers = tf.constant(numbers[~doubtful(numbers)])
    alone = in_pieces(lambda x: tf.pow(x, 2), numbers, lanes(dtype))
    return np.array_equal(alone, tf.square(numbers).numpy())


def repaired(y, x, bases, values):
    """Return y with doubtful ones computed again.

    Args:
        y: (steps, paths), computed with correctly rounded squares.
        x: (steps, *dims, paths).
        bases: what was squared besides x, each (steps, ..., paths).
        values: gives y of x, (*dims, n) → (n,), as if each were alone.
    """
    marks = [doubtful(base) for base in (x, *bases)]
    marks = np.logical_or.reduce([mark.any(axis=tuple(range(1, mark.ndim - 1))) for mark in marks])
    columns, where = np.unique(np.moveaxis(x, -1, 1)[marks], axis=0, return_inverse=True)
    y = y.copy()
    y[marks] = values(np.moveaxis(columns, 0, -1))[where.reshape(-1)]
    return y
