"""Which kernels of a mapped graph give a path other bits than alone, and how to have them give the same.

`tf.vectorized_map` stacks all paths along a first axis. A kernel may then take other instructions for a number (see
batch_exactness), or add up in another order. So each kind of operation is one of five here:

- exact, however many paths: arithmetic, choices, and what only moves numbers;
- approximated: SIMD computes the numbers that it would compute of one path, and the remainder of each path is computed
  a few numbers at a time, as it is alone;
- sums and products of matrices: tried on random numbers, and where a bit differs computed in another way that keeps
  all bits, if one is known, or path by path;
- softmax and cross-entropy: tried likewise, and computed path by path where a bit differs;
- unknown: nothing is promised.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from widgets.common.arrays import Array, Tensor
from widgets.descent.paths.batch_exactness import (
    COPIES,
    EFFECTS,
    BatchEffect,
    Operation,
    batch_effect,
    constant_of,
    simd_width,
)
from widgets.descent.paths.graph_rewrites import GraphDef, NodeAdder, replace
from widgets.descent.paths.kernel_trials import bias_gradients_alike, differs_in_batches, rows_alike, sums_alike
from widgets.descent.paths.matrix_products import fastest_way, in_batches

_MOVES = """
    BiasAdd BroadcastTo Cast ConcatV2 Cumsum DepthToSpace Diag DiagPart EnsureShape ExpandDims Gather GatherNd GatherV2
    IdentityN MatrixBandPart MatrixDiag MatrixDiagPart MatrixDiagPartV2 MatrixDiagPartV3 MatrixDiagV2 MatrixDiagV3
    MatrixSetDiag MatrixSetDiagV2 MatrixSetDiagV3 MirrorPad OneHot Pack Pad PadV2 Placeholder PreventGradient
    ReadVariableOp Reshape ReverseV2 Roll ScatterNd Shape Slice SpaceToDepth Split SplitV Squeeze StridedSlice
    StridedSliceGrad TensorScatterUpdate Tile TopK TopKV2 Transpose Unpack UnsortedSegmentSum ClipByValue
"""
"""They move numbers, or add them up one after another."""

_TRIED = """
    Abs Erf InvGrad LeakyRelu LeakyReluGrad MulNoNan ReciprocalGrad Relu6Grad ReluGrad Round RsqrtGrad Sinh Softsign
    SoftsignGrad SqrtGrad Tanh TanhGrad
"""
"""Approximated operations, or such as may change the sign of 0, that are worth a trial: they may well be exact."""

_SUMS = {"Max", "Mean", "Min", "Prod", "Sum"}
_PRODUCTS = {"BatchMatMulV2", "MatMul"}
_ROWS = {"LogSoftmax", "Softmax", "SoftmaxCrossEntropyWithLogits", "SparseSoftmaxCrossEntropyWithLogits"}
_KNOWN = {*EFFECTS, *COPIES.split(), *_MOVES.split(), *_SUMS, *_PRODUCTS, *_ROWS}

MOST_PIECES = 2_000
"""Into which approximated operations are cut in all. A simulated pendulum has 100 sines, of 35 pieces each; a piece
costs 0.5 ms before the first step and 0.2 ms in 200 steps. Of more, none is cut."""

Node = Any
"""A `tf.compat.v1.NodeDef`."""


def unknown_kinds(ops: Iterable[Operation], paths: int) -> set[str]:
    """Return the kinds of operations of which nothing is promised. Whole numbers are the same in any order."""
    strange = [op for op in ops if op.type not in _KNOWN and any(not _is_whole(tensor) for tensor in op.outputs)]
    return {op.type for op in strange if not _is_sum_of_bias(op, paths)}


def _is_sum_of_bias(op: Operation, paths: int) -> bool:
    if op.type != "BiasAddGrad" or op.get_attr("data_format") != b"NHWC" or not op.inputs[0].shape.is_fully_defined():
        return False
    return bias_gradients_alike(op.inputs[0].dtype.name, tuple(op.inputs[0].shape), paths)


def _is_whole(tensor: Tensor) -> bool:
    return bool(tensor.dtype.is_integer or tensor.dtype.is_bool)


def compute_as_alone(definition: GraphDef, x: Tensor, paths: int, known: Mapping[str, Array]) -> set[str]:
    """Rewrite a mapped graph in place, so that each kernel gives each path the bits that it gives the path alone.

    Args:
        definition: of the graph that `x` is in.
        x: its input, with the paths along its first axis.
        paths: how many.
        known: the values of whole numbers by the names of their operations, as `fold_whole_numbers` returns them.

    Returns:
        The kinds of operations that give other bits and could not be rewritten.
    """
    ops = x.graph.get_operations()
    nodes, mapped = {node.name: node for node in definition.node}, {x.op}
    unrepaired = uncut_kinds((op for op in ops if op.name in nodes), paths)
    for op in ops:
        if op is x.op or not any(tensor.op in mapped for tensor in op.inputs):
            continue
        mapped.add(op)
        node = nodes.get(op.name)
        if node is None or not op.outputs or not op.outputs[0].dtype.is_floating:
            continue
        adder, controls = NodeAdder(definition, node.name), [name for name in node.input if name.startswith("^")]
        del node.input[len(op.inputs) :]
        is_right = True
        if op.type in EFFECTS and _is_approximated(op):
            if op.type not in unrepaired:
                _compute_in_pieces(adder, node, op, paths)
        elif op.type in _SUMS and not _sums_alike(op, axes := _axes(op, known)):
            is_right = _sum_path_by_path(adder, node, op, paths, axes)
        elif op.type in _PRODUCTS:
            is_right = _multiply(adder, node, op, paths)
        elif op.type in _ROWS and not _rows_alike(op, paths):
            is_right = _compute_path_by_path(adder, node, op, paths)
        unrepaired |= set() if is_right else {op.type}
        node.input.extend(controls)
    return unrepaired


# Approximated operations.


def approximate_as_alone(definition: GraphDef, ops: Iterable[Operation], paths: int) -> None:
    """Rewrite a graph of elementwise operations in place, so that each path has the bits that it has alone.

    Args:
        definition: the graph, with the paths along the last axis, as `least_exact_op` found it to be batchable.
        ops: its operations.
        paths: how many.
    """
    nodes = {node.name: node for node in definition.node}
    for op in ops:
        node = nodes.get(op.name)
        if node is None or op.type not in EFFECTS or op.outputs[0].shape != (paths,):
            continue
        if op.outputs[0].dtype.is_floating and _is_approximated(op):
            controls = [name for name in node.input if name.startswith("^")]
            del node.input[len(op.inputs) :]
            _compute_in_pieces(NodeAdder(definition, node.name), node, op, paths)
            node.input.extend(controls)


def uncut_kinds(ops: Iterable[Operation], paths: int) -> set[str]:
    """Return the kinds of approximated operations that are not cut into pieces, since there would be too many.

    Args:
        ops: of a graph that has the paths along the first axis, or of elementwise operations.
        paths: how many.

    Returns:
        None of them, or all.
    """
    kinds: set[str] = set()
    pieces = 0
    for op in ops:
        if op.type in EFFECTS and op.outputs[0].dtype.is_floating and op.outputs[0].shape[:1] == (paths,):
            few = simd_width(op.outputs[0].dtype.name)
            count = -(-paths * (int(np.prod(op.outputs[0].shape[1:])) % (few + 1)) // few)
            if count and _is_approximated(op):
                pieces += count
                kinds.add(op.type)
    return kinds if pieces > MOST_PIECES else set()


def _is_approximated(op: Operation) -> bool:
    constant = constant_of(op.inputs[1]) if op.type in ("Maximum", "Minimum", "Pow") else None
    if batch_effect(op.type, constant) == BatchEffect.EXACT:
        return False
    if op.type not in _TRIED.split() and (op.type == "Pow" or constant is None):
        return True
    return differs_in_batches(op.type, op.outputs[0].dtype.name, len(op.inputs), constant)


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


def _axes(op: Operation, known: Mapping[str, Array]) -> Array | None:
    """Return the axes of a sum, counted from the first one; None if they are not known."""
    axes = known.get(op.inputs[1].op.name)
    return None if axes is None else np.atleast_1d(axes) % op.inputs[0].shape.rank


def _sums_alike(op: Operation, axes: Array | None) -> bool:
    if axes is None:
        return False
    dtype = op.inputs[0].dtype.name
    return sums_alike(op.type, dtype, tuple(op.inputs[0].shape), tuple(np.atleast_1d(axes).tolist()))


def _rows_alike(op: Operation, paths: int) -> bool:
    logits = op.inputs[0]
    return logits.shape[0] % paths == 0 and rows_alike(op.type, logits.dtype.name, tuple(logits.shape), paths)


def _sum_path_by_path(adder: NodeAdder, node: Node, op: Operation, paths: int, axes: Array | None) -> bool:
    kind = op.inputs[0].dtype.as_datatype_enum
    if axes is None or op.inputs[0].shape[0] != paths or node.attr["Tidx"].type != tf.int32.as_datatype_enum:
        return False
    alone = adder.whole_numbers(np.atleast_1d(axes) - 1)
    rows = _rows_of(adder, node.input[0], op.inputs[0], paths)
    _stack(adder, node, [adder.like(node, [row, alone]) for row in rows], kind)
    return True


def _multiply(adder: NodeAdder, node: Node, op: Operation, paths: int) -> bool:
    shapes = tuple(tuple(tensor.shape) for tensor in op.inputs)
    transposed = op.get_attr("adj_x"), op.get_attr("adj_y")
    way = fastest_way(op.outputs[0].dtype.name, shapes, transposed, paths)
    if way is None:
        return _multiply_path_by_path(adder, node, op, paths)
    if way is not in_batches:
        product = adder.splice(lambda left, right: way(left, right, *transposed), list(node.input), op.inputs)
        replace(node, "Identity", [product], T=op.outputs[0].dtype.as_datatype_enum)
    return True


def _multiply_path_by_path(adder: NodeAdder, node: Node, op: Operation, paths: int) -> bool:
    kind, rank = op.outputs[0].dtype.as_datatype_enum, op.outputs[0].shape.rank
    if rank != 3 or op.outputs[0].shape[0] != paths:
        return False
    sides = [_rows_of(adder, name, tensor, paths) for name, tensor in zip(list(node.input), op.inputs, strict=True)]
    products = []
    for left, right in zip(*sides, strict=True):
        product = adder.add("MatMul", [left, right], T=kind)
        product.attr["transpose_a"].b, product.attr["transpose_b"].b = node.attr["adj_x"].b, node.attr["adj_y"].b
        products.append(str(product.name))
    _stack(adder, node, products, kind)
    return True


def _compute_path_by_path(adder: NodeAdder, node: Node, op: Operation, paths: int) -> bool:
    count = op.inputs[0].shape[0]
    if count % paths:
        return False
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
    return True


def _rows_of(adder: NodeAdder, name: str, tensor: Tensor, paths: int) -> list[str]:
    """Return the names of each path's part of a tensor; the same for all where it is one of all paths."""
    kind, shape = tensor.dtype.as_datatype_enum, tensor.shape.as_list()
    if shape[0] != paths or len(shape) < 3 and paths == 1:
        return [adder.reshape(name, shape[-2:], kind)] * paths
    return adder.unpack(name, paths, 0, kind)


def _stack(adder: NodeAdder, node: Node, names: Sequence[str], kind: int) -> None:
    replace(node, "Pack", names, T=kind)
    node.attr["N"].i, node.attr["axis"].i = len(names), 0
