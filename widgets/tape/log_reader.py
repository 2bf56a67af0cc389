"""From a log to the facts: one pass over what the hooks said, in order.

A log may break off anywhere, for a run is interrupted, or grows too long: whatever ends here may not have begun.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from types import CodeType
from typing import Any

from widgets.tape import events, hooks
from widgets.tape.axis_attributes import axis_attributes
from widgets.tape.events import Event
from widgets.tape.failures import THREAD, TOO_LONG, TRACE, UNREAD, UnfollowedKind, unfollowed
from widgets.tape.forward_model import Entry, GraphOp, TapeVerdict, Trace
from widgets.tape.function_graph import graph_ops, plain_name, trace_of
from widgets.tape.gradient_calls import GradientCalls
from widgets.tape.graph_replay import OpenedCalls
from widgets.tape.helper_functions import helper_codes
from widgets.tape.log import Log
from widgets.tape.model import Step, StepKind
from widgets.tape.names import Names, tape_names
from widgets.tape.optimizer_steps import OptimizerSteps
from widgets.tape.past_logs import AllNames, PastLog, split
from widgets.tape.places import Places
from widgets.tape.running_code import CodeLocation, frames_at
from widgets.tape.scopes import Scopes, with_plumbing
from widgets.tape.tape_state import SHOWN, Span, TapeStates, played_back
from widgets.tape.tensors import Tensors

_HOUSEKEEPING = {"DestroyResourceOp"}  # run by Python's garbage collector when it likes: no part of the learner's run


class LogReader:
    """Reads one log. Each handler takes one kind of event; `facts()` returns what came of it."""

    def __init__(
        self,
        log: Log,
        locations: Iterable[CodeLocation] = (),
        code: CodeType | None = None,
        past: Sequence[PastLog] = (),
        error: BaseException | None = None,
    ) -> None:
        """Read the log.

        Args:
            log: the events, in order.
            locations: more locations, which are not in the log, whose places must be found too.
            code: the learner's function, to be listed first.
            past: the past logs that have a tape in common with this one: they are read first.
            error: the exception that ended the run.
        """
        stories = [list(split(one, log.tapes)) for one in past]
        told = [event for story in stories for event, is_told in story if is_told]
        opened = self._opened = OpenedCalls(log, log.errors)
        in_past = frames_at(getattr(event, "at", None) for event in told)
        missed = *locations, *log.out_of_reach, *log.broken_traces
        frames = frames_at((*missed, *(getattr(event, "at", None) for event in opened.events)))
        codes = ([code] if code else []) + [frame.f_code for frame in (*in_past, *frames)]
        codes = list({id(each): each for each in codes}.values())
        self.places = Places(codes, helper_codes(codes, [*in_past, *frames]))
        names = AllNames(Names([*told, *opened.events], frames), past)
        self._log, self._tape_names = log, tape_names([*in_past, *frames])
        self._functions = log.functions | opened.functions
        self._latest, self._inside = -1, list[tuple[int, int]]()
        self._tensors, self._tapes = Tensors(names), TapeStates(names)
        self._scopes = Scopes()
        self._optimizer_steps = OptimizerSteps(self._tensors, self._scopes.index)
        self._steps: list[Step] = []
        self._calls = GradientCalls(self._tensors, self._tapes, self._steps, self.places.find, log.errors, error)
        self._entries: list[Entry] = []
        self._locations: list[CodeLocation | None] = []  # of the entries
        self._traces: list[Trace] = []
        self._definitions: dict[int, int] = {}  # by the id of the code that was traced
        self._entry_by_key: dict[int, int] = {}
        self._function_calls, self._unread = dict[int, int](), 0
        self._asked = {0}  # the rounds of loops that are kept; a first round always is
        end = 0
        for one, story in zip(past, stories, strict=True):
            self._functions |= one.functions
            self._read(story, (end, one.first_tensor_id))
            end = one.last_tensor_id
        self._earlier_steps = len(self._steps)
        self._read([(event, True) for event in opened.events], (end, log.first_tensor_id))

    def _read(self, story: Sequence[tuple[Event, bool]], unseen: Span) -> None:
        """Read the events of one log. `unseen` are the tensors that were made, unseen, before it began."""
        self._tapes.begin(unseen)
        self._calls.begin()
        handlers = self._handlers()
        unread = len(story)
        try:
            for event, is_told in story:
                handlers[type(event)](event) if is_told else self._on_untold(event)
                unread -= 1
        except Exception:  # a fault of ours: what was read so far stands, and the recording says what is missing
            self._unread += unread

    def _handlers(self) -> dict[type, Callable[[Any], object]]:
        return {
            events.ThreadSwitched: self._on_switch,
            events.Op: self._on_op,
            events.RoundsFolded: self._on_rounds,
            events.RoundAsked: lambda event: self._asked.add(event.number),
            events.FunctionTraced: self._on_trace,
            events.CustomGradient: self._on_custom_gradient,
            events.TapeFound: self._tapes.found,
            events.TapeToggled: self._on_toggle,
            events.Watched: self._on_watch,
            events.VariableAccessed: self._on_access,
            events.ThreadPaused: lambda event: self._tapes.pause(event.paused),
            events.GradientCalled: self._calls.on_call,
            events.GradientReturned: self._calls.on_return,
            events.CallRaised: self._calls.on_raise,
            events.BackwardStarted: self._calls.on_start,
            events.PullbackRan: self._on_pullback,
            events.GradientsSummed: self._calls.on_sum,
            events.BackwardEnded: self._calls.on_end,
            events.FunctionCalled: self._on_function,
            events.VariableChanged: self._optimizer_steps.on_change,
            events.FunctionEntered: self._on_enter,
            events.FunctionLeft: self._on_leave,
        }

    def facts(self) -> dict[str, Any]:
        """Return the parts of a Recording that come from the log, by name."""
        found = {THREAD: self._log.out_of_reach, TRACE: self._log.broken_traces}
        lost = {kind: [self.places.find(one) for one in locations] for kind, locations in found.items()}
        missing: dict[UnfollowedKind, int] = {
            TOO_LONG: self._log.left_out,
            UNREAD: self._unread + self._log.faults,
        }
        return {
            **self.places.facts(),
            "tapes": tuple(self._tapes.facts),
            "entries": with_plumbing(self._entries, self._scopes.facts),
            "scopes": tuple(self._scopes.facts),
            "optimizer_steps": tuple(self._optimizer_steps.facts()),
            "backward_passes": self._calls.facts(),
            "sources": tuple(self._calls.sources()),
            "steps": tuple(self._steps),
            "tensors": self._tensors.facts(),
            "traces": tuple(self._traces),
            "failed_calls": tuple(self._calls.failed),
            "unfollowed": tuple(unfollowed(lost, missing)),
            "earlier_steps": self._earlier_steps,
            "tape_names": self._tape_names,
            "missed_rounds": tuple(sorted(set(self._log.rounds) - self._asked)),
        }

    def _add_step(self, kind: StepKind, subject: int, at: CodeLocation | None, detail: int = -1) -> None:
        self._steps.append(Step(kind, subject, detail, self.places.find(at)))

    def _on_untold(self, event: Event) -> None:
        """Before a tape of the story was opened, or after: what was made is known, and no more."""
        if isinstance(event, events.Op):
            self._calls.on_op(event)
        if isinstance(event, (events.Op, events.CustomGradient)):
            self._tensors.on_op(event)
        elif isinstance(event, events.VariableAccessed):
            self._tensors.on_access(event.variable)

    def _on_switch(self, event: events.ThreadSwitched) -> None:
        self._tapes.switch(event.thread)
        self._calls.switch(event.thread)

    def _on_op(self, event: events.Op) -> None:
        if event.op in _HOUSEKEEPING:
            return
        if isinstance(event.op, bytes):  # TensorFlow's slow path spells it so
            event = event._replace(op=event.op.decode())
        op, self._latest = str(event.op), -1
        self._calls.on_op(event)
        graph = graph_ops(self._functions.get(op))
        verdicts = self._tapes.verdicts(op, event.inputs, event.outputs, bool(graph)) if event.is_followed else ()
        if (self._calls.running or event.forward_mode) and not _is_recorded(verdicts):
            return  # TensorFlow's own arithmetic of a backward pass, or of forward mode, seen by no tape
        index = self._latest = self._add_entry(event, verdicts, graph)
        if event.attrs:
            self._entry_by_key[id(event.attrs)] = index
        if graph and event.outputs:
            self._function_calls[hooks.tensor_id(event.outputs[0])] = index

    def _on_rounds(self, event: events.RoundsFolded) -> None:
        self._tensors.on_folded(event)
        self._add_step("rounds", event.rounds, event.at)

    def _on_trace(self, event: events.FunctionTraced) -> None:
        trace = trace_of(event.graph, self.places.find(event.at), self._definitions)
        self._traces += [trace] if trace else []

    def _on_custom_gradient(self, event: events.CustomGradient) -> None:
        """A `tf.function` says after its call how its gradient is computed; anything else is an entry of its own."""
        verdicts = self._tapes.verdicts(None, event.inputs, event.outputs)
        index = self._function_calls.get(hooks.tensor_id(event.outputs[0])) if event.outputs else None
        if event.forward_mode and not _is_recorded(verdicts):
            return
        if index is None:
            index = self._add_entry(event, verdicts)
        else:  # without the outputs that TensorFlow adds for the backward pass: the learner does not see them
            call, seen = self._entries[index], len(event.outputs)
            self._entries[index] = dataclasses.replace(
                call, outputs=call.outputs[:seen], values=call.values[:seen], verdicts=verdicts
            )
        self._entry_by_key[id(event.key)] = index

    def _add_entry(
        self,
        event: events.Op | events.CustomGradient,
        verdicts: tuple[TapeVerdict, ...],
        graph: tuple[GraphOp, ...] = (),
    ) -> int:
        op, running = str(event.op), self._calls.running
        inputs = tuple(map(self._tensors.index, event.inputs))
        self._tensors.on_op(event)
        entry = Entry(
            index=len(self._entries),
            op=event.forward_mode or (plain_name(op) if graph else op),
            inputs=inputs,
            outputs=tuple(map(self._tensors.index, event.outputs)),
            values=tuple(map(self._tensors.value, event.outputs)),
            place=self.places.find(event.at),
            verdicts=verdicts,
            backward_pass=running.index if running else -1,
            graph=graph,
            has_no_tape=bool(graph) and not self._log.may_hold_tape.get(plain_name(op), True),
            is_forward_mode=bool(event.forward_mode),
            scope=self._scopes.index(event.scope),
            inside=self._inside[-1][0] if self._inside else -1,
            iteration=self._inside[-1][1] if self._inside else -1,
            attributes=axis_attributes(event.attrs) if isinstance(event, events.Op) else (),
        )
        self._entries.append(entry)
        if isinstance(event, events.Op):
            self._optimizer_steps.on_op(event, entry.index)
        self._locations.append(event.at)
        if not event.forward_mode:
            self._add_step("entry", entry.index, event.at)
        return entry.index

    def _on_function(self, event: events.FunctionCalled) -> None:
        """A call that can be played: the events inside follow. One that failed has no op of its own."""
        opened = self._opened.fact(event)
        if opened is None:
            return
        if opened.failed:
            self._on_op(events.Op(event.call.name, event.call.inputs, (), (), event.call.at))
        for variable in event.call.variables:
            self._tensors.on_access(variable)
        self._optimizer_steps.on_call(event.call.values_after)
        if self._latest >= 0:
            self._entries[self._latest] = dataclasses.replace(self._entries[self._latest], opened=opened)

    def _on_enter(self, event: events.FunctionEntered) -> None:
        self._inside.append((self._latest, event.iteration))
        self._tapes.enter()
        self._optimizer_steps.enter()

    def _on_leave(self, event: events.FunctionLeft) -> None:
        self._inside.pop()
        self._tapes.leave()
        self._optimizer_steps.leave()

    def _on_toggle(self, event: events.TapeToggled) -> None:
        tape = self._tapes.toggle(event)
        if (event.by, event.pushed) in SHOWN:
            self._add_step(SHOWN[event.by, event.pushed], tape.index, event.at)

    def _on_watch(self, event: events.Watched) -> None:
        tape = self._tapes.state(event.tape, event.c_tape)
        tape.watch([hooks.tensor_id(event.tensor)])
        self._tensors.on_watch(event.tensor)
        self._add_step("watch", tape.index, event.at, self._tensors.index(event.tensor))

    def _on_access(self, event: events.VariableAccessed) -> None:
        self._tensors.on_access(event.variable)
        self._tapes.on_access(event.variable)

    def _on_pullback(self, event: events.PullbackRan) -> None:
        index, builder = self._entry_by_key.get(id(event.key)), self._calls.running
        if index is None or builder is None:
            self._calls.on_pullback(event, None, None)
            return
        self._entries[index] = played_back(self._entries[index], builder.tape)
        self._calls.on_pullback(event, self._entries[index], self.places.find(self._locations[index]))


def _is_recorded(verdicts: Iterable[TapeVerdict]) -> bool:
    return any(verdict.recorded for verdict in verdicts)
