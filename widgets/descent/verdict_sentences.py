"""What is said of one path: a sentence for each kind of verdict, the kind first, and no full stop.

A sentence about where a path ends says after how many steps that is; or, where these are said already, "at the end".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from widgets.common.arrays import Floats
from widgets.common.catalogue import _
from widgets.common.numbers import printed

if TYPE_CHECKING:
    from widgets.descent.verdicts import Verdict

_COUNTABLE = 10_000  # ULPs between a stalled path and the minimum; larger numbers say nothing


def approaches(verdict: Verdict, x: Floats, _y: Floats, says_steps: bool) -> str:
    """Return the sentence about a path that came from one side."""
    if verdict.stalled_at is None:
        sentence = _("approaches: x = {x} after {steps}") if says_steps else _("approaches: x = {x} at the end")
        return sentence.format(x=printed(x[-1]), steps=_steps(len(x) - 1))
    sentence = _("approaches: x stays at {x} from step {step}")
    return sentence.format(x=printed(x[-1]), step=verdict.stalled_at)


def lands(verdict: Verdict, x: Floats, _y: Floats, _says_steps: bool) -> str:
    """Return the sentence about a path that landed."""
    step = verdict.step or 0
    return _("lands at x = {x} in {steps}").format(x=printed(x[step]), steps=_steps(step))


def oscillates(verdict: Verdict, x: Floats, _y: Floats, says_steps: bool) -> str:
    """Return the sentence about a path that came jumping from side to side."""
    if verdict.period is not None:
        low, high = _cycle(verdict.period, x)
        return _("oscillates in, until rounding leaves it between {low} and {high}").format(low=low, high=high)
    if verdict.stalled_at is not None:
        sentence = _("oscillates in: x stays at {x} from step {step}")
        return sentence.format(x=printed(x[-1]), step=verdict.stalled_at)
    sentence = _("oscillates in: x = {x} after {steps}") if says_steps else _("oscillates in: x = {x} at the end")
    return sentence.format(x=printed(x[-1]), steps=_steps(len(x) - 1))


def bounces(verdict: Verdict, x: Floats, _y: Floats, _says_steps: bool) -> str:
    """Return the sentence about a path that goes in a cycle."""
    period = verdict.period or 1
    low, high = _cycle(period, x)
    sentence = _("bounces between {low} and {high} forever (period {period})")
    return sentence.format(low=low, high=high, period=period)


def diverges(_verdict: Verdict, _x: Floats, y: Floats, says_steps: bool) -> str:
    """Return the sentence about a path that climbs."""
    sentence = _("diverges: y = {y} after {steps}") if says_steps else _("diverges: y = {y} at the end")
    return sentence.format(y=printed(y[-1]), steps=_steps(len(y) - 1))


def overflows(verdict: Verdict, x: Floats, _y: Floats, _says_steps: bool) -> str:
    """Return the sentence about a path that left the finite numbers."""
    name, inf, nan = verdict.not_finite, verdict.first_inf, verdict.first_nan
    if verdict.step != inf:
        at = printed(x[verdict.step or 0])
        return _("overflows: {name} is nan at step {nan}, where x = {x}").format(name=name, nan=nan, x=at)
    if nan is None:
        return _("overflows: {name} is inf at step {inf}").format(name=name, inf=inf)
    return _("overflows: {name} is inf at step {inf}, nan at step {nan}").format(name=name, inf=inf, nan=nan)


def stalls(verdict: Verdict, x: Floats, _y: Floats, _says_steps: bool) -> str:
    """Return the sentence about a path that no longer moves."""
    if verdict.stall_reason == "gradient is 0":
        sentence = _("stalls at x = {x} from step {step}: the gradient is exactly 0")
    elif verdict.ulps_short is None or verdict.ulps_short > _COUNTABLE:
        sentence = _("stalls at x = {x} from step {step}: the update is under half a ULP of x")
    else:
        sentence = _(
            "stalls at x = {x} from step {step}: the update is under half a ULP of x, about {count} floats away from "
            "the point where the gradient is 0"
        )
    return sentence.format(x=printed(x[-1]), step=verdict.stalled_at, count=verdict.ulps_short)


def moving(_verdict: Verdict, x: Floats, _y: Floats, says_steps: bool) -> str:
    """Return the sentence about a path that is not decided."""
    sentence = _("still moving: x = {x} after {steps}") if says_steps else _("is still moving: x = {x} at the end")
    return sentence.format(x=printed(x[-1]), steps=_steps(len(x) - 1))


def _steps(count: int) -> str:
    return _("1 step") if count == 1 else _("{count} steps").format(count=count)


def _cycle(period: int, x: Floats) -> tuple[str, str]:
    """Return two points of a cycle: of two, the one first that whole turns begin with; of more, the outermost.

    Outermost by the first component, where x has several.
    """
    start = (len(x) - 1) // period * period - period
    points = x[start : start + period]
    first = points.reshape(len(points), -1)[:, 0]
    low, high = (0, 1) if period == 2 else (int(first.argmin()), int(first.argmax()))
    return printed(points[low]), printed(points[high])
