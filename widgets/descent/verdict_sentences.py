"""Verdicts in words: a sentence for each kind."""

from widgets.common.catalogue import Spoken, _
from widgets.common.numbers import printed
from widgets.descent import verdicts

KINDS = Spoken(
    lambda: {
        verdicts.APPROACHES: _("approaches"),
        verdicts.LANDS: _("lands"),
        verdicts.OSCILLATES: _("oscillates in"),
        verdicts.BOUNCES: _("bounces"),
        verdicts.DIVERGES: _("diverges"),
        verdicts.OVERFLOWS: _("overflows"),
        verdicts.STALLS: _("stalls"),
        verdicts.MOVING: _("still moving"),
    }
)
"""The kinds of verdict, in the learner's language."""

_COUNTABLE = 10_000  # floats that a path stalled short; more of them say nothing


def says(verdict, x, y):
    """Return one sentence about a path: its Verdict with the path's own x (steps + 1, *dims) and y.

    It begins with the kind and has no full stop, so that it can stand in a table.
    """
    return _SENTENCES[verdict.kind](verdict, x, y)


def _approaches(verdict, x, y):
    if verdict.stalled_at is None:
        return _("approaches: x = {x} after {steps}").format(x=printed(x[-1]), steps=_steps(len(x) - 1))
    said = _("approaches: rests at x = {x} from step {step}")
    return said.format(x=printed(x[-1]), step=verdict.stalled_at)


def _lands(verdict, x, y):
    return _("lands at x = {x} in {steps}").format(x=printed(x[verdict.step]), steps=_steps(verdict.step))


def _oscillates(verdict, x, y):
    if verdict.period is not None:
        return _("oscillates in, until rounding leaves it between {places}").format(places=_cycle(verdict, x))
    if verdict.stalled_at is not None:
        said = _("oscillates in: rests at x = {x} from step {step}")
        return said.format(x=printed(x[-1]), step=verdict.stalled_at)
    return _("oscillates in: x = {x} after {steps}").format(x=printed(x[-1]), steps=_steps(len(x) - 1))


def _bounces(verdict, x, y):
    said = _("bounces between {places} (period {period}) for ever")
    return said.format(places=_cycle(verdict, x), period=verdict.period)


def _diverges(verdict, x, y):
    return _("diverges: y = {y} after {steps}").format(y=printed(y[-1]), steps=_steps(len(y) - 1))


def _overflows(verdict, x, y):
    blanks = {"what": verdict.broken, "inf": verdict.first_inf, "nan": verdict.first_nan}
    if verdict.step != verdict.first_inf:
        said = _("overflows: {what} is nan at step {nan}, where x = {x}")
        return said.format(**blanks, x=printed(x[verdict.step]))
    if verdict.first_nan is None:
        return _("overflows: {what} is inf at step {inf}").format(**blanks)
    return _("overflows: {what} is inf at step {inf}, nan at step {nan}").format(**blanks)


def _stalls(verdict, x, y):
    blanks = {"x": printed(x[-1]), "step": verdict.stalled_at}
    if verdict.why == verdicts.ZERO_GRADIENT:
        return _("stalls at x = {x} from step {step}: the gradient is exactly 0").format(**blanks)
    said = _("stalls at x = {x} from step {step}: the update is under half a ULP of x").format(**blanks)
    if verdict.short is None or verdict.short > _COUNTABLE:
        return said
    return said + _(", about {count} floats short of where the gradient vanishes").format(count=verdict.short)


def _moving(verdict, x, y):
    return _("still moving: x = {x} after {steps}").format(x=printed(x[-1]), steps=_steps(len(x) - 1))


_SENTENCES = {
    verdicts.APPROACHES: _approaches,
    verdicts.LANDS: _lands,
    verdicts.OSCILLATES: _oscillates,
    verdicts.BOUNCES: _bounces,
    verdicts.DIVERGES: _diverges,
    verdicts.OVERFLOWS: _overflows,
    verdicts.STALLS: _stalls,
    verdicts.MOVING: _moving,
}


def _steps(count):
    return _("1 step") if count == 1 else _("{count} steps").format(count=count)


def _cycle(verdict, x):
    """Return two places of a cycle: of two, the one first that whole turns begin with; of more, the outermost.

    Outermost by the first component, where x has several.
    """
    start = (len(x) - 1) // verdict.period * verdict.period - verdict.period
    places = x[start : start + verdict.period]
    first = places.reshape(len(places), -1)[:, 0]
    ends = (0, 1) if verdict.period == 2 else (first.argmin(), first.argmax())
    return _("{first} and {last}").format(first=printed(places[ends[0]]), last=printed(places[ends[1]]))
