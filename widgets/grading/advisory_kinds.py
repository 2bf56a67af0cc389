"""Remarks beside a verdict, which cost no points: one record for each."""

from __future__ import annotations

import dataclasses

from widgets.common.catalogue import _


@dataclasses.dataclass(frozen=True)
class AdvisoryKind:
    """A remark beside a verdict, which costs no points.

    Attributes:
        code: its name in files; it never changes and is never translated.
        explanation: what was noticed, for the learner.
    """

    code: str
    explanation: str


ADVISORIES: dict[str, AdvisoryKind] = {}
"""Every remark by its code."""


def _advisory(kind: AdvisoryKind) -> str:
    ADVISORIES[kind.code] = kind
    return kind.code


NO_TAPE = _advisory(
    AdvisoryKind(
        code="no tape used",
        explanation=_(
            "Your answer does not use `tf.GradientTape`, but the lesson's solution does. This costs no points. Try it "
            "with a tape as well: a tape also finds derivatives that nobody wants to compute by hand."
        ),
    )
)

LOOKS_INSIDE = _advisory(
    AdvisoryKind(
        code="looks into the check",
        explanation=_(
            "Your answer looks into the check, or into the code that calls it. This costs no points by itself, but "
            "your teacher is told about it. The next time you need a gradient there will be no check to ask: try it "
            "with a tape."
        ),
    )
)


def explain_advisory(code: str) -> str:
    """Return what a remark says to the learner; a code that is not known stands for itself."""
    return ADVISORIES[code].explanation if code in ADVISORIES else code
