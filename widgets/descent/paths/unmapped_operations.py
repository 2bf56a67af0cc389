"""Operations that tf.vectorized_map does not know: it loops over the paths, in each step; here each path has its own.

The loop runs one operation on each path's part, so nodes for all paths compute the same numbers, as alone, and sooner.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from widgets.descent.paths.convolutions import Convolution
from widgets.descent.paths.graph_rewrites import GraphDef, NodeAdder, replace

_AROUND = {"AddV2", "Const", "Identity", "Pack", "StridedSlice", "TensorListSetItem"}
"""What such a loop does besides: it counts, takes a path's part of what differs, and writes down what comes out."""

_BEFORE = 3  # values that a loop carries before its results: two counters of turns, and the position of a path


def take_apart(definition: GraphDef, graph: Any, paths: int) -> None:
    """Replace loops over the paths by nodes for each path, in place; what is then not needed stays in the graph.

    Args:
        definition: of a mapped graph, of an f that has no loops of its own.
        graph: the `tf.Graph` that it is of.
        paths: how many.
    """
    bodies = {function.signature.name: function for function in definition.library.function}
    for node in [node for node in definition.node if node.op == "StatelessWhile"]:
        body = bodies[node.attr["body"].func.name]
        inner = [one for one in body.node_def if one.op not in _AROUND]
        if len(inner) == 1:
            _split(definition, graph, node, body, inner[0], paths)


def _split(definition: GraphDef, graph: Any, loop: Any, body: Any, inner: Any, paths: int) -> None:
    """Replace one loop, unless it is none of those that tf.vectorized_map writes."""
    arguments = {argument.name: at for at, argument in enumerate(body.signature.input_arg)}
    slices = {one.name: one for one in body.node_def if one.op == "StridedSlice"}
    outputs = {
        f"{loop.name}:{_BEFORE + at}": at for at in range(sum(one.op == "TensorListSetItem" for one in body.node_def))
    }
    stacks = [one for one in definition.node if one.op == "TensorListStack" and one.input[0] in outputs]
    adder = NodeAdder(definition, loop.name)
    given: list[tuple[str, int | None]] = []  # each input, with its dtype if it has a part for each path
    for name in inner.input:
        if name in arguments:
            given.append((loop.input[arguments[name]], None))
            continue
        part = slices.get(name.partition(":")[0])
        if part is None or part.input[0] not in arguments:
            return
        given.append((loop.input[arguments[part.input[0]]], part.attr["T"].type))
    if inner.op == "Conv2D" and (together := _one_convolution(definition, graph, adder, inner, given)):
        replace(stacks[0], "Identity", [together], T=stacks[0].attr["element_dtype"].type)
        return
    columns = [[name] * paths if kind is None else adder.unpack(name, paths, 0, kind) for name, kind in given]
    nodes = [adder.like(inner, names) for names in zip(*columns, strict=True)]
    for stack in stacks:
        kind, at = stack.attr["element_dtype"].type, outputs[stack.input[0]]
        replace(stack, "Pack", [f"{name}:{at}" for name in nodes], T=kind)
        stack.attr["N"].i, stack.attr["axis"].i = paths, 0


def _one_convolution(
    definition: GraphDef, graph: Any, adder: NodeAdder, node: Any, given: Sequence[tuple[str, int | None]]
) -> str | None:
    """Add one convolution of images that all paths share; return its name, or None if bits would differ."""
    convolution, tiles = Convolution.of(node), {one.name: one for one in definition.node if one.op == "Tile"}
    (images, _kind), (filters, kind) = given
    if kind is None or convolution is None:
        return None
    if images in tiles:  # tf.vectorized_map repeats for each path what all share
        images = next(one for one in definition.node if one.name == tiles[images].input[0]).input[0]
    tensors = [graph.get_tensor_by_name(name if ":" in name else f"{name}:0") for name in (images, filters)]
    shapes = [tensor.shape for tensor in tensors]
    if [shape.rank for shape in shapes] != [4, 5] or not all(shape.is_fully_defined() for shape in shapes):
        return None
    if _depends(tensors[0].op, graph.inputs[0].op):
        return None
    if not convolution.is_alike(tensors[0].dtype.name, *(tuple(shape) for shape in shapes)):
        return None
    return adder.splice(convolution.of_all, [images, filters], tensors)


def _depends(op: Any, source: Any) -> bool:
    """Return whether an operation needs what another one computes."""
    found, waiting = set(), [op]
    while waiting:
        op = waiting.pop()
        if op not in found:
            found.add(op)
            waiting.extend(tensor.op for tensor in op.inputs)
    return source in found
