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
from widgets.tape.events import Event
from widgets.tape.forward_model import OpenedCall
from widgets.tape.function_graph import kept_trace
from widgets.tape.graph_calls import FunctionCall
from widgets.tape.graph_evaluation import Evaluation
from widgets.tape.graph_random import RandomRows, guesses, is_close, is_right
from widgets.tape.graph_run import Run
from widgets.tape.graph_trace import Composite, KeptFrame, KeptTape, KeptVariable, Symbol, swapped
from widgets.tape.held_objects import number_of
from widgets.tape.repeatable_ops import Reason
from widgets.tape.running_code import CodeLocation
from widgets.tape.tape_key import TapeKey
from widgets.tape.tensors import same_bits

_OPAQUE = (tf.resource, tf.variant)

_NOISE = 1e-3
"""A tensor whose numbers are all smaller than this, relative to the largest of all, is measured by that: the gradient
of a bias before a batch normalization is zero but for rounding, and any two ways to compute it differ wholly."""


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
        self._run, evaluation, self.difference = self._evaluated(None)
        if "random" in evaluation.missing.values() and call.error is None:
            for calls in guesses(call.calls):
                guessed = self._evaluated(RandomRows(calls))
                if is_close(guessed[2]) and is_right(guessed[2], self._evaluated(RandomRows(calls + 1))[2]):
                    self._run, evaluation, self.difference = guessed
                    break
        if call.error is None:
            evaluation.complete_changes(call.values_before, call.values_after)
        self.missing: dict[str, Reason] = evaluation.missing
        self.functions: dict[str | bytes, Any] = {}
        self._variables = {hooks.handle_id(variable): variable for variable in call.variables}

    def _evaluated(self, random: RandomRows | None) -> tuple[Run, Evaluation, float | None]:
        """Evaluate the call's graph; returns how far what came is from the real call, too."""
        call = self.call
        for draws in call.draws.values():
            draws.rewind()
        evaluation = Evaluation(call.draws, random)
        inputs = [call.datasets.get(place, one) for place, one in enumerate(call.inputs)]
        run = evaluation.call(call.graph, inputs, call.before, call.witnessed, call.is_compiled)
        return run, evaluation, None if call.error else self._compare(run, evaluation)

    def _compare(self, run: Run, evaluation: Evaluation) -> float | None:
        """Return how far all that is known is from the real call; None if nothing can be compared."""
        pairs = [*zip(run.outputs, self.call.outputs, strict=False)]
        for position, after in self.call.after.items():
            pairs.append((evaluation.value_after(self.call.inputs[position]), after))
        known = [(ours, real) for ours, real in pairs if isinstance(ours, tf.Tensor) and real.dtype not in _OPAQUE]
        floor = _NOISE * max((_largest(real) for _, real in known), default=0.0)
        return max((_difference(ours, real, floor) for ours, real in known), default=None)

    def events(self) -> Iterator[Event]:
        """Yield the events inside the call, on eager tensors where these are known."""
        for event in self._inside(self._run, None):
            if isinstance(event, events.BackwardStarted) and not self.missing:
                # A row of tf.vectorized_map, which computes all rows at once, has no numbers of its own.
                event = event._replace(in_graph=any(isinstance(one, Symbol) for one in event.targets) or event.in_graph)
            yield event

    def _inside(self, run: Run, outer: _Swap | None) -> Iterator[Event]:
        trace = kept_trace(run.graph)
        if trace is None or not trace.events:
            return
        yield events.FunctionEntered(run.iteration)
        swap = _Swap(run, self._variables, outer)
        for event, node in trace.events:
            if node in run.children and isinstance(event, events.Op):
                self._learn_function(run.graph, str(event.op))
            if node in run.changes:
                yield events.VariableChanged(*run.changes[node])
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
        if known is not None and number_of(known) == hooks.tensor_id(handle):
            return known
        return KeptVariable(thing, handle)

    def _named(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._named(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._named(item) for item in value]
        return None if value is None else self._swap("named", value)


def plain_text(op: str | bytes) -> str:
    """Return the name of an op, which TensorFlow's slow path spells in bytes."""
    return op.decode() if isinstance(op, bytes) else op


def _is_eager(thing: Any) -> bool:
    return isinstance(thing, tf.Tensor)


def _difference(ours: Tensor, real: Tensor, floor: float) -> float:
    """Return the largest difference of two tensors, relative to the largest number of the real one, or to `floor`."""
    if same_bits(ours, real):
        return 0.0
    is_number = real.dtype.is_floating or real.dtype.is_complex or real.dtype in (tf.bool, tf.int32, tf.int64)
    if ours.shape != real.shape or ours.dtype != real.dtype or not is_number:
        return math.inf
    one, other = (np.asarray(tensor.numpy()).astype("complex128") for tensor in (ours, real))
    scale = max(np.max(np.abs(other), where=np.isfinite(other), initial=0.0), floor)
    differs = (one != other) & ~(np.isnan(one) & np.isnan(other))
    with np.errstate(invalid="ignore"):  # inf - inf
        gap = np.max(np.abs(one - other), where=differs, initial=0.0)
    return float(gap / scale) or float(np.finfo(np.float64).tiny) if scale and not np.isnan(gap) else math.inf


def _largest(tensor: Tensor) -> float:
    """Return the largest finite number of a tensor of floats, without its sign; 0.0 of any other."""
    if not (tensor.dtype.is_floating or tensor.dtype.is_complex):
        return 0.0
    sizes = np.abs(np.asarray(tensor.numpy()).astype("complex128"))
    return float(np.max(sizes, where=np.isfinite(sizes), initial=0.0))


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
            if isinstance(event, events.FunctionCalled) and (event.call.widened or event.call.stood_in):
                self._hide_ours(event.call)
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

    def _hide_ours(self, call: FunctionCall) -> None:
        """Give the op of a call the name, the inputs and the outputs that it has in a bare run."""
        for index in range(len(self.events) - 1, max(len(self.events) - 4, 0) - 1, -1):
            ran = self.events[index]
            if isinstance(ran, events.Op) and plain_text(ran.op) == (call.widened or call.name):
                inputs = [call.stood_in.get(hooks.tensor_id(one), one) for one in ran.inputs]
                count = call.count if call.widened else len(ran.outputs)
                self.events[index] = ran._replace(op=call.name, inputs=inputs, outputs=ran.outputs[:count])
                if call.widened:
                    self.functions[call.name] = call.definition
                return

    def fact(self, event: events.FunctionCalled) -> OpenedCall | None:
        """Return what is known of the inside of a call; None if another call of the function is shown."""
        replay = self._replays.get(id(event))
        if replay is None:
            return None
        missing = tuple(replay.missing.items())
        return OpenedCall(replay.difference, missing, replay.call.index, replay.call.error is not None)
