"""From a log to the facts: one pass over what the hooks said, in order."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from types import CodeType
from typing import Any

from widgets.tape import events, hooks
from widgets.tape.backward_pass import BackwardPasses
from widgets.tape.events import CodeLocation
from widgets.tape.forward_model import Entry, GraphOp, TapeVerdict, Trace
from widgets.tape.function_graph import graph_ops, plain_name, trace_of
from widgets.tape.log import Log
from widgets.tape.model import Step, StepKind
from widgets.tape.names import Names
from widgets.tape.places import Places
from widgets.tape.tape_state import TapeStates
from widgets.tape.tensors import Tensors

_HOUSEKEEPING = {"DestroyResourceOp"}
"""Ops that Python's garbage collector runs when it likes: no part of the learner's run."""

_SHOWN: dict[tuple[str, bool], StepKind] = {
    ("__enter__", True): "open",
    ("__exit__", False): "close",
    ("gradient", False): "close",
    ("reset", False): "reset",
    ("stop_recording", False): "stop",
    ("stop_recording", True): "resume",
}
"""What a push (True) or pop (False) by a method of `tf.GradientTape` is to a learner; others happen unseen."""


class LogReader:
    """Reads one log. Each handler takes one kind of event; `facts()` returns what came of it."""

    def __init__(self, log: Log, locations: Iterable[CodeLocation] = (), code: CodeType | None = None) -> None:
        """Read the log.

        Args:
            log: the events, in order.
            locations: more locations, which are not in the log, whose places must be found too.
            code: the learner's function, to be listed first.
        """
        in_log = (getattr(event, "at", None) for event in log)
        frames = {id(at.frame): at.frame for at in (*locations, *in_log) if at}.values()
        codes = {id(each): each for each in ([code] if code else []) + [frame.f_code for frame in frames]}
        self.places = Places(codes.values())
        names = Names(log, frames)
        self._functions = log.functions
        self._tensors, self._tapes = Tensors(names), TapeStates(names)
        self._backward_passes = BackwardPasses(self._tensors)
        self._entries: list[Entry] = []
        self._locations: list[CodeLocation | None] = []  # of the entries
        self._steps: list[Step] = []
        self._traces: list[Trace] = []
        self._entry_by_key: dict[int, int] = {}
        self._function_calls: dict[int, int] = {}
        handlers = self._handlers()
        for event in log:
            handlers[type(event)](event)

    def _handlers(self) -> dict[type, Callable[[Any], object]]:
        return {
            events.Op: self._on_op,
            events.FunctionTraced: self._on_trace,
            events.CustomGradient: self._on_custom_gradient,
            events.TapeToggled: self._on_toggle,
            events.Watched: self._on_watch,
            events.VariableAccessed: self._on_access,
            events.ThreadPaused: self._on_pause,
            events.GradientCalled: self._on_call,
            events.GradientReturned: self._on_return,
            events.BackwardStarted: self._on_start,
            events.PullbackRan: self._on_pullback,
            events.GradientsSummed: self._on_sum,
            events.BackwardEnded: self._backward_passes.on_end,
        }

    def facts(self) -> dict[str, Any]:
        """Return the parts of a Recording that come from the log, by name."""
        return {
            "listings": self.places.listings,
            "tapes": tuple(self._tapes.facts),
            "entries": tuple(self._entries),
            "backward_passes": self._backward_passes.facts(),
            "sources": tuple(self._backward_passes.sources()),
            "steps": tuple(self._steps),
            "tensors": self._tensors.facts(),
            "traces": tuple(self._traces),
        }

    def entry_of(self, op: events.Op) -> Entry | None:
        """Return the entry that an op of the log became, None if it became none or cannot be told."""
        index = self._entry_by_key.get(id(op.attrs))
        return None if index is None else self._entries[index]

    def _add_step(self, kind: StepKind, subject: int, at: CodeLocation | None, detail: int = -1) -> None:
        self._steps.append(Step(kind, subject, detail, self.places.find(at)))

    def _on_op(self, event: events.Op) -> None:
        if event.op in _HOUSEKEEPING:
            return
        if isinstance(event.op, bytes):  # TensorFlow's slow path spells it so
            event = event._replace(op=event.op.decode())
        op = str(event.op)
        self._backward_passes.on_op(event)
        graph = graph_ops(self._functions.get(op))
        verdicts = () if graph else self._tapes.verdicts(op, event.inputs, event.outputs)
        if self._backward_passes.running and not any(verdict.recorded for verdict in verdicts):
            return  # TensorFlow's own arithmetic of a backward pass, seen by no tape
        index = self._add_entry(event, verdicts, graph)
        if event.attrs:
            self._entry_by_key[id(event.attrs)] = index
        if graph and event.outputs:
            self._function_calls[hooks.tensor_id(event.outputs[0])] = index

    def _on_trace(self, event: events.FunctionTraced) -> None:
        trace = trace_of(event.graph, self.places.find(event.at))
        self._traces += [trace] if trace else []

    def _on_custom_gradient(self, event: events.CustomGradient) -> None:
        """A `tf.function` says after its call how its gradient is computed; anything else is an entry of its own."""
        verdicts = self._tapes.verdicts(None, event.inputs, event.outputs)
        index = self._function_calls.get(hooks.tensor_id(event.outputs[0])) if event.outputs else None
        if index is None:
            index = self._add_entry(event, verdicts)
        else:  # without the outputs that TensorFlow adds for the backward pass: the learner does not see them
            call, seen = self._entries[index], len(event.outputs)
            self._entries[index] = dataclasses.replace(
                call, outputs=call.outputs[:seen], values=call.values[:seen], verdicts=verdicts
            )
        self._entry_by_key[id(event)] = index

    def _add_entry(
        self,
        event: events.Op | events.CustomGradient,
        verdicts: tuple[TapeVerdict, ...],
        graph: tuple[GraphOp, ...] = (),
    ) -> int:
        op, running = str(event.op), self._backward_passes.running
        inputs = tuple(map(self._tensors.index, event.inputs))
        self._tensors.on_op(event)
        entry = Entry(
            index=len(self._entries),
            op=plain_name(op) if graph else op,
            inputs=inputs,
            outputs=tuple(map(self._tensors.index, event.outputs)),
            values=tuple(map(self._tensors.value, event.outputs)),
            place=self.places.find(event.at),
            verdicts=verdicts,
            backward_pass=running.index if running else -1,
            graph=graph,
        )
        self._entries.append(entry)
        self._locations.append(event.at)
        self._add_step("entry", entry.index, event.at)
        return entry.index

    def _on_toggle(self, event: events.TapeToggled) -> None:
        tape = self._tapes.toggle(event)
        if (event.by, event.pushed) in _SHOWN:
            self._add_step(_SHOWN[event.by, event.pushed], tape.index, event.at)

    def _on_watch(self, event: events.Watched) -> None:
        tape = self._tapes.state_of(event.c_tape)
        tape.watch([hooks.tensor_id(event.tensor)])
        self._tensors.on_watch(event.tensor)
        self._add_step("watch", tape.index, event.at, self._tensors.index(event.tensor))

    def _on_access(self, event: events.VariableAccessed) -> None:
        self._tensors.on_access(event.variable)
        self._tapes.on_access(event.variable)

    def _on_pause(self, event: events.ThreadPaused) -> None:
        self._tapes.paused = event.paused

    def _on_call(self, event: events.GradientCalled) -> None:
        self._tapes.state(event)
        self._backward_passes.on_call(event)

    def _on_start(self, event: events.BackwardStarted) -> None:
        tape = self._tapes.state_of(event.c_tape).index
        builder, call = self._backward_passes.on_start(event, tape, self.places.find)
        self._add_step("seed", builder.index, call.at)

    def _on_pullback(self, event: events.PullbackRan) -> None:
        builder = self._backward_passes.running
        assert builder is not None, "pullbacks run in backward passes only"
        index = self._entry_by_key.get(id(event.key))
        entry, at = (None, None) if index is None else (self._entries[index], self._locations[index])
        self._add_step("pullback", builder.index, at, builder.on_pullback(event, entry))

    def _on_sum(self, event: events.GradientsSummed) -> None:
        builder = self._backward_passes.running
        assert builder is not None, "only sums in backward passes are logged"
        builder.on_sum(event)

    def _on_return(self, event: events.GradientReturned) -> None:
        call, builder = self._backward_passes.on_return(event)
        if builder:
            self._add_step("gradients", builder.index, call.at)
