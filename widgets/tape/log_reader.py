"""From a log to the facts: one pass over what the seams said, in order."""

import dataclasses

from widgets.tape import events, hooks
from widgets.tape.forward_model import Entry
from widgets.tape.graphs import opened, plain_name, traced
from widgets.tape.model import Step
from widgets.tape.names import Assignments, Names
from widgets.tape.places import Places
from widgets.tape.playbacks import Playbacks
from widgets.tape.positions import position
from widgets.tape.tape_state import Tapings
from widgets.tape.tensors import Tensors

_HOUSEKEEPING = {"DestroyResourceOp"}
"""Ops that Python's garbage collector runs when it likes: no part of the learner's run."""

_SHOWN = {
    ("__enter__", True): "open",
    ("__exit__", False): "close",
    ("gradient", False): "close",
    ("reset", False): "reset",
    ("stop_recording", False): "stop",
    ("stop_recording", True): "resume",
}
"""What a push (True) or pop (False) by a method of `tf.GradientTape` is to a learner; others happen unseen."""


class Reader:
    """Reads one log. Each handler takes one kind of event; `facts()` gives what came of it."""

    def __init__(self, log, moments=(), code=None):
        """`moments`: places outside the log that must be found too; `code`: the learner's function, listed first."""
        moments = [*moments, *(event.at for event in log if getattr(event, "at", None))]
        frames = list({id(moment.frame): moment.frame for moment in moments}.values())
        self.places = Places(dict.fromkeys(([code] if code else []) + [frame.f_code for frame in frames]))
        names = Names(frames)
        self._tensors, self._tapings = Tensors(names), Tapings(names)
        self._entries, self._moments, self._steps, self._traces = [], [], [], []
        self._entry_of_key, self._call_of = {}, {}
        self._functions = log.functions
        self._playbacks = Playbacks(self._tensors)
        handlers = self._handlers()
        for event in log:
            handlers[type(event)](event)
        self._name_by_assignment()

    def _handlers(self):
        return {
            events.Op: self._op,
            events.Traced: self._traced,
            events.OwnPullback: self._own_pullback,
            events.TapeMoved: self._tape_moved,
            events.Watched: self._watched,
            events.Accessed: self._accessed,
            events.Paused: self._paused,
            events.Asked: self._asked,
            events.Answered: self._answered,
            events.Started: self._started,
            events.Pulled: self._pulled,
            events.Summed: self._playbacks.summed,
            events.Ended: self._playbacks.ended,
        }

    def facts(self):
        """Return the parts of a Recording that come from the log, by name."""
        return {
            "listings": self.places.listings,
            "tapes": tuple(self._tapings.facts),
            "entries": tuple(self._entries),
            "backward_passes": self._playbacks.facts(),
            "sources": tuple(self._playbacks.sources()),
            "steps": tuple(self._steps),
            "tensors": self._tensors.facts(),
            "traces": tuple(self._traces),
        }

    def _step(self, kind, of, at, which=-1):
        self._steps.append(Step(kind, of, which, self.places.find(at)))

    def _op(self, event):
        if event.op in _HOUSEKEEPING:
            return
        if isinstance(event.op, bytes):  # TensorFlow's slow path spells it so
            event = event._replace(op=event.op.decode())
        self._playbacks.ran(event)
        opens = opened(self._functions.get(event.op))
        verdicts = () if opens else self._tapings.verdicts(event.op, event.inputs, event.outputs)
        if self._playbacks.running and not any(verdict.recorded for verdict in verdicts):
            return  # TensorFlow's own arithmetic of a playback, seen by no tape
        index = self._add(event, verdicts, opens)
        if event.attrs:
            self._entry_of_key[id(event.attrs)] = index
        if opens and event.outputs:
            self._call_of[hooks.tensor_id(event.outputs[0])] = index

    def _traced(self, event):
        trace = traced(event.graph, self.places.find(event.at))
        self._traces += [trace] if trace else []

    def _own_pullback(self, event):
        """A `tf.function` says after its call how it is played back; anything else is an entry of its own."""
        verdicts = self._tapings.verdicts(None, event.inputs, event.outputs)
        index = self._call_of.get(hooks.tensor_id(event.outputs[0])) if event.outputs else None
        if index is None:
            index = self._add(event, verdicts)
        else:
            self._entries[index] = self._without_internals(self._entries[index], len(event.outputs), verdicts)
        self._entry_of_key[id(event)] = index

    @staticmethod
    def _without_internals(call, outputs, verdicts):
        """Return a `tf.function` call with the outputs the learner sees: TensorFlow adds what playback will need."""
        return dataclasses.replace(
            call, outputs=call.outputs[:outputs], values=call.values[:outputs], verdicts=verdicts
        )

    def _add(self, event, verdicts, opens=()):
        inputs = tuple(map(self._tensors.number, event.inputs))
        self._tensors.made(event)
        entry = Entry(
            index=len(self._entries),
            op=plain_name(event.op) if opens else event.op,
            inputs=inputs,
            outputs=tuple(map(self._tensors.number, event.outputs)),
            values=tuple(map(self._tensors.value, event.outputs)),
            place=self.places.find(event.at),
            verdicts=verdicts,
            backward_pass=self._playbacks.running.index if self._playbacks.running else -1,
            graph=opens,
        )
        self._entries.append(entry)
        self._moments.append(event.at)
        self._step("entry", entry.index, event.at)
        return entry.index

    def _name_by_assignment(self):
        """Name the result of the last entry of each `name = expression`: a loop's earlier values are named so too."""
        assignments = Assignments()
        for entry, moment, following in zip(
            self._entries, self._moments, (*self._moments[1:], None)[: len(self._moments)], strict=True
        ):
            if moment and moment != following and len(entry.outputs) == 1:
                self._tensors.call(entry.outputs[0], assignments.name_at(*position(moment)))

    def _tape_moved(self, event):
        taping = self._tapings.move(event)
        if (event.by, event.pushed) in _SHOWN:
            self._step(_SHOWN[event.by, event.pushed], taping.index, event.at)

    def _watched(self, event):
        taping = self._tapings.of(event.c_tape)
        taping.watch(hooks.tensor_id(event.tensor))
        self._tensors.watched(event.tensor)
        self._step("watch", taping.index, event.at, self._tensors.number(event.tensor))

    def _accessed(self, event):
        self._tensors.accessed(event.variable)
        self._tapings.accessed(event.variable)

    def _paused(self, event):
        self._tapings.stopped = event.stopped

    def _asked(self, event):
        self._tapings.meet(event)
        self._playbacks.asked(event)

    def _started(self, event):
        player, asked = self._playbacks.started(event, self._tapings.of(event.c_tape).index, self.places.find)
        self._step("seed", player.index, asked.at)

    def _pulled(self, event):
        index = self._entry_of_key.get(id(event.key))
        entry, at = (None, None) if index is None else (self._entries[index], self._moments[index])
        player = self._playbacks.running
        self._step("pullback", player.index, at, player.pulled(event, entry))

    def _answered(self, event):
        asked, player = self._playbacks.answered(event)
        if player:
            self._step("gradients", player.index, asked.at)
