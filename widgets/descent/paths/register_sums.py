"""Products of matrices whose terms are added up in the order in which a SIMD register does, so with the same bits.

A product of a matrix and one column multiplies the numbers of a row in the lanes of a register, and adds up the lanes
in the end; so does that of two small matrices, one transposed. Here the lanes are an axis, and all paths share a step.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence

import tensorflow as tf

from widgets.common.arrays import Tensor

_LANES, _TURN = 8, 16
"""Of a register in a product with one column, and terms in a turn of its loop; what is left over is added up apart."""

_WIDE_LANES = 16
"""Of a register in a product of two small matrices, one transposed."""

_MOST = 16_384
"""Products of two numbers for each path; of more, each path is as fast by itself."""


def grouped_product(columns: Tensor, rows: Tensor) -> Tensor:
    """Return columns · rowsᵀ: lanes of 16 terms in turn, then groups of eight, four, two terms, and one.

    Args:
        columns: of shape (..., m, terms).
        rows: of shape (..., n, terms).

    Returns:
        The products, (..., m, n).

    Raises:
        ValueError: there are too many, or they are long and no side is one of all paths.
    """
    terms = _checked(columns, rows)
    at = terms - terms % _TURN
    if at and columns.shape.rank == rows.shape.rank == 3:
        raise ValueError("each path by itself is as fast")
    groups = [_pair_sum(_in_lanes(columns[..., :at], rows[..., :at], _LANES))] if at else []
    singles = _singles(columns[..., at:], rows[..., at:])
    for size in (8, 4, 2, 1):
        if len(singles) & size:
            groups.append(_pair_sum(singles[:size]))
            singles = singles[size:]
    return functools.reduce(operator.add, groups) + 0.0  # no sum that begins with 0 is -0


def halved_product(columns: Tensor, rows: Tensor) -> Tensor:
    """Return what `grouped_product` does, in wide lanes, of which the second half is added to the first, and so on."""
    terms = _checked(columns, rows)
    if terms > _WIDE_LANES:
        columns, rows = (_filled(side, -terms % _WIDE_LANES) for side in (columns, rows))
        sums = _in_lanes(columns, rows, _WIDE_LANES)
    else:
        sums = _singles(columns, rows)
    while len(sums) > 1:
        half = 1 << ((len(sums) - 1).bit_length() - 1)
        sums = [*map(operator.add, sums[:half], sums[half:]), *sums[len(sums) - half : half]]
    return sums[0] + 0.0


def _checked(columns: Tensor, rows: Tensor) -> int:
    """Return the number of terms of a sum."""
    terms = int(columns.shape[-1])
    each = {2: 1, 3: columns.shape[-2]}[columns.shape.rank] * rows.shape[-2] * terms
    if each > _MOST:
        raise ValueError("too many products")
    return terms


def _singles(columns: Tensor, rows: Tensor) -> list[Tensor]:
    """Return each term's products, (..., m, n)."""
    if not columns.shape[-1]:
        return []
    parts = tf.unstack(columns[..., None], axis=-2), tf.unstack(rows[..., None, :, :], axis=-1)
    return [column * row for column, row in zip(*parts, strict=True)]


def _in_lanes(columns: Tensor, rows: Tensor, lanes: int) -> list[Tensor]:
    """Return the sums of lanes, (..., m, n) each. A product of matrices of a few terms adds them up in turn."""
    apart = []
    for side in (columns, rows):
        *paths, last = range(side.shape.rank)
        turns = tf.reshape(side, (*side.shape[:-1], -1, lanes))
        apart.append(tf.transpose(turns, (*paths[:-1], last + 1, paths[-1], last)))
    sums: list[Tensor] = tf.unstack(tf.matmul(*apart, transpose_b=True), axis=-3)
    return sums


def _filled(side: Tensor, missing: int) -> Tensor:
    return tf.pad(side, [[0, 0]] * (side.shape.rank - 1) + [[0, missing]])


def _pair_sum(lanes: Sequence[Tensor]) -> Tensor:
    """Add up neighbors; of four or more sums, then those of a register's two halves."""
    pairs = list(map(operator.add, lanes[::2], lanes[1::2])) if len(lanes) > 1 else list(lanes)
    while len(pairs) > 1:
        half = len(pairs) // 2
        pairs = list(map(operator.add, pairs[:half], pairs[half:]))
    return pairs[0]
