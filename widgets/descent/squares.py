"""pow(x, 2) of many numbers at once, with the bits that TensorFlow gives to each alone.

Learners write squares as tf.pow(x, 2) or x ** 2. TensorFlow has the C library compute it for one number; and a good
pow gives the correctly rounded square, as tf.square does for any number of numbers, unless the true square lies close
to a tie, the middle between two floats (https://en.wikipedia.org/wiki/Rounding#Table-maker's_dilemma). Those few are
computed again, as TensorFlow computes one alone. What "good" and "close" are is an assumption about the C library, so
it is tested on numbers that are hard to round before it is relied on. Without this module, all learning rates of the
course's parabola take 17 times as long (tests/benchmarks/descending.py).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from widgets.common.arrays import Array, Floats
from widgets.descent.batch_exactness import apply_in_chunks, simd_width

Marks = npt.NDArray[np.bool_]

TIE_DISTANCE = {np.dtype("float32"): 1 / 256, np.dtype("float64"): 1 / 32}
"""In ULP, from a tie. glibc's pow errs by 0.0004 (float32) and 0.02 (float64) ULP more than rounding must."""

_SPLIT = 134_217_729.0  # 2 ** 27 + 1 cuts a float64 into halves whose products are exact (Dekker 1971)
_SMALL = 1e-140  # below, products of halves are too small to be exact
_TAIL = 2**29  # a float64 has so many values between two neighbors in float32
_HARD = 1_000  # numbers to test pow on
_CHUNK = 20_000  # numbers at a time: what is computed of so many stays in the processor's cache


def near_tie(base: Floats, times: float = 1) -> Marks:
    """Return for each number whether pow(number, 2) might not be its correctly rounded square.

    Args:
        base: numbers, of any shape but ().
        times: how many TIE_DISTANCEs from a tie the square may lie to be marked.
    """
    chunks = max(1, base.size // _CHUNK)
    return np.concatenate([_near_tie(chunk, times) for chunk in np.array_split(np.atleast_1d(base), chunks)])


def _near_tie(base: Floats, times: float) -> Marks:
    limits, distance = np.finfo(base.dtype), TIE_DISTANCE[base.dtype] * times
    with np.errstate(all="ignore"):
        square = np.square(base, dtype=np.float64)
        near = _near_tie32(square, distance) if base.dtype == np.float32 else _near_tie64(base, square, distance)
        near[near] = (square[near] > float(limits.tiny) / 2) & (square[near] < float(limits.max) * 1.01)
    return near


def _near_tie32(square: npt.NDArray[np.float64], distance: float) -> Marks:
    """Find a square, exact in float64, close to the middle between two float32: its last 29 bits tell."""
    reach = int(distance * _TAIL)
    tail = (square.view(np.uint64) - np.uint64(_TAIL // 2 - reach)) & np.uint64(_TAIL - 1)
    marks: Marks = tail < np.uint64(2 * reach)
    return marks


def _near_tie64(base: Floats, square: npt.NDArray[np.float64], distance: float) -> Marks:
    """Find where rounding a square to float64 left nearly half an ULP over: that remainder is a float64, too.

    The remainder is exact by Dekker's product (https://doi.org/10.1007/BF01397083).
    """
    high = base * _SPLIT - (base * _SPLIT - base)
    low = base - high
    over = np.abs(((high * high - square) + 2 * high * low) + low * low)
    power = (square.view(np.int64) & 0x7FF0_0000_0000_0000).view(np.float64)
    half = (0.5 - distance) * np.finfo(np.float64).eps * power
    marks: Marks = (over >= half) | (square == power) & (over > 0) | (square < _SMALL * _SMALL)
    return marks


@functools.cache
def pow_is_trusted(dtype: str) -> bool:
    """Return whether pow(x, 2) of one number is the correctly rounded square wherever that is not near a tie.

    Tested on the numbers closest to being marked by `near_tie`, and on some whose squares get too large or too small.
    """
    draw = np.random.default_rng(2).uniform(1, 4, 20 * _HARD).astype(dtype)
    hard = draw[near_tie(draw, times=2) & ~near_tie(draw)][:_HARD]
    limits: Any = np.finfo(dtype)
    ends = [np.sqrt(limit) * np.linspace(0.9, 1.1, _HARD // 4) for limit in (limits.tiny, limits.max)]
    numbers = np.concatenate([hard, *ends]).astype(dtype)
    numbers = tf.constant(numbers[~near_tie(numbers)])
    alone = apply_in_chunks(lambda x: tf.pow(x, 2), numbers, simd_width(dtype))
    return np.array_equal(alone, tf.square(numbers).numpy())


def recompute_near_ties(y: Floats, x: Floats, bases: Sequence[Floats], values: Callable[[Array], Array]) -> Floats:
    """Return y with all values that depend on a square near a tie computed again.

    Args:
        y: of shape (steps, paths), computed with correctly rounded squares.
        x: of shape (steps, *dims, paths).
        bases: what was squared besides x, each of shape (steps, ..., paths).
        values: computes y of x, (*dims, n) → (n,), as if each were alone.
    """
    each = [near_tie(base) for base in (x, *bases)]
    marks = np.logical_or.reduce([mark.any(axis=tuple(range(1, mark.ndim - 1))) for mark in each])
    columns, where = np.unique(np.moveaxis(x, -1, 1)[marks], axis=0, return_inverse=True)
    y = y.copy()
    y[marks] = values(np.moveaxis(columns, 0, -1))[where.reshape(-1)]
    return y
