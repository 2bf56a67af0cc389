"""Plays a call of a traced function as if it had run eagerly: the events of its trace, with the numbers of the call."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from widgets.common.arrays import Tensor
from widgets.tape import events, graph_internals, hooks
from widgets.tape.events import CodeLocation, Event
from widgets.tape.forward_model import OpenedCall
from widgets.tape.graph_calls import FunctionCall
from widgets.tape.graph_evaluation import Evaluation, Run
from widgets.tape.graph_trace import Composite, KeptFrame, KeptTape, KeptVariable, Symbol, swapped
from widgets.tape.repeatable_ops import Reason
from widgets.tape.tape_key import TapeKey
from widgets.tape.tensors import same_bits

_OPAQUE = (tf.resource, tf.variant)


class Replay:
    """One call, evaluated.

    Args:
        call: the call, which has ended.

    Attributes:
        call: the call.
        difference: how far what it returned, and the Variables after it, are from TensorFlow's own run; 0.0 only if
            they are the same bit for bit, None if there is nothing to compare.
        missing: the ops that could not be run again, and why.
        functions: the FunctionDefs of the functions that it calls, by name, once its events have been read.
    """

    def __init__(self, call: FunctionCall) -> None:
        self.call = call
        evaluation = Evaluation()
        self._run = evaluation.call(call.graph, call.inputs, call.before, call.witnessed)
        self.missing: dict[str, Reason] = evaluation.missing
        self.difference = None if call.error else self._compare(evaluation)
        self.functions: dict[str | bytes, Any] = {}
        self._variables = {hooks.handle_id(variable): variable for variable in call.variables}

    def _compare(self, evaluation: Evaluation) -> float | None:
        """Return how far all that is known is from the real call; None if nothing can be compared."""
        pairs = [*zip(self._run.outputs, self.call.outputs, strict=False)]
        for position, after in self.call.after.items():
            pairs.append((evaluation.value_after(self.call.inputs[position]), after))
        known = [(ours, real) for ours, real in pairs if isinstance(ours, tf.Tensor) and real.dtype not in _OPAQUE]
        return max((_difference(ours, real) for ours, real in known), default=None)

    def events(self) -> Iterator[Event]:
        """Yield the events inside the call, on eager tensors where these are known."""
        for event in self._inside(self._run, None):
            if isinstance(event, events.BackwardStarted) and not self.missing:
                # A row of tf.vectorized_map, which computes all rows at once, has no numbers of its own.
                event = event._replace(in_graph=any(isinstance(one, Symbol) for one in event.targets) or event.in_graph)
            yield event

    def _inside(self, run: Run, outer: _Swap | None) -> Iterator[Event]:
        trace = graph_internals.kept_trace(run.graph)
        if trace is None or not trace.events:
            return
        yield events.FunctionEntered(run.iteration)
        swap = _Swap(run, self._variables, outer)
        for event, node in trace.events:
            if node in run.children and isinstance(event, events.Op):
                self._learn_function(run.graph, str(event.op))
            yield swap.event(event)
            for inner in run.children.get(node, ()) if node else ():
                yield from self._inside(inner, swap)
        yield events.FunctionLeft()

    def _learn_function(self, graph: Any, name: str) -> None:
        function = graph_internals.called_function(graph, name)
        if function is not None:
            self.functions[name] = graph_internals.function_definition(function)


class _Swap:
    """Puts the tensors of one run in place of those of the trace; tapes and frames are new ones for each run."""

    def __init__(self, run: Run, variables: dict[int, Any], outer: _Swap | None) -> None:
        self._run, self._variables, self._outer = run, variables, outer
        self._made: dict[int, tuple[Any, Any]] = {}

    def event(self, event: Any) -> Event:
        swapped_event: Event = swapped(event, self._swap)
        return swapped_event

    def _swap(self, name: str, thing: Any) -> Any:
        if isinstance(thing, Symbol):
            shown = self._run.shown(hooks.tensor_id(thing))
            return thing if shown is None else shown
        outer: _Swap | None = self
        while outer is not None:
            if id(thing) in outer._made:
                return outer._made[id(thing)][0]
            outer = outer._outer
        self._made[id(thing)] = self._new(name, thing), thing
        return self._made[id(thing)][0]

    def _new(self, name: str, thing: Any) -> Any:
        if isinstance(thing, CodeLocation):
            return CodeLocation(self._swap("frame", thing.frame), thing.instruction)
        if isinstance(thing, KeptFrame):
            names = {key: self._named(value) for key, value in thing.f_locals.items()}
            return KeptFrame(thing.f_code, names, thing.f_globals)
        if isinstance(thing, KeptTape):
            return TapeKey(None, thing.persistent, thing.watches_variables)
        if isinstance(thing, KeptVariable):
            return self._variable(thing)
        if isinstance(thing, Composite):
            parts = [self._swap("part", part) for part in thing.parts]
            return (
                tf.nest.pack_sequence_as(thing.spec, parts, expand_composites=True)
                if all(map(_is_eager, parts))
                else None
            )
        return object() if name == "c_tape" else thing

    def _variable(self, thing: KeptVariable) -> Any:
        handle = self._swap("tensor", thing.handle)
        known = self._variables.get(hooks.tensor_id(handle))
        known = thing.variable() if known is None else known
        if known is not None and hooks.tensor_id(known.handle) == hooks.tensor_id(handle):
            return known
        return KeptVariable(thing, handle)

    def _named(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._named(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._named(item) for item in value]
        return None if value is None else self._swap("named", value)


def _is_eager(thing: Any) -> bool:
    return isinstance(thing, tf.Tensor)


def _difference(ours: Tensor, real: Tensor) -> float:
    """Return the largest difference of two tensors, relative to the largest number of the real one."""
    if same_bits(ours, real):
        return 0.0
    is_number = real.dtype.is_floating or real.dtype.is_complex or real.dtype in (tf.bool, tf.int32, tf.int64)
    if ours.shape != real.shape or ours.dtype != real.dtype or not is_number:
        return math.inf
    one, other = (np.asarray(tensor.numpy()).astype("complex128") for tensor in (ours, real))
    scale = np.max(np.abs(other), where=np.isfinite(other), initial=0.0)
    differs = (one != other) & ~(np.isnan(one) & np.isnan(other))
    with np.errstate(invalid="ignore"):  # inf - inf
        gap = np.max(np.abs(one - other), where=differs, initial=0.0)
    return float(gap / scale) or float(np.finfo(np.float64).tiny) if scale and not np.isnan(gap) else math.inf


class OpenedCalls:
    """A log with the events inside each call that is to be shown.

    Attributes:
        events: all events, in order.
        functions: the FunctionDefs of the functions that are called inside, by name.
    """

    def __init__(self, log: Iterable[Event], errors: list[BaseException]) -> None:
        """Read a log; `errors` are the exceptions that calls for gradients in it raised: those inside are added."""
        self.events: list[Event] = []
        self.functions: dict[str | bytes, Any] = {}
        self._replays: dict[int, Replay] = {}
        for event in log:
            if isinstance(event, events.FunctionCalled) and event.call.widened:
                self._hide_witnesses(event.call)
            self.events.append(event)
            if isinstance(event, events.FunctionCalled) and event.call.is_kept:
                with contextlib.suppress(Exception):  # a fault of ours: the call stays one closed entry
                    self._open(event, errors)

    def _open(self, event: events.FunctionCalled, errors: list[BaseException]) -> None:
        replay = Replay(event.call)
        inside = list(replay.events())
        for index, one in enumerate(inside):
            if isinstance(one, events.CallRaised):
                errors.append(one.error)  # type: ignore[arg-type]  # a trace keeps the exception itself
                inside[index] = events.CallRaised(len(errors) - 1)
        self._replays[id(event)] = replay
        if event.call.error is not None:
            self.functions[event.call.name] = event.call.definition
        self.events += inside
        self.functions |= replay.functions

    def _hide_witnesses(self, call: FunctionCall) -> None:
        """Give the op of a call that also returned what came in the name and the outputs of the learner's function."""
        for index in range(len(self.events) - 1, max(len(self.events) - 4, 0) - 1, -1):
            ran = self.events[index]
            if isinstance(ran, events.Op) and ran.op == call.widened:
                self.events[index] = ran._replace(op=call.name, outputs=ran.outputs[: call.count])
                self.functions[call.name] = call.definition
                return

    def fact(self, event: events.FunctionCalled) -> OpenedCall | None:
        """Return what is known of the inside of a call; None if another call of the function is shown."""
        replay = self._replays.get(id(event))
        if replay is None:
            return None
        missing = tuple(replay.missing.items())
        return OpenedCall(replay.difference, missing, replay.call.index, replay.call.error is not None)
