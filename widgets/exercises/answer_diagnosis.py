"""What `explain` finds out about an answer that gave no numbers, as the reason that a check gives.

So a check, a deck and `explain` say the same of the same fault, in every exercise. What the recording does not show is
not said.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, TypeAlias

from widgets.common.catalogue import _
from widgets.diagnosis import causes, model
from widgets.diagnosis.model import Finding
from widgets.diagnosis.text import diagnosis_of
from widgets.exercises import general_misconceptions as general
from widgets.exercises import shared_misconceptions as shared
from widgets.exercises.exercise import Evidence, Kind
from widgets.tape.model import BackwardPass, Recording

Reason: TypeAlias = tuple[Kind, str]
"""Why an answer is wrong: the record of the mistake, and the sentence for the learner."""

_KIND_OF: dict[str, Kind] = {
    "NOT_A_VARIABLE": shared.NOT_A_VARIABLE,
    "TENSOR_CANNOT_CHANGE": shared.NOT_A_VARIABLE,
    "PAIRS_MISSING": shared.NOT_PAIRS,
    "PAIRS_SWAPPED": shared.NOT_PAIRS,
    "PAIRS_USED_UP": shared.NOT_PAIRS,
    "WATCHED_A_NUMBER": shared.NOT_A_TENSOR,
    "NUMBER_AS_SOURCE": shared.NOT_A_TENSOR,
}
"""Under which code grades keep a cause of `explain` that no exercise practices by itself."""


def diagnosed(evidence: Evidence) -> Reason | None:
    """Return the reason that `explain` gives for an answer without numbers; None if it knows none."""
    found = evidence.finding
    if found is None:
        return None
    if found.cause is causes.NO_GRADIENTS:
        return shared.GRADIENT_NONE, _(
            "a gradient is None. Is the source a tf.Variable, and is all from it to the target computed inside the "
            "block of the tape?"
        )
    if between := _between_two_tapes(found):
        return between
    told = diagnosis_of(found)
    sentence = dataclasses.replace(told, seen=told.seen if found.symptom == model.NONE else "", lesson="").note
    if told.mend:
        sentence += " " + _("Change it to `{line}`.").format(line=told.mend[1])
    return _kind(found), sentence


def _kind(found: Finding) -> Kind:
    """Return the record under which the table of misconceptions, and so a grade, has a finding."""
    if found.code in _KIND_OF:
        return _KIND_OF[found.code]
    from widgets.exercises.registry import misconceptions_by_code  # here, since it imports every exercise

    if found.code in misconceptions_by_code():
        return found.cause
    return general.NONE if found.symptom == model.NONE else general.ERROR


def why_nothing_came_back(evidence: Evidence) -> Reason:
    """Return what can be said of an answer that gave None where `explain` has no cause."""
    recording = evidence.recording
    tapes = _learners_tapes(recording) if recording else set[int]()
    if recording is None or not tapes:
        return general.NONE, _("your function returned None. Does it end with `return` and the result?")
    asked = [one for one in recording.backward_passes if one.tape in tapes]
    if not asked:
        return general.NOT_ASKED, _("Your function returned None. It opened a tape, but never called `tape.gradient`.")
    if not any(_has_none(one.gradients) for one in asked):
        return general.NO_RETURN, _(
            "the tape gave a gradient, but your function returned None. Did you forget the `return`?"
        )
    return general.NONE, _("None came back.")


def _learners_tapes(recording: Recording) -> set[int]:
    """Return the tapes that the answer opened, by index: some exercises open one of their own around an answer."""
    listings = (*recording.listings, *recording.helpers)
    opened = [(step.subject, step.place) for step in recording.steps if step.kind == "open" and step.place]
    lines = {tape: listings[place.listing].lines[place.line - listings[place.listing].first] for tape, place in opened}
    return {tape for tape, line in lines.items() if "Tape" in line}


def _has_none(gradients: Any) -> bool:
    return gradients is None or (isinstance(gradients, list | tuple) and any(g is None for g in gradients))


def _between_two_tapes(found: Finding) -> Reason | None:
    """Return the reason if an outer tape was asked about another Variable than the inner one, whose gradient it has."""
    recording = found.recording
    if found.symptom != model.NONE or found.cause is causes.INNER_GRADIENT_OUTSIDE_OUTER_TAPE:
        return None
    outer = recording.backward_passes[found.backward_pass]
    inner = _backward_pass_before(recording, outer)
    if inner is None or inner.sources == outer.sources:
        return None
    return shared.ANOTHER_VARIABLE, _(
        "None: the two tapes differentiate with respect to two different Variables. Use the same x for both."
    )


def _backward_pass_before(recording: Recording, lost: BackwardPass) -> BackwardPass | None:
    """Return the backward pass that computed the target of another one, or None if the learner's own code did."""
    own = {output for entry in recording.entries if entry.backward_pass < 0 for output in entry.outputs}
    targets: Sequence[Any] = [recording.tensors[target].value for target in lost.targets if target not in own]
    passes = [
        recording.backward_passes[source.backward_pass] for source in recording.sources if source.gradient in targets
    ]
    return next((one for one in passes if one is not lost), None)
