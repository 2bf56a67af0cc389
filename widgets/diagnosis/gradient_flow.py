"""What depends on a source, followed through a run in order of time, and where each way to it is cut for one tape."""

from widgets.diagnosis import model as found
from widgets.diagnosis.cuts import NOT_WATCHED, RESET, Cut, cut_by


class Flow:
    """All that depends on one source of one playback. `cut(target)` tells where the way there is cut.

    Unlike the tape it follows everything that TensorFlow ran, recorded or not, also through Variables that are
    assigned, and through the gradients of other playbacks.
    """

    def __init__(self, recording, playback, source):
        self._recording, self._playback, self._source = recording, playback, source
        self._cuts = {source: None}
        self._makers = {number for entry in recording.entries for number in entry.outputs}
        self._recording_now, self._reset_at = False, None
        self._is_variable = recording.tensors[source].kind == "variable"
        self._is_watched = self._is_variable  # whether it is trainable, reading it will tell
        for step in recording.steps:
            self._follow(step)

    def reaches(self, target):
        """Say whether a tensor depends on the source at all."""
        return target in self._cuts

    def cut(self, target):
        """Return the first Cut on the way to a tensor that depends on the source, None if there is none."""
        return self._cuts[target]

    def _follow(self, step):
        if step.kind == "entry":
            self._entry(self._recording.entries[step.subject])
        elif step.kind == "gradients":
            self._gradients(step.subject)
        elif step.subject == self._playback.tape and step.kind in ("open", "resume", "close", "stop"):
            self._recording_now = step.kind in ("open", "resume")
        elif step.subject == self._playback.tape and step.kind == "reset":
            self._reset(step.place)
        elif step.subject == self._playback.tape and step.kind == "watch" and step.detail == self._source:
            self._is_watched = True

    def _entry(self, entry):
        if self._source in entry.outputs and not self._is_variable:
            self._is_watched = self._playback.tape in entry.recorded_by
        if self._goes_into_variable(entry):
            self._assign(entry, *entry.inputs)
            return
        arriving = [self._beyond(entry, number) for number in entry.inputs if number in self._cuts]
        if arriving:
            first = None if None in arriving else arriving[0]
            for number in entry.outputs:
                if self._cuts.get(number, first) is not None or number not in self._cuts:
                    self._cuts[number] = first

    def _beyond(self, entry, number):
        """Return the Cut behind an entry: one from before it, or its own."""
        before = self._cuts[number]
        if before is not None:
            return before
        own = cut_by(entry, number, self._playback)
        if own is None and number == self._source and not self._is_watched:  # recorded for another input's sake
            own = Cut(NOT_WATCHED, entry.place)
        forgotten = own and own.what == NOT_WATCHED and self._reset_at
        return Cut(RESET, self._reset_at) if forgotten else own

    def _goes_into_variable(self, entry):
        """Whether an entry assigns: it gives nothing, and begins with a Variable."""
        return bool(entry.inputs and not entry.outputs) and self._recording.tensors[entry.inputs[0]].kind == "variable"

    def _assign(self, entry, handle, *values):
        """A value goes into a Variable: the way ends there for a tape, but what is read later depends on it."""
        arriving = [value for value in values if value in self._cuts]
        if arriving and handle != self._source:
            self._cuts[handle] = self._cuts[arriving[0]] or Cut(found.ASSIGNED_IN_TAPE, entry.place)
        elif entry.op == "AssignVariableOp" and handle != self._source:
            self._cuts.pop(handle, None)

    def _gradients(self, index):
        """A playback gave gradients. Where no tape recorded its arithmetic, they have no maker among the entries."""
        other = self._recording.backward_passes[index]
        ways = [self._cuts[number] for number in other.targets if number in self._cuts]
        if not ways or other is self._playback:
            return
        cut = ways[0] if self._recording_now else Cut(found.INNER_OUTSIDE, other.place)
        for source in self._recording.sources:
            if (
                source.backward_pass == index
                and source.gradient_tensor >= 0
                and source.gradient_tensor not in self._makers
                and cut
            ):
                self._cuts[source.gradient_tensor] = cut

    def _reset(self, place):
        """The tape forgot all it had recorded; a Variable is watched again when it is read again."""
        if not self._is_variable:
            self._is_watched, self._reset_at = False, place
        for number, cut in self._cuts.items():
            if cut is None and number != self._source:
                self._cuts[number] = Cut(RESET, place)
