"""Whether a gradient can flow between a source and a target, and what cuts the path between them.

Unlike a tape, a Flow follows everything that TensorFlow ran, recorded or not, also through Variables that are
assigned, and through the gradients of other backward passes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from widgets.diagnosis import causes
from widgets.diagnosis.cause import Cause
from widgets.tape import forward_model as facts
from widgets.tape.forward_model import Entry, Place, TapeVerdict, Value
from widgets.tape.model import BackwardPass, Recording, Step

_BY_REASON = {
    facts.OUTSIDE: causes.OUTSIDE_TAPE,
    facts.STOPPED: causes.STOPPED_GRADIENT,
    facts.PAUSED: causes.PAUSED_TAPES,
    facts.INTEGER: causes.INTEGER_DTYPE,
    facts.NOT_WATCHED: causes.CONSTANT_NOT_WATCHED,
    facts.UNKNOWN: causes.BEFORE_RECORDING,
}


def ancestors(recording: Recording, tensors: Iterable[int]) -> list[Entry]:
    """Return the entries that tensors were made from, in order of time; a read of a Variable is the first of a path."""
    makers = {tensor: entry for entry in recording.entries for tensor in entry.outputs}
    waiting, found = list(tensors), {}
    while waiting:
        entry = makers.get(waiting.pop())
        if entry is not None and entry.index not in found:
            found[entry.index] = entry
            waiting += entry.inputs
    return [found[index] for index in sorted(found)]


class Cut(NamedTuple):
    """What cuts a path, where, and in which operation, if it is one that does so by its nature, or entry.

    CONSTANT_NOT_WATCHED stands for any source that the tape did not watch.
    """

    cause: Cause
    place: Place | None
    op: str = ""
    entry: int = -1


class Flow:
    """All that depends on one source, and where each path from it is cut for the tape of one backward pass.

    Args:
        recording: the recording.
        backward_pass: the pass whose tape is asked.
        source: the source, by index in `Recording.tensors`.
    """

    def __init__(self, recording: Recording, backward_pass: BackwardPass, source: int) -> None:
        self._recording, self._backward_pass, self._source = recording, backward_pass, source
        self._cuts: dict[int, Cut | None] = {source: None}
        self._makers = {tensor: entry for entry in recording.entries for tensor in entry.outputs}
        self._results = self._makers.keys()
        self._is_recording = False
        self._reset_at: Place | None = None
        self._is_variable = recording.tensors[source].kind == "variable"
        self._is_watched = self._is_variable  # whether it is trainable, reading it will tell
        for step in recording.steps:
            self._follow(step)

    def reaches(self, target: int) -> bool:
        """Say whether a tensor depends on the source at all."""
        return target in self._cuts

    def cut(self, target: int) -> Cut | None:
        """Return the first cut on the path to a tensor that depends on the source, None if there is none."""
        return self._cuts[target]

    def _follow(self, step: Step) -> None:
        if step.kind == "entry":
            self._on_entry(self._recording.entries[step.subject])
        elif step.kind == "gradients":
            self._on_gradients(step.subject)
        elif step.subject == self._backward_pass.tape and step.kind in ("open", "resume", "close", "stop"):
            self._is_recording = step.kind in ("open", "resume")
        elif step.subject == self._backward_pass.tape and step.kind == "reset":
            self._on_reset(step.place)
        elif step.subject == self._backward_pass.tape and step.kind == "watch" and step.detail == self._source:
            self._is_watched = True

    def _on_entry(self, entry: Entry) -> None:
        if self._source in entry.outputs and not self._is_variable:
            self._is_watched = self._backward_pass.tape in entry.recorded_by
        if self._assigns(entry):
            self._on_assignment(entry, *entry.inputs)
            return
        arriving = [self._beyond(entry, tensor) for tensor in entry.inputs if tensor in self._cuts]
        if arriving:
            first = None if None in arriving else arriving[0]
            for tensor in entry.outputs:
                if self._cuts.get(tensor, first) is not None or tensor not in self._cuts:
                    self._cuts[tensor] = first

    def _beyond(self, entry: Entry, tensor: int) -> Cut | None:
        """Return the cut behind an entry: one from before it, or its own."""
        before = self._cuts[tensor]
        if before is not None:
            return before
        own = _cut_by(entry, tensor, self._backward_pass)
        if own and own.cause is causes.INTEGER_DTYPE and not own.op and (maker := self._makers.get(tensor)):
            own = Cut(own.cause, maker.place or own.place, maker.op)
        if own and own.cause is causes.PAUSED_TAPES and self._is_read_to_be_stopped(entry):
            own = Cut(causes.STOPPED_GRADIENT, own.place)
        if own is None and tensor == self._source and not self._is_watched:  # recorded for another input's sake
            own = Cut(causes.CONSTANT_NOT_WATCHED, entry.place)
        if own and own.cause is causes.CONSTANT_NOT_WATCHED and self._reset_at:
            return Cut(causes.TAPE_RESET, self._reset_at)
        return own

    def _is_read_to_be_stopped(self, entry: Entry) -> bool:
        """Whether an entry reads a Variable for `tf.stop_gradient`, which pauses tapes for that too."""
        after = self._recording.entries[entry.index + 1 :]
        return any(one.op == "StopGradient" and set(one.inputs) & set(entry.outputs) for one in after)

    def _assigns(self, entry: Entry) -> bool:
        """Whether an entry assigns: it returns nothing, and begins with a Variable."""
        return bool(entry.inputs and not entry.outputs) and self._recording.tensors[entry.inputs[0]].kind == "variable"

    def _on_assignment(self, entry: Entry, handle: int, *values: int) -> None:
        """A value goes into a Variable: the path ends there for a tape, but what is read later depends on it."""
        arriving = [value for value in values if value in self._cuts]
        if arriving and handle != self._source:
            self._cuts[handle] = self._cuts[arriving[0]] or Cut(causes.ASSIGNED_IN_TAPE, entry.place)
        elif entry.op == "AssignVariableOp" and handle != self._source:
            self._cuts.pop(handle, None)

    def _on_gradients(self, index: int) -> None:
        """A backward pass returned gradients. If no tape recorded its arithmetic, no entry has made them."""
        other = self._recording.backward_passes[index]
        arriving = [self._cuts[target] for target in other.targets if target in self._cuts]
        if not arriving or other is self._backward_pass:
            return
        cut = arriving[0] if self._is_recording else Cut(causes.INNER_GRADIENT_OUTSIDE_OUTER_TAPE, other.place)
        if cut:
            gradients = (one.gradient_tensor for one in self._recording.sources if one.backward_pass == index)
            self._cuts |= {tensor: cut for tensor in gradients if tensor >= 0 and tensor not in self._results}

    def _on_reset(self, place: Place | None) -> None:
        """The tape forgot all it had recorded; a Variable is watched again when it is read again."""
        if not self._is_variable:
            self._is_watched, self._reset_at = False, place
        for tensor, cut in self._cuts.items():
            if cut is None and tensor != self._source:
                self._cuts[tensor] = Cut(causes.TAPE_RESET, place)


def _cut_by(entry: Entry, tensor: int, backward_pass: BackwardPass) -> Cut | None:
    """Return the cut between an input of an entry and its outputs, None if gradients flow through."""
    verdict = entry.verdict(backward_pass.tape)
    if not verdict.recorded:
        return Cut(_why_not_recorded(entry, verdict), entry.place)
    if verdict.reason == facts.NO_GRADIENT:
        is_stop = entry.op == "StopGradient"
        return Cut(causes.STOPPED_GRADIENT if is_stop else causes.NOT_DIFFERENTIABLE, entry.place, entry.op)
    if not any(map(_lets_gradients_through, entry.values)):
        to_integer = entry.op == "Cast" and any("int" in value.dtype for value in entry.values)
        return Cut(causes.INTEGER_DTYPE if to_integer else causes.NOT_DIFFERENTIABLE, entry.place, entry.op)
    if _passes_nothing_back(backward_pass, entry, tensor):
        return Cut(causes.INSIDE_FUNCTION if entry.graph else causes.NOT_DIFFERENTIABLE, entry.place, entry.op)
    return None


def _why_not_recorded(entry: Entry, verdict: TapeVerdict) -> Cause:
    if entry.backward_pass >= 0 and verdict.reason == facts.OUTSIDE:
        return causes.INNER_GRADIENT_OUTSIDE_OUTER_TAPE
    is_read_for_it = verdict.reason == facts.PAUSED and entry.place and "stop_gradient(" in entry.place.text
    if entry.op == "StopGradient" or is_read_for_it:  # TensorFlow pauses the tapes for it, and the learner asked for it
        return causes.STOPPED_GRADIENT
    return _BY_REASON[verdict.reason]


def _lets_gradients_through(value: Value) -> bool:
    """Whether gradients can flow through a value of this dtype."""
    return value.dtype in ("resource", "variant") or "float" in value.dtype or "complex" in value.dtype


def _passes_nothing_back(backward_pass: BackwardPass, entry: Entry, tensor: int) -> bool:
    """Whether the entry's pullback ran, and passed nothing back to this input."""
    passed = [
        one
        for pullback in backward_pass.pullbacks
        if pullback.entry == entry.index
        for one in pullback.input_gradients
        if one.tensor == tensor
    ]
    return bool(passed) and all(one.skipped for one in passed)
