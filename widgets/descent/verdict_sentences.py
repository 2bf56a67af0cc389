"""What is said of one path: a sentence for each kind of verdict, the kind first, and no full stop.

A sentence about where a path ends says after how many steps that is; or, where these are said already, "at the end".
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from widgets.common.arrays import Floats
from widgets.common.catalogue import _
from widgets.common.numbers import printed
from widgets.descent.losses.parameter_names import names_text, place_text, value_name

if TYPE_CHECKING:
    from widgets.descent.verdicts import Verdict

_COUNTABLE = 10_000  # ULPs between a stalled path and the minimum; larger numbers say nothing


@dataclasses.dataclass(frozen=True)
class JudgedPath:
    """One path, and how it is spoken of.

    Attributes:
        verdict: how it ends.
        x: its points, (steps + 1, *dims).
        y: f at each, (steps + 1,).
        names: what the learner calls the numbers of x; without any, they are x.
        says_steps: whether to say how many steps it has.
    """

    verdict: Verdict
    x: Floats
    y: Floats
    names: Sequence[str] = ()
    says_steps: bool = True

    @property
    def steps(self) -> str:
        """How many steps it has, in words."""
        return _steps(len(self.y) - 1)

    def place(self, step: int = -1) -> str:
        """Return where it is after some steps: "x = 1"."""
        return place_text(self.x[step], self.names)


def approaches(path: JudgedPath) -> str:
    """Return the sentence about a path that came from one side."""
    return _arrived(
        path,
        _("approaches: {place}, unchanged from step {step}"),
        _("approaches: {place} after {steps}"),
        _("approaches: {place} at the end"),
    )


def _arrived(path: JudgedPath, unchanged: str, after: str, at_the_end: str) -> str:
    """Return the sentence about where a path is: whether it no longer moves, and whether to say its steps."""
    step = path.verdict.stalled_at
    sentence = unchanged if step is not None else after if path.says_steps else at_the_end
    return sentence.format(place=path.place(), step=step, steps=path.steps)


def lands(path: JudgedPath) -> str:
    """Return the sentence about a path that landed."""
    step = path.verdict.step or 0
    return _("lands at {place} in {steps}").format(place=path.place(step), steps=_steps(step))


def oscillates(path: JudgedPath) -> str:
    """Return the sentence about a path that came jumping from side to side."""
    if path.verdict.period is not None:
        low, high = _cycle(path.verdict.period, path.x)
        return _("oscillates in, until rounding leaves it between {low} and {high}").format(low=low, high=high)
    return _arrived(
        path,
        _("oscillates in: {place}, unchanged from step {step}"),
        _("oscillates in: {place} after {steps}"),
        _("oscillates in: {place} at the end"),
    )


def bounces(path: JudgedPath) -> str:
    """Return the sentence about a path that goes in a cycle."""
    period = path.verdict.period or 1
    low, high = _cycle(period, path.x)
    sentence = _("bounces between {low} and {high} forever (period {period})")
    return sentence.format(low=low, high=high, period=period)


def diverges(path: JudgedPath) -> str:
    """Return the sentence about a path that climbs."""
    sentence = _("diverges: {name} = {y} after {steps}") if path.says_steps else _("diverges: {name} = {y} at the end")
    return sentence.format(name=value_name(path.names), y=printed(path.y[-1]), steps=path.steps)


def overflows(path: JudgedPath) -> str:
    """Return the sentence about a path that left the finite numbers."""
    inf, nan, name = path.verdict.first_inf, path.verdict.first_nan, _not_finite(path)
    if path.verdict.step != inf:
        at = path.place(path.verdict.step or 0)
        return _("overflows: {name} is nan at step {nan}, where {place}").format(name=name, nan=nan, place=at)
    if nan is None:
        return _("overflows: {name} is inf at step {inf}").format(name=name, inf=inf)
    return _("overflows: {name} is inf at step {inf}, nan at step {nan}").format(name=name, inf=inf, nan=nan)


def _not_finite(path: JudgedPath) -> str:
    """Return what was the first that is not finite: of parameters, the one that was."""
    if path.verdict.not_finite == "y":
        return value_name(path.names)
    if path.verdict.not_finite != "x" or not path.names:
        return path.verdict.not_finite
    return path.names[int(np.isfinite(path.x[path.verdict.step or 0]).ravel().argmin())]


def stalls(path: JudgedPath) -> str:
    """Return the sentence about a path that no longer moves."""
    verdict = path.verdict
    if verdict.stall_reason == "gradient is 0":
        sentence = _("stalls at {place} from step {step}: the gradient is exactly 0")
    elif verdict.stall_reason == "learning rate is 0":
        sentence = _("stalls at {place} from step {step}: the schedule's learning rate is 0 from there on")
    elif verdict.ulps_short is None or verdict.ulps_short > _COUNTABLE:
        sentence = _("stalls at {place} from step {step}: the update is under half a ULP of {names}")
    else:
        sentence = _(
            "stalls at {place} from step {step}: the update is under half a ULP of {names}, about {count} floats away "
            "from the point where the gradient is 0"
        )
    return sentence.format(
        place=path.place(), step=verdict.stalled_at, names=names_text(path.names), count=verdict.ulps_short
    )


def moving(path: JudgedPath) -> str:
    """Return the sentence about a path that is not decided."""
    sentence = _("still moving: {place} after {steps}") if path.says_steps else _("is still moving: {place} at the end")
    return sentence.format(place=path.place(), steps=path.steps)


def _steps(count: int) -> str:
    return _("1 step") if count == 1 else _("{count} steps").format(count=count)


def _cycle(period: int, x: Floats) -> tuple[str, str]:
    """Return two points of a cycle: of two, the one first that whole turns begin with; of more, the outermost.

    Outermost by the component that goes farthest, where x has several.
    """
    start = (len(x) - 1) // period * period - period
    points = x[start : start + period]
    each = points.reshape(len(points), -1)
    widest = each[:, np.ptp(each, axis=0).argmax()]
    low, high = (0, 1) if period == 2 else (int(widest.argmin()), int(widest.argmax()))
    return printed(points[low]), printed(points[high])
