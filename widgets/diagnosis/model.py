"""What a diagnosis has found, frozen: the symptom, its cause, and the place in the learner's code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeAlias

from widgets.diagnosis.cause import Cause
from widgets.tape.forward_model import Place
from widgets.tape.model import Recording

Symptom: TypeAlias = Literal["none", "nan", "nan target", "inf", "zero", "error", "surprise", "healthy"]

NONE: Symptom = "none"
NAN: Symptom = "nan"
NAN_TARGET: Symptom = "nan target"
INF: Symptom = "inf"
ZERO: Symptom = "zero"
ERROR: Symptom = "error"
SURPRISE: Symptom = "surprise"
HEALTHY: Symptom = "healthy"

_NOTHING = Cause()


class Found(NamedTuple):
    """What one look at a recording or an exception has found.

    Attributes:
        cause: why.
        place: where in the learner's code; None where it is not known.
        facts: what fills the words in braces of the cause's sentences.
        mend: the learner's line, and the line that mends it; None where that is not certain.
    """

    cause: Cause
    place: Place | None = None
    facts: Mapping[str, str] = {}
    mend: tuple[str, str] | None = None


@dataclass(frozen=True)
class Finding:
    """One thing found in a recording.

    Attributes:
        symptom: a gradient is None, NaN, inf or 0, only the target is NaN, the run ended in an error, what runs is
            not what was meant, or nothing is wrong.
        recording: the Recording it was found in.
        cause: why. One without a code says what is known where the facts do not tell the cause.
        place: where in the learner's code; None where it is not known.
        backward_pass: index in `Recording.backward_passes`; -1 if it is not about one.
        tensors: the sources it is about, by index in `Recording.tensors`.
        details: for RETRACED the function's name, and the Python values of each trace; for RAN_AWAY how large the
            numbers were in the first round, and in the last before the NaN; of an exception that the learner's code
            caught, the FailedCall; where shapes did not fit, the Meeting.
        facts: what fills the words in braces of the cause's sentences: names, shapes and numbers, as text.
        mend: the learner's line, and the line that mends it; None where that is not certain.
    """

    symptom: Symptom
    recording: Recording
    cause: Cause = _NOTHING
    place: Place | None = None
    backward_pass: int = -1
    tensors: tuple[int, ...] = ()
    details: tuple[Any, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    mend: tuple[str, str] | None = None

    @property
    def code(self) -> str:
        """The code of the cause, "" if it has none."""
        return self.cause.code

    @property
    def line(self) -> tuple[int, str] | None:
        """The line of the learner's code that caused it: (number, text); None where it is not known."""
        if self.place is None:
            return None
        listing = (*self.recording.listings, *self.recording.helpers)[self.place.listing]
        lines = listing.lines[self.place.line - listing.first :]
        return self.place.line, lines[0].strip() if lines else ""
