"""The ops of a graph, as they are needed to run them one by one."""

from __future__ import annotations

from typing import Any, NamedTuple

from widgets.tape.hooks import tensor_id


class Node(NamedTuple):
    """An op of a graph, as it is needed to run it by itself. Tensors are TensorFlow's numbers."""

    name: str
    op: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    operation: Any


def nodes_of(graph: Any) -> list[Node]:
    """Return the ops of a graph in the order in which they were made, each after those it reads from."""
    nodes: list[Node] = []
    done: set[str] = set()
    for operation in graph.get_operations():
        waiting = [operation]
        while waiting:
            now = waiting[-1]
            unmade = (
                [] if now.name in done else [t.op for t in now.inputs if t.op.name not in done and t.op not in waiting]
            )
            if unmade:  # a loop got accumulators for its gradient, made after it
                waiting += unmade
                continue
            waiting.pop()
            if now.name not in done:
                done.add(now.name)
                numbers = tuple(map(tensor_id, now.inputs)), tuple(map(tensor_id, now.outputs))
                nodes.append(Node(now.name, now.type, *numbers, now))
    return nodes
