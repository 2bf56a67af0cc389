"""Listens while a `tf.function` is traced: the same hooks, on tensors of a graph, one list of events for each graph."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

from widgets.common.arrays import Tensor, Variable
from widgets.tape import events, graph_internals, hooks
from widgets.tape.call_stack import CallStack
from widgets.tape.callers import calling_function, calling_library, is_called_by
from widgets.tape.events import Event
from widgets.tape.function_graph import keep_code
from widgets.tape.graph_places import TracePlaces
from widgets.tape.graph_trace import GraphEvents, KeptEvent, keep_events
from widgets.tape.heard_pullback import as_tuple
from widgets.tape.running_code import CodeLocation, RunningScope

_NO_OPS_EAGERLY = ("Placeholder", "Const", "NoOp")
"""What is an op in a graph only: eagerly an argument and a constant are just there."""


class TraceListener:
    """Appends what happens while graphs are built; when the outermost is done, hangs it on the graphs, light."""

    def __init__(self) -> None:
        self._depth = 0
        self._graphs: dict[int, GraphEvents] = {}
        self._made: dict[int, tuple[list[KeptEvent], int]] = {}  # TensorFlow's number of a tensor → the op that made it
        self._tapes: list[tuple[Any, Any]] = []  # those pushed in a graph: TensorFlow's C++ tape, and the learner's
        self._called: list[tuple[Any, str]] = []  # the C++ tapes that are being asked, outermost first, and for what
        self._places = TracePlaces()
        self._stack = CallStack()
        self._passes: list[tuple[Any, set[int]]] = []  # that run: the graph of each, and those with events before it
        self._called_at: CodeLocation | None = None
        self.has_lost_tape = False  # whether a function with a tape raised while it was traced

    @property
    def is_tracing(self) -> bool:
        """Whether a function is being traced."""
        return self._depth > 0

    def owns(self, c_tape: Any) -> bool:
        """Say whether a tape records in a graph that is being built."""
        return c_tape is not None and any(c_tape is mine for mine, _ in self._tapes)

    def on_trace(self, build: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """A Python function is traced into a graph."""
        outer, before = graph_internals.default_graph(), len(self._tapes)
        self._depth += 1
        try:
            with graph_internals.without_our_frames():
                graph = build(*args, **kwargs)
            keep_code(graph, args[1] if len(args) > 1 else None)
            if self._depth > 1:
                self._of(outer).inner.append(graph)
            return graph
        except BaseException:
            self.has_lost_tape |= len(self._tapes) > before
            raise
        finally:
            self._depth -= 1
            if not self._depth:
                self._finish()

    def on_op(
        self,
        op: str | bytes,
        inputs: Sequence[Tensor],
        outputs: Sequence[Tensor],
        name: str | None,
        graph: Any,
        mode: str = "",
    ) -> None:
        """An op was added to a graph; `mode`: the op whose tangent it computes for a ForwardAccumulator."""
        op = op.decode() if isinstance(op, bytes) else op
        if not self._depth or op in _NO_OPS_EAGERLY or self._is_afterthought(graph):
            return
        if op != "Identity" or not is_called_by("mark_as_return", "on_trace"):  # that keeps apart what a graph returns
            event = events.Op(op, tuple(inputs), (), tuple(outputs), self._location(), mode, scope=self._scope())
            self._add(event, graph, name or "", outputs)

    def _is_afterthought(self, graph: Any) -> bool:
        """Say whether a gradient function adds to a branch or a loop that is done: lists of what it will need."""
        return bool(self._passes) and graph is not self._passes[-1][0] and id(graph) in self._passes[-1][1]

    def on_call(
        self, name: str, callee: Any, inputs: Sequence[Tensor], outputs: Sequence[Tensor] | None, node: str
    ) -> None:
        """A call of another function was added to the default graph."""
        if self._depth:
            graph = graph_internals.default_graph()
            if callee is not None:
                self._of(graph).inner.append(callee)
            event = events.Op(name, tuple(inputs), (), tuple(outputs or ()), self._location(), scope=self._scope())
            self._add(event, graph, node, outputs or ())

    def _add(self, event: Event, graph: Any, node: str = "", outputs: Sequence[Tensor] = ()) -> None:
        kept = self._of(graph).events
        self._made.update((hooks.tensor_id(tensor), (kept, len(kept))) for tensor in outputs)
        kept.append(KeptEvent(event, node))

    def _of(self, graph: Any) -> GraphEvents:
        if id(graph) not in self._graphs:
            self._graphs[id(graph)] = GraphEvents(graph)
        return self._graphs[id(graph)]

    def append(self, event: Event) -> None:
        """Add an event that is no op to the default graph's."""
        if self._depth:
            self._add(event, graph_internals.default_graph())

    def on_record(
        self, record: Callable[..., Any], mode: str, op: str, inputs: Any, attrs: Any, outputs: Any, scope: Any
    ) -> Any:
        """The attributes by which a tape will know an op."""
        if self._depth and attrs and len(outputs):
            if hooks.tensor_id(outputs[0]) not in self._made:  # tf.vectorized_map makes its ops in a way of its own
                self.on_op(op, inputs, outputs, outputs[0].op.name, graph_internals.default_graph(), mode)
            kept, index = self._made.get(hooks.tensor_id(outputs[0]), ([], 0))
            if not kept:
                return record(op, inputs, attrs, outputs, scope)
            event = kept[index].event
            if isinstance(event, events.Op):
                kept[index] = kept[index]._replace(event=event._replace(attrs=attrs))
        return record(op, inputs, attrs, outputs, scope)

    def on_custom_gradient(
        self,
        record: Callable[..., Any],
        op: str,
        outputs: Any,
        inputs: Any,
        backward: Callable[..., Any],
        *forward: Any,
        mode: str = "",
    ) -> Any:
        """An op with a gradient function of its own is put on the tapes.

        What stands for a tensor from outside of the graph is that tensor. Reading a Variable is put on the tapes twice
        (the second counts), and so is what `tf.custom_gradient` makes: by its op, and by the learner's own function.
        """
        if not self._depth or op == "captured_value" or not len(outputs):
            return record(op, outputs, inputs, backward, *forward)
        made = self._made.get(hooks.tensor_id(outputs[0]))
        maker = made[0][made[1]].event if made else None
        if made and isinstance(maker, events.Op) and maker.op == op == "ReadVariableOp":
            attrs = maker.attrs or (op, hooks.tensor_id(outputs[0]))
            made[0][made[1]] = KeptEvent(maker._replace(attrs=attrs, inputs=tuple(inputs)), made[0][made[1]].node)
            return record(op, outputs, inputs, self._heard(attrs, op, backward), *forward)
        key = object()
        event = events.CustomGradient(op, tuple(inputs), tuple(outputs), key, self._location(), mode)
        if made and isinstance(maker, events.Op) and maker.op == "IdentityN":
            made[0][made[1]] = KeptEvent(event)
        else:
            self._add(event, graph_internals.default_graph())
        return record(op, outputs, inputs, self._heard(key, op, backward), *forward)

    def _heard(self, key: Any, op: str, backward: Callable[..., Any]) -> Callable[..., Any]:
        def pullback(*upstream: Any) -> Any:
            gradients = backward(*upstream)
            if self._passes:
                self.append(events.PullbackRan(key, op, upstream, as_tuple(gradients), ()))
            return gradients

        return pullback

    def on_pullback(self, run: Callable[..., Any], op: str, attrs: Any, *args: Any) -> Any:
        """A pullback of a built-in op runs: `args` are number, inputs, outputs, upstream, skipped, scope."""
        gradients = run(op, attrs, *args)
        upstream, skipped = args[3], args[4]
        self.append(events.PullbackRan(attrs, op, upstream, as_tuple(gradients), skipped or ()))
        return gradients

    def on_sum(self, add: Callable[..., Any], gradients: Sequence[Tensor], *args: Any, **kwargs: Any) -> Any:
        """Gradients that meet are added."""
        total = add(gradients, *args, **kwargs)
        self.append(events.GradientsSummed(list(gradients), total))
        return total

    def on_backward_pass(
        self, run: Callable[..., Any], c_tape: Any, targets: Any, sources: Any, seeds: Any, raw: Any, unconnected: str
    ) -> Any:
        """A tape is played backward."""
        given = list(seeds[: len(targets)]) if seeds else None
        tape = self._tape_of(c_tape)
        self.append(
            events.BackwardStarted(tape, c_tape, list(targets), list(sources), given, unconnected, self._plays_rows)
        )
        gradients = None
        self._passes.append((graph_internals.default_graph(), set(self._graphs)))
        try:
            gradients = run(c_tape, targets, sources, seeds, raw, unconnected)
        finally:
            self._passes.pop()
            self.append(events.BackwardEnded(gradients))
        return gradients

    @property
    def _plays_rows(self) -> bool:
        """Whether a backward pass that begins now is that of a Jacobian: over one row that stands for all."""
        return bool(self._called) and self._called[-1][1] != "gradient"

    def on_gradient_call(self, method: Callable[..., Any], tape: Any, *args: Any, **kwargs: Any) -> Any:
        """A tape is asked for gradients. The rows of a Jacobian are part of the call that asks for them."""
        c_tape = hooks.c_tape(tape)
        if self._called and self._called[-1][0] is c_tape:
            return method(tape, *args, **kwargs)
        called_at, self._called_at = self._called_at, self._location()
        self._called.append((c_tape, method.__name__))
        self.append(events.GradientCalled(method.__name__, tape, c_tape, calling_library(), self._called_at))
        try:
            result = method(tape, *args, **kwargs)
        except BaseException as error:
            self.append(events.CallRaised(_stand_in(error)))  # type: ignore[arg-type]  # its index comes with the replay
            raise
        finally:
            self._called.pop()
            self._called_at = called_at
        self.append(events.GradientReturned(result))
        return result

    def on_push(self, push: Callable[..., Any], tape: Any) -> None:
        """A tape starts to record."""
        is_new = hooks.c_tape(tape) is None
        push(tape)
        self._tapes.append((hooks.c_tape(tape), tape))
        self._toggled(True, tape, hooks.c_tape(tape), is_new)

    def on_pop(self, pop: Callable[..., Any], tape: Any) -> None:
        """A tape stops recording."""
        c_tape = hooks.c_tape(tape)
        pop(tape)
        self._toggled(False, tape, c_tape)

    def _toggled(self, pushed: bool, tape: Any, c_tape: Any, is_new: bool = False) -> None:
        self.append(events.TapeToggled(pushed, calling_function(), tape, c_tape, is_new, self._location()))

    def _tape_of(self, c_tape: Any) -> Any:
        return next(tape for mine, tape in self._tapes if mine is c_tape)

    def on_watch(self, watch: Callable[..., Any], c_tape: Any, tensor: Tensor | Variable) -> None:
        """A tape is told to watch."""
        watch(c_tape, tensor)
        self.append(events.Watched(self._tape_of(c_tape), c_tape, tensor, self._location()))

    def on_access(self, access: Callable[..., Any], variable: Variable) -> None:
        """A trainable Variable is read."""
        access(variable)
        self.append(events.VariableAccessed(variable))

    def location(self, frame: FrameType | None) -> CodeLocation | None:
        """Return the innermost place of the learner's, from a frame up the stack."""
        return self._called_at or self._places.location(frame)

    def _location(self) -> CodeLocation | None:
        return self.location(sys._getframe(2))

    def _scope(self) -> RunningScope | None:
        """Return the layer, loss, optimizer ... whose method adds an op to the graph."""
        self._stack.walk(sys._getframe(1))
        return self._stack.scope

    def _finish(self) -> None:
        """Hang the events on their graphs; of functions without a tape it is kept that they have none."""
        graphs, self._graphs, self._made, self._places = self._graphs, {}, {}, TracePlaces()
        self._tapes.clear()
        self._stack.forget()
        with contextlib.suppress(Exception):  # whatever is in the learner's frames: their function has been traced well
            keep_events(graphs)


def _stand_in(error: BaseException) -> BaseException:
    """Return an exception of the same name that says the same, and holds nothing else."""
    stand_in: BaseException = type(type(error).__name__, (Exception,), {})(str(error))
    return stand_in
