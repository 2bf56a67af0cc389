"""The state of each tape while the log is read: recording or not, watching what; and so, which ops it records."""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import tensorflow as tf

from widgets.common import arrays
from widgets.tape import hooks
from widgets.tape.events import TapeFound, TapeToggled
from widgets.tape.forward_model import (
    INTEGER,
    NO_GRADIENT,
    NOT_WATCHED,
    PAUSED,
    STOPPED,
    UNKNOWN,
    Entry,
    Tape,
    TapeVerdict,
)
from widgets.tape.model import StepKind
from widgets.tape.past_logs import AllNames
from widgets.tape.tape_key import TapeKey

Span: TypeAlias = tuple[int, int]
"""TensorFlow's numbers of tensors, from the first to before the second."""

SHOWN: dict[tuple[str, bool], StepKind] = {
    ("__enter__", True): "open",
    ("__exit__", False): "close",
    ("gradient", False): "close",
    ("reset", False): "reset",
    ("stop_recording", False): "stop",
    ("stop_recording", True): "resume",
}
"""What a push (True) or pop (False) by a method of `tf.GradientTape` is to a learner; others happen unseen."""


@functools.cache
def is_trainable(dtype: arrays.DType) -> bool:
    """Say whether a tape follows this dtype: floating, complex, and handles to Variables."""
    return dtype.is_floating or dtype.is_complex or dtype in (tf.resource, tf.variant)


class TapeState:
    """One tape, followed through the log. Tensors are TensorFlow's numbers, as on the real tape."""

    def __init__(self, index: int, key: TapeKey, c_tape: Any, unseen: Span | None) -> None:
        self.index = index
        self.watches_variables = key.watches_variables
        self.c_tape = c_tape
        self.is_open = False
        self.is_recording = False
        self._watched: set[int] = set()
        self._unseen: list[Span] = [unseen] if unseen else []

    def toggle(self, event: TapeToggled) -> None:
        """Follow a push or a pop. A reset tape forgets what it knew: TensorFlow makes a new one underneath."""
        if event.is_new:
            self.c_tape, self._watched, self._unseen = event.c_tape, set(), []
        self.is_recording = event.pushed
        self.is_open = event.pushed or event.by in ("stop_recording", "reset")

    def missed(self, span: Span) -> None:
        """The tape may have recorded tensors, with numbers in this span, that nobody saw."""
        self._unseen.append(span)

    def exchanged(self, c_tape: Any, span: Span) -> None:
        """The C++ tape underneath is another one, made while nobody looked."""
        self.c_tape, self._watched, self._unseen = c_tape, set(), [span]

    def watch(self, numbers: Iterable[int]) -> None:
        """From now on the tape watches these tensors or handles, as it does what comes out of an op it recorded."""
        self._watched.update(numbers)

    def verdict(self, op: str | None, inputs: Sequence[arrays.Tensor], paused: bool) -> TapeVerdict:
        """Return whether the tape records an op, by the rule of TensorFlow's tape: one watched, trainable input."""
        if not self.is_recording or (paused and op == "StopGradient"):  # `tf.stop_gradient` pauses tapes to do so
            return TapeVerdict(self.index, False, STOPPED)
        if paused:
            return TapeVerdict(self.index, False, PAUSED)
        watched = [tensor for tensor in inputs if hooks.tensor_id(tensor) in self._watched]
        if any(is_trainable(tensor.dtype) for tensor in watched):
            return TapeVerdict(self.index, True, "" if op is None or hooks.has_gradient(op) else NO_GRADIENT)
        trainable = [tensor for tensor in inputs if is_trainable(tensor.dtype)]
        if self._unseen and any(map(self._may_follow, trainable)):
            return TapeVerdict(self.index, False, UNKNOWN)
        is_integer = watched or (inputs and not trainable)
        return TapeVerdict(self.index, False, INTEGER if is_integer else NOT_WATCHED)

    def _may_follow(self, tensor: arrays.Tensor) -> bool:
        number = hooks.tensor_id(tensor)
        return any(first <= number < end for first, end in self._unseen)


@dataclass
class _Thread:
    """The tapes of one thread: those that are open, and whether TensorFlow has paused them all."""

    open: dict[int, TapeState] = field(default_factory=dict)
    is_paused: bool = False


class TapeStates:
    """All tapes of a run, in order of appearance."""

    def __init__(self, names: AllNames) -> None:
        self.facts: list[Tape] = []
        self._names = names
        self._states: dict[TapeKey, TapeState] = {}
        self._threads: dict[int, _Thread] = {0: _Thread()}
        self._thread, self._here = 0, self._threads[0]
        self._before: Span = (0, 0)
        self._outer: list[_Thread] = []

    def enter(self) -> None:
        """What follows happens inside one op that the tapes open now record, or do not, as a whole."""
        self._outer.append(self._here)
        self._here = _Thread()

    def leave(self) -> None:
        """That op is done."""
        self._here = self._outer.pop()

    def begin(self, before: Span) -> None:
        """A log begins: tensors with numbers in the span `before` came to be while nobody looked."""
        self._before = before
        self._threads = {0: _Thread()}
        self.switch(0)
        for state in self._states.values():
            state.is_open = state.is_recording = False  # or it is found to be recording
            state.missed(before)

    def switch(self, thread: int) -> None:
        """What follows happens in another thread, which has tapes of its own."""
        self._thread, self._here = thread, self._threads.setdefault(thread, _Thread())

    def pause(self, paused: bool) -> None:
        """TensorFlow has paused (or resumed) recording on the whole thread."""
        self._here.is_paused = paused

    def toggle(self, event: TapeToggled) -> TapeState:
        """Follow a tape that was pushed or popped; returns its state."""
        state = self.state(event.tape, event.c_tape, event.is_new)
        state.toggle(event)
        if state.is_open:
            self._here.open[state.index] = state
        else:
            self._here.open.pop(state.index, None)
        return state

    def found(self, event: TapeFound) -> None:
        """A tape was recording when the recording began."""
        state = self.state(event.tape, event.c_tape)
        state.is_open = state.is_recording = True
        self._here.open[state.index] = state

    def state(self, key: TapeKey, c_tape: Any, is_new: bool = False) -> TapeState:
        """Return the state of a tape: a new one where it has not been met. What an old one knows is not known."""
        if key not in self._states:
            self._states[key] = TapeState(len(self.facts), key, c_tape, None if is_new else self._before)
            self.facts.append(self._fact(key, is_new))
        state = self._states[key]
        if not (is_new or c_tape is None or c_tape is state.c_tape):
            state.exchanged(c_tape, self._before)
        return state

    def _fact(self, key: TapeKey, is_new: bool) -> Tape:
        taken = {
            self.facts[index].lane
            for thread in (*self._threads.values(), *self._outer, self._here)
            for index in thread.open
        }
        return Tape(
            name=self._names.of_tape(key, "tape"),
            persistent=key.persistent,
            watches_variables=key.watches_variables,
            lane=next(lane for lane in itertools.count() if lane not in taken),
            is_from_before=not is_new,
            thread=self._thread,
        )

    def on_access(self, variable: arrays.Variable) -> None:
        """A trainable Variable was read: tapes that watch accessed Variables watch it from now on."""
        for state in self._here.open.values():
            if state.is_recording and state.watches_variables:
                state.watch([hooks.handle_id(variable)])

    def verdicts(
        self, op: str | None, inputs: Sequence[arrays.Tensor], outputs: Sequence[arrays.Tensor], is_call: bool = False
    ) -> tuple[TapeVerdict, ...]:
        """Return the verdicts of all open tapes on an op (`None`: one with a pullback of its own).

        While a `tf.function` is called TensorFlow pauses all tapes. If one records the call, it is told so afterwards.
        """
        if is_call:
            own = [state.verdict(None, inputs, paused=False) for state in self._here.open.values()]
            return tuple(TapeVerdict(one.tape, False, PAUSED) if one.recorded else one for one in own)
        verdicts = []
        for state in self._here.open.values():
            verdicts.append(state.verdict(op, inputs, self._here.is_paused))
            if verdicts[-1].recorded:
                state.watch(map(hooks.tensor_id, outputs))
        return tuple(verdicts)


def played_back(entry: Entry, tape: int) -> Entry:
    """Return an entry whose pullback has run: the tape has recorded it, whatever was known of that before."""
    if entry.verdict(tape).recorded:
        return entry
    kept = tuple(verdict for verdict in entry.verdicts if verdict.tape != tape)
    return dataclasses.replace(entry, verdicts=(*kept, TapeVerdict(tape, True)))
