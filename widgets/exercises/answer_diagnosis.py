"""What `explain` finds out about an answer that gave no numbers, as the reason that a check gives.

So a check, a deck and `explain` say the same of the same fault, in every exercise. What the recording does not show is
not said.
"""

from __future__ import annotations

from typing import TypeAlias

from widgets.answers.plain_values import NO_GRADIENTS, NO_TAPE, NOT_ASKED, NOT_RETURNED
from widgets.common.catalogue import _
from widgets.exercises import general_misconceptions as general
from widgets.exercises import shared_misconceptions as shared
from widgets.exercises.exercise import Evidence, Explained, Kind, MisconceptionKind

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
    found = evidence.explained
    if not found.sentence:
        return None
    if found.code == NO_GRADIENTS:
        return shared.GRADIENT_NONE, _(
            "a gradient is None. Is the source a tf.Variable, and is all from it to the target computed inside the "
            "block of the tape?"
        )
    return _kind(found), found.sentence


def _kind(found: Explained) -> Kind:
    """Return the record under which the table of misconceptions, and so a grade, has a finding."""
    if found.code == shared.ANOTHER_VARIABLE.code:
        return shared.ANOTHER_VARIABLE
    if found.code in _KIND_OF:
        return _KIND_OF[found.code]
    from widgets.exercises.registry import misconceptions_by_code  # here, since it imports every exercise

    if row := misconceptions_by_code().get(found.code):
        return MisconceptionKind(row.code, row.cause, row.repair)
    return general.NONE if found.symptom == "none" else general.ERROR


def why_nothing_came_back(evidence: Evidence) -> Reason:
    """Return what can be said of an answer that gave None where `explain` has no cause."""
    seen = evidence.explained.seen
    if seen == NO_TAPE:
        return general.NONE, _("your function returned None. Does it end with `return` and the result?")
    if seen == NOT_ASKED:
        return general.NOT_ASKED, _("Your function returned None. It opened a tape, but never called `tape.gradient`.")
    if seen == NOT_RETURNED:
        return general.NO_RETURN, _(
            "the tape gave a gradient, but your function returned None. Did you forget the `return`?"
        )
    return general.NONE, _("None came back.")
