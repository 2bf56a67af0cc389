"""What each tape is doing while the log is read: recording or not, watching what; and so, which entries it records."""

import functools
import itertools

import tensorflow as tf

from widgets.tape import hooks
from widgets.tape.forward_model import INTEGER, NO_GRADIENT, NOT_WATCHED, STOPPED, Tape, TapeVerdict


class Taping:
    """One tape, followed through the log. Tensors are TensorFlow's numbers, as on the real tape."""

    def __init__(self, index, event):
        self.index = index
        self.watches_variables = hooks.watches_variables(event.tape)
        self.c_tape = event.c_tape
        self.open = False
        self.recording = False
        self._known = set()

    def move(self, event):
        """Follow a push or a pop. A reset tape forgets what it knew: TensorFlow makes a new one underneath."""
        if event.pushed and event.c_tape is not self.c_tape:
            self.c_tape = event.c_tape
            self._known = set()
        self.recording = event.pushed
        self.open = event.pushed or event.by in ("stop_recording", "reset")

    def watch(self, number):
        """From now on the tape follows this tensor or handle."""
        self._known.add(number)

    def verdict(self, op, inputs, stopped):
        """Return the TapeVerdict on an op, by the rule of TensorFlow's tape: one watched input of a trainable dtype."""
        if stopped or not self.recording:
            return TapeVerdict(self.index, False, STOPPED)
        known = [tensor for tensor in inputs if hooks.tensor_id(tensor) in self._known]
        if any(is_trainable(tensor.dtype) for tensor in known):
            return TapeVerdict(self.index, True, "" if op is None or has_gradient(op) else NO_GRADIENT)
        whole = inputs and not any(is_trainable(tensor.dtype) for tensor in inputs)
        return TapeVerdict(self.index, False, INTEGER if known or whole else NOT_WATCHED)

    def record(self, outputs):
        """The tape recorded an op: what came out of it is followed from now on."""
        self._known.update(map(hooks.tensor_id, outputs))


class Tapings:
    """All tapes of a run, in order of appearance."""

    def __init__(self, names):
        self._names = names
        self._tapings = {}
        self._open = {}
        self.stopped = False
        self.facts = []

    def move(self, event):
        """Follow a tape that was pushed or popped; returns its Taping."""
        taping = self.meet(event)
        taping.move(event)
        if taping.open:
            self._open[taping.index] = taping
        else:
            self._open.pop(taping.index, None)
        return taping

    def meet(self, event):
        """Return the Taping of an event's tape: a new one where the tape has not been met, or is from before."""
        if id(event.tape) not in self._tapings:
            self._tapings[id(event.tape)] = Taping(len(self.facts), event)
            self.facts.append(self._fact(event.tape))
        return self._tapings[id(event.tape)]

    def _fact(self, tape):
        taken = {self.facts[index].lane for index in self._open}
        return Tape(
            name=self._names.of_tape(tape, "tape"),
            persistent=hooks.is_persistent(tape),
            watches_variables=hooks.watches_variables(tape),
            lane=next(lane for lane in itertools.count() if lane not in taken),
        )

    def of(self, c_tape):
        """Return the Taping behind TensorFlow's own tape object."""
        return next(taping for taping in reversed(self._tapings.values()) if taping.c_tape is c_tape)

    def accessed(self, variable):
        """A trainable Variable was read: tapes that watch accessed Variables follow it from now on."""
        for taping in self._open.values():
            if taping.recording and taping.watches_variables:
                taping.watch(hooks.id_of_handle(variable))

    def verdicts(self, op, inputs, outputs):
        """Return the Verdicts of all open tapes on an op (`None`: one with a pullback of its own)."""
        verdicts = []
        for taping in self._open.values():
            verdicts.append(taping.verdict(op, inputs, self.stopped))
            if verdicts[-1].recorded:
                taping.record(outputs)
        return tuple(verdicts)


@functools.cache
def is_trainable(dtype):
    """Say whether a tape follows this dtype: floating, complex, and handles to Variables."""
    return dtype.is_floating or dtype.is_complex or dtype in (tf.resource, tf.variant)


@functools.cache
def has_gradient(op):
    """Say whether TensorFlow has a gradient for this op."""
    return hooks.has_gradient(op)
