"""Arrays and strings in short: whole where they are small, else their statistics and the means of blocks.

A recording outlives the tensors it saw, so it keeps little of a large one: what a reader, or a heatmap, can use. The
tensors themselves stay within reach for as long as the newest of them fill no more than `REACH` bytes.
"""

from __future__ import annotations

import codecs
import functools
import weakref
from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from widgets.common.arrays import Array, Tensor, frozen
from widgets.common.numbers import Bytes

WHOLE = 4_096
"""Numbers of an array that is kept whole, at most."""

SIDE = 32
"""Blocks along each side of a larger one, at most."""

LETTERS = 40
"""Letters of a string that are kept."""

REACH = 2**28
"""Bytes of large tensors that are held, so that their numbers can still be asked for."""

_SQUARED = 1e-12
"""A norm below this is that of numbers whose squares may lose digits in float32."""

_SAMPLE = 2**16
"""Bytes that are looked at to tell text from other bytes."""


@dataclass(frozen=True)
class Statistics:
    """What can be said of many numbers at once; of complex numbers, of their absolute values.

    Attributes:
        minimum: the smallest finite number; NaN if none is finite, as in the next three.
        maximum: the largest finite number.
        mean: the mean of the finite numbers.
        norm: the square root of the sum of their squares.
        nan: how many are NaN.
        inf: how many are infinite.
        zeros: how many are 0.
    """

    minimum: float
    maximum: float
    mean: float
    norm: float
    nan: int
    inf: int
    zeros: int


@np.errstate(all="ignore")
def statistics_of(array: Array) -> Statistics | None:
    """Return the Statistics of an array; None where it holds no numbers: it is empty, or of strings."""
    numbers = _plain(array)
    if numbers is None or not numbers.size:
        return None
    finite, nan, inf = numbers, 0, 0
    if numbers.dtype.kind == "f" and not (np.isfinite(numbers.max()) and np.isfinite(numbers.min())):
        finite = numbers[np.isfinite(numbers)]
        nan = int(np.isnan(numbers).sum())
        inf = numbers.size - nan - finite.size
    zeros = numbers.size - int(np.count_nonzero(numbers))
    if not finite.size:
        return Statistics(np.nan, np.nan, np.nan, np.nan, nan, inf, zeros)
    mean = float(finite.mean(dtype=np.float64))
    return Statistics(float(finite.min()), float(finite.max()), mean, _norm(finite), nan, inf, zeros)


def _plain(array: Array) -> Array | None:
    """Return an array in a dtype that NumPy calculates with as it is: bfloat16 and its kin are not."""
    if array.dtype.kind == "c":
        return np.abs(array)
    if array.dtype.kind == "b":
        return array.view(np.uint8)
    if array.dtype.kind == "V" or array.dtype == np.float16:
        return array.astype(np.float32)
    return array if array.dtype.kind in "iuf" else None


def _norm(numbers: Array) -> float:
    flat = numbers.ravel()
    norm = float(np.linalg.norm(flat)) if flat.dtype.kind == "f" else 0.0
    if norm > _SQUARED and np.isfinite(norm):
        return norm
    return float(np.linalg.norm(flat.astype(np.float64)))  # integers; or squares that float32 does not hold well


@np.errstate(all="ignore")
def block_means(array: Array) -> npt.NDArray[np.float32] | None:
    """Return the means of at most SIDE x SIDE blocks of an array of numbers; None of strings.

    All axes but the last count as rows. An array of one axis is one row, and may have as many blocks as a square.
    """
    numbers = _plain(array)
    if numbers is None or not numbers.size:
        return None
    rows = numbers.reshape(-1, numbers.shape[-1]) if numbers.ndim else numbers.reshape(1, 1)
    across = SIDE if len(rows) > 1 else SIDE * SIDE
    if len(rows) > rows.shape[1]:  # the longer side first, since what is left of it is little
        sums, heights = _sums(rows, 0, SIDE)
        sums, widths = _sums(sums, 1, across)
    else:
        sums, widths = _sums(rows, 1, across)
        sums, heights = _sums(sums, 0, SIDE)
    means: npt.NDArray[np.float32] = (sums / np.outer(heights, widths)).astype(np.float32)
    return frozen(means)


def _sums(numbers: Array, axis: int, most: int) -> tuple[Array, Array]:
    """Return the sums of at most `most` stretches along an axis, and how long each stretch is."""
    length = numbers.shape[axis]
    ends = np.linspace(0, length, min(length, most) + 1).astype(int)
    return np.add.reduceat(numbers, ends[:-1], axis=axis, dtype=np.float64), np.diff(ends)


def short_text(string: bytes) -> str | Bytes:
    """Return the first LETTERS letters of a string, or the count of bytes that are no text in UTF-8."""
    sample = string[:_SAMPLE]
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        text = decoder.decode(sample, final=len(sample) == len(string))
    except UnicodeDecodeError:
        return Bytes(len(string))
    if any(letter < " " and letter not in "\t\n\v\f\r\x1b" for letter in text):
        return Bytes(len(string))
    return text if len(text) <= LETTERS else text[: LETTERS - 1] + "…"


class LargeArray:
    """A large tensor: within reach at first, and known by its statistics and blocks for ever.

    These are worked out when they are asked for, or when the tensor is let go.

    Args:
        tensor: an eager tensor.
        size: how many bytes it has.
    """

    def __init__(self, tensor: Tensor, size: int) -> None:
        self._tensor = tensor
        _reach.hold(self, size)

    def numbers(self) -> Array | None:
        """Return all numbers; None once the tensor is out of reach."""
        array: Array | None = None if self._tensor is None else self._tensor.numpy()
        return array

    @functools.cached_property
    def statistics(self) -> Statistics | None:
        """What can be said of the numbers at once."""
        return statistics_of(self._tensor.numpy())

    @functools.cached_property
    def blocks(self) -> npt.NDArray[np.float32] | None:
        """The means of blocks."""
        return block_means(self._tensor.numpy())

    def let_go(self) -> None:
        """Keep the statistics and the blocks only."""
        self.statistics, self.blocks  # noqa: B018  # cached from now on
        self._tensor = None


class _Reach:
    """The newest large tensors, up to REACH bytes of them. Those that nobody asks about any more need no summary."""

    def __init__(self) -> None:
        self._arrays: deque[tuple[weakref.ref[LargeArray], int]] = deque()
        self._size = 0

    def hold(self, array: LargeArray, size: int) -> None:
        self._arrays.append((weakref.ref(array), size))
        self._size += size
        while self._size > REACH:
            oldest, size = self._arrays.popleft()
            self._size -= size
            still_wanted = oldest()
            if still_wanted is not None:
                still_wanted.let_go()


_reach = _Reach()
