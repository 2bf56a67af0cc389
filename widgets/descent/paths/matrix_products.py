"""Products of matrices for many paths at once, in the fewest operations that keep the bits of each path alone.

TensorFlow multiplies a matrix by one vector in other steps than by many, and a batch in others again, so last bits may
differ: it depends on shapes, processor, and build. So several ways to write a product are tried on random numbers, the
fastest first, and the first that keeps all bits is taken.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import tensorflow as tf

from widgets.common.arrays import Array, Tensor
from widgets.descent.paths.kernel_trials import Shapes, drawn, same_bits, tried_paths

Way: TypeAlias = Callable[[Tensor, Tensor, bool, bool], Tensor]
"""Multiplies two sides, one of which all paths may share, each transposed or not; a ValueError says that it cannot."""

_DRAWS = 4  # times that a way is tried: small products differ seldom
_FEW_COLUMNS, _FEW_NUMBERS = 15, 4_096  # of a matrix whose product with one column is written out


@functools.cache
def fastest_way(dtype: str, shapes: Shapes, transposed: tuple[bool, bool], paths: int) -> Way | None:
    """Return the fastest way that gives the products of all paths the bits of each by itself, or None.

    Args:
        dtype: of the numbers.
        shapes: of the two sides.
        transposed: which of them to transpose.
        paths: the length of the first axis of the product.

    Returns:
        The way.
    """
    draws = [[drawn(shape, dtype, seed) for shape in shapes] for seed in range(_DRAWS)]
    draws.append([0.0 * side if nth else side for nth, side in enumerate(draws[0])])  # 0 and -0: the signs of the sums
    references: list[dict[int, Array]] = []

    def keeps_bits(way: Way) -> bool:
        for nth, (left, right) in enumerate(draws):
            try:
                together = way(left, right, *transposed).numpy()
            except ValueError:
                return False
            if together.ndim < 3 or len(together) != paths:
                return False
            if nth == len(references):
                sides = [_of_each_path(side.numpy(), together.ndim, paths) for side in (left, right)]
                references.append({at: _alone(sides, at, transposed) for at in tried_paths(paths)})
            if not all(same_bits(together[at], alone) for at, alone in references[nth].items()):
                return False
        return True

    return next(filter(keeps_bits, (_in_one, _in_one_twice, _by_columns, in_batches)), None)


def _of_each_path(side: Array, rank: int, paths: int) -> Array:
    """Return a side with an axis of the paths, of length 1 if they share it."""
    return side if side.ndim == rank and len(side) == paths else side.reshape(1, *side.shape[1 - rank :])


def _alone(sides: Sequence[Array], at: int, transposed: tuple[bool, bool]) -> Array:
    a, b = (side[at % len(side)] for side in sides)
    if a.ndim == b.ndim == 2:
        product = tf.raw_ops.MatMul(a=a, b=b, transpose_a=transposed[0], transpose_b=transposed[1])
    else:
        product = in_batches(a, b, *transposed)
    return np.asarray(product)


def in_batches(left: Tensor, right: Tensor, adj_x: bool, adj_y: bool) -> Tensor:
    """Multiply in a batch of products, as a mapped product is."""
    return tf.raw_ops.BatchMatMulV2(x=left, y=right, adj_x=adj_x, adj_y=adj_y)


def _in_one(left: Tensor, right: Tensor, adj_x: bool, adj_y: bool) -> Tensor:
    """Multiply a matrix that all paths share by the vectors of all of them, in one product."""
    vectors, matrix, axis = _vectors_and_matrix(left, right, adj_x, adj_y)
    return tf.expand_dims(tf.matmul(vectors, matrix), axis)


def _in_one_twice(left: Tensor, right: Tensor, adj_x: bool, adj_y: bool) -> Tensor:
    """Do so with a matrix of one column, which is taken twice: with a vector TensorFlow multiplies in other steps."""
    vectors, matrix, axis = _vectors_and_matrix(left, right, adj_x, adj_y)
    if matrix.shape[1] != 1:
        raise ValueError("more than one column")
    return tf.expand_dims(tf.matmul(vectors, tf.concat([matrix, matrix], 1))[:, :1], axis)


def _vectors_and_matrix(left: Tensor, right: Tensor, adj_x: bool, adj_y: bool) -> tuple[Tensor, Tensor, int]:
    """Return a vector for each path, the matrix that they are multiplied by, and where the product has an axis of 1."""
    ranks = left.shape.rank, right.shape.rank
    if ranks == (2, 3) and right.shape[1 if adj_y else 2] == 1:
        vectors, matrix, axis = right, left if adj_x else tf.transpose(left), 2
    elif ranks == (3, 2) and left.shape[2 if adj_x else 1] == 1:
        vectors, matrix, axis = left, tf.transpose(right) if adj_y else right, 1
    else:
        raise ValueError("no vectors for one matrix")
    return tf.reshape(vectors, (vectors.shape[0], -1)), matrix, axis


def _by_columns(left: Tensor, right: Tensor, adj_x: bool, adj_y: bool) -> Tensor:
    """Multiply a column by a row, or a small matrix by a column, number by number, and add up as a register does."""
    axes = -2 if adj_x else -1, -1 if adj_y else -2
    (rows, columns), others = (left.shape[axis] for axis in (-3 - axes[0], axes[0])), right.shape[-3 - axes[1]]
    if columns == 1:
        column = tf.reshape(left, (*left.shape[:-2], rows, 1))
        return column * tf.reshape(right, (*right.shape[:-2], 1, others)) + 0.0  # no sum that begins with 0 is -0
    if others != 1 or columns > _FEW_COLUMNS or rows * columns > _FEW_NUMBERS:
        raise ValueError("neither a column and a row, nor a small matrix and a column")
    parts = tf.unstack(left, axis=axes[0]), tf.unstack(right, axis=axes[1])
    products = [column * number for column, number in zip(*parts, strict=True)]
    return tf.expand_dims(_grouped_sum(products) + 0.0, -1)


def _grouped_sum(terms: Sequence[Tensor]) -> Tensor:
    """Add up as SIMD does in a product of a matrix and one vector: eight terms, then four, two, and one that are left.

    There are up to fifteen: of more, a register adds up several, with another rounding.
    """
    groups, at = [], 0
    for size in (8, 4, 2, 1):
        if len(terms) & size:
            group = terms[at : at + size]
            at += size
            pairs = [group[first] + group[first + 1] for first in range(0, size, 2)] if size > 1 else group
            half = len(pairs) // 2  # of eight, the pairs of a register's two halves meet
            while half:
                pairs = list(map(operator.add, pairs[:half], pairs[half:]))
                half //= 2
            groups.append(pairs[0])
    return functools.reduce(operator.add, groups)
