"""Where an entry cuts the way from a source to a target, as one tape sees it."""

from typing import NamedTuple

from widgets.diagnosis import model as found
from widgets.tape import forward_model as facts
from widgets.tape.forward_model import Place

NOT_WATCHED, RESET, INSIDE = "not watched", "reset", "inside a function"
"""Cuts whose code depends on more than the entry, or that have none."""

_BY_REASON = {
    facts.OUTSIDE: found.OUTSIDE_TAPE,
    facts.STOPPED: found.STOPPED_GRADIENT,
    facts.INTEGER: found.INTEGER_DTYPE,
    facts.NOT_WATCHED: NOT_WATCHED,
}


class Cut(NamedTuple):
    """What cuts the way, a code or one of the above, and where."""

    what: str
    place: Place | None


def cut_by(entry, number, playback):
    """Return the Cut between an input (by number) of an entry and its outputs, None if the way goes on."""
    verdict = entry.verdict(playback.tape)
    if not verdict.recorded:
        return Cut(_unrecorded(entry, verdict), entry.place)
    if verdict.reason == facts.NO_GRADIENT:
        return Cut(found.STOPPED_GRADIENT if entry.op == "StopGradient" else found.NOT_DIFFERENTIABLE, entry.place)
    if not any(map(_flows, entry.values)):
        whole = entry.op == "Cast" and any("int" in value.dtype for value in entry.values)
        return Cut(found.INTEGER_DTYPE if whole else found.NOT_DIFFERENTIABLE, entry.place)
    if _keeps_all(playback, entry, number):
        return Cut(INSIDE if entry.graph else found.NOT_DIFFERENTIABLE, entry.place)
    return None


def _unrecorded(entry, verdict):
    if entry.backward_pass >= 0 and verdict.reason == facts.OUTSIDE:  # the arithmetic of another tape's playback
        return found.INNER_OUTSIDE
    return _BY_REASON[verdict.reason]


def _flows(value):
    """Whether gradients can flow through a value of this dtype."""
    return value.dtype in ("resource", "variant") or "float" in value.dtype or "complex" in value.dtype


def _keeps_all(playback, entry, number):
    """Whether the entry was played back, and handed nothing to this input."""
    hands = [
        hand for pullback in playback.pullbacks if pullback.entry == entry.index for hand in pullback.input_gradients
    ]
    mine = [hand for hand in hands if hand.tensor == number]
    return bool(mine) and all(hand.skipped for hand in mine)
