"""Which kernels of a mapped graph give a path other bits than alone, and how to have them give the same.

`tf.vectorized_map` stacks all paths along a first axis. A kernel may then take other instructions for a number (see
batch_exactness), or add up in another order. So each kind of operation is one of four here:

- exact, however many paths: arithmetic, choices, and what only moves numbers;
- approximated: SIMD computes the numbers that it would compute of one path, and the remainder of each path is computed
  a few numbers at a time, as it is alone;
- sums, products of matrices, softmax: tried on random numbers, and computed path by path where a bit differs;
- unknown: nothing is promised.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from widgets.common.arrays import Array, Tensor
from widgets.descent.batch_exactness import (
    COPIES,
    EFFECTS,
    BatchEffect,
    Operation,
    apply_in_chunks,
    batch_effect,
    constant_of,
    simd_width,
)
from widgets.descent.graph_rewrites import GraphDef, NodeAdder, replace

_MOVES = set(
    """
    BiasAdd BroadcastTo Cast ConcatV2 Cumsum DepthToSpace Diag DiagPart EnsureShape ExpandDims Gather GatherNd GatherV2
    IdentityN MatrixBandPart MatrixDiag MatrixDiagPart MatrixDiagPartV2 MatrixDiagPartV3 MatrixDiagV2 MatrixDiagV3
    MatrixSetDiag MatrixSetDiagV2 MatrixSetDiagV3 MirrorPad OneHot Pack Pad PadV2 Placeholder PreventGradient
    ReadVariableOp Reshape ReverseV2 Roll ScatterNd Shape Slice SpaceToDepth Split SplitV Squeeze StridedSlice
    StridedSliceGrad TensorScatterUpdate Tile TopK TopKV2 Transpose Unpack UnsortedSegmentSum ClipByValue
    """.split()
)
"""They move numbers, or add them up one after another."""

_SUMS = {"Max", "Mean", "Min", "Prod", "Sum"}
_PRODUCTS = {"BatchMatMulV2", "MatMul"}
_ROWS = {"LogSoftmax", "Softmax", "SoftmaxCrossEntropyWithLogits", "SparseSoftmaxCrossEntropyWithLogits"}
_KNOWN = {*EFFECTS, *COPIES.split(), *_MOVES, *_SUMS, *_PRODUCTS, *_ROWS}

_DRAWN = 4_000  # random numbers on which a kernel is tried
_TRIED = (0, 1, 7, 100, -1)  # paths that are tried alone


Node = Any
"""A `tf.compat.v1.NodeDef`."""


def unknown_kinds(ops: Iterable[Operation]) -> set[str]:
    """Return the kinds of operations of which nothing is promised. Whole numbers are the same in any order."""
    return {op.type for op in ops if op.type not in _KNOWN and any(not _is_whole(tensor) for tensor in op.outputs)}


def _is_whole(tensor: Tensor) -> bool:
    return bool(tensor.dtype.is_integer or tensor.dtype.is_bool)


def compute_as_alone(definition: GraphDef, x: Tensor, paths: int) -> None:
    """Rewrite a mapped graph in place, so that each kernel gives each path the bits that it gives the path alone.

    Args:
        definition: of the graph that `x` is in.
        x: its input, with the paths along its first axis.
        paths: how many.
    """
    nodes, mapped = {node.name: node for node in definition.node}, {x.op}
    for op in x.graph.get_operations():
        if op is x.op or not any(tensor.op in mapped for tensor in op.inputs):
            continue
        mapped.add(op)
        node = nodes.get(op.name)
        if node is None or not op.outputs or not op.outputs[0].dtype.is_floating:
            continue
        adder = NodeAdder(definition, node.name)
        if op.type in EFFECTS and _is_approximated(op):
            _compute_in_pieces(adder, node, op, paths)
        elif op.type in _SUMS and not _sums_alike(op, paths):
            _sum_path_by_path(adder, node, op, paths)
        elif op.type in _PRODUCTS and not _multiplies_alike(op, paths):
            _multiply_path_by_path(adder, node, op, paths)
        elif op.type in _ROWS and not _rows_alike(op, paths):
            _compute_path_by_path(adder, node, op, paths)


# Approximated operations.


def _is_approximated(op: Operation) -> bool:
    exponent = constant_of(op.inputs[1]) if op.type == "Pow" else None
    if batch_effect(op.type, exponent) == BatchEffect.EXACT:
        return False
    return differs_in_batches(op.type, op.outputs[0].dtype.name, len(op.inputs))


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
    numbers = tf.constant(np.concatenate([pairs, drawn, pairs])[: _DRAWN // 8 * 8], dtype)

    def compute(some: Tensor) -> Tensor:
        return _raw(op_type)(**{name: some[:, at] for at, name in enumerate(names)})

    try:
        few = apply_in_chunks(compute, numbers, simd_width(dtype))
        return not same_bits(compute(numbers).numpy(), few)
    except Exception:  # of three inputs, or of another dtype: nothing is known of it
        return True


def same_bits(one: Array, other: Array) -> bool:
    """Return whether two arrays hold the same bits; the sign of zero counts, that of nan does not."""
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    differs = one.view(f"u{one.dtype.itemsize}") != other.view(f"u{one.dtype.itemsize}")
    return not np.any(differs & ~(np.isnan(one) & np.isnan(other)))


def _compute_in_pieces(adder: NodeAdder, node: Node, op: Operation, paths: int) -> None:
    """Cut numbers as SIMD cuts them in one path: the first ones together, the remainder a few at a time."""
    shape, kind = op.outputs[0].shape.as_list(), op.outputs[0].dtype.as_datatype_enum
    few = simd_width(op.outputs[0].dtype.name)
    each = int(np.prod(shape[1:]))
    left = each % (few + 1)
    whole, count = each - left, paths * left
    inputs: list[tuple[str, ...]] = []  # of each input the names of its pieces
    for name, tensor in zip(list(node.input), op.inputs, strict=True):
        pieces = -(-count // few) + bool(whole)
        if tensor.shape.rank == 0:
            inputs.append((name,) * pieces)
            continue
        if tensor.shape.as_list() != shape:
            name = adder.broadcast(name, shape, kind)
        name = adder.reshape(name, [paths, each], kind)
        front, back = ([], name) if not whole else ([name], "")
        if whole and left:
            first, back = adder.split(name, [whole, left], 1, kind)
            front = [first]
        rest: list[str] = []
        if left:
            flat = adder.reshape(back, [count], kind)
            sizes = [few] * (count // few) + [count % few] * bool(count % few)
            rest = adder.split(flat, sizes, 0, kind)
        inputs.append((*front, *rest))
    done = [adder.like(node, names) for names in zip(*inputs, strict=True)]
    if left:
        rest_done = adder.reshape(adder.concat(done[bool(whole) :], 0, kind), [paths, left], kind)
        done = [*done[: bool(whole)], rest_done]
    both = adder.concat(done, 1, kind)
    replace(node, "Reshape", [both, adder.whole_numbers(shape)], T=kind, Tshape=tf.int32.as_datatype_enum)


# Operations that are tried, and computed path by path where they differ.


def _sums_alike(op: Operation, paths: int) -> bool:
    axes = tf.get_static_value(op.inputs[1])
    if axes is None:
        return False
    dtype = op.inputs[0].dtype.name
    return _try_sum(op.type, dtype, tuple(op.inputs[0].shape), tuple(np.atleast_1d(axes).tolist()))


@functools.cache
def _try_sum(op_type: str, dtype: str, shape: tuple[int, ...], axes: tuple[int, ...]) -> bool:
    numbers, alone = _drawn(shape, dtype), [axis - 1 for axis in axes]
    together = _raw(op_type)(input=numbers, axis=axes).numpy()
    return all(same_bits(together[at], _raw(op_type)(input=numbers[at], axis=alone).numpy()) for at in _tried(shape[0]))


def _sum_path_by_path(adder: NodeAdder, node: Node, op: Operation, paths: int) -> None:
    kind, axes = op.inputs[0].dtype.as_datatype_enum, tf.get_static_value(op.inputs[1])
    if axes is None or op.inputs[0].shape[0] != paths:
        return  # it is compared with the eager loop, as everything is
    alone = adder.whole_numbers(np.atleast_1d(axes) - 1)
    axis_type = node.attr["Tidx"].type
    if axis_type != tf.int32.as_datatype_enum:
        return
    rows = _rows_of(adder, node.input[0], op.inputs[0], paths)
    _stack(adder, node, [adder.like(node, [row, alone]) for row in rows], kind)


def _multiplies_alike(op: Operation, paths: int) -> bool:
    shapes = tuple(tuple(tensor.shape) for tensor in op.inputs)
    transposed = op.get_attr("adj_x"), op.get_attr("adj_y")
    return _try_product(op.outputs[0].dtype.name, shapes, transposed, paths)


@functools.cache
def _try_product(dtype: str, shapes: tuple[tuple[int, ...], ...], transposed: tuple[bool, bool], paths: int) -> bool:
    left, right = (_drawn(shape, dtype) for shape in shapes)
    together = tf.raw_ops.BatchMatMulV2(x=left, y=right, adj_x=transposed[0], adj_y=transposed[1]).numpy()
    if together.ndim < 3 or len(together) != paths:
        return False

    def alone(at: int) -> Array:
        a, b = (side[at] if side.shape.rank == together.ndim and side.shape[0] == paths else
                tf.reshape(side, side.shape[-together.ndim + 1 :]) for side in (left, right))  # fmt: skip
        if together.ndim == 3:
            product = tf.raw_ops.MatMul(a=a, b=b, transpose_a=transposed[0], transpose_b=transposed[1])
        else:
            product = tf.raw_ops.BatchMatMulV2(x=a, y=b, adj_x=transposed[0], adj_y=transposed[1])
        return np.asarray(product)

    return all(same_bits(together[at], alone(at)) for at in _tried(paths))


def _multiply_path_by_path(adder: NodeAdder, node: Node, op: Operation, paths: int) -> None:
    kind, rank = op.outputs[0].dtype.as_datatype_enum, op.outputs[0].shape.rank
    if rank != 3 or op.outputs[0].shape[0] != paths:
        return
    sides = [_rows_of(adder, name, tensor, paths) for name, tensor in zip(list(node.input), op.inputs, strict=True)]
    products = []
    for left, right in zip(*sides, strict=True):
        product = adder.add("MatMul", [left, right], T=kind)
        product.attr["transpose_a"].b, product.attr["transpose_b"].b = node.attr["adj_x"].b, node.attr["adj_y"].b
        products.append(str(product.name))
    _stack(adder, node, products, kind)


def _rows_alike(op: Operation, paths: int) -> bool:
    shapes = tuple(tuple(tensor.shape) for tensor in op.inputs)
    kinds = tuple(tensor.dtype.name for tensor in op.inputs)
    return shapes[0][0] % paths == 0 and _try_rows(op.type, kinds, shapes, paths)


@functools.cache
def _try_rows(op_type: str, kinds: tuple[str, ...], shapes: tuple[tuple[int, ...], ...], paths: int) -> bool:
    rows, names = shapes[0][0] // paths, _input_names(op_type, len(shapes))
    drawn = [_drawn(shape, kind) for shape, kind in zip(shapes, kinds, strict=True)]
    together = _raw(op_type)(**dict(zip(names, drawn, strict=True)))
    for at in _tried(paths):
        some = [numbers[at % paths * rows :][:rows] for numbers in drawn]
        alone = _raw(op_type)(**dict(zip(names, some, strict=True)))
        pairs = zip(tf.nest.flatten(together), tf.nest.flatten(alone), strict=True)
        if not all(same_bits(one[at % paths * rows :][:rows].numpy(), other.numpy()) for one, other in pairs):
            return False
    return True


def _compute_path_by_path(adder: NodeAdder, node: Node, op: Operation, paths: int) -> None:
    count = op.inputs[0].shape[0]
    if count % paths:
        return
    sizes = [count // paths] * paths
    sides = [
        adder.split(name, sizes, 0, tensor.dtype.as_datatype_enum)
        for name, tensor in zip(list(node.input), op.inputs, strict=True)
    ]
    pieces = [adder.like(node, inputs) for inputs in zip(*sides, strict=True)]
    kinds = [tensor.dtype.as_datatype_enum for tensor in op.outputs]
    outputs = [adder.concat([f"{name}:{at}" for name in pieces], 0, kind) for at, kind in enumerate(kinds)]
    replace(node, "IdentityN", outputs)
    node.attr["T"].list.type.extend(kinds)


def _rows_of(adder: NodeAdder, name: str, tensor: Tensor, paths: int) -> list[str]:
    """Return the names of each path's part of a tensor; the same for all where it is one of all paths."""
    kind, shape = tensor.dtype.as_datatype_enum, tensor.shape.as_list()
    if shape[0] != paths or len(shape) < 3 and paths == 1:
        return [adder.reshape(name, shape[-2:], kind)] * paths
    node = adder.add("Unpack", [name], T=kind)
    node.attr["num"].i, node.attr["axis"].i = paths, 0
    return [f"{node.name}:{at}" for at in range(paths)]


def _stack(adder: NodeAdder, node: Node, names: Sequence[str], kind: int) -> None:
    replace(node, "Pack", names, T=kind)
    node.attr["N"].i, node.attr["axis"].i = len(names), 0


def _tried(paths: int) -> list[int]:
    return sorted({at % paths for at in _TRIED if at < paths})


def _drawn(shape: Sequence[int], dtype: str) -> Tensor:
    draw = np.random.default_rng(3)
    return tf.constant(np.zeros(shape) if "int" in dtype else draw.normal(size=shape), dtype)


def _raw(op_type: str) -> Any:
    return getattr(tf.raw_ops, op_type)



def _input_names(op_type: str, count: int) -> list[str]:
    return list(inspect.signature(_raw(op_type)).parameters)[:count]
