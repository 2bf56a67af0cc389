"""What a diagnosis has found, frozen: the symptom, its cause as a stable code, and the place in the learner's code."""

import dataclasses

from widgets.tape.forward_model import Place
from widgets.tape.model import Recording

NONE, NAN, ERROR, SURPRISE, HEALTHY = "none", "nan", "error", "surprise", "healthy"
"""Symptoms."""

CONSTANT_NOT_WATCHED = "CONSTANT_NOT_WATCHED"
OUTSIDE_TAPE = "OUTSIDE_TAPE"
LEFT_TENSORFLOW = "LEFT_TENSORFLOW"
REASSIGNED_VARIABLE = "REASSIGNED_VARIABLE"
INTEGER_DTYPE = "INTEGER_DTYPE"
NOT_DIFFERENTIABLE = "NOT_DIFFERENTIABLE"
NO_PATH = "NO_PATH"
ASSIGNED_IN_TAPE = "ASSIGNED_IN_TAPE"
TAPE_ALREADY_USED = "TAPE_ALREADY_USED"
INNER_OUTSIDE = "INNER_GRADIENT_OUTSIDE_OUTER_TAPE"
TARGET_SUMMED = "TARGET_SUMMED"
NAN_ZERO_TIMES_INF = "NAN_ZERO_TIMES_INF"
UNKNOWN_KERAS_VARIABLE = "UNKNOWN_KERAS_VARIABLE"
RETRACED = "RETRACED"
STOPPED_GRADIENT = "STOPPED_GRADIENT"

NOT_TRAINABLE = "NOT_TRAINABLE"
"""Lesson 02's name for what a Variable with `trainable=False` gets."""


@dataclasses.dataclass(frozen=True)
class Finding:
    """One thing found in a recording.

    `code` names the cause. Where the facts do not tell it, `code` is "" and `known` names what they do tell.
    `backward_pass` and `tensors` (the sources) are numbers of the recording, -1 and none where it is not about them.
    """

    symptom: str
    recording: Recording
    code: str = ""
    known: str = ""
    place: Place | None = None
    backward_pass: int = -1
    tensors: tuple[int, ...] = ()
    details: tuple = ()

    @property
    def line(self):
        """The line of the learner's code that caused it: (number, text), None where it is not known."""
        if self.place is None:
            return None
        listing = self.recording.listings[self.place.listing]
        lines = listing.lines[self.place.line - listing.first :]
        return self.place.line, lines[0].strip() if lines else ""
