"""Tensors that stand in for a learner's Variables while a graph is traced."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import tensorflow as tf

from widgets.common.arrays import Tensor, Variable

_one_at_a_time = threading.RLock()


@contextlib.contextmanager
def standing_in(variables: Sequence[Variable], parts: Sequence[Tensor]) -> Iterator[None]:
    """Have tensors of the graph that is being traced stand in for Variables, wherever these are read in it.

    All ways to read a Variable in a graph lead to one method of it; Keras' Variables hold one of TensorFlow's.
    """
    own = [variable if isinstance(variable, tf.Variable) else variable.value for variable in variables]
    instead = {id(variable): part for variable, part in zip(own, parts, strict=True)}
    home: Any = next(kind for kind in type(own[0]).__mro__ if "_read_variable_op" in vars(kind))
    graph = tf.compat.v1.get_default_graph()
    with _one_at_a_time:
        original = home._read_variable_op

        def read(variable: Variable, *args: Any, **options: Any) -> Tensor:
            part = instead.get(id(variable))
            if part is None or not _is_within(tf.compat.v1.get_default_graph(), graph):
                return original(variable, *args, **options)
            return part

        home._read_variable_op = read
        try:
            yield
        finally:
            home._read_variable_op = original


def _is_within(graph: Any, outer: Any) -> bool:
    """Return whether a graph is another, or a branch or loop in it. A learner's tf.function keeps its own Variables."""
    while graph is not outer and type(graph) is not type(outer) and hasattr(graph, "outer_graph"):
        graph = graph.outer_graph
    return graph is outer
