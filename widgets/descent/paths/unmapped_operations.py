"""Operations that tf.vectorized_map does not know: it loops over the paths, in each step; here each path has its own.

The loop runs one operation on each path's part, so nodes for all paths compute the same numbers, as alone, and sooner.
"""

from __future__ import annotations

from typing import Any

from widgets.descent.paths.graph_rewrites import GraphDef, NodeAdder, replace

_AROUND = {"AddV2", "Const", "Identity", "Pack", "StridedSlice", "TensorListSetItem"}
"""What such a loop does besides: it counts, takes a path's part of what differs, and writes down what comes out."""

_BEFORE = 3  # values that a loop carries before its results: two counters of turns, and the position of a path


def take_apart(definition: GraphDef, paths: int) -> None:
    """Replace loops over the paths by nodes for each path, in place; what is then not needed stays in the graph.

    Args:
        definition: of a mapped graph, of an f that has no loops of its own.
        paths: how many.
    """
    bodies = {function.signature.name: function for function in definition.library.function}
    for node in [node for node in definition.node if node.op == "StatelessWhile"]:
        body = bodies[node.attr["body"].func.name]
        inner = [one for one in body.node_def if one.op not in _AROUND]
        if len(inner) == 1:
            _split(definition, node, body, inner[0], paths)


def _split(definition: GraphDef, loop: Any, body: Any, inner: Any, paths: int) -> None:
    """Replace one loop, unless it is none of those that tf.vectorized_map writes."""
    arguments = {argument.name: at for at, argument in enumerate(body.signature.input_arg)}
    slices = {one.name: one for one in body.node_def if one.op == "StridedSlice"}
    outputs = {
        f"{loop.name}:{_BEFORE + at}": at for at in range(sum(one.op == "TensorListSetItem" for one in body.node_def))
    }
    stacks = [one for one in definition.node if one.op == "TensorListStack" and one.input[0] in outputs]
    adder = NodeAdder(definition, loop.name)
    columns: list[list[str]] = []
    for name in inner.input:
        if name in arguments:
            columns.append([loop.input[arguments[name]]] * paths)
            continue
        part = slices.get(name.partition(":")[0])
        if part is None or part.input[0] not in arguments:
            return
        columns.append(adder.unpack(loop.input[arguments[part.input[0]]], paths, 0, part.attr["T"].type))
    nodes = [adder.like(inner, names) for names in zip(*columns, strict=True)]
    for stack in stacks:
        kind, at = stack.attr["element_dtype"].type, outputs[stack.input[0]]
        replace(stack, "Pack", [f"{name}:{at}" for name in nodes], T=kind)
        stack.attr["N"].i, stack.attr["axis"].i = paths, 0
