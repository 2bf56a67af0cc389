"""The arrays of a recording as grids of cells, which the deck draws as heatmaps: a pool, so that each is stored once.

A small array has all its numbers, to the bit. Of a larger one a reader sees colors: the means of blocks, each rounded
to one of a few levels. The numbers themselves come from the kernel, when they are asked for.
"""

from __future__ import annotations

import base64
import itertools
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

import numpy as np

from widgets.common.arrays import Array
from widgets.deck.array_text import statistics_text
from widgets.tape.array_summary import block_means
from widgets.tape.forward_model import Value
from widgets.tape.model import Recording

EXACT = 1_024
"""Numbers of an array that the deck has at once, at most."""

MOST_SENT = 10_000
"""Numbers that the kernel sends on demand, at most."""

LEVELS = 126
"""Levels of color on each side of 0. The codes after them stand for what is no number of a block."""

NAN, INFINITE = -128, 127
"""The codes of a NaN, and of ∞; that of -∞ is -INFINITE."""

_ROOM = 400_000
"""Bytes of numbers in one payload before arrays are sent as blocks only, and again as much before none is sent."""

_MANY = 1_000_000
"""Numbers of an array that is compared with others, at most."""

_READS = 2_000
"""Reads of Variables whose numbers are there at once, at most."""

_UNSEEN = ("optimizer", "initializer", "metric", "shape", "handle")
"""The plumbing whose results nobody looks at."""

_Payload: TypeAlias = dict[str, Any]


class Grids:
    """The grids of one recording. A value's grid is known by its index; those that matter most come first."""

    def __init__(self, recording: Recording) -> None:
        self.values: list[Value] = []
        self._grids: list[_Payload] = []
        self._indices: dict[int, int] = {}  # by the id of a Value
        self._known: dict[tuple[object, ...], int] = {}
        self._room = _ROOM
        self._kept: list[Value] = []  # so that ids stay theirs
        self._unseen = _unseen(recording)
        for value in _first_values(recording):
            self._add(value)

    def add(self, shown: Recording) -> None:
        """Add the arrays that are seen on one level of the recording."""
        for value in _values_on(shown, self._unseen):
            self._add(value)

    def index(self, value: Value | None) -> int:
        """Return the index of a value's grid; -1 where it has none: a single number, text, or too much of it."""
        return self._indices.get(id(value), -1)

    def payload(self) -> list[_Payload]:
        """Return the grids, in order of index."""
        return self._grids

    def _add(self, value: Value) -> None:
        if id(value) in self._indices:
            return
        self._kept.append(value)
        self._indices[id(value)] = -1
        if not _is_drawn(value) or self._room <= -_ROOM:
            return
        grid = grid_of(value, exact=EXACT if self._room > 0 else 0)
        if grid is None:
            return
        key: tuple[object, ...] = grid["dtype"], value.shape, value.rows, grid["code"], grid["data"], grid["text"]
        if grid["block"]:
            key = (*key, _fingerprint(value))
        if key not in self._known:
            self._known[key] = len(self._grids)
            self._grids.append(grid)
            self.values.append(value)
            self._room -= len(grid["data"])
        self._indices[id(value)] = self._known[key]


def _fingerprint(value: Value) -> int:
    """Return what tells an array from others of the same means: that of its bytes, or its own where these are many."""
    array = value.array() if value.size <= _MANY else None
    return id(value) if array is None else hash(array.tobytes())


def _unseen(recording: Recording) -> set[int]:
    unseen = {tensor for entry in recording.entries if entry.plumbing in _UNSEEN for tensor in entry.outputs}
    return unseen - {source.gradient_tensor for source in recording.sources}


def _first_values(recording: Recording) -> Iterator[Value]:
    """Yield the values that are looked at on every level: what has a name, what was read of it, and the gradients."""
    yield from (tensor.value for tensor in recording.tensors if tensor.name)
    reads = (entry.outputs for entry in recording.entries if entry.plumbing == "read")
    for outputs in itertools.islice(reads, _READS):
        yield from (recording.tensors[tensor].value for tensor in outputs)
    for source in recording.sources:
        yield from (value for value in (source.value, source.gradient) if value)


def _values_on(shown: Recording, unseen: set[int]) -> Iterator[Value]:
    """Yield the values that are looked at on one level: what its entries made, gradients, and the rest."""
    for entry in shown.entries:
        yield from (shown.tensors[tensor].value for tensor in entry.outputs if tensor not in unseen)
    for backward_pass in shown.backward_passes:
        several = (pullback.input_gradients for pullback in backward_pass.pullbacks)
        for contributions in (backward_pass.seeds, *several) if backward_pass.reconciled else ():
            yield from (one.total for one in contributions if one.total)
    for entry in shown.entries:
        yield from (shown.tensors[tensor].value for tensor in entry.inputs if tensor not in unseen)


def _is_drawn(value: Value) -> bool:
    """Say whether a value is an array of real numbers, all of which are known: not slices of a huge table."""
    is_known = value.size > 1 and not value.is_in_parts
    return is_known and value.dtype not in ("string", "resource", "variant") and not value.dtype.startswith("complex")


def grid_of(value: Value, *, exact: int = EXACT) -> _Payload | None:
    """Return the grid of an array of real numbers.

    Args:
        value: the array.
        exact: how many numbers it may have, to be sent as they are.

    Returns:
        The facts of a grid, None if nothing is known of its numbers. `data` is base64: numbers as `code` says, or where
        there is a `block` (the heights and widths of the blocks) levels of color, LEVELS of which are `most`. `rows`
        and `columns` are those of the grid; the first `split` axes of the array lie along its rows.
    """
    array = value.array()
    numbers = exact_numbers(array) if array is not None and array.size <= exact else None
    split = max(0, len(value.shape) - 1) if array is None else split_of(array.shape)
    rows, columns = _sides([side or 0 for side in value.shape], split)
    block = None
    if numbers is None:
        means = value.blocks if array is None else block_means(array.reshape(rows, columns))
        if means is None:
            return None
        block = [_lengths(side, count) for side, count in zip((rows, columns), means.shape, strict=True)]
        (rows, columns), numbers = means.shape, means
    most = _largest(numbers)
    if block:
        numbers = levels(numbers, most)
    grid = {"rows": rows, "columns": columns, "split": split, "block": block, "most": most, **coded(numbers)}
    return {"shape": value.shape, "dtype": value.dtype, "text": statistics_text(value), **grid}


def split_of(shape: Iterable[int]) -> int:
    """Return how many of an array's axes lie along the rows of its picture: so many that it is nearly square."""
    shape = tuple(shape)
    if len(shape) < 2:
        return 0
    ways = range(len(shape) - 1, 0, -1)
    return min(ways, key=lambda split: abs(np.subtract(*np.log(_sides(shape, split)))))


def _sides(shape: Iterable[int], split: int) -> tuple[int, int]:
    shape = tuple(shape)
    return int(np.prod(shape[:split], dtype=int)), int(np.prod(shape[split:], dtype=int))


def _lengths(side: int, count: int) -> str:
    """Return how many numbers lie along a block, where a side has so many blocks: the two lengths there are."""
    short = side // count
    return str(short) if side % count == 0 else f"{short}-{short + 1}"


def exact_numbers(array: Array) -> Array | None:
    """Return an array in a dtype that a browser reads, bit for bit the same numbers; None if there is none."""
    kind = array.dtype.kind
    if kind == "V" or array.dtype == np.float16:
        return array.astype(np.float32)
    if kind == "f":
        return array
    low, high = int(array.min()), int(array.max())
    if np.iinfo(np.int32).min <= low and high <= np.iinfo(np.int32).max:
        return array.astype(np.int32)
    return array.astype(np.float64) if max(-low, high) <= 2**53 else None


def _largest(numbers: Array) -> float:
    """Return the largest absolute value that is finite, 0.0 if none is."""
    return float(np.abs(numbers[np.isfinite(numbers)].astype(np.float64)).max(initial=0.0))


def coded(numbers: Array) -> _Payload:
    """Return numbers as base64, and how to read it."""
    code = numbers.dtype.name
    data = np.ascontiguousarray(numbers).astype(numbers.dtype.newbyteorder("<"))
    return {"code": code, "data": base64.b64encode(data.tobytes()).decode()}


def levels(means: Array, most: float) -> Array:
    """Return the means of blocks as codes of one byte: -LEVELS to LEVELS, and those of what is no number."""
    with np.errstate(all="ignore"):
        codes = np.rint(np.nan_to_num(means.astype(np.float64) / (most or 1.0), posinf=0, neginf=0) * LEVELS)
    codes[np.isnan(means)] = NAN
    codes[np.isposinf(means)] = INFINITE
    codes[np.isneginf(means)] = -INFINITE
    whole: Array = codes.astype(np.int8)
    return whole
