"""What `explain` finds in an answer that gave no numbers, which is run once more under the recorder.

It decides nothing: a judge that asks for it knows already that the answer is wrong.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from widgets.answers.plain_values import ANOTHER_VARIABLE, NO_GRADIENTS, NO_TAPE, NOT_ASKED, NOT_RETURNED
from widgets.common.catalogue import _
from widgets.common.tensorflow_log import quietly
from widgets.diagnosis import causes, model
from widgets.diagnosis.finding import automatic_findings
from widgets.diagnosis.model import Finding
from widgets.diagnosis.text import diagnosis_of
from widgets.tape.forward_model import Listing, Place
from widgets.tape.model import BackwardPass, Recording
from widgets.tape.recorder import record


def explained(answer: Any, use: Callable[..., Any], given: Sequence[Any]) -> dict[str, str]:
    """Run an answer under the recorder, and say why it gives no numbers.

    Args:
        answer: the learner's answer.
        use: how it is put to use, `use(answer, *given)`.
        given: what the question hands over.

    Returns:
        `code` and `symptom` of what `explain` finds and a `sentence` on it, as far as it finds anything; and what is
        `seen` of a None.
    """
    recording = _recorded(answer, use, given)
    if recording is None:
        return {"seen": NO_TAPE}
    seen = {"seen": _seen(recording)}
    found = _finding(recording)
    if found is None:
        return seen
    if sentence := _between_two_tapes(found):
        return {**seen, "code": ANOTHER_VARIABLE, "symptom": found.symptom, "sentence": sentence}
    told = diagnosis_of(found)
    sentence = dataclasses.replace(told, seen=told.seen if found.symptom == model.NONE else "", lesson="").note
    if told.mend:
        sentence += " " + _("Change it to `{line}`.").format(line=told.mend[1])
    code = NO_GRADIENTS if found.cause is causes.NO_GRADIENTS else found.code
    return {**seen, "code": code, "symptom": found.symptom, "sentence": sentence}


def _recorded(answer: Any, use: Callable[..., Any], given: Sequence[Any]) -> Recording | None:
    """Return the recording of one question; None if it cannot be recorded."""

    def run(*given: Any) -> Any:
        return use(answer, *given)

    with contextlib.suppress(Exception, SystemExit), quietly():
        run.__wrapped__ = answer  # type: ignore[attr-defined]  # whose code is read, as by `record` itself
        return record(run, *given)
    return None


def _finding(recording: Recording) -> Finding | None:
    """Return why a recorded answer gave no numbers; None if its recording does not show it."""
    found: tuple[Finding, ...] = ()
    with contextlib.suppress(Exception):  # the answer may hold objects that object to being looked at
        found = automatic_findings(recording)
    is_told = bool(found) and found[0].symptom in (model.NONE, model.ERROR)
    return found[0] if is_told else None


def _seen(recording: Recording) -> str:
    """Return what can be seen of a None: no tape, no call of `gradient`, or a gradient that was not returned."""
    tapes = _learners_tapes(recording)
    if not tapes:
        return NO_TAPE
    asked = [one for one in recording.backward_passes if one.tape in tapes]
    if not asked:
        return NOT_ASKED
    return "" if any(_has_none(one.gradients) for one in asked) else NOT_RETURNED


def _learners_tapes(recording: Recording) -> set[int]:
    """Return the tapes that the answer opened, by index: some uses open one of their own around an answer."""
    listings = (*recording.listings, *recording.helpers)
    opened = [step for step in recording.steps if step.kind == "open" and step.place]
    return {step.subject for step in opened if "Tape" in _line_at(step.place, listings)}


def _line_at(place: Place | None, listings: Sequence[Listing]) -> str:
    """Return the line at a place; "" for code without a file, such as the expression by which a judge asks a kernel."""
    if place is None:
        return ""
    listing = listings[place.listing]
    return "".join(listing.lines[place.line - listing.first :][:1])


def _has_none(gradients: Any) -> bool:
    return gradients is None or (isinstance(gradients, list | tuple) and any(g is None for g in gradients))


def _between_two_tapes(found: Finding) -> str:
    """Return a sentence if an outer tape was asked about another Variable than the inner one, whose gradient it has."""
    recording = found.recording
    if found.symptom != model.NONE or found.cause is causes.INNER_GRADIENT_OUTSIDE_OUTER_TAPE:
        return ""
    outer = recording.backward_passes[found.backward_pass]
    inner = _backward_pass_before(recording, outer)
    if found.cause is causes.NO_GRADIENTS or inner is None or inner.sources == outer.sources:
        return ""
    return _("None: the two tapes differentiate with respect to two different Variables. Use the same x for both.")


def _backward_pass_before(recording: Recording, lost: BackwardPass) -> BackwardPass | None:
    """Return the backward pass that computed the target of another one, or None if the learner's own code did."""
    own = {output for entry in recording.entries if entry.backward_pass < 0 for output in entry.outputs}
    targets: Sequence[Any] = [recording.tensors[target].value for target in lost.targets if target not in own]
    passes = [
        recording.backward_passes[source.backward_pass] for source in recording.sources if source.gradient in targets
    ]
    return next((one for one in passes if one is not lost), None)
