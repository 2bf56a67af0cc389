"""Loops over a dataset inside a graph: AutoGraph makes them a scan of the dataset, which a reduction runs through.

Going through a dataset once more could shuffle it anew, or read other files. So the call gets another dataset in place
of the learner's, which puts each element into a queue as it passes; the replay goes through what was kept. Source:
`tensorflow/python/data/ops/dataset_autograph.py`, https://github.com/tensorflow/tensorflow.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import tensorflow as tf

from widgets.common.arrays import Tensor
from widgets.tape import graph_internals
from widgets.tape.function_graph import kept_trace
from widgets.tape.graph_inputs import uses_of_inputs
from widgets.tape.graph_iterators import Kept
from widgets.tape.graph_nodes import Node
from widgets.tape.graph_run import Evaluator, Handle, Run, Stream, copied, keep_round
from widgets.tape.tensors import same_bits


class DatasetTee:
    """A dataset with the elements of the learner's, which keeps them as they pass."""

    in_errors = r"Map::Zip\[1\]::"
    """What it adds to the message of an error of the learner's."""

    def __init__(self, variant: Tensor) -> None:
        self.source = variant
        dataset = graph_internals.dataset_of(variant)
        specs = tf.nest.flatten(dataset.element_spec)
        if not all(type(spec) is tf.TensorSpec for spec in specs):
            raise TypeError("The elements are no plain tensors.")
        self._shapes = [spec.shape for spec in specs]
        self._kept = Kept([tf.int64, *(spec.dtype for spec in specs)])

        def keep(index: Tensor, element: Any) -> Any:
            self._kept.put([index, *tf.nest.flatten(element)])
            return element

        self._dataset = dataset.enumerate().map(tf.autograph.experimental.do_not_convert(keep))
        self.handle = graph_internals.variant_of(self._dataset)

    def replay(self) -> Tensor | None:
        """Return a dataset of what has passed since this was last asked; None if that is not one row of elements."""
        elements, is_complete = self._kept.take()
        rounds: list[list[Sequence[Tensor]]] = []
        for index, *element in elements if is_complete else ():
            if not int(index):
                rounds.append([])
            rounds[-1].append(element)
        longest = max(rounds, key=len, default=[])
        if not longest or not all(_begins_with(longest, other) for other in rounds):
            return None
        types, shapes = [part.dtype for part in longest[0]], self._shapes
        made = [tf.raw_ops.TensorDataset(components=element, output_shapes=_shapes(element)) for element in longest]
        dataset = made[0]
        for other in made[1:]:
            dataset = tf.raw_ops.ConcatenateDataset(
                input_dataset=dataset, another_dataset=other, output_types=types, output_shapes=shapes
            )
        return dataset


def _shapes(element: Sequence[Tensor]) -> list[Any]:
    return [part.shape for part in element]


def _begins_with(longest: Sequence[Sequence[Tensor]], other: Sequence[Sequence[Tensor]]) -> bool:
    pairs = (pair for a, b in zip(longest, other, strict=False) for pair in zip(a, b, strict=True))
    return all(same_bits(a, b) for a, b in pairs)


def datasets_inside(graph: Any) -> list[int]:
    """Return the places of the datasets among a graph's inputs."""
    uses = uses_of_inputs(graph, lambda tensor: tensor.dtype == tf.variant)
    return [at for at, users in uses.items() if any("Dataset" in user.type for user in users)]


class _TooLongError(Exception):
    """A loop goes on for more rounds than are followed, or what it does next is not known."""


_LoopOverData: TypeAlias = tuple[Any, list[Any], list[Any], Iterator[Sequence[Any]]]
"""The graph of the body, the state that it begins with, what it captures, and the elements."""


def _loop_over_data(evaluation: Evaluator, run: Run, node: Node, values: list[Any]) -> _LoopOverData | None:
    """Return what a loop over a dataset needs; None, with a round shown without numbers, if its data are not known."""
    states, name = len(node.operation.get_attr("Tstate")), node.operation.get_attr("f").name
    graph = evaluation.graph(run, name)
    if graph is None:
        return None
    given, captured = values[1 : 1 + states], values[1 + states :]
    elements = _elements(values[0], graph.inputs[states : len(graph.inputs) - len(captured)])
    if elements is None:
        evaluation.show_one_way(run, node, [None] * (len(graph.inputs) - len(captured)) + captured, [name])
        return None
    return graph, given, captured, elements


def scan(evaluation: Evaluator, run: Run, node: Node, values: list[Any]) -> Sequence[Any] | None:
    """Return the stream of what a ScanDataset makes of a dataset: the body of the loop runs for each element."""
    loop = _loop_over_data(evaluation, run, node, values)
    if loop is None:
        return None
    graph, given, captured, elements = loop

    def scanned() -> Iterator[list[Any]]:
        state = given
        rounds = run.children[node.name] = []
        for iteration, element in enumerate(elements):
            if evaluation.left < 0 or any(part is None for part in element):
                raise _TooLongError
            inner = evaluation.run(graph, [*state, *element, *captured], run, iteration)
            keep_round(rounds, inner)
            state = copied(inner.outputs[: len(given)])
            yield copied(inner.outputs[len(given) :])

    return [Stream(scanned())]


def take_while(evaluation: Evaluator, run: Run, node: Node, values: list[Any]) -> Sequence[Any] | None:
    """Return a stream up to where a condition ends it, as `break` does."""
    graph = evaluation.graph(run, node.operation.get_attr("predicate").name)
    source, captured = values[0], values[1:]
    if graph is None or not isinstance(source, Stream):
        return None

    def taken() -> Iterator[list[Any]]:
        for element in source.elements:
            (goes_on,) = evaluation.run(graph, [*element, *captured], run).outputs
            if goes_on is None:
                raise _TooLongError
            if not bool(goes_on.numpy()):
                return
            yield [*element]

    return [Stream(taken())]


def reduce(evaluation: Evaluator, run: Run, node: Node, values: list[Any]) -> Sequence[Any] | None:
    """Return the state that a ReduceDataset ends with."""
    loop = _loop_over_data(evaluation, run, node, values)
    if loop is None:
        return None
    graph, state, captured, elements = loop
    trace, rounds = kept_trace(graph), list[Run]()
    if trace and trace.holds_tape:
        run.children[node.name] = rounds
    try:
        for iteration, element in enumerate(elements):
            if evaluation.left < 0:
                raise _TooLongError
            inner = evaluation.run(graph, [*state, *element, *captured], run, iteration)
            keep_round(rounds, inner)
            state = copied(inner.outputs)
    except _TooLongError:
        evaluation.miss(node.op, "long loop")
        evaluation.lose_variables()
        return None
    return state


def _elements(source: Any, parts: Sequence[Tensor]) -> Iterator[Sequence[Any]] | None:
    """Return the elements of a stream, or of a dataset of ours; None if there are none to be had."""
    if isinstance(source, Stream):
        return source.elements
    return None if source is None or isinstance(source, Handle) else _drawn(source, parts)


def _drawn(dataset: Tensor, parts: Sequence[Tensor]) -> Iterator[Sequence[Tensor]]:
    spec = {"output_types": [part.dtype for part in parts], "output_shapes": [part.shape for part in parts]}
    iterator = tf.raw_ops.AnonymousIteratorV3(**spec)
    tf.raw_ops.MakeIterator(dataset=dataset, iterator=iterator)
    while True:
        optional = tf.raw_ops.IteratorGetNextAsOptional(iterator=iterator, **spec)
        if not bool(tf.raw_ops.OptionalHasValue(optional=optional)):
            return
        yield tf.raw_ops.OptionalGetValue(optional=optional, **spec)
