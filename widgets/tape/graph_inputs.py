"""What becomes of the inputs of a graph: the ops that take them, there and in the graphs that it calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from widgets.common.arrays import Tensor
from widgets.tape import graph_internals, hooks
from widgets.tape.repeatable_ops import BRANCHES, CALLS, LOOPS


def uses_of_inputs(graph: Any, is_wanted: Callable[[Tensor], bool]) -> dict[int, list[Any]]:
    """Return the ops that take inputs of a graph, followed through calls, branches and loops.

    Args:
        graph: the graph.
        is_wanted: says which of its inputs to follow.

    Returns:
        For each of them the ops, by its place among the inputs.
    """
    wanted = {hooks.tensor_id(tensor): at for at, tensor in enumerate(graph.inputs) if is_wanted(tensor)}
    uses: dict[int, list[Any]] = {at: [] for at in wanted.values()}
    _follow(graph, wanted, uses, set())
    return {at: users for at, users in uses.items() if users}


def _follow(graph: Any, places: Mapping[int, int], uses: dict[int, list[Any]], seen: set[Any]) -> None:
    """Follow the inputs at `places`, by the numbers of the tensors that stand for them in this graph."""
    key = id(graph), *sorted(places.items())
    if key in seen:
        return
    seen.add(key)
    known = dict(places)
    for operation in graph.get_operations():
        taken = [known.get(hooks.tensor_id(tensor)) for tensor in operation.inputs]
        found = {at for at in taken if at is not None}
        if not found:
            continue
        if operation.type == "Identity":
            known[hooks.tensor_id(operation.outputs[0])] = found.pop()
        elif operation.type in (*CALLS, *BRANCHES, *LOOPS):
            given = taken[1:] if operation.type in BRANCHES else taken
            for inner in _inner_graphs(graph, operation):
                inside = zip(map(hooks.tensor_id, inner.inputs), given, strict=False)
                _follow(inner, {number: at for number, at in inside if at is not None}, uses, seen)
        else:
            for at in found:
                uses[at].append(operation)


def _inner_graphs(graph: Any, operation: Any) -> list[Any]:
    functions = [graph_internals.called_function(graph, name) for name in graph_internals.function_names(operation)]
    graphs = [graph_internals.generated_graph(function) for function in functions if function is not None]
    return [inner for inner in graphs if inner is not None]
