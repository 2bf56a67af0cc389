"""What many paths together change in the last bit: each kernel is tried on random numbers, with many paths and one."""

from __future__ import annotations

import functools
import inspect
import operator
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
import tensorflow as tf

from widgets.common.arrays import Array, Tensor
from widgets.descent.batch_exactness import simd_width

_T = TypeVar("_T")

_DRAWN = 2_000  # random numbers on which an elementwise kernel is tried
_TRIED = 32  # paths that are tried alone
_DRAWS = 4  # times that a product is tried: small ones differ seldom

Shapes = tuple[tuple[int, ...], ...]
"""Of an operation's inputs."""


@functools.cache
def differs_in_batches(op_type: str, dtype: str, inputs: int) -> bool:
    """Return whether an elementwise operation is seen to give many numbers other bits than a few, which it is tried on.

    Among the numbers are 0, -0, inf, nan, and such as are too small for full precision, in all pairs.
    """
    names = _input_names(op_type, inputs)
    draw = np.random.default_rng(1)
    special = np.array([0, -0.0, 1, -1, np.nan, np.inf, -np.inf, np.finfo(dtype).tiny / 4, -np.finfo(dtype).tiny / 4])
    pairs = np.stack(np.meshgrid(special, special), axis=-1).reshape(-1, 2)
    drawn = np.where(draw.random((_DRAWN, 2)) < 0.5, 3 * draw.normal(size=(_DRAWN, 2)), draw.uniform(0, 2, (_DRAWN, 2)))
    columns = np.concatenate([pairs, drawn, pairs])[: _DRAWN // 8 * 8].T.astype(dtype, order="C")[:inputs]

    def compute(first: int, last: int) -> Array:
        some = {name: column[first:last] for name, column in zip(names, columns, strict=True)}
        return np.asarray(_raw(op_type)(**some))

    try:
        width = simd_width(dtype)
        few = np.concatenate([compute(at, at + width) for at in range(0, columns.shape[1], width)])
        return not same_bits(compute(0, columns.shape[1]), few)
    except Exception:  # of three inputs, or of another dtype: nothing is known of it
        return True


def same_bits(one: Array, other: Array) -> bool:
    """Return whether two arrays hold the same bits; the sign of zero counts, that of nan does not."""
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    differs = one.view(f"u{one.dtype.itemsize}") != other.view(f"u{one.dtype.itemsize}")
    return not np.any(differs & ~(np.isnan(one) & np.isnan(other)))


@functools.cache
def sums_alike(op_type: str, dtype: str, shape: tuple[int, ...], axes: tuple[int, ...]) -> bool:
    """Return whether sums (or means, maxima) along these axes have the bits of those of each path by itself.

    `shape` is that of what is added up, the paths first.
    """
    numbers, alone = _drawn(shape, dtype), [axis - 1 for axis in axes]
    together = _raw(op_type)(input=numbers, axis=axes).numpy()
    rows = numbers.numpy()  # of which a row is taken in less time
    return all(same_bits(together[at], _raw(op_type)(input=rows[at], axis=alone).numpy()) for at in _tried(shape[0]))


@functools.cache
def products_alike(dtype: str, shapes: Shapes, transposed: tuple[bool, bool], paths: int) -> bool:
    """Return whether a batch of products of so many paths has the bits of each product by itself.

    `shapes` are those of the two sides, one of which all paths may share; `transposed` says which to transpose.
    """
    draws = [[_drawn(shape, dtype, seed) for shape in shapes] for seed in range(_DRAWS)]
    return all(_product_is_alike(left, right, transposed, paths) for left, right in draws)


@functools.cache
def columns_alike(dtype: str, shapes: Shapes, transposed: tuple[bool, bool], paths: int) -> bool:
    """Return whether products of matrices and a column have the bits of each by itself, column by column.

    The arguments are those of `products_alike`.
    """

    def multiply(left: Tensor, right: Tensor, adj_x: bool, adj_y: bool) -> Tensor:
        columns = tf.unstack(left, axis=-2 if adj_x else -1), tf.unstack(right, axis=-1 if adj_y else -2)
        products = [column * number for column, number in zip(*columns, strict=True)]
        return tf.expand_dims(grouped_sum(products, operator.add), -1)

    draws = [[_drawn(shape, dtype, seed) for shape in shapes] for seed in range(_DRAWS)]
    return all(_product_is_alike(left, right, transposed, paths, multiply) for left, right in draws)


def grouped_sum(terms: Sequence[_T], add: Callable[[_T, _T], _T]) -> _T:
    """Add up as SIMD does in a product of a matrix and one vector: eight terms, then four, two, and one that are left.

    Args:
        terms: up to fifteen. Of more, a register adds up several, with another rounding.
        add: adds two.

    Returns:
        The sum.
    """
    groups, at = [], 0
    for size in (8, 4, 2, 1):
        if len(terms) & size:
            group = terms[at : at + size]
            at += size
            pairs = [add(group[first], group[first + 1]) for first in range(0, size, 2)] if size > 1 else group
            half = len(pairs) // 2  # of eight, the pairs of a register's two halves meet
            while half:
                pairs = [add(one, other) for one, other in zip(pairs[:half], pairs[half:], strict=True)]
                half //= 2
            groups.append(pairs[0])
    return functools.reduce(add, groups)


@functools.cache
def bias_gradients_alike(dtype: str, shape: tuple[int, ...], paths: int) -> bool:
    """Return whether BiasAddGrad of each path has the bits of the Sum that tf.vectorized_map makes of it."""
    numbers = _drawn((paths, *shape), dtype)
    together = tf.raw_ops.Sum(input=numbers, axis=list(range(1, len(shape)))).numpy()
    return all(same_bits(together[at], _raw("BiasAddGrad")(out_backprop=numbers[at]).numpy()) for at in _tried(paths))


def _in_batches(left: Tensor, right: Tensor, adj_x: bool, adj_y: bool) -> Tensor:
    return tf.raw_ops.BatchMatMulV2(x=left, y=right, adj_x=adj_x, adj_y=adj_y)


def _product_is_alike(
    left: Tensor,
    right: Tensor,
    transposed: tuple[bool, bool],
    paths: int,
    multiply: Callable[[Tensor, Tensor, bool, bool], Tensor] = _in_batches,
) -> bool:
    together = multiply(left, right, *transposed).numpy()
    if together.ndim < 3 or len(together) != paths:
        return False

    sides = [
        side
        if side.ndim == together.ndim and len(side) == paths
        else side.reshape(1, *side.shape[-together.ndim + 1 :])
        for side in (left.numpy(), right.numpy())  # of which a path's part is taken in less time
    ]

    def alone(at: int) -> Array:
        a, b = (side[at % len(side)] for side in sides)
        if together.ndim == 3:
            product = tf.raw_ops.MatMul(a=a, b=b, transpose_a=transposed[0], transpose_b=transposed[1])
        else:
            product = tf.raw_ops.BatchMatMulV2(x=a, y=b, adj_x=transposed[0], adj_y=transposed[1])
        return np.asarray(product)

    return all(same_bits(together[at], alone(at)) for at in _tried(paths))


def _tried(paths: int) -> list[int]:
    return sorted({at * paths // _TRIED for at in range(_TRIED)} | {paths - 1})


def _drawn(shape: Sequence[int], dtype: str, seed: int = 0) -> Tensor:
    return tf.constant(np.random.default_rng([seed, *shape]).normal(size=shape), dtype)


def _raw(op_type: str) -> Any:
    return getattr(tf.raw_ops, op_type)


def _input_names(op_type: str, count: int) -> list[str]:
    return list(inspect.signature(_raw(op_type)).parameters)[:count]
