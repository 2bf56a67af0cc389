"""Approximated operations of many paths, computed as of one: a SIMD register full of numbers, and the remainder singly.

What a path's numbers fill registers with is computed together, for all paths; what is left of each path is computed a
few numbers at a time, so few that TensorFlow computes them one by one, as it does those that are left of one path.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import tensorflow as tf

from widgets.descent.paths.batch_exactness import (
    EFFECTS,
    BatchEffect,
    Operation,
    batch_effect,
    constant_of,
    simd_width,
)
from widgets.descent.paths.graph_rewrites import GraphDef, NodeAdder, replace
from widgets.descent.paths.kernel_trials import differs_in_batches

_TRIED = """
    Abs Erf InvGrad LeakyRelu LeakyReluGrad MulNoNan ReciprocalGrad Relu6Grad ReluGrad Round RsqrtGrad Sinh Softsign
    SoftsignGrad SqrtGrad Tanh TanhGrad
"""
"""Approximated operations, or such as may change the sign of 0, that are worth a trial: they may well be exact."""

MOST_PIECES = 2_000
"""Into which approximated operations are cut in all. A simulated pendulum has 100 sines, of 35 pieces each; a piece
costs 0.5 ms before the first step and 0.2 ms in 200 steps. Of more, none is cut."""


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
        if op.outputs[0].dtype.is_floating and is_approximated(op):
            controls = [name for name in node.input if name.startswith("^")]
            del node.input[len(op.inputs) :]
            compute_in_pieces(NodeAdder(definition, node.name), node, op, paths)
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
            if count and is_approximated(op):
                pieces += count
                kinds.add(op.type)
    return kinds if pieces > MOST_PIECES else set()


def is_approximated(op: Operation) -> bool:
    """Return whether an elementwise operation may give many numbers other bits than each alone."""
    constant = constant_of(op.inputs[1]) if op.type in ("Maximum", "Minimum", "Pow") else None
    if batch_effect(op.type, constant) == BatchEffect.EXACT:
        return False
    if op.type not in _TRIED.split() and (op.type == "Pow" or constant is None):
        return True
    return differs_in_batches(op.type, op.outputs[0].dtype.name, len(op.inputs), constant)


def compute_in_pieces(adder: NodeAdder, node: Any, op: Operation, paths: int) -> None:
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
