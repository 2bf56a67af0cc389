"""A diagnosis in words: `explain` says why a gradient is None or NaN, or why code fails."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import tensorflow as tf

from widgets import diagnosis
from widgets.common.catalogue import _
from widgets.common.lessons import path_of
from widgets.diagnosis import causes
from widgets.diagnosis.code_fix import DiffLine, code_fix
from widgets.diagnosis.finding import second_likeliest
from widgets.diagnosis.fit_course import ENOUGH, of_losses
from widgets.diagnosis.model import Finding
from widgets.diagnosis.seen import seen
from widgets.diagnosis.shape_mismatch import Meeting
from widgets.diagnosis.tried_fix import tried
from widgets.tape.listed import joined
from widgets.tape.model import Recording
from widgets.tape.text import RecordingText

MOST = 3
"""Diagnoses that are shown without being asked for: what comes first leads to the rest."""

_OF_THE_SOURCE = (causes.CONSTANT_NOT_WATCHED, causes.NO_AUTOMATIC_WATCHING, causes.REASSIGNED_VARIABLE)
"""Causes whose sentences call the source `x`, and its tape `tape`."""

_WORD = re.compile(r"(?<![\w.])(?:x\b|tape(?=\.watch))", re.ASCII)
_IS_NAME = re.compile(r"[^\W\d][\w.]*(\[[^][]*\])*")


class HasRecording(Protocol):
    """An object with a recording, as a TapeDeck is."""

    recording: Recording


class HasHistory(Protocol):
    """An object with losses by name, as the History that Keras's `fit` returns."""

    history: dict[str, Any]


@dataclass(frozen=True, repr=False)
class Diagnosis:
    """What is wrong, why, and what to do about it. Prints as text.

    Attributes:
        code: the stable name of the cause, such as "NO_PATH", by which lessons/README.md lists it; None where the
            recording does not tell the cause.
        line: (number, text) of the learner's line that caused it; None where it is not known.
        seen: what was seen: which gradient is None or NaN, or the error.
        cause: why, in one sentence; "" where nothing is known.
        repair: what to do, in one sentence; "" where nothing is known to help.
        lesson: path of the lesson that explains it; "" where there is none.
        mend: (the learner's line, the line that mends it); None where that is not certain.
        change: the change of the learner's code, as lines marked " " (as it is), "-" (to go) or "+" (new); () likewise.
        tried: what the gradient is with that change, where it could be tried on a copy of the code; else "".
        second: the second likeliest cause, with its own evidence; None where there is no other.
    """

    code: str | None
    line: tuple[int, str] | None
    seen: str
    cause: str
    repair: str
    lesson: str
    mend: tuple[str, str] | None = None
    change: tuple[DiffLine, ...] = ()
    tried: str = ""
    second: Diagnosis | None = None

    def __str__(self) -> str:
        more = _("More: {lesson}").format(lesson=self.lesson) if self.lesson else ""
        change = [f"{mark} {text}" for mark, text in self.change]
        other = self.second
        beside = _("Seen as well: {diagnosis}").format(diagnosis=other.note) if other else ""
        said = [self.code, self.seen, self._at(), self.cause, self.repair, *change, self.tried, more, beside]
        return "\n  ".join(filter(None, said))

    __repr__ = __str__

    @property
    def note(self) -> str:
        """The same on one line and without the code, for a place among others."""
        more = _("More in {lesson}.").format(lesson=self.lesson) if self.lesson else ""
        return " ".join(filter(None, [self.seen, self._at(), self.cause, self.repair, more]))

    def _at(self) -> str:
        number, text = self.line or (0, "")  # no text: the program was typed into a terminal, and is kept nowhere
        return _("Line {number}: `{text}`.").format(number=number, text=text) if text else ""


def explain(
    what: Recording | HasRecording | HasHistory | BaseException | None = None,
    target: Any = None,
    source: Any = None,
    *,
    losses: Iterable[float] | None = None,
) -> Diagnosis:
    """Say why a gradient is None, NaN or 0, why code fails, or why it runs and does not learn.

    It looks at what TensorFlow ran, what the tapes recorded, and the learner's source. What they do not tell is not
    guessed: `Diagnosis.code` is None then. TensorFlow's guide explains the most common causes of None:
    https://www.tensorflow.org/guide/autodiff#getting_a_gradient_of_none.

    Args:
        what: a Recording, a TapeDeck, an exception that TensorFlow, Keras or Python raised, or the history that
            Keras's `fit` returned; left out, the last recording or deck, or the exception that was shown after it.
        target: if there are several gradients, only those of this target: the name that the learner's code gives it,
            or the tensor itself.
        source: only gradients with respect to this source: its name, or the tensor or Variable itself.
        losses: in place of `what` the losses of a run, step by step or epoch by epoch.

    Returns:
        The Diagnosis of the most telling cause. If nothing is wrong, it says so, and its code is None.

    Raises:
        TypeError: if `what` is neither a recording nor an exception, nor a history; or the losses are no numbers.
        ValueError: if the recording has no gradient of that target, or with respect to that source.

    Example:
        >>> import tensorflow as tf
        >>> from widgets import explain, record
        >>> def slope():
        ...     x = tf.constant(3.0)
        ...     with tf.GradientTape() as tape:
        ...         y = x * x
        ...     return tape.gradient(y, x)
        >>> explain(record(slope)).code
        'CONSTANT_NOT_WATCHED'
    """
    if what is None and losses is None:
        from widgets.tape.past_logs import latest_subject  # here, since a diagnosis needs no recorder

        what = latest_subject()
    if isinstance(what, BaseException):
        return diagnosis_of(diagnosis.of_error(what))
    history = getattr(what, "history", None) if losses is None else {"loss": losses}
    if isinstance(history, dict) and "loss" in history:
        return _of_losses(_numbers(history["loss"]))
    recording = getattr(what, "recording", what)
    if isinstance(recording, tf.GradientTape):
        raise TypeError(
            _(
                "A tape cannot be explained by itself: it keeps nothing once it was asked or deleted. Explain the code "
                "that it ran in: explain(record(f)), or explain() after a cell with %%tape."
            )
        )
    if not isinstance(recording, Recording):
        raise TypeError(
            _("There is nothing to explain yet: put %%tape on a cell, or record(f) a function, and then ask.")
            if what is None
            else _(
                "explain() takes a recording, an exception or the history of fit, as in explain(record(f)), or "
                "explain(losses=[0.9, 0.7, 0.6]); got {kind}."
            ).format(kind=type(what).__name__)
        )
    if not (target is source is None or recording.error):
        _require_gradient(recording, target, source)
    finding, *others = diagnosis.findings(recording, target, source)
    said, (change, result) = diagnosis_of(finding), tried(finding)
    other = second_likeliest(finding, others)
    second = replace(diagnosis_of(other), lesson="") if other else None
    return replace(said, change=change, tried=result, mend=said.mend if change else None, second=second)


def _numbers(losses: Iterable[float]) -> list[float]:
    try:
        return [float(loss) for loss in losses]
    except (TypeError, ValueError) as error:
        raise TypeError(_("losses must be a list of numbers, as in explain(losses=[0.9, 0.7, 0.6]).")) from error


def _of_losses(losses: Sequence[float]) -> Diagnosis:
    """Return the Diagnosis of a list of losses, of which nothing else is known."""
    found = of_losses(losses)
    if found is None:
        seen = (
            _("Nothing is wrong here, as far as these {count} losses show.").format(count=len(losses))
            if len(losses) >= ENOUGH
            else _("These losses are too few to judge: at least 3 are needed, one for each step or epoch.")
        )
        return Diagnosis(None, None, seen, "", "", "")
    cause, facts = found
    first, last = f"{losses[0]:.4g}", f"{losses[-1]:.4g}"
    seen = (
        _("The loss of {count} steps: {first} at first, {last} at last.").format(
            count=len(losses), first=first, last=last
        )
        if len(losses) > 1
        else _("The loss of one step: {last}.").format(last=last)
    )
    why, repair = cause.cause.format_map(facts), cause.repair.format_map(facts)
    return Diagnosis(cause.code, None, seen, why, repair, path_of(cause.lesson) if cause.lesson else "")


def _require_gradient(recording: Recording, target: Any, source: Any) -> None:
    """Raise ValueError if there is no such gradient: of one that does not exist, nothing would be wrong."""
    if diagnosis.sources_asked_about(recording, target, source):
        return
    text, passes = RecordingText(recording), recording.backward_passes
    known = [
        _("{target} with respect to {source}").format(
            target=text.tensor_name(tensor), source=text.tensor_name(one.tensor)
        )
        for one in recording.sources
        for tensor in passes[one.backward_pass].targets
    ]
    raise ValueError(
        _("The recording has no such gradient. It has these: {known}.").format(known="; ".join(dict.fromkeys(known)))
        if known
        else _("The recording has no gradient: it contains no call of tape.gradient.")
    )


def automatic_diagnoses(recording: Recording) -> list[Diagnosis]:
    """Return the Diagnoses to show without being asked: at most MOST."""
    return [diagnosis_of(finding) for finding in diagnosis.automatic_findings(recording)[:MOST]]


def diagnosis_of(finding: Finding) -> Diagnosis:
    """Return a Finding in words."""
    cause, repair = finding.cause.cause, finding.cause.repair
    if finding.facts:
        cause, repair = cause.format_map(finding.facts), repair.format_map(finding.facts)
    if finding.cause is causes.NAN_GIVEN:
        cause = cause.format(tensor=_nan_tensor(finding))
    elif finding.cause is causes.RAN_AWAY:
        first, last = (f"{size:.3g}" for size in finding.details)
        cause = cause.format(first=first, last=last)
    elif isinstance(next(iter(finding.details), None), Meeting):
        meeting = finding.details[0]
        one, other = meeting.disagreeing or (0, 0)
        cause = cause.format(shapes=joined(map(str, meeting.tensors)), one=one, other=other)
    elif finding.cause in _OF_THE_SOURCE:
        cause, repair = (_in_their_names(finding, sentence) for sentence in (cause, repair))
    return Diagnosis(
        code=finding.code or None,
        line=finding.line,
        seen=seen(finding),
        cause=cause,
        repair=repair,
        lesson=path_of(finding.cause.lesson) if finding.cause.lesson else "",
        mend=finding.mend,
        change=code_fix(finding),
    )


def _nan_tensor(finding: Finding) -> str:
    tensor = finding.tensors[0]
    fact = finding.recording.tensors[tensor]
    if fact.kind == "constant" and not fact.name:  # it would be called by its value
        return _("an input of this operation")
    return RecordingText(finding.recording).tensor_name(tensor)


def _in_their_names(finding: Finding, sentence: str) -> str:
    """Return a sentence about `x` and `tape` with what the learner calls them; of several sources it stays general."""
    recording = finding.recording
    if finding.backward_pass < 0:
        return sentence
    names = {"tape": recording.tapes[recording.backward_passes[finding.backward_pass].tape].name}
    if len(finding.tensors) == 1:
        names["x"] = recording.tensors[finding.tensors[0]].name
    names = {word: name for word, name in names.items() if _IS_NAME.fullmatch(name)}
    return _WORD.sub(lambda word: names.get(word[0], word[0]), sentence)
