"""Products of matrices for many paths at once, in the fewest operations that keep the bits of each path alone.

TensorFlow multiplies a matrix by one vector in other steps than by many, and a batch in others again, so last bits may
differ: it depends on shapes, processor, and build. So several ways to write a product are tried on random numbers, the
fastest first, and the first that keeps all bits is taken.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import tensorflow as tf

from widgets.common.arrays import Array, Tensor
from widgets.descent.paths.kernel_trials import Shapes, drawn, same_bits, tried_paths
from widgets.descent.paths.register_sums import grouped_product, halved_product

Way: TypeAlias = Callable[[Tensor, Tensor, bool, bool], Tensor]
"""Multiplies two sides, one of which all paths may share, each transposed or not; a ValueError says that it cannot."""

_DRAWS, _ENOUGH = 4, 10_000
"""Times that a way is tried, since small products differ seldom; and compared numbers of which one trial will do."""

_TINY = 64  # products of two numbers, of which a batch of matrices takes longer than single products

_BLOCK, _WIDEST = 384, 128
"""Terms that a product of matrices adds up in one chain, and the most columns for which chains are joined."""


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
    (rows, terms), (_others, columns) = (
        shape[-1:-3:-1] if is_transposed else shape[-2:]
        for shape, is_transposed in zip(shapes, transposed, strict=True)
    )
    times = max(1, min(_DRAWS, _ENOUGH // (rows * columns * len(tried_paths(paths)))))
    draws = [[drawn(shape, dtype, seed) for shape in shapes] for seed in range(times)]
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

    is_tiny = rows * terms * columns <= _TINY
    return next(filter(keeps_bits, sorted(_WAYS, key=lambda way: way is in_batches) if is_tiny else _WAYS), None)


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


def _in_a_chain(left: Tensor, right: Tensor, adj_x: bool, adj_y: bool) -> Tensor:
    """Do so in blocks, each of which begins with the sums that the last one came to.

    A product with one column adds up all its terms one after another, by fused multiply-adds; one with many columns
    begins anew after some hundred terms. So the sums so far go before the next terms, to be multiplied by 1. A matrix
    of one column is taken twice: it would be multiplied in other steps.
    """
    vectors, matrix, axis = _vectors_and_matrix(left, right, adj_x, adj_y)
    terms, wanted = matrix.shape
    matrix = tf.concat([matrix, matrix], 1) if wanted == 1 else matrix
    columns = matrix.shape[1]
    if columns > _WIDEST:
        raise ValueError("a wide matrix")
    sums, ones = tf.matmul(vectors[:, :_BLOCK], matrix[:_BLOCK]), tf.eye(columns, dtype=matrix.dtype)
    for at in range(_BLOCK, terms, _BLOCK - columns):
        block = slice(at, at + _BLOCK - columns)
        is_finite = tf.math.is_finite(sums)  # inf times 0 is no number
        before = tf.where(is_finite, sums, tf.zeros_like(sums))
        after = tf.matmul(tf.concat([before, vectors[:, block]], 1), tf.concat([ones, matrix[block]], 0))
        sums = tf.where(is_finite, after, sums + after)
    return tf.expand_dims(sums[:, :wanted], axis)


def _as_registers_do(sum_of: Callable[[Tensor, Tensor], Tensor], *product: Any) -> Tensor:
    """Add up in the order of a register's lanes: the terms of a vector's product, or of that of two small matrices."""
    left, right, adj_x, adj_y = product
    try:
        columns, rows, axis = _vectors_and_matrix(*product)
        rows = tf.transpose(rows)
    except ValueError:
        columns, rows = _transposed_if(left, adj_x), _transposed_if(right, not adj_y)
        return sum_of(columns, rows)
    return tf.expand_dims(sum_of(columns, rows), axis)


def _transposed_if(side: Tensor, is_transposed: bool) -> Tensor:
    return tf.linalg.matrix_transpose(side) if is_transposed else side


_WAYS: tuple[Way, ...] = (
    _in_one,
    _in_a_chain,
    in_batches,
    functools.partial(_as_registers_do, grouped_product),
    functools.partial(_as_registers_do, halved_product),
)
"""The fastest first."""
