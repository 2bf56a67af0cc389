"""How a path ends: eight kinds, each one record with its name, meaning, test, and sentence. The first that fits counts.

A verdict is based on the steps it was given and no others: with more iterations `diverges` may become `overflows`.
Step k leads from x[k - 1] to x[k].
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from widgets.common import catalogue
from widgets.common.arrays import Floats
from widgets.common.deprecation import RenamedAttribute
from widgets.descent import verdict_sentences as sentences
from widgets.descent.trajectory import LEAP, TrajectoryStats

KindName: TypeAlias = Literal[
    "overflows", "bounces", "stalls", "lands", "oscillates in", "approaches", "diverges", "still moving"
]
StallReason: TypeAlias = Literal["", "under half a ULP", "gradient is 0", "learning rate is 0"]

HALF_ULP: StallReason = "under half a ULP"
ZERO_GRADIENT: StallReason = "gradient is 0"
ZERO_RATE: StallReason = "learning rate is 0"
"""Why x no longer changes: x + update rounds to x although the gradient is not 0; the gradient is exactly 0; or a
schedule has brought the learning rate down to 0."""

Outcome: TypeAlias = Literal["converges", "oscillates", "diverges", "gives nan", "stops early", "still moving"]
"""The kinds of verdict, put together for the slider's bands: the learning rates with one outcome are few ranges."""

_OUTCOMES: dict[KindName, Outcome] = {
    "bounces": "oscillates",
    "lands": "converges",
    "oscillates in": "oscillates",
    "approaches": "converges",
    "diverges": "diverges",
}


@dataclasses.dataclass(frozen=True)
class Verdict:
    """How one path ends.

    Attributes:
        kind: the name of one of VERDICTS.
        step: the step that the kind is about: where it landed, from where it stalls, where it overflowed, or None.
        period: steps in one turn of a cycle that repeats bit for bit (also one only a few ULPs wide), or None.
        first_inf: the first step (0: the start) at which x, y or the gradient is infinite, or None.
        first_nan: the first step at which one of them is nan, or None.
        not_finite: which of them was the first that is not finite: "x", "y", "gradient", or "".
        stalled_at: the first step that leaves x unchanged, as do all that follow it here, whatever the kind, or None.
        stall_reason: why it does not change then: "under half a ULP", "gradient is 0", "learning rate is 0", or "".
        ulps_short: for `stalls`, the estimated distance in ULPs to the point where the gradient is 0, or None.
        outcome: what the learning rate leads to, coarser than the kind.
    """

    kind: KindName
    step: int | None = None
    period: int | None = None
    first_inf: int | None = None
    first_nan: int | None = None
    not_finite: str = ""
    stalled_at: int | None = None
    stall_reason: StallReason = ""
    ulps_short: int | None = None
    outcome: Outcome = "still moving"

    broken = RenamedAttribute("not_finite")
    why = RenamedAttribute("stall_reason")
    short = RenamedAttribute("ulps_short")


_Test: TypeAlias = Callable[[TrajectoryStats], bool]
_Sentence: TypeAlias = Callable[[sentences.JudgedPath], str]


@dataclasses.dataclass(frozen=True)
class VerdictKind:
    """One way in which a path can end.

    Attributes:
        name: what `Verdict.kind` says.
        meaning: what it means, in one sentence.
        test: whether a path is of this kind, given that none of the kinds before fits.
        sentence: says it of one path.
    """

    name: KindName
    meaning: str
    test: _Test
    sentence: _Sentence

    @property
    def label(self) -> str:
        """The name in the learner's language."""
        return catalogue._(self.name)


def judge(x: npt.ArrayLike, y: npt.ArrayLike, gradient: npt.ArrayLike, is_flat: bool = False) -> Verdict:
    """Return the Verdict on one path.

    Args:
        x: the points, float32 or float64, of shape (steps + 1, *dims); the dtype decides how large an ULP is.
        y: f(x) at each point, of shape (steps + 1,).
        gradient: the gradient at each point, shaped like x.
        is_flat: whether f is known not to rise on both sides of the last point, so that it is no minimum.

    Returns:
        The first of VERDICTS that fits, with the facts about it.
    """
    path = {"x": np.asarray(x), "y": np.asarray(y), "gradient": np.asarray(gradient)}
    with np.errstate(over="ignore", invalid="ignore"):
        stats = TrajectoryStats(**path, is_flat=is_flat)
        kind = next(record.name for record in VERDICTS if record.test(stats))
        return _with_facts(kind, stats) if stats.is_finite else _overflow(path)


def verdict_sentence(verdict: Verdict, x: Floats, y: Floats, names: Sequence[str] = (), says_steps: bool = True) -> str:
    """Return one sentence about a path, such as "lands at x = 1 in 1 step": the kind first, and no full stop.

    `x` has shape (steps + 1, *dims), `y` (steps + 1,); `names` are those of the numbers of x. Where something else says
    over how many steps it went, `says_steps=False` leaves that out.
    """
    return verdict_kind(verdict.kind).sentence(sentences.JudgedPath(verdict, x, y, names, says_steps))


def verdict_kind(name: str) -> VerdictKind:
    """Return the record of this name."""
    return next(record for record in VERDICTS if record.name == name)


def _with_facts(kind: KindName, stats: TrajectoryStats) -> Verdict:
    """Return the Verdict of a finite path."""
    stalled_at, ulps = stats.stalled_at, stats.distance_to_minimum / stats.ulp
    reason = HALF_ULP if stats.gradient[:, -1].any() else ZERO_GRADIENT
    return Verdict(
        kind,
        step={"lands": stats.landing_step, "stalls": stalled_at}.get(kind),
        period=stats.period,
        stalled_at=stalled_at,
        stall_reason="" if stalled_at is None else reason,
        ulps_short=round(ulps) if kind == "stalls" and np.isfinite(ulps) else None,
        outcome=_outcome(kind, stats),
    )


def _outcome(kind: KindName, stats: TrajectoryStats) -> Outcome:
    """Return the outcome of a finite path. One that rounding stops beside the minimum has converged."""
    if kind == "stalls":
        return "converges" if stats.gradient[:, -1].any() and stats.has_converged else "stops early"
    if kind == "still moving" and stats.oscillates:
        return "oscillates"
    return _OUTCOMES.get(kind, "still moving")


def _overflow(path: dict[str, Floats]) -> Verdict:
    """Return the Verdict of a path with numbers that are not finite."""
    first = {name: step for name, numbers in path.items() if (step := _first(~np.isfinite(numbers))) is not None}
    not_finite = min(first, key=lambda name: first[name])
    infinite = [step for numbers in path.values() if (step := _first(np.isinf(numbers))) is not None]
    nan = [step for numbers in path.values() if (step := _first(np.isnan(numbers))) is not None]
    return Verdict(
        "overflows",
        step=first[not_finite],
        first_inf=min(infinite, default=None),
        first_nan=min(nan, default=None),
        not_finite=not_finite,
        outcome="diverges" if infinite else "gives nan",
    )


def _first(marks: npt.NDArray[np.bool_]) -> int | None:
    """Return the first step at which any component is marked, or None."""
    steps = np.flatnonzero(marks.reshape(len(marks), -1).any(axis=1))
    return int(steps[0]) if steps.size else None


def _declared(_: Callable[[KindName], KindName]) -> tuple[VerdictKind, ...]:
    """Return the records, their names marked for translation."""
    return (
        VerdictKind(
            _("overflows"),
            "x, y or the gradient became inf or nan: it diverged until the numbers were too large, or x left the "
            "domain of f.",
            lambda path: not path.is_finite,
            sentences.overflows,
        ),
        VerdictKind(
            _("bounces"),
            "x oscillates forever between the same values, bit for bit (a cycle).",
            lambda path: (
                path.period is not None
                and (path.cycle_width > LEAP * path.ulp or path.cycle_width >= path.distance_to_end.max())
            ),
            sentences.bounces,
        ),
        VerdictKind(
            _("stalls"),
            "x stops changing before it reaches a minimum, because the update is smaller than half a ULP, or because "
            "the gradient happens to be exactly 0.",
            lambda path: path.stalled_at is not None and not path.at_minimum,
            sentences.stalls,
        ),
        VerdictKind(
            _("lands"),
            "x reaches the minimum in one long step downhill and stays there; the gradient is 0, to a few ULPs.",
            lambda path: path.landing_step is not None,
            sentences.lands,
        ),
        VerdictKind(
            _("oscillates in"),
            "x converges, jumping from side to side of the minimum.",
            lambda path: path.oscillates and (path.has_stopped or path.gradient_falls),
            sentences.oscillates,
        ),
        VerdictKind(
            _("approaches"),
            "x converges from one side: less than a hundredth of the way is left.",
            lambda path: path.has_stopped or (path.has_converged and not path.oscillates),
            sentences.approaches,
        ),
        VerdictKind(
            _("diverges"),
            "The gradient and y get larger and larger: each step leads further away, and higher.",
            lambda path: path.grows,
            sentences.diverges,
        ),
        VerdictKind(_("still moving"), "None of the others is certain yet.", lambda path: True, sentences.moving),
    )


VERDICTS = _declared(lambda name: name)
"""The kinds of verdict in the order in which they are tested: the first that fits counts."""
