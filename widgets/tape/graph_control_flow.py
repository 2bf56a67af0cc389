"""How the evaluation of a graph goes into the graphs inside: the function called, the branch that ran, each round."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from widgets.common.arrays import Tensor
from widgets.tape import graph_internals
from widgets.tape.graph_datasets import reduce, scan, take_while
from widgets.tape.graph_iterators import next_element, next_optional
from widgets.tape.graph_nodes import Node
from widgets.tape.graph_run import Evaluator, Handle, Run, copied, keep_round
from widgets.tape.repeatable_ops import BRANCHES, CALLS, LOOPS, branch_names, is_repeatable

_Followed: TypeAlias = Callable[[Evaluator, Run, Node, list[Any]], Sequence[Any] | None]
"""Returns the values of an op's outputs; None if it did not run."""


def _call(evaluation: Evaluator, run: Run, node: Node, values: list[Any]) -> Sequence[Any] | None:
    inner = evaluation.inside(run, node.operation.get_attr(CALLS[node.op]).name, values)
    if inner is None:
        return None
    run.children[node.name] = [inner]
    return copied(inner.outputs)


def _branch(evaluation: Evaluator, run: Run, node: Node, values: list[Any]) -> Sequence[Any] | None:
    if values[0] is None:
        evaluation.show_one_way(run, node, values[1:], branch_names(node.operation))
        return None
    inner = evaluation.inside(run, _branch_name(node, values[0]), values[1:])
    if inner is None:
        return None
    run.children[node.name] = [inner]
    return copied(inner.outputs)


def _branch_name(node: Node, chosen: Tensor) -> str:
    if node.op in ("Case", "StatelessCase"):
        names, index = branch_names(node.operation), int(chosen.numpy())
        return names[index if 0 <= index < len(names) else -1]
    array = np.asarray(chosen.numpy())
    is_true = bool(array) if array.shape == () else array.size > 0
    return branch_names(node.operation)[0 if is_true else 1]


def _loop(evaluation: Evaluator, run: Run, node: Node, values: list[Any]) -> Sequence[Any] | None:
    condition, body = (node.operation.get_attr(name).name for name in ("cond", "body"))
    kept: list[Run] = []
    run.children[node.name] = kept
    for iteration in itertools.count():
        asked = evaluation.inside(run, condition, values, iteration)
        if asked is None or asked.outputs[0] is None:
            evaluation.show_one_way(run, node, values, [body])
            return None
        if not bool(asked.outputs[0].numpy()):
            return copied(values)
        if evaluation.left < 0:
            return _rest_of_loop(evaluation, run, node, values)
        inner = evaluation.inside(run, body, values, iteration)
        if inner is None:
            return None
        values = list(inner.outputs)
        keep_round(kept, inner)
    return None  # never: mypy does not know that counting has no end


def _rest_of_loop(evaluation: Evaluator, run: Run, node: Node, values: list[Any]) -> Sequence[Any] | None:
    """Run the rounds that are left as TensorFlow's own loop, if all inside can run again."""
    evaluation.miss(node.op, "long loop")
    evaluation.knows_way = False
    handles = [value for value in values if isinstance(value, Handle)]
    if any(value is None for value in values) or any(handle.copy is None for handle in handles):
        return None
    graphs = [evaluation.graph(run, node.operation.get_attr(name).name) for name in ("cond", "body")]
    if not all(map(is_repeatable, graph_internals.all_ops(graphs))):
        return None
    return evaluation.rerun(node, values)


FOLLOWED: Mapping[str, _Followed] = {
    **dict.fromkeys(CALLS, _call),
    **dict.fromkeys(BRANCHES, _branch),
    **dict.fromkeys(LOOPS, _loop),
    "IteratorGetNext": next_element,
    "IteratorGetNextSync": next_element,
    "IteratorGetNextAsOptional": next_optional,
    "ScanDataset": scan,
    "TakeWhileDataset": take_while,
    "ReduceDataset": reduce,
}
"""The ops that are not simply run once more."""
