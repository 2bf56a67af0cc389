"""Why a gradient is None: the way from the source to the target, and what cuts it."""

from widgets.diagnosis import cuts
from widgets.diagnosis import model as found
from widgets.diagnosis.gradient_call import Asking
from widgets.diagnosis.gradient_flow import Flow
from widgets.diagnosis.leaving import leaving
from widgets.diagnosis.model import Finding
from widgets.diagnosis.reassigned import is_reassigned, made_at

UNSEEN, TOLD, INSIDE, RESET, UNKNOWN = "unseen", "told what to watch", "inside", "reset", "unknown"
"""What is known where no code fits."""


def why(recording, code, source):
    """Return the Finding for one Source whose gradient is None. `code` is the recording's Code."""
    return _Nothing(recording, code, source).finding()


class _Nothing:
    def __init__(self, recording, code, source):
        self._recording, self._code, self._source = recording, code, source
        self._playback = recording.backward_passes[source.backward_pass]
        self._tensor = recording.tensors[source.tensor]
        self._asking = Asking(recording, source)

    def finding(self):
        if "int" in self._dtype():
            return self._found(found.INTEGER_DTYPE, made_at(self._code, self._asking.source) or self._first_use())
        if not self._was_seen():
            return self._known(UNSEEN, self._playback.place)
        flow = Flow(self._recording, self._playback, self._source.tensor)
        targets = [number for number in self._asking.targets if flow.reaches(number)]
        if targets:
            return self._cut(flow.cut(targets[0]))
        return self._no_way() if self._asking.targets else self._known(UNKNOWN, self._playback.place)

    def _found(self, code, place):
        return Finding(found.NONE, self._recording, code, "", place, self._source.backward_pass, (self._source.tensor,))

    def _known(self, known, place):
        return Finding(
            found.NONE, self._recording, "", known, place, self._source.backward_pass, (self._source.tensor,)
        )

    def _dtype(self):
        return (self._source.value or self._tensor.value).dtype

    def _was_seen(self):
        """Whether the tape was opened in the recording: what another cell put on it is not known here."""
        opened = any(step.kind == "open" and step.subject == self._playback.tape for step in self._recording.steps)
        is_plain = self._playback.call == "gradient"  # a Jacobian's rows are no entries of the learner's
        return opened and not (is_plain and any(pullback.entry < 0 for pullback in self._playback.pullbacks))

    def _first_use(self):
        uses = (entry for entry in self._recording.entries if self._source.tensor in entry.inputs and entry.verdicts)
        return next((entry.place for entry in uses if entry.place), self._playback.place)

    def _cut(self, cut):
        if cut is None:
            return self._known(UNKNOWN, self._playback.place)
        if cut.what == cuts.NOT_WATCHED:
            return self._not_watched(cut.place)
        if cut.what in (cuts.RESET, cuts.INSIDE):
            return self._known({cuts.RESET: RESET, cuts.INSIDE: INSIDE}[cut.what], cut.place)
        return self._found(cut.what, cut.place)

    def _not_watched(self, place):
        if maker := is_reassigned(self._recording, self._code, self._source.tensor, self._asking.source):
            return self._found(found.REASSIGNED_VARIABLE, maker.place)
        if self._tensor.kind != "variable":
            return self._found(found.CONSTANT_NOT_WATCHED, place)
        if self._recording.tapes[self._playback.tape].watches_variables:
            made = made_at(self._code, self._asking.source)
            return self._found(found.NOT_TRAINABLE, made or place)
        return self._known(TOLD, place)

    def _left(self):
        """Return where the source code shows that the value left TensorFlow, if it speaks of this source alone."""
        target, source = self._asking.target, self._asking.source
        if target is None or source is None or any(map(self._leads, self._asking.others)):
            return None
        return leaving(self._code, target, source)

    def _leads(self, other):
        flow = Flow(self._recording, self._playback, other)
        return any(map(flow.reaches, self._asking.targets))

    def _no_way(self):
        """Nothing that TensorFlow ran leads from the source to the target."""
        if maker := is_reassigned(self._recording, self._code, self._source.tensor, self._asking.source):
            return self._found(found.REASSIGNED_VARIABLE, maker.place)
        if left := self._left():
            return self._found(found.LEFT_TENSORFLOW, self._asking.place(self._code, *left))
        return self._found(found.NO_PATH, self._playback.place)
