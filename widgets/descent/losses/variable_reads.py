"""Tensors that stand in for Variables while a graph is traced: each read of a Variable is one operation, as eagerly.

Where a read is used twice, as the mean and the deviations in `tf.math.reduce_variance(w)` use it, the tape adds up the
gradients of that read first, and then those of all reads. One tensor in place of all reads would have them added up in
another order, with other last bits.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import tensorflow as tf

from widgets.common.arrays import Tensor, Variable
from widgets.tape.stand_ins import replaced

_one_at_a_time = threading.RLock()


@contextlib.contextmanager
def standing_in(variables: Sequence[Variable], parts: Sequence[Tensor]) -> Iterator[None]:
    """Have tensors of the graph that is being traced stand in for Variables, wherever these are read in it.

    All ways to read a Variable in a graph lead to three methods of it; Keras' Variables hold one of TensorFlow's. A
    tf.function takes the tensors, too: in a graph of its own a Variable is another object, which nothing stands in for.
    """
    own = [variable if isinstance(variable, tf.Variable) else variable.value for variable in variables]
    instead = {id(variable): part for variable, part in zip(own, parts, strict=True)}
    graph = tf.compat.v1.get_default_graph()

    def part_of(value: Any) -> Tensor | None:
        is_read = isinstance(value, tf.Variable) and _is_within(tf.compat.v1.get_default_graph(), graph)
        return instead.get(id(value)) if is_read else None

    def read(_original: Any, part: Tensor, *_args: Any, **_options: Any) -> Tensor:
        return tf.identity(part)

    def gather(_original: Any, part: Tensor, indices: Any, name: Any = None) -> Tensor:
        return tf.gather(part, indices, name=name)

    def gather_nd(_original: Any, part: Tensor, indices: Any, name: Any = None) -> Tensor:
        return tf.identity(tf.gather_nd(part, indices, name=name))

    reads = {"_read_variable_op": read, "sparse_read": gather, "gather_nd": gather_nd}
    with _one_at_a_time, contextlib.ExitStack() as stack:
        for name, instead_of in reads.items():
            home = next(kind for kind in type(own[0]).__mro__ if name in vars(kind))
            stack.enter_context(replaced(home, name, _of_parts(getattr(home, name), instead_of, part_of)))
        called = type(tf.function(_read_first))
        stack.enter_context(replaced(called, "__call__", _with_parts(called.__call__, part_of)))
        yield


def _of_parts(original: Any, instead: Any, part_of: Callable[[Any], Tensor | None]) -> Callable[..., Tensor]:
    def chosen(variable: Variable, *args: Any, **options: Any) -> Tensor:
        part = part_of(variable)
        result: Tensor = (
            original(variable, *args, **options) if part is None else instead(original, part, *args, **options)
        )
        return result

    return chosen


def _with_parts(original: Any, part_of: Callable[[Any], Tensor | None]) -> Callable[..., Any]:
    def tensor_of(value: Any) -> Any:
        part = part_of(value)
        return value if part is None else tf.identity(part)

    def called(function: Any, *args: Any, **options: Any) -> Any:
        args, options = tf.nest.map_structure(tensor_of, (args, options))
        return original(function, *args, **options)

    return called


def _read_first(value: Any) -> Any:
    return value


def _is_within(graph: Any, outer: Any) -> bool:
    """Return whether a graph is another, or a branch or loop in it. A learner's tf.function keeps its own Variables."""
    while graph is not outer and type(graph) is not type(outer) and hasattr(graph, "outer_graph"):
        graph = graph.outer_graph
    return graph is outer
