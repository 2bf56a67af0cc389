"""What a call takes from iterators inside its graph: TensorFlow draws it once, and it is kept for the replay.

An iterator must not be asked twice, and from the middle of a loop or a branch nothing can be returned. So the call gets
another iterator in place of the learner's. That one asks the learner's whenever it is asked itself, inside TensorFlow's
runtime, and puts what came into a queue: the same elements, drawn at the same moments.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import tensorflow as tf

from widgets.common.arrays import Tensor
from widgets.tape import graph_internals, hooks
from widgets.tape.graph_inputs import uses_of_inputs
from widgets.tape.graph_internals import variable_dtype
from widgets.tape.graph_nodes import Node
from widgets.tape.graph_run import Evaluator, Handle, Run
from widgets.tape.iterator_handles import IteratorHandle

MOST_ELEMENTS = 256
MOST_BYTES = 256 * 1024**2
"""A call keeps so many elements at most, of so many bytes together."""

DRAWING = ("IteratorGetNext", "IteratorGetNextSync", "IteratorGetNextAsOptional")
"""The ops that take an element from an iterator."""


class ElementSpec(NamedTuple):
    """The dtypes and the shapes of the tensors in each element of an iterator."""

    types: tuple[Any, ...]
    shapes: tuple[Any, ...]


class Kept:
    """Keeps what passes through TensorFlow's runtime: lists of tensors of these dtypes."""

    def __init__(self, types: Sequence[Any]) -> None:
        self._queue = tf.queue.FIFOQueue(MOST_ELEMENTS, list(types))
        self._missed = tf.queue.FIFOQueue(1, [tf.bool])  # not empty if there was no room for an element

    def put(self, parts: Sequence[Tensor]) -> None:
        """Keep an element, in a graph, if there is room for it."""
        count = tf.cast(self._queue.size(), tf.int64)
        size = tf.add_n([tf.size(part, tf.int64) * (part.dtype.size or 1) for part in parts])
        has_room = (count < MOST_ELEMENTS) & (count * size <= MOST_BYTES)
        tf.cond(has_room, lambda: _done(self._queue.enqueue(list(parts))), self._miss)

    def take(self) -> tuple[list[list[Tensor]], bool]:
        """Return the elements that have come since this was last asked, and whether they are all."""
        elements = [_as_list(self._queue.dequeue()) for _ in range(int(self._queue.size()))]
        is_complete = int(self._missed.size()) == 0
        if not is_complete:
            self._missed.dequeue()
        return elements, is_complete

    def _miss(self) -> Tensor:
        is_first = tf.equal(self._missed.size(), 0)
        return tf.cond(is_first, lambda: _done(self._missed.enqueue(True)), lambda: tf.constant(True))


class Draws:
    """What one call took from one iterator, in order; `next()` gives one after the other, from `rewind()` on."""

    def __init__(self, elements: Sequence[Sequence[Tensor]], is_complete: bool) -> None:
        self._elements, self._is_complete = elements, is_complete
        self.rewind()

    def rewind(self) -> None:
        """Begin at the first."""
        self._position = 0

    def next(self) -> Sequence[Tensor] | None:
        """Return the next element; () at the end of the data, None if it has not been kept."""
        if self._position == len(self._elements):
            return () if self._is_complete else None
        self._position += 1
        return self._elements[self._position - 1]


class IteratorTee:
    """An iterator that asks the learner's, and keeps what it gives, for as long as the learner's is there.

    Args:
        handle: the learner's handle. It is not held, nor is this object by what is traced here, which is let go late.
        spec: what the elements are.
        at_end: called when the learner's handle is gone.
    """

    in_errors = (
        r"Error in user-defined function passed to MapDataset:\d+ transformation with iterator: "
        r"Iterator::Root::Map::TakeWhile::Map: |\n\t \[\[IteratorGetNextAsOptional\]\](?=\n\t \[\[)"
    )
    """What it adds to the message of an error of the learner's."""

    def __init__(self, handle: Tensor, spec: ElementSpec, at_end: Callable[[Any], object]) -> None:
        self.source = IteratorHandle(hooks.tensor_id(handle))
        self._kept = Kept(spec.types)
        self._iterator = iter(_asking(handle, spec, self._kept))
        self.handle: Tensor = graph_internals.iterator_handle(self._iterator)
        self._end = weakref.ref(handle, at_end)

    def draws(self) -> Draws:
        """Return what has been drawn since this was last asked."""
        return Draws(*self._kept.take())


def _asking(handle: Tensor, spec: ElementSpec, kept: Kept) -> tf.data.Dataset:
    """Return a dataset that asks an iterator for each of its elements, and keeps it."""

    def ask(handle: Tensor) -> Any:
        return tf.raw_ops.IteratorGetNextAsOptional(iterator=handle, output_types=spec.types, output_shapes=spec.shapes)

    def keep(optional: Tensor) -> tuple[Tensor, ...]:
        parts = tf.raw_ops.OptionalGetValue(optional=optional, output_types=spec.types, output_shapes=spec.shapes)
        kept.put(parts)
        return tuple(parts)

    options = tf.data.Options()
    options.autotune.enabled = False  # nothing may be drawn before it is asked for
    options.experimental_optimization.apply_default_optimizations = False
    as_is = tf.autograph.experimental.do_not_convert
    asked = tf.data.Dataset.from_tensors(tf.identity(handle)).repeat().map(as_is(ask))
    there = asked.take_while(as_is(lambda optional: tf.raw_ops.OptionalHasValue(optional=optional)))
    return there.map(as_is(keep)).with_options(options)


def _done(operation: Any) -> Tensor:
    with tf.control_dependencies([operation]):
        return tf.constant(True)


def _as_list(parts: Any) -> list[Tensor]:
    return list(parts) if isinstance(parts, (list, tuple)) else [parts]


def draws_out_of_sight(graph: Any) -> bool:
    """Say whether a graph draws from an iterator where the call itself cannot return what came."""
    drawn = sum(operation.type in DRAWING for operation in graph_internals.all_ops([graph]))
    return drawn > sum(operation.type in DRAWING[:2] for operation in graph.get_operations())


def iterators_inside(graph: Any) -> dict[int, ElementSpec]:
    """Return what the elements are of each iterator that a graph, or one that it calls, draws from.

    Args:
        graph: the graph.

    Returns:
        The elements, by the iterator's place among the graph's inputs. One that is used otherwise is left out.
    """
    uses = uses_of_inputs(graph, lambda tensor: tensor.dtype == tf.resource and not variable_dtype(tensor))
    drawn = {at: users for at, users in uses.items() if all(user.type in DRAWING for user in users)}
    specs = {at: {_spec(user) for user in users} for at, users in drawn.items()}
    return {at: kinds.pop() for at, kinds in specs.items() if len(kinds) == 1 and all(spec.types for spec in kinds)}


def _spec(operation: Any) -> ElementSpec:
    shapes = [tf.TensorShape(shape) for shape in operation.get_attr("output_shapes")]
    return ElementSpec(tuple(operation.get_attr("output_types")), tuple(shapes))


def next_element(evaluation: Evaluator, run: Run, node: Node, values: list[Any]) -> Sequence[Any] | None:
    """Return the element that an op took from an iterator; None if that is not known."""
    if _is_own(values):
        return evaluation.rerun(node, values)
    element = evaluation.drawn(node, values[0])
    if element == ():
        raise tf.errors.OutOfRangeError(None, None, "End of sequence")
    return element


def next_optional(evaluation: Evaluator, run: Run, node: Node, values: list[Any]) -> Sequence[Any] | None:
    """Return the optional that an op made of what it took from an iterator; None if that is not known."""
    if _is_own(values):
        return evaluation.rerun(node, values)
    element = evaluation.drawn(node, values[0])
    if element is None:
        return None
    return [tf.raw_ops.OptionalFromValue(components=list(element)) if element else tf.raw_ops.OptionalNone()]


def _is_own(values: list[Any]) -> bool:
    """Say whether the iterator was made inside the graph, and so is one of the replay's own."""
    return values[0] is not None and not isinstance(values[0], Handle)
