"""A diagnosis in words: `explain(recording)` or `explain(error)` says why a gradient is None, nan or an error."""

import dataclasses
import re

from widgets import diagnosis
from widgets.common.catalogue import _
from widgets.common.lessons import path_of
from widgets.common.numbers import text_of
from widgets.diagnosis import model as facts
from widgets.diagnosis.causes import TABLE
from widgets.diagnosis.uncoded_causes import advice, cause
from widgets.tape import Recording
from widgets.tape.text import RecordingText

MOST = 3
"""Diagnoses that are shown without being asked for: what comes first leads to the rest."""


@dataclasses.dataclass(frozen=True, repr=False)
class Diagnosis:
    """What is wrong, and what to do. Reads as text.

    Attributes:
        code: the misconception, a key of `misconceptions.TABLE`; None where the facts do not tell it.
        line: (number, text) of the learner's line that caused it; None where it is not known.
        seen: what was seen: which gradient, or which error.
        cause, repair: one sentence each; "" where there is none.
        lesson: path of the lesson that treats it; "" where there is none.
    """

    code: str | None
    line: tuple[int, str] | None
    seen: str
    cause: str
    repair: str
    lesson: str

    def __str__(self):
        parts = [self.seen, self._at(), self.cause, self.repair]
        more = _("More: {lesson}").format(lesson=self.lesson) if self.lesson else ""
        rest = [part for part in [*parts, more] if part]
        return "\n  ".join([self.code, *rest] if self.code else rest)

    __repr__ = __str__

    @property
    def note(self):
        """The same on one line, for a place among others."""
        return " ".join(part for part in (self.seen, self._at(), self.cause, self.repair, self._lesson()) if part)

    def _at(self):
        number, text = self.line or (0, "")  # no text: the program was typed into a terminal, and is kept nowhere
        return _("Line {number}: `{text}`.").format(number=number, text=text) if text else ""

    def _lesson(self):
        return _("More in {lesson}.").format(lesson=self.lesson) if self.lesson else ""


def explain(what, target=None, source=None):
    """Return a Diagnosis: why a gradient is None, nan, an error or a surprise.

    Args:
        what: a Recording (or a deck, which has one), or an exception.
        target: of which gradient, if there are several: a name, a tensor or a Variable.
        source: the same.

    Raises TypeError for anything else.
    """
    if isinstance(what, BaseException):
        return _of(diagnosis.of_error(what))
    recording = getattr(what, "recording", what)
    if not isinstance(recording, Recording):
        raise TypeError(
            _("explain() takes a recording or an exception, as in explain(record(f)); got {kind}.").format(
                kind=type(what).__name__
            )
        )
    return _of(diagnosis.findings(recording, target, source)[0])


def automatic_diagnoses(recording):
    """Return the Diagnoses that a learner should read without asking."""
    return [_of(finding) for finding in diagnosis.automatic_findings(recording)[:MOST]]


def _of(finding):
    row = TABLE.get(finding.code)
    return Diagnosis(
        code=finding.code or None,
        line=finding.line,
        seen=_seen(finding),
        cause=row.cause if row else cause(finding),
        repair=row.repair if row else advice(finding),
        lesson=path_of(row.lesson) if row else "",
    )


def _seen(finding):
    if finding.symptom == facts.HEALTHY:
        return _("Nothing is wrong here, as far as the recording shows.")
    if finding.symptom == facts.ERROR:
        exception = finding.recording.error.exception
        return f"{type(exception).__name__}: {_first_line(exception)}".rstrip(" :")
    if finding.code == facts.RETRACED:
        function, values = finding.details
        shown = ", ".join(" ".join(one) for one in values[:MOST])
        return _("{function} was traced {count} times, for {values}, …").format(
            function=function, count=len(values), values=shown
        )
    return _of_gradient(finding)


def _first_line(exception):
    """Return what an exception says, without the names that TensorFlow has for its own insides."""
    lines = str(exception).splitlines() or [""]
    return re.sub(r"^\{\{.*?\}\} ?| name: *$", "", lines[0])


def _of_gradient(finding):
    teller, playback = RecordingText(finding.recording), finding.recording.backward_passes[finding.backward_pass]
    about = {"call": teller.call_text(playback), "source": ", ".join(map(teller.tensor_name, finding.tensors))}
    about["line"] = playback.place.line if playback.place else "?"
    if finding.symptom == facts.NONE:
        return _("{call} in line {line} gives None for {source}.").format(**about)
    if finding.symptom == facts.NAN:
        return _("{call} in line {line} gives nan.").format(**about)
    shape = finding.recording.tensors[playback.targets[0]].value.shape
    gradient = next(
        one.gradient
        for one in finding.recording.sources
        if one.backward_pass == finding.backward_pass and one.tensor == finding.tensors[0]
    )
    return _("{call} in line {line} gives {gradient} for a target of shape {shape}.").format(
        gradient=text_of(gradient), shape=shape, **about
    )
