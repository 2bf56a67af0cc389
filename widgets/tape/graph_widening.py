"""A function that also returns what comes into its graph from outside: the batch that `fit` takes from its iterator.

An iterator must not be asked twice, nor can chance be. So that the call can be played, the same graph runs with the
outputs of those ops as further results: the same kernels in the same order. This is done only where no op of the graph,
or of one that it calls, keeps a state of its own that the next call goes on from, since the two functions would not
share it. An op that draws random numbers without a seed has none that matters: chance is where each kernel begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import tensorflow as tf

from widgets.tape import graph_internals, hooks
from widgets.tape.repeatable_ops import reason_of_kind

_STATE_IN_NAME_ONLY = {
    *(
        "PartitionedCall",
        "StatefulPartitionedCall",
        "If",
        "While",
        "Case",
        "StatelessIf",
        "StatelessWhile",
        "StatelessCase",
    ),
    *(
        "Assert",
        "Print",
        "PrintV2",
        "NoOp",
        "CheckNumerics",
        "CheckNumericsV2",
        "PyFunc",
        "PyFuncStateless",
        "EagerPyFunc",
    ),
}
"""Ops that TensorFlow calls stateful, though their kernels hold nothing from one call to the next."""


class WidenedFunction(NamedTuple):
    """A function that returns more.

    Attributes:
        function: TensorFlow's function.
        name: its name in the runtime.
        own: how many outputs the learner's function has; the witnesses come after.
        witnesses: TensorFlow's numbers of the graph's tensors that it returns too.
    """

    function: Any
    name: str
    own: int
    witnesses: tuple[int, ...]


def widened(function: Any, leave_out: Sequence[str] = ()) -> WidenedFunction | None:
    """Return a function of the same graph that also returns what came in from outside; None if nothing does.

    None too where it would not be the same function: if it has attributes (it is compiled by XLA, say), or state.

    Args:
        function: TensorFlow's function.
        leave_out: ops whose outputs are not returned.

    Returns:
        The function.
    """
    graph = graph_internals.function_graph(function)
    sources = [op for op in graph.get_operations() if _comes_from_outside(op) and op.type not in leave_out]
    witnesses = [tensor for op in sources for tensor in op.outputs]
    if not witnesses or any(tensor.dtype in (tf.resource, tf.variant) for tensor in witnesses):
        return None
    if not all(map(_holds_no_state, graph_internals.all_ops([graph]))):
        return None
    made = graph_internals.function_with_outputs(function, witnesses)
    if made is None:
        return None
    numbers = tuple(map(hooks.tensor_id, witnesses))
    return WidenedFunction(made, graph_internals.function_name(made), len(graph.outputs), numbers)


def _comes_from_outside(op: Any) -> bool:
    """Say whether an op takes something from a thing that is no Variable, calls Python, or draws from chance."""
    return op.type in ("IteratorGetNext", "IteratorGetNextSync", "PyFunc", "EagerPyFunc") or _is_unseeded(op)


def _is_unseeded(op: Any) -> bool:
    """Say whether an op draws random numbers that no seed decides."""
    if reason_of_kind(op.type) != "random" or any(tensor.dtype == tf.resource for tensor in op.inputs):
        return False
    try:
        return not op.get_attr("seed") and not op.get_attr("seed2")
    except ValueError:
        return False


def _holds_no_state(op: Any) -> bool:
    return (
        not hooks.is_stateful(op.type)
        or op.type in _STATE_IN_NAME_ONLY
        or _is_unseeded(op)
        or any(tensor.dtype == tf.resource for tensor in op.inputs)
        or op.type == "Placeholder"
    )
