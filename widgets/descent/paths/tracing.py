"""A learner's f as a traced graph: from x to y and the gradient of a real tape, for one path or for a batch of paths.

In a batch, the paths are the last axis: x[0] is then the first number of every path. The graph is rewritten to compute
what the same code computes eagerly, or the same in less time.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Sequence
from functools import cached_property
from typing import Any, TypeAlias

import tensorflow as tf

from widgets.common.arrays import Tensor
from widgets.descent.losses.branches import every_way
from widgets.descent.losses.eager_ways import Ways
from widgets.descent.losses.loss import Loss
from widgets.descent.paths.approximated import approximate_as_alone
from widgets.descent.paths.batch_exactness import BatchEffect, Operation, constant_powers, least_exact_op
from widgets.descent.paths.graph_rewrites import (
    GraphDef,
    add_in_eager_order,
    canonical,
    fold_whole_numbers,
    multiply_in_batches,
    prune,
    replace_powers,
)

Shape: TypeAlias = tuple[int, ...]

_READS = {"ReadVariableOp", "Placeholder"}
_CALLS = {"If", "PartitionedCall", "StatefulPartitionedCall", "While"}
_DRAWS = {"Multinomial", "RandomGamma", "RandomPoissonV2", "RandomShuffle", "RandomStandardNormal", "RandomUniform",
          "RandomUniformInt", "TruncatedNormal"}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Subgraph:
    """What some outputs of a traced step need, to be put into any other graph.

    Attributes:
        definition: the graph.
        names: of its inputs: x, the batch's rows where there are batches, then what f captured.
        captured: the tensors and Variables that f captured.
        ends: names of its outputs.
        bases: the shape of each output that is neither y nor a gradient, but what was squared.
    """

    definition: GraphDef
    names: tuple[str, ...]
    captured: tuple[Tensor, ...]
    ends: tuple[str, ...]
    bases: tuple[Shape, ...] = ()

    def __call__(self, x: Tensor, *rows: Tensor) -> list[Tensor]:
        """Compute the outputs at x in the graph that is being traced. A ValueError means that x has a wrong shape."""
        inputs = x, *rows[: len(self.names) - len(self.captured) - 1], *map(tf.identity, self.captured)
        feeds = dict(zip(self.names, inputs, strict=True))
        outputs: list[Tensor] = tf.graph_util.import_graph_def(self.definition, feeds, self.ends)
        return outputs


def definition_of(traced: Any) -> GraphDef:
    """Return the graph of a traced function, without what is no longer needed, or does not fit into another graph."""
    definition = traced.graph.as_graph_def()
    for node in definition.node:
        for name in ("_gradient_op_type", "_user_specified_name"):  # a new number in every trace
            node.attr.pop(name, None)
        node.attr.pop("_class", None)  # names nodes that need not come along
    return definition


def _skip_copies(definition: GraphDef) -> None:
    """Have nodes read what an Identity copies, such as each read of a Variable, and not the copy: that costs a node."""
    copied = {node.name: node.input[0] for node in definition.node if node.op == "Identity" and len(node.input) == 1}
    for node in definition.node:
        for at, name in enumerate(node.input):
            while name in copied:
                name = copied[name]
            node.input[at] = name


def part_of(traced: Any, definition: GraphDef, ends: Sequence[Tensor], bases: tuple[Shape, ...] = ()) -> Subgraph:
    """Return what `ends` of a traced function of x, or of x and rows, need of its rewritten graph; prune that graph.

    Args:
        traced: a `tf.types.experimental.ConcreteFunction`.
        definition: its graph, rewritten.
        ends: of its tensors, those to compute.
        bases: as in Subgraph.

    Returns:
        The part, to be put into any other graph.
    """
    fed = len(traced.inputs) - len(traced.captured_inputs)
    prune(definition, {end.op.name for end in (*traced.inputs[:fed], *ends)})
    nodes = {node.name for node in definition.node}
    needed = [
        (end.name, value)
        for end, value in zip(traced.inputs[fed:], traced.captured_inputs, strict=True)
        if end.op.name in nodes
    ]
    names = (*(end.name for end in traced.inputs[:fed]), *(name for name, _value in needed))
    captured = tuple(value for _name, value in needed)
    return Subgraph(definition, names, captured, tuple(end.name for end in ends), bases)


class TracedStep:
    """f and its gradient, traced for x of one shape.

    What f raises while it is traced is raised here.

    Args:
        loss: the learner's function.
        dimensions: the shape of one x: () for a number.
        dtype: of x.
        paths: how many paths are computed together; None for one path, as f is written.
        rows: how many examples a mini-batch has; None where f sees all of its data.

    Attributes:
        shape: of x and the gradient: (*dimensions,) or (*dimensions, paths).
        shape_of_y: (paths,), or () for one path.
        rows: as it was given.
        function: what was traced: it takes x, or x and a batch's rows, and returns y and the gradient.
        is_sparse: whether the tape's gradient is an IndexedSlices, as that of a gather is, which Keras may treat
            differently. Here it is dense.
        is_as_alone: whether it was made by `as_alone`.
    """

    def __init__(
        self, loss: Loss, dimensions: Shape, dtype: str, paths: int | None = None, rows: int | None = None
    ) -> None:
        self.shape_of_y: Shape = () if paths is None else (paths,)
        self.shape, self.rows = (*dimensions, *self.shape_of_y), rows
        variables = loss.variables_for(self.shape, dtype)

        def step(x: Tensor, *batch: Tensor) -> tuple[Tensor, Tensor]:
            y, gradient, is_sparse = loss.value_and_gradient(variables, x, *batch)
            self.is_sparse |= is_sparse
            if is_sparse and paths is not None:
                raise ValueError("the gradient of f is not a dense tensor")
            return y, gradient

        def every_way_of(x: Tensor, *batch: Tensor) -> list[Tensor]:
            return every_way(lambda: step(x, *batch), self._ways)

        specs = [tf.TensorSpec(self.shape, dtype), *([] if rows is None else [tf.TensorSpec((rows,), tf.int32)])]
        self.is_sparse, self.is_as_alone, self.function, self._ways = False, False, every_way_of, Ways()
        self._traced = tf.function(every_way_of, autograph=False).get_concrete_function(*specs)
        if self._traced.outputs[0].shape != self.shape_of_y:
            raise ValueError("f does not return one y for each path")

    @cached_property
    def fingerprint(self) -> tuple[bytes, tuple[int, ...], Shape, bool]:
        """What is equal for steps that compute the same with the same Variables."""
        definition = self.definition
        found = definition.SerializeToString(deterministic=True) if self.calls_functions else canonical(definition)
        return found, tuple(map(id, self._traced.captured_inputs)), self.shape_of_y, self.is_as_alone

    @property
    def has_graphs(self) -> bool:
        """Whether f calls a tf.function. It is written out here; eagerly, TensorFlow optimizes its graph."""
        return self._ways.has_inlined

    @property
    def calls_functions(self) -> bool:
        """Whether f calls or branches into graphs of their own, as tf.while_loop does."""
        return bool(self.definition.library.function)

    def batch_effects(self) -> list[tuple[BatchEffect, str]]:
        """Return the least exact operation of y and of the gradient. NotBatchable says that paths could mix."""
        return [least_exact_op(self._traced.inputs[0], [end]) for end in self._traced.outputs]

    def as_alone(self) -> TracedStep:
        """Return the same step of many paths, with every approximated number in the bits that it has alone."""
        step = copy.copy(self)
        step.__dict__.pop("fingerprint", None)
        step.is_as_alone = True
        return step

    def has_side_effects(self) -> bool:
        """Return whether f draws random numbers, prints, assigns, or calls or branches into graphs of their own."""
        return self.changes_something or self.draws or self.calls_functions or self.has_graphs

    @cached_property
    def draws(self) -> bool:
        """Whether f draws random numbers, other ones whenever the graph runs."""
        return bool(_DRAWS & self._stateful)

    @cached_property
    def changes_something(self) -> bool:
        """Whether f prints, assigns, checks, or does anything else that is seen outside the graph."""
        return bool(self._stateful - _DRAWS)

    @cached_property
    def _stateful(self) -> set[str]:
        inside = [node.op for function in self.definition.library.function for node in function.node_def]
        alone = {op.type for op in self.operations if op.op_def.is_stateful and op.type not in _READS}
        return alone - _CALLS | {kind for kind in inside if _is_stateful(kind) and kind not in _READS | _CALLS}

    @property
    def operations(self) -> list[Operation]:
        """The operations of the graph as it was traced."""
        operations: list[Operation] = self._traced.graph.get_operations()
        return operations

    @property
    def mappable(self) -> Subgraph:
        """The part that computes y and the gradient, so written that it can be mapped over paths."""
        definition = self._rewritten(())
        fold_whole_numbers(definition, self.operations)  # such as which rows a mask chooses: shapes depend on them
        multiply_in_batches(definition)
        return part_of(self._traced, definition, self._traced.outputs)

    @property
    def value_and_gradient(self) -> Subgraph:
        """The part that computes y and the gradient."""
        return self._part(self._traced.outputs)

    @property
    def gradient(self) -> Subgraph:
        """The part that computes the gradient."""
        return self._part(self._traced.outputs[1:])

    def value(self, squared: bool = False) -> Subgraph:
        """Return the part that computes y, also of more paths than were traced, unless f depends on their number.

        With `squared` it computes squares where f says pow(x, 2), and returns what is squared besides x after y.
        """
        y = self._traced.outputs[0]
        powers = constant_powers([y], 2.0) if squared else []
        bases = [op.inputs[0] for op in powers if _copied(op.inputs[0].op) is not self._traced.inputs[0].op]
        return self._part([y, *bases], powers, tuple(base.shape for base in bases))

    @cached_property
    def definition(self) -> GraphDef:
        """The graph as it was traced, but for copies."""
        definition = definition_of(self._traced)
        _skip_copies(definition)
        return definition

    def _part(
        self, ends: Sequence[Tensor], squares: Sequence[Operation] = (), bases: tuple[Shape, ...] = ()
    ) -> Subgraph:
        return part_of(self._traced, self._rewritten(squares), ends, bases)

    def _rewritten(self, squares: Sequence[Operation]) -> GraphDef:
        definition = type(self.definition)()
        definition.CopyFrom(self.definition)
        add_in_eager_order(definition)
        if self.shape_of_y:
            replace_powers(definition, constant_powers(self._traced.outputs, 1.0), "Identity")
        replace_powers(definition, squares, "Square")
        if self.is_as_alone:
            approximate_as_alone(definition, self.operations, *self.shape_of_y)
        return definition


def _copied(op: Operation) -> Operation:
    """Return the operation whose output is copied, as each read of a Variable is, by this one; or this one."""
    while op.type == "Identity":
        op = op.inputs[0].op
    return op


def _is_stateful(op_type: str) -> bool:
    with tf.Graph().as_default() as graph:
        return bool(graph.op_def_for_type(op_type).is_stateful)
