"""Evaluates the graph of a traced function op by op, with copies in place of the Variables.

Each op runs eagerly and by itself, as it would in the same function run eagerly; a call, a branch and a loop are
followed into their own graphs. What cannot be run again without leaving a mark, or with the same result, is left out,
and whatever depends on it: the numbers that are missing are said to be.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from widgets.common.arrays import Tensor
from widgets.tape import graph_internals, hooks
from widgets.tape.graph_internals import Node
from widgets.tape.repeatable_ops import (
    BRANCHES,
    CALLS,
    LOOPS,
    READING,
    SILENT,
    Reason,
    branch_names,
    is_repeatable,
    reason_of_kind,
)

MOST_OPS = 6_000
"""Ops that one call's evaluation may take inside loops."""


class Handle(NamedTuple):
    """A resource: the learner's own handle, and that of our copy if it is a Variable's."""

    real: Tensor
    copy: Tensor | None

    @property
    def dtype(self) -> Any:
        """The dtype of the learner's handle."""
        return self.real.dtype


class Run:
    """One evaluation of one graph: the value of each of its tensors, where there is one, by TensorFlow's number."""

    def __init__(self, graph: Any, parent: Run | None, iteration: int) -> None:
        self.graph, self.parent, self.iteration = graph, parent, iteration
        self.values: dict[int, Any] = {}
        self.outputs: list[Any] = []
        self.children: dict[str, list[Run]] = {}  # by the name of the node that ran them

    def shown(self, number: int) -> Tensor | None:
        """Return the tensor to show for one of the graph's, or of a graph around it: the learner's own handles."""
        run: Run | None = self
        while run is not None:
            value = run.values.get(number)
            if value is not None:
                return value.real if isinstance(value, Handle) else value
            run = run.parent
        return None


_NOTHING: Mapping[int, Tensor] = {}


class Evaluation:
    """Evaluates the graph of one call. `missing` says what was not run, and why."""

    def __init__(self, most_ops: int = MOST_OPS) -> None:
        self.missing: dict[str, Reason] = {}
        self.error: Exception | None = None
        self._left = most_ops
        self._nodes: dict[int, tuple[Any, list[Node]]] = {}
        self._attrs: dict[int, tuple[Any, ...]] = {}
        self._constants: dict[int, Tensor] = {}
        self._copies: dict[int, tf.Variable] = {}  # by the number of the learner's handle
        self._lost: set[int] = set()  # copies that no longer follow their Variables

    def call(
        self, graph: Any, inputs: Sequence[Tensor], before: Mapping[int, Tensor], known: Mapping[int, Tensor]
    ) -> Run:
        """Evaluate a graph on a call's inputs.

        Args:
            graph: the graph.
            inputs: what it was called with.
            before: the values of the Variables among them, by their position.
            known: the graph's tensors that the call itself gave values for, by TensorFlow's number.

        Returns:
            The evaluation.
        """
        given = [self._handle(one, before.get(i)) if one.dtype == tf.resource else one for i, one in enumerate(inputs)]
        return self.run(graph, given, known=known)

    def _handle(self, real: Tensor, value: Tensor | None) -> Handle:
        number = hooks.tensor_id(real)
        if value is not None and number not in self._copies:
            self._copies[number] = tf.Variable(value, trainable=False, shape=tf.TensorShape(None))
        copy = self._copies.get(number)
        return Handle(real, None if copy is None else copy.handle)

    def value_after(self, handle: Tensor) -> Tensor | None:
        """Return the value of a Variable's copy when all has run; None if it no longer follows the Variable."""
        number = hooks.tensor_id(handle)
        if number not in self._copies or number in self._lost:
            return None
        return graph_internals.read_unheard(self._copies[number].handle)

    def run(
        self,
        graph: Any,
        given: Sequence[Any],
        parent: Run | None = None,
        iteration: int = -1,
        known: Mapping[int, Tensor] = _NOTHING,
    ) -> Run:
        """Evaluate a graph on values (None: not known)."""
        run = Run(graph, parent, iteration)
        run.values.update(known)
        inputs = zip(map(hooks.tensor_id, graph.inputs), given, strict=False)
        run.values.update((number, value) for number, value in inputs if value is not None)
        for node in self._nodes_of(graph):
            if not all(number in run.values for number in node.outputs) or not node.outputs:
                self._evaluate(run, node)
        run.outputs = [run.values.get(hooks.tensor_id(tensor)) for tensor in graph.outputs]
        return run

    def _nodes_of(self, graph: Any) -> list[Node]:
        if id(graph) not in self._nodes:
            self._nodes[id(graph)] = graph, graph_internals.nodes_of(graph)
        return self._nodes[id(graph)][1]

    def _evaluate(self, run: Run, node: Node) -> None:
        values = [run.values.get(number) for number in node.inputs]
        try:
            outputs = self._outputs(run, node, values)
        except (tf.errors.OpError, TypeError, ValueError, AttributeError, KeyError) as error:
            self.error = self.error or error
            self.missing.setdefault(node.op, "other")
            outputs = None
        if outputs is None:
            self._lose(node, values)
            return
        run.values.update((n, value) for n, value in zip(node.outputs, outputs, strict=False) if value is not None)

    def _outputs(self, run: Run, node: Node, values: list[Any]) -> Sequence[Any] | None:
        """Return the values of an op's outputs; None if it does not run."""
        if node.op == "Const":
            return [self._constant(node)]
        if node.op in ("Placeholder", "PlaceholderWithDefault"):  # the latter: a row of tf.vectorized_map
            return None
        if node.op in CALLS:
            return self._call(run, node, values)
        if node.op in BRANCHES:
            return self._branch(run, node, values)
        if node.op in LOOPS:
            return self._loop(run, node, values)
        if node.op in SILENT and not node.outputs:
            return []
        if node.op in ("Identity", "IdentityN", "StopGradient") and any(isinstance(v, Handle) for v in values):
            return _copied(values)
        reason = self._reason(node, values)
        if reason and node.outputs:
            self.missing.setdefault(node.op, reason)
        if reason:
            return None
        if any(value is None for value in values):
            return None
        if any(isinstance(v, Handle) and hooks.tensor_id(v.real) in self._lost for v in values):
            return None
        self._left -= 1
        plain = [(v.real if v.copy is None else v.copy) if isinstance(v, Handle) else v for v in values]
        return hooks.rerun_op(node.op, plain, self._attrs_of(node), len(node.outputs))

    def _attrs_of(self, node: Node) -> tuple[Any, ...]:
        key = id(node.operation)
        if key not in self._attrs:
            self._attrs[key] = graph_internals.eager_attrs(node.operation)
        return self._attrs[key]

    def _constant(self, node: Node) -> Tensor:
        key = id(node.operation)
        if key not in self._constants:
            self._constants[key] = graph_internals.constant_value(node.operation)
        return self._constants[key]

    def _reason(self, node: Node, values: list[Any]) -> Reason | None:
        """Return why an op cannot be run again, None if it can."""
        if node.op in READING:
            return None
        if hooks.is_stateful(node.op) and graph_internals.calls_functions(node.operation):
            return "outside"
        handles = [value for value in values if isinstance(value, Handle)]
        if handles:
            return None if all(handle.copy is not None for handle in handles) else "outside"
        return reason_of_kind(node.op)

    def _lose(self, node: Node, values: list[Any]) -> None:
        """An op did not run: a Variable that it may have changed is no longer known."""
        if node.op.startswith("Read"):
            return
        if node.op in SILENT or not hooks.is_stateful(node.op):
            return
        if graph_internals.calls_functions(node.operation) or graph_internals.takes_variant(node.operation):
            self._lost.update(self._copies)  # it may have come to any of them
        else:
            self._lost.update(hooks.tensor_id(v.real) for v in values if isinstance(v, Handle) and v.copy is not None)

    def _graph(self, run: Run, name: str) -> Any:
        function = graph_internals.called_function(run.graph, name)
        return None if function is None else graph_internals.generated_graph(function)

    def _inside(self, run: Run, node: Node, name: str, given: Sequence[Any], iteration: int = -1) -> Run | None:
        graph = self._graph(run, name)
        return None if graph is None else self.run(graph, given, run, iteration)

    def _call(self, run: Run, node: Node, values: list[Any]) -> Sequence[Any] | None:
        inner = self._inside(run, node, node.operation.get_attr(CALLS[node.op]).name, values)
        if inner is None:
            return None
        run.children[node.name] = [inner]
        return _copied(inner.outputs)

    def _branch(self, run: Run, node: Node, values: list[Any]) -> Sequence[Any] | None:
        if values[0] is None:
            self._show_one_way(run, node, values[1:], branch_names(node.operation))
            return None
        inner = self._inside(run, node, _branch_name(node, values[0]), values[1:])
        if inner is None:
            return None
        run.children[node.name] = [inner]
        return _copied(inner.outputs)

    def _show_one_way(self, run: Run, node: Node, values: Sequence[Any], names: Sequence[str]) -> None:
        """Show a branch with a tape, or a round, where it is not known what ran: without numbers."""
        self.missing.setdefault(node.op, "unknown way")
        self._lost.update(self._copies)
        handles = [value if isinstance(value, Handle) else None for value in values]
        for name in names:
            graph = self._graph(run, name)
            trace = graph and graph_internals.kept_trace(graph)
            if trace and trace.holds_tape:
                run.children[node.name] = [self.run(graph, handles, run)]
                return

    def _loop(self, run: Run, node: Node, values: list[Any]) -> Sequence[Any] | None:
        condition, body = (node.operation.get_attr(name).name for name in ("cond", "body"))
        kept: list[Run] = []
        run.children[node.name] = kept
        for iteration in itertools.count():
            asked = self._inside(run, node, condition, values, iteration)
            if asked is None or asked.outputs[0] is None:
                self._show_one_way(run, node, values, [body])
                return None
            if not bool(asked.outputs[0].numpy()):
                return _copied(values)
            if self._left < 0:
                return self._rest_of_loop(run, node, values)
            inner = self._inside(run, node, body, values, iteration)
            if inner is None:
                return None
            values = list(inner.outputs)
            kept[2:] = [inner]  # the first two rounds, and the last
        return None  # never: mypy does not know that counting has no end

    def _rest_of_loop(self, run: Run, node: Node, values: list[Any]) -> Sequence[Any] | None:
        """Run the rounds that are left as TensorFlow's own loop, if all inside can run again."""
        self.missing.setdefault(node.op, "long loop")
        handles = [value for value in values if isinstance(value, Handle)]
        if any(value is None for value in values) or any(handle.copy is None for handle in handles):
            return None
        graphs = [self._graph(run, node.operation.get_attr(name).name) for name in ("cond", "body")]
        if not all(map(is_repeatable, graph_internals.all_ops(graphs))):
            return None
        plain = [(v.real if v.copy is None else v.copy) if isinstance(v, Handle) else v for v in values]
        return hooks.rerun_op(node.op, plain, self._attrs_of(node), len(node.outputs))


def _branch_name(node: Node, chosen: Tensor) -> str:
    if node.op in ("Case", "StatelessCase"):
        names, index = branch_names(node.operation), int(chosen.numpy())
        return names[index if 0 <= index < len(names) else -1]
    array = np.asarray(chosen.numpy())
    is_true = bool(array) if array.shape == () else array.size > 0
    return branch_names(node.operation)[0 if is_true else 1]


def _copied(values: Sequence[Any]) -> list[Any]:
    """Return values as tensors of their own: what a call returns is another tensor than what its graph made."""
    return [value if value is None or isinstance(value, Handle) else tf.identity(value) for value in values]
