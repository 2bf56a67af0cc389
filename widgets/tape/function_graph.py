"""The graph of a `tf.function`: the ops inside the one entry that called it, and what it was traced for."""

from __future__ import annotations

import contextlib
import functools
import inspect
import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from widgets.tape.forward_model import GraphOp, Place, Trace

_CODE = "_tapedeck_code"
"""The attribute of a graph that holds the code that it was traced from."""

_KEPT = "_tapedeck_trace"
"""The attribute of a graph that holds what was heard while it was traced: it lives as long as the graph."""


@functools.lru_cache(maxsize=1024)
def plain_name(op: str) -> str:
    """Return what a learner calls an op: `f` for the `__forward_f_17` that TensorFlow made of a `tf.function`."""
    found = re.fullmatch(r"__(?:forward|inference)_(?:__backward_)?(.+?)_\d+(?:_\d+)?", op)
    return found[1] if found else op


def keep_code(graph: Any, function: object) -> None:
    """Hang on a graph the code of the Python function that it was traced from: two functions may share a name."""
    with contextlib.suppress(Exception):  # an object that can be called, and answers anything
        whole: Any = inspect.unwrap(function)  # type: ignore[arg-type]
        setattr(graph, _CODE, getattr(whole, "__func__", whole).__code__)


def keep_trace(graph: Any, trace: Any) -> None:
    """Hang what was heard while a graph was traced on it."""
    setattr(graph, _KEPT, trace)


def kept_trace(graph: Any) -> Any:
    """Return what was heard while a graph was traced; None if nothing was."""
    return getattr(graph, _KEPT, None)


def trace_of(graph: Any, place: Place | None, definitions: dict[int, int]) -> Trace | None:
    """Return the Trace of a finished FuncGraph; None if it is a pullback's, or that of a loop in a `tf.function`.

    Args:
        graph: the graph.
        place: where the learner's code called the function.
        definitions: the numbers of the Python functions so far, by the id of their code.

    Returns:
        The Trace.
    """
    signature = getattr(graph, "structured_input_signature", None)
    if signature is None or graph.name.startswith("__") or hasattr(graph.outer_graph, "structured_input_signature"):
        return None
    arguments = tf.nest.flatten(signature)
    tensors = tuple(str(argument) for argument in arguments if isinstance(argument, tf.TypeSpec))
    values = tuple(_value_text(argument) for argument in arguments if not isinstance(argument, tf.TypeSpec))
    definition = definitions.setdefault(id(getattr(graph, _CODE, None)), len(definitions))
    kept = kept_trace(graph)
    return Trace(graph.name, tensors, values, place, definition, kept is not None and kept.holds_tape)


def _value_text(value: object) -> str:
    """Return a Python value as text; of an object only its type: its text may differ from run to run."""
    plain = next((kind for kind in (bool, int, float, str, np.generic) if issubclass(type(value), kind)), None)
    return plain.__repr__(value) if plain else type(value).__name__  # not what an Enum makes of it


def graph_ops(definition: Any | None) -> tuple[GraphOp, ...]:
    """Return the ops of a FunctionDef, each after those it reads from; () for None: a plain op."""
    if definition is None:
        return ()
    arguments = [GraphOp(argument.name, "Argument", ()) for argument in definition.signature.input_arg]
    index = {argument.name: i for i, argument in enumerate(arguments)}
    nodes = list(_in_order(definition.node_def, set(index)))
    index |= {node.name: i for i, node in enumerate(nodes, len(arguments))}
    inputs = [tuple(index[name] for name in map(_producer, node.input) if name in index) for node in nodes]
    return (*arguments, *(GraphOp(node.name, node.op, read) for node, read in zip(nodes, inputs, strict=True)))


def _producer(reference: str) -> str:
    """Return the node name in an input reference such as `mul:z:0` or `^control`."""
    return reference.removeprefix("^").split(":")[0]


def _in_order(nodes: Sequence[Any], known: set[str]) -> Iterator[Any]:
    """Yield nodes after the nodes they read from: a FunctionDef promises no order."""
    waiting = list(nodes)
    names = known | {node.name for node in waiting}
    while waiting:
        ready = [n for n in waiting if all(_producer(i) in known or _producer(i) not in names for i in n.input)]
        yield from ready
        known = known | {node.name for node in ready}
        waiting = [node for node in waiting if node.name not in known]
        if not ready:  # a cycle has no order: keep that of the file
            yield from waiting
            return
