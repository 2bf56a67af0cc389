"""What many paths together change in the last bit: each kernel is tried on random numbers, with many paths and one."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from widgets.common.arrays import Array, Tensor
from widgets.descent.paths.batch_exactness import simd_width

_DRAWN = 2_000  # random numbers on which an elementwise kernel is tried
_TRIED = 32  # paths that are tried alone
_WIDE = 3.0  # logits are drawn so wide that exponentials are of all sizes

Shapes = tuple[tuple[int, ...], ...]
"""Of an operation's inputs."""


@functools.cache
def differs_in_batches(op_type: str, dtype: str, inputs: int, constant: float | None = None) -> bool:
    """Return whether an elementwise operation is seen to give many numbers other bits than a few, which it is tried on.

    Among the numbers are 0, -0, inf, nan, and such as are too small for full precision, in all pairs. `constant` is the
    second input, where that is known.
    """
    names = input_names(op_type, inputs)
    draw = np.random.default_rng(1)
    special = np.array([0, -0.0, 1, -1, np.nan, np.inf, -np.inf, np.finfo(dtype).tiny / 4, -np.finfo(dtype).tiny / 4])
    pairs = np.stack(np.meshgrid(special, special), axis=-1).reshape(-1, 2)
    drawn = np.where(draw.random((_DRAWN, 2)) < 0.5, 3 * draw.normal(size=(_DRAWN, 2)), draw.uniform(0, 2, (_DRAWN, 2)))
    columns = np.concatenate([pairs, drawn, pairs])[: _DRAWN // 8 * 8].T.astype(dtype, order="C")[:inputs]
    if constant is not None:
        columns[1] = constant

    def compute(first: int, last: int) -> Array:
        some = {name: column[first:last] for name, column in zip(names, columns, strict=True)}
        return np.asarray(raw(op_type)(**some))

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
    if one.dtype.kind == "c":
        return same_bits(one.real.copy(), other.real.copy()) and same_bits(one.imag.copy(), other.imag.copy())
    differs = one.view(f"u{one.dtype.itemsize}") != other.view(f"u{one.dtype.itemsize}")
    return not np.any(differs & ~(np.isnan(one) & np.isnan(other)))


@functools.cache
def sums_alike(op_type: str, dtype: str, shape: tuple[int, ...], axes: tuple[int, ...]) -> bool:
    """Return whether sums (or means, maxima) along these axes have the bits of those of each path by itself.

    `shape` is that of what is added up, the paths first.
    """
    numbers, alone = drawn(shape, dtype), [axis - 1 for axis in axes]
    together = raw(op_type)(input=numbers, axis=axes).numpy()
    rows = numbers.numpy()  # of which a row is taken in less time
    return all(
        same_bits(together[at], raw(op_type)(input=rows[at], axis=alone).numpy()) for at in tried_paths(shape[0])
    )


@functools.cache
def bias_gradients_alike(dtype: str, shape: tuple[int, ...], paths: int) -> bool:
    """Return whether BiasAddGrad of each path has the bits of the Sum that tf.vectorized_map makes of it."""
    numbers = drawn((paths, *shape), dtype)
    together = tf.raw_ops.Sum(input=numbers, axis=list(range(1, len(shape)))).numpy()
    return all(
        same_bits(together[at], raw("BiasAddGrad")(out_backprop=numbers[at]).numpy()) for at in tried_paths(paths)
    )


@functools.cache
def rows_alike(op_type: str, dtype: str, shape: tuple[int, int], paths: int) -> bool:
    """Return whether a softmax or cross-entropy of the rows of all paths has the bits of those of each path by itself.

    All paths are compared: there may be few exponentials in each, of which SIMD changes one in seven.

    Args:
        op_type: "Softmax", for example.
        dtype: of the logits.
        shape: of the logits of all paths, (paths * rows, classes).
        paths: how many.

    Returns:
        Whether no bit differs.
    """
    logits = _WIDE * drawn(shape, dtype)
    targets = {
        "SoftmaxCrossEntropyWithLogits": tf.abs(drawn(shape, dtype, 1)),
        "SparseSoftmaxCrossEntropyWithLogits": tf.cast(tf.range(shape[0]) % shape[1], tf.int32),
    }
    inputs = [logits, *([targets[op_type]] if op_type in targets else [])]
    names = input_names(op_type, len(inputs))

    def outputs(*some: Tensor) -> list[Array]:
        return [np.asarray(end) for end in tf.nest.flatten(raw(op_type)(**dict(zip(names, some, strict=True))))]

    alone = zip(*(outputs(*part) for part in zip(*(tf.split(one, paths) for one in inputs), strict=True)), strict=True)
    return all(same_bits(one, np.concatenate(rows)) for one, rows in zip(outputs(*inputs), alone, strict=True))


def tried_paths(paths: int) -> list[int]:
    """Return the positions of those paths that are computed alone, to be compared."""
    return sorted({at * paths // _TRIED for at in range(_TRIED)} | {paths - 1})


def drawn(shape: Sequence[int], dtype: str, seed: int = 0) -> Tensor:
    """Return random numbers, the same for the same shape and seed."""
    return tf.constant(np.random.default_rng([seed, *shape]).normal(size=shape), dtype)


def raw(op_type: str) -> Any:
    """Return the function that runs an operation."""
    return getattr(tf.raw_ops, op_type)


def parameters_of(op_type: str) -> list[str]:
    """Return the names of an operation's inputs, then those of its attributes."""
    return list(inspect.signature(raw(op_type)).parameters)


def input_names(op_type: str, count: int) -> list[str]:
    """Return the names of an operation's first inputs."""
    return parameters_of(op_type)[:count]
