"""The inside of a traced function in words: whose numbers these are, and why some are missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from widgets.common.catalogue import Spoken, _
from widgets.tape.forward_model import OpenedCall

MISSING: Mapping[str, str] = Spoken(
    lambda: {
        "random": _("{ops}: it draws random numbers from a state that TensorFlow keeps inside the op"),
        "outside": _("{ops}: it reads or changes something other than a Variable"),
        "python": _("{ops}: it calls Python"),
        "long loop": _("{ops}: the loop runs too often to follow each round"),
        "unknown way": _("{ops}: which way it went, or how often, is not known"),
        "control flow": _("{ops}: control flow of TensorFlow 1"),
        "other": _("{ops}: it failed when it ran by itself"),
    }
)
"""Why an op of a graph was not run again, in the learner's language."""

ROUNDING = 0.05
"""How far, relative to the largest number, the results of a call may be from an eager run's by rounding alone: with
bfloat16 it comes to that."""


def opened_text(opened: OpenedCall, has_line: bool = True) -> str:
    """Return what there is to say of the steps that follow a call; `has_line`: from a line of the learner's code."""
    return " ".join(_sentences(opened, has_line))


def _sentences(opened: OpenedCall, has_line: bool) -> Iterator[str]:
    if opened.call and has_line:
        yield _("This is call number {number} from this line.").format(number=opened.call + 1)
    if opened.failed:
        yield _("The steps inside it follow, as far as they can be computed.")
    elif opened.difference is None:
        yield _("The steps inside it follow. There is nothing to check their numbers by.")
    elif opened.difference == 0:
        yield _("The steps inside it follow, with the numbers of this call.")
    elif opened.difference > ROUNDING:
        yield _(
            "The steps inside it follow, computed once more after your code. The call itself returned something else,"
            " by more than rounding: these are not its numbers."
        )
    else:
        yield _(
            "The steps inside it follow, with the numbers of an eager run. TensorFlow rearranges the arithmetic of a"
            " graph: the results of the call differ from these by up to {difference}."
        ).format(difference=f"{opened.difference:.0e}")
    reasons: dict[str, list[str]] = {}
    for op, reason in opened.missing:
        reasons.setdefault(reason, []).append(op)
    if reasons:
        why = "; ".join(MISSING[reason].format(ops=", ".join(ops)) for reason, ops in reasons.items())
        yield _("Not computed again, so without numbers from there on: {why}.").format(why=why)
