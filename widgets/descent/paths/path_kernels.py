"""Which kernels of a mapped graph give a path other bits than alone, and how to have them give the same.

`tf.vectorized_map` stacks all paths along a first axis. A kernel may then take other instructions for a number (see
batch_exactness), or add up in another order. So each kind of operation is one of six here:

- exact, however many paths: arithmetic, choices, and what only moves numbers;
- approximated: computed in pieces, see approximated;
- sums and products of matrices: tried on random numbers, and where a bit differs computed in another way that keeps
  all bits, if one is known, or path by path;
- softmax and cross-entropy: tried likewise, and computed path by path where a bit differs;
- decompositions, transforms, convolutions, pooling, and complex numbers: tried, see part_trials;
- unknown: nothing is promised.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from widgets.common.arrays import Array, Tensor
from widgets.descent.paths.approximated import compute_in_pieces, is_approximated, uncut_kinds
from widgets.descent.paths.batch_exactness import COPIES, EFFECTS, Operation
from widgets.descent.paths.graph_rewrites import GraphDef, NodeAdder, replace
from widgets.descent.paths.kernel_trials import bias_gradients_alike, rows_alike, sums_alike
from widgets.descent.paths.matrix_products import fastest_way, in_batches
from widgets.descent.paths.part_trials import PARTS, parts_alike

_MOVES = """
    BiasAdd BroadcastTo Cast ClipByValue Complex ConcatV2 Conj Cumprod Cumsum DepthToSpace Diag DiagPart EnsureShape
    ExpandDims Gather GatherNd GatherV2 IdentityN Imag MatrixBandPart MatrixDiag MatrixDiagPart MatrixDiagPartV2
    MatrixDiagPartV3 MatrixDiagV2 MatrixDiagV3 MatrixSetDiag MatrixSetDiagV2 MatrixSetDiagV3 MirrorPad OneHot Pack
    Pad PadV2 Placeholder PreventGradient ReadVariableOp Real Reshape ReverseV2 Roll ScatterNd Shape Slice
    SpaceToDepth Split SplitV Squeeze StridedSlice StridedSliceGrad TensorScatterUpdate Tile TopK TopKV2 Transpose
    Unpack UnsortedSegmentSum
"""
"""They move numbers, or add them up one after another."""

_SUMS = {"Max", "Mean", "Min", "Prod", "Sum"}
_PRODUCTS = {"BatchMatMulV2", "MatMul"}
_ROWS = {"LogSoftmax", "Softmax", "SoftmaxCrossEntropyWithLogits", "SparseSoftmaxCrossEntropyWithLogits"}
_IN_TURN = {"StatelessWhile", "TensorListReserve", "TensorListStack"}
"""What tf.vectorized_map does with an operation that takes no parts of many paths: a loop runs it for each path."""

_KNOWN = {*EFFECTS, *COPIES.split(), *_MOVES.split(), *_SUMS, *_PRODUCTS, *_ROWS}

Node = Any
"""A `tf.compat.v1.NodeDef`."""


def unknown_kinds(ops: Iterable[Operation], mapped: Iterable[str], paths: int) -> set[str]:
    """Return the kinds of one path's operations of which nothing is promised: they are not among those of `mapped`."""
    promised = _KNOWN.union(mapped)  # what is mapped to its own kind is looked at there
    strange = [op for op in ops if op.type not in promised and not all(map(_is_whole, op.outputs))]
    return {op.type for op in strange if not _is_sum_of_bias(op, paths)}


def _is_sum_of_bias(op: Operation, paths: int) -> bool:
    if op.type != "BiasAddGrad" or op.get_attr("data_format") != b"NHWC" or not op.inputs[0].shape.is_fully_defined():
        return False
    return bias_gradients_alike(op.inputs[0].dtype.name, tuple(op.inputs[0].shape), paths)


def _is_whole(tensor: Tensor) -> bool:
    """Return whether a tensor has whole numbers, which are the same in any order."""
    return bool(tensor.dtype.is_integer or tensor.dtype.is_bool)


def compute_as_alone(
    definition: GraphDef, x: Tensor, paths: int, known: Mapping[str, Array], has_loops: bool = False
) -> set[str]:
    """Rewrite a mapped graph in place, so that each kernel gives each path the bits that it gives the path alone.

    Args:
        definition: of the graph that `x` is in.
        x: its input, with the paths along its first axis.
        paths: how many.
        known: the values of whole numbers by the names of their operations, as `fold_whole_numbers` returns them.
        has_loops: whether f has loops in graphs of its own: then nothing is promised of those in the mapped graph.

    Returns:
        The kinds of operations that give other bits and could not be rewritten, or of which nothing is promised.
    """
    ops = x.graph.get_operations()
    nodes, mapped = {node.name: node for node in definition.node}, {x.op}
    unrepaired = uncut_kinds((op for op in ops if op.name in nodes), paths)
    for op in ops:
        if op is x.op or not any(tensor.op in mapped for tensor in op.inputs):
            continue
        mapped.add(op)
        node = nodes.get(op.name)
        if node is None or all(map(_is_whole, op.outputs)) or (op.type in _IN_TURN and not has_loops):
            continue
        if op.type in PARTS or any(tensor.dtype.is_complex for tensor in (*op.inputs, *op.outputs)):
            unrepaired |= set() if op.type in _MOVES.split() or parts_alike(op, mapped, paths, known) else {op.type}
            continue
        if op.type not in _KNOWN:
            unrepaired.add(op.type)
            continue
        adder, controls = NodeAdder(definition, node.name), [name for name in node.input if name.startswith("^")]
        del node.input[len(op.inputs) :]
        is_right = True
        if op.type in EFFECTS and is_approximated(op):
            if op.type not in unrepaired:
                compute_in_pieces(adder, node, op, paths)
        elif op.type in _SUMS and not _sums_alike(op, axes := _axes(op, known)):
            is_right = _sum_path_by_path(adder, node, op, paths, axes)
        elif op.type in _PRODUCTS:
            is_right = _multiply(adder, node, op, paths)
        elif op.type in _ROWS and not _rows_alike(op, paths):
            is_right = _compute_path_by_path(adder, node, op, paths)
        unrepaired |= set() if is_right else {op.type}
        node.input.extend(controls)
    return unrepaired


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
