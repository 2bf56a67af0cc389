"""The state of each tape while the log is read: recording or not, watching what; and so, which ops it records."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import tensorflow as tf

from widgets.common import arrays
from widgets.tape import hooks
from widgets.tape.events import GradientCalled, TapeToggled
from widgets.tape.forward_model import INTEGER, NO_GRADIENT, NOT_WATCHED, STOPPED, Tape, TapeVerdict
from widgets.tape.names import Names


class TapeState:
    """One tape, followed through the log. Tensors are TensorFlow's numbers, as on the real tape."""

    def __init__(self, index: int, event: TapeToggled | GradientCalled) -> None:
        self.index = index
        self.watches_variables = hooks.watches_variables(event.tape)
        self.c_tape = event.c_tape
        self.is_open = False
        self.is_recording = False
        self._watched: set[int] = set()

    def toggle(self, event: TapeToggled) -> None:
        """Follow a push or a pop. A reset tape forgets what it knew: TensorFlow makes a new one underneath."""
        if event.pushed and event.c_tape is not self.c_tape:
            self.c_tape = event.c_tape
            self._watched = set()
        self.is_recording = event.pushed
        self.is_open = event.pushed or event.by in ("stop_recording", "reset")

    def watch(self, numbers: Iterable[int]) -> None:
        """From now on the tape watches these tensors or handles, as it does what comes out of an op it recorded."""
        self._watched.update(numbers)

    def verdict(self, op: str | None, inputs: Sequence[arrays.Tensor], paused: bool) -> TapeVerdict:
        """Return whether the tape records an op, by the rule of TensorFlow's tape: one watched, trainable input."""
        if paused or not self.is_recording:
            return TapeVerdict(self.index, False, STOPPED)
        watched = [tensor for tensor in inputs if hooks.tensor_id(tensor) in self._watched]
        if any(hooks.is_trainable(tensor.dtype) for tensor in watched):
            return TapeVerdict(self.index, True, "" if op is None or hooks.has_gradient(op) else NO_GRADIENT)
        none_trainable = inputs and not any(hooks.is_trainable(tensor.dtype) for tensor in inputs)
        return TapeVerdict(self.index, False, INTEGER if watched or none_trainable else NOT_WATCHED)


class TapeStates:
    """All tapes of a run, in order of appearance."""

    def __init__(self, names: Names) -> None:
        self.paused = False
        """Whether TensorFlow has paused recording on the whole thread."""
        self.facts: list[Tape] = []
        self._names = names
        self._states: dict[int, TapeState] = {}
        self._open: dict[int, TapeState] = {}

    def toggle(self, event: TapeToggled) -> TapeState:
        """Follow a tape that was pushed or popped; returns its state."""
        state = self.state(event)
        state.toggle(event)
        if state.is_open:
            self._open[state.index] = state
        else:
            self._open.pop(state.index, None)
        return state

    def state(self, event: TapeToggled | GradientCalled) -> TapeState:
        """Return the state of an event's tape: a new one where the tape has not been met, or is from before."""
        if id(event.tape) not in self._states:
            self._states[id(event.tape)] = TapeState(len(self.facts), event)
            self.facts.append(self._fact(event.tape))
        return self._states[id(event.tape)]

    def _fact(self, tape: tf.GradientTape) -> Tape:
        taken = {self.facts[index].lane for index in self._open}
        return Tape(
            name=self._names.of_tape(tape, "tape"),
            persistent=hooks.is_persistent(tape),
            watches_variables=hooks.watches_variables(tape),
            lane=next(lane for lane in itertools.count() if lane not in taken),
        )

    def state_of(self, c_tape: Any) -> TapeState:
        """Return the state of the tape that TensorFlow's C++ tape belongs to."""
        return next(state for state in reversed(self._states.values()) if state.c_tape is c_tape)

    def on_access(self, variable: arrays.Variable) -> None:
        """A trainable Variable was read: tapes that watch accessed Variables watch it from now on."""
        for state in self._open.values():
            if state.is_recording and state.watches_variables:
                state.watch([hooks.handle_id(variable)])

    def verdicts(
        self, op: str | None, inputs: Sequence[arrays.Tensor], outputs: Sequence[arrays.Tensor]
    ) -> tuple[TapeVerdict, ...]:
        """Return the verdicts of all open tapes on an op (`None`: one with a pullback of its own)."""
        verdicts = []
        for state in self._open.values():
            verdicts.append(state.verdict(op, inputs, self.paused))
            if verdicts[-1].recorded:
                state.watch(map(hooks.tensor_id, outputs))
        return tuple(verdicts)
