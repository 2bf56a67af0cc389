"""Evaluates the graph of a traced function op by op, with copies in place of the Variables.

Each op runs eagerly and by itself, as it would in the same function run eagerly; calls, branches and loops are followed
into their own graphs (`graph_control_flow`). What cannot be run again without leaving a mark, or with the same result,
is left out, and whatever depends on it: the numbers that are missing are said to be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import tensorflow as tf

from widgets.common.arrays import Tensor
from widgets.tape import graph_internals, hooks
from widgets.tape.function_graph import kept_trace
from widgets.tape.graph_control_flow import FOLLOWED
from widgets.tape.graph_iterators import Draws
from widgets.tape.graph_nodes import Node, nodes_of
from widgets.tape.graph_random import CompiledDraws, RandomRows, draws_from_seed
from widgets.tape.graph_run import Change, Handle, Run, copied, plain
from widgets.tape.repeatable_ops import (
    OF_OWN_ITERATORS,
    READING,
    SILENT,
    Reason,
    assigns,
    is_repeatable,
    reason_of_kind,
)

MOST_OPS = 6_000
"""Ops that one call's evaluation may take inside loops."""

_NOTHING: Mapping[int, Any] = {}


class Evaluation:
    """Evaluates the graph of one call.

    Args:
        draws: what the call took from each iterator, by the number of its handle.
        random: what ops draw from a random state of their own; None: they do not run.
        most_ops: how many ops may run inside loops.

    Attributes:
        missing: the ops that were not run, and why.
        left: how many ops may still run inside loops; less than 0 if too many did.
        knows_way: whether it is known of each op that changes a Variable that it ran, or did not.
    """

    def __init__(
        self, draws: Mapping[int, Draws] = _NOTHING, random: RandomRows | None = None, most_ops: int = MOST_OPS
    ) -> None:
        self._draws = draws
        self._random, self._compiled = random, CompiledDraws()
        self.missing: dict[str, Reason] = {}
        self.left = most_ops
        self.knows_way = True
        self._nodes: dict[int, tuple[Any, list[Node]]] = {}
        self._attrs: dict[int, tuple[Any, ...]] = {}
        self._constants: dict[int, Tensor] = {}
        self._copies: dict[int, tf.Variable] = {}  # by the number of the learner's handle
        self._lost: set[int] = set()  # copies that no longer follow their Variables
        self._first: dict[int, tuple[Run, str]] = {}  # the op that changed a Variable first, by its handle's number
        self._last: dict[int, tuple[Run, str]] = {}

    def call(
        self,
        graph: Any,
        inputs: Sequence[Any],
        before: Mapping[int, Tensor],
        known: Mapping[int, Tensor],
        is_compiled: bool = False,
    ) -> Run:
        """Evaluate a graph on a call's inputs.

        Args:
            graph: the graph.
            inputs: what it was called with; None for a dataset that must not be gone through again.
            before: the values of the Variables among them, by their position.
            known: the graph's tensors that the call itself gave values for, by TensorFlow's number.
            is_compiled: whether XLA compiles it.

        Returns:
            The evaluation.
        """
        given = list(inputs)
        for place, one in enumerate(inputs):
            if one is not None and one.dtype == tf.resource:
                given[place] = self._handle(one, before.get(place))
        return self.run(graph, given, known=known, is_compiled=is_compiled)

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

    def complete_changes(self, before: Mapping[int, Tensor], after: Mapping[int, Tensor]) -> None:
        """Take what Variables held before and after the call for what is not known of their first and last change.

        Args:
            before: the values before the call, by the number of the handle.
            after: those after it.
        """
        if not self.knows_way:
            return
        for number, (run, node) in self._first.items():
            if run.changes[node].before is None:
                run.changes[node] = run.changes[node]._replace(before=before.get(number))
        for number, (run, node) in self._last.items():
            if run.changes[node].after is None:
                run.changes[node] = run.changes[node]._replace(after=after.get(number))

    def run(
        self,
        graph: Any,
        given: Sequence[Any],
        parent: Run | None = None,
        iteration: int = -1,
        known: Mapping[int, Tensor] = _NOTHING,
        is_compiled: bool = False,
    ) -> Run:
        """Evaluate a graph on values (None: not known)."""
        run = Run(graph, parent, iteration, is_compiled)
        run.values.update(known)
        inputs = zip(map(hooks.tensor_id, graph.inputs), given, strict=False)
        run.values.update((number, value) for number, value in inputs if value is not None)
        for node in self._nodes_of(graph):
            if not all(number in run.values for number in node.outputs) or not node.outputs:
                self._evaluate(run, node)
        run.outputs = [run.values.get(hooks.tensor_id(tensor)) for tensor in graph.outputs]
        return run

    def inside(self, run: Run, name: str, given: Sequence[Any], iteration: int = -1) -> Run | None:
        """Evaluate a function that a graph calls; None if its graph cannot be had."""
        function = graph_internals.called_function(run.graph, name)
        graph = None if function is None else graph_internals.generated_graph(function)
        if graph is None:
            return None
        return self.run(graph, given, run, iteration, is_compiled=graph_internals.is_compiled(function))

    def graph(self, run: Run, name: str) -> Any:
        """Return the graph of a function that a graph calls, or None."""
        function = graph_internals.called_function(run.graph, name)
        return None if function is None else graph_internals.generated_graph(function)

    def show_one_way(self, run: Run, node: Node, values: Sequence[Any], names: Sequence[str]) -> None:
        """Show a branch with a tape, or a round, where it is not known what ran: without numbers."""
        self.miss(node.op, "unknown way")
        self.lose_variables()
        handles = [value if isinstance(value, Handle) else None for value in values]
        for name in names:
            graph = self.graph(run, name)
            trace = graph and kept_trace(graph)
            if trace and trace.holds_tape:
                run.children[node.name] = [self.run(graph, handles, run)]
                return

    def miss(self, op: str, reason: Reason) -> None:
        """Say why an op is not run."""
        self.missing.setdefault(op, reason)

    def lose_variables(self) -> None:
        """What ran is not known, or is not followed: it may have changed any Variable."""
        self.knows_way = False
        self._lost.update(self._copies)

    def rerun(self, node: Node, values: Sequence[Any]) -> Sequence[Any]:
        """Run an op on values, with copies in place of the Variables; returns its outputs."""
        if id(node.operation) not in self._attrs:
            self._attrs[id(node.operation)] = graph_internals.eager_attrs(node.operation)
        return hooks.rerun_op(node.op, plain(values), self._attrs[id(node.operation)], len(node.outputs))

    def drawn(self, node: Node, handle: Any) -> Sequence[Tensor] | None:
        """Return what the call took next from an iterator; () at the end of the data, None if that is not known."""
        draws = self._draws.get(hooks.tensor_id(handle.real)) if isinstance(handle, Handle) else None
        element = None if draws is None else draws.next()
        if element is None:
            self.miss(node.op, "outside" if draws is None else "long loop")
        return element

    def _nodes_of(self, graph: Any) -> list[Node]:
        if id(graph) not in self._nodes:
            self._nodes[id(graph)] = graph, nodes_of(graph)
        return self._nodes[id(graph)][1]

    def _evaluate(self, run: Run, node: Node) -> None:
        values = [run.values.get(number) for number in node.inputs]
        changed = values[0] if values and assigns(node.op) and isinstance(values[0], Handle) else None
        before = changed and self.value_after(changed.real)
        try:
            outputs = self._outputs(run, node, values)
        except (tf.errors.OpError, TypeError, ValueError, AttributeError, KeyError):
            self.miss(node.op, "other")
            outputs = None
        if outputs is None:
            self._lose(node, values)
        else:
            run.values.update((n, value) for n, value in zip(node.outputs, outputs, strict=False) if value is not None)
        if changed is not None:
            number = hooks.tensor_id(changed.real)
            run.changes[node.name] = Change(changed.real, before, self.value_after(changed.real))
            self._first.setdefault(number, (run, node.name))
            self._last[number] = run, node.name

    def _outputs(self, run: Run, node: Node, values: list[Any]) -> Sequence[Any] | None:
        """Return the values of an op's outputs; None if it does not run."""
        if node.op == "Const":
            return [self._constant(node)]
        if node.op in ("Placeholder", "PlaceholderWithDefault"):  # the latter: a row of tf.vectorized_map
            return None
        if node.op in FOLLOWED:
            return FOLLOWED[node.op](self, run, node, values)
        if node.op in SILENT and not node.outputs:
            return []
        if node.op == "Print":  # of TensorFlow 1: it passes on what it prints
            return values[:1]
        if node.op in ("Identity", "IdentityN", "StopGradient") and any(isinstance(v, Handle) for v in values):
            return copied(values)
        reason = self._reason(run, node, values)
        if reason == "random" and self._random is not None and not any(value is None for value in values):
            return self._random.draw(run, node, values)
        if reason and node.outputs:
            self.miss(node.op, reason)
        if reason:
            return None
        if any(value is None for value in values):
            return None
        if any(isinstance(v, Handle) and hooks.tensor_id(v.real) in self._lost for v in values):
            return None
        self.left -= 1
        if run.is_compiled and draws_from_seed(node.op):
            return self._compiled.draw(node, values)
        return self.rerun(node, values)

    def _constant(self, node: Node) -> Tensor:
        key = id(node.operation)
        if key not in self._constants:
            self._constants[key] = graph_internals.constant_value(node.operation)
        return self._constants[key]

    def _reason(self, run: Run, node: Node, values: list[Any]) -> Reason | None:
        """Return why an op cannot be run again, None if it can."""
        if node.op in READING:
            return None
        if graph_internals.calls_functions(node.operation):
            graphs = [self.graph(run, name) for name in graph_internals.function_names(node.operation)]
            is_pure = not hooks.is_stateful(node.op) and all(map(is_repeatable, graph_internals.all_ops(graphs)))
            return None if is_pure and None not in graphs else "outside"
        handles = [value for value in values if isinstance(value, Handle)]
        if handles:
            return None if all(handle.copy is not None for handle in handles) else "outside"
        return None if node.op in OF_OWN_ITERATORS else reason_of_kind(node.op)

    def _lose(self, node: Node, values: list[Any]) -> None:
        """An op did not run: a Variable that it may have changed is no longer known."""
        if node.op.startswith("Read"):
            return
        if node.op in SILENT or not hooks.is_stateful(node.op):
            return
        if graph_internals.calls_functions(node.operation) or _takes_variant(node):
            self.lose_variables()  # it may have come to any of them
        else:
            self._lost.update(hooks.tensor_id(v.real) for v in values if isinstance(v, Handle) and v.copy is not None)


def _takes_variant(node: Node) -> bool:
    """Say whether an op reads a variant: a dataset, perhaps, whose functions may do anything."""
    return any(tensor.dtype == tf.variant for tensor in node.operation.inputs)
