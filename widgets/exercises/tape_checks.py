"""What the tape itself shows of an answer: it is run once more under the recorder, to see why it gave None."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from widgets.common.catalogue import _
from widgets.diagnosis.finding import findings
from widgets.exercises.evaluate import quietly
from widgets.exercises.exercise import Exercise, Question, by_calling
from widgets.exercises.predicates import EvidenceTest, all_none, returned
from widgets.tape import RecordingError, record
from widgets.tape.forward_model import OUTSIDE

if TYPE_CHECKING:
    from widgets.exercises.exercise import Evidence
    from widgets.tape.forward_model import TapeVerdict, Tensor
    from widgets.tape.model import BackwardPass, Recording

Reason: TypeAlias = tuple[str, str]
"""The code of a cause, and the sentence for the learner."""


def diagnosed_as(code: str) -> EvidenceTest:
    """Return a test: did every question give None, and does `explain` find this cause in a recording of the first one?"""
    gave_none = returned(all_none)
    return lambda evidence: gave_none(evidence) and code in _diagnosed(evidence)


def _diagnosed(evidence: Evidence) -> list[str]:
    with contextlib.suppress(RecordingError), quietly():
        recording = record(evidence.answer, *evidence.outcomes[0].question.given)
        return [finding.code for finding in findings(recording)]
    return []


def why_answer_is_none(exercise: Exercise, answer: Any, question: Question) -> Reason:
    """Return the cause that the recording shows of an answer that gave None at a question, or just that it did."""
    if exercise.use is by_calling:
        with contextlib.suppress(RecordingError), quietly():
            return _cause(record(answer, *question.given))
    return "NONE", _("None came back.")


def why_none(function: Callable[..., Any], *given: Any) -> Reason:
    """Return why the first gradient that a function asks its tape for is None, whatever the function returns."""
    with quietly():
        return _cause(record(function, *given))


def _cause(recording: Recording) -> Reason:
    if not recording.tapes:
        return "NONE", _("Your function returned None and never opened a tape. Did you forget the `return`?")
    if not recording.backward_passes:
        return "NOT_ASKED", _("Your function returned None. It opened a tape, but never called `tape.gradient`.")
    lost = next((playback for playback in recording.backward_passes if _has_none(playback.gradients)), None)
    if lost is None:
        return "NO_RETURN", _("the tape gave a gradient, but your function returned None. Did you forget the `return`?")
    sources = [recording.tensors[source] for source in lost.sources if source >= 0]
    if any("int" in source.value.dtype for source in sources):
        return "INTEGER_DTYPE", _(
            "None: {name} is an integer, and TensorFlow does not differentiate with respect to integers. Write 3.0, not 3."
        ).format(name=_name(sources))
    inner = _backward_pass_before(recording, lost)
    if inner is not None:
        return _cause_between_two_tapes(recording, inner, lost)
    return _cause_in_verdicts(
        [entry.verdict(lost.tape) for entry in recording.entries if entry.backward_pass < 0], sources
    )


def _has_none(gradients: Any) -> bool:
    return gradients is None or (isinstance(gradients, list | tuple) and any(g is None for g in gradients))


def _name(sources: Sequence[Tensor]) -> str:
    return sources[0].name or _("the source")


def _cause_in_verdicts(verdicts: Sequence[TapeVerdict], sources: Sequence[Tensor]) -> Reason:
    if not any(verdict.recorded or verdict.reason != OUTSIDE for verdict in verdicts):
        return "OUTSIDE_TAPE", _("None: nothing was computed inside the `with` block, so the tape is empty.")
    if sources and all(source.kind == "constant" for source in sources):
        return "CONSTANT_NOT_WATCHED", _(
            "None: {name} is a constant, and the tape was not told to watch it. "
            "Make it a `tf.Variable`, or call `tape.watch({name})` first."
        ).format(name=_name(sources))
    return "NO_PATH", _("None: no operation on the tape connects the target to the source.")


def _backward_pass_before(recording: Recording, lost: BackwardPass) -> BackwardPass | None:
    """Return the backward pass that computed the target of another one, or None if the learner's own code did."""
    own = {output for entry in recording.entries if entry.backward_pass < 0 for output in entry.outputs}
    targets = {recording.tensors[target].value for target in lost.targets if target not in own}
    passes = [
        recording.backward_passes[source.backward_pass] for source in recording.sources if source.gradient in targets
    ]
    return next((playback for playback in passes if playback is not lost), None)


def _cause_between_two_tapes(recording: Recording, inner: BackwardPass, outer: BackwardPass) -> Reason:
    """Return why an outer tape gives None for the gradient that an inner tape computed."""
    tape = recording.tapes[outer.tape].name or _("the outer tape")
    source = recording.tensors[outer.sources[0]]
    name = source.name or _("the source")
    if not _was_called_inside(recording, inner, outer.tape):
        return "INNER_GRADIENT_OUTSIDE_OUTER_TAPE", _(
            "None: the first gradient was computed outside the block of {tape}, so {tape} did not record how. "
            "Compute it inside that block."
        ).format(tape=tape)
    if inner.sources != outer.sources:
        return "ANOTHER_VARIABLE", _(
            "None: the two tapes differentiate with respect to two different Variables. Use the same x for both."
        )
    if source.kind != "variable":
        return "CONSTANT_NOT_WATCHED", _(
            "None: {tape} was not told to watch {name}. Make it a `tf.Variable`, or watch it with both tapes."
        ).format(tape=tape, name=name)
    return "NO_PATH", _("None: the first gradient does not depend on {name}.").format(name=name)


def _was_called_inside(recording: Recording, playback: BackwardPass, tape: int) -> bool:
    """Return whether a backward pass began while a tape's block was open."""
    number = next(i for i, other in enumerate(recording.backward_passes) if other is playback)
    events = [(step.kind, step.subject) for step in recording.steps]
    return ("seed", number) in events[_first(events, ("open", tape)) : _first(events, ("close", tape))]


def _first(events: Sequence[tuple[str, int]], wanted: tuple[str, int]) -> int:
    """Return the index of an event, or the end if it never happens."""
    return events.index(wanted) if wanted in events else len(events)
