"""How a path ends: eight kinds, each defined once, here. The first definition that holds is the verdict.

A verdict speaks of the steps it was given and no others: with more iterations `diverges` may become `overflows`.
Step k is the one that leads from x[k - 1] to x[k].
"""

import dataclasses

import numpy as np

from widgets.descent.trajectory import LEAP, Travel

APPROACHES = "approaches"
LANDS = "lands"
OSCILLATES = "oscillates in"
BOUNCES = "bounces"
DIVERGES = "diverges"
OVERFLOWS = "overflows"
STALLS = "stalls"
MOVING = "still moving"

HALF_ULP = "under half a ULP"
ZERO_GRADIENT = "gradient is 0"
"""Why x no longer changes: x + update rounds to x although the gradient is not 0, or the gradient is exactly 0."""


@dataclasses.dataclass(frozen=True)
class Verdict:
    """How one path moves, and what can be told beside it.

    Attributes:
        kind: one of the eight kinds.
        step: the step that the kind is about: where it landed, from where it stalls, where it overflowed, or None.
        period: steps in one turn of a cycle that repeats bit for bit (also one of a few floats' width), or None.
        first_inf: the first step (0: the start) at which x, y or the gradient is infinite, or None.
        first_nan: the first step at which one of them is nan, or None.
        broken: which of them was the first that is no finite number: "x", "y", "gradient", or "".
        stalled_at: the first step that leaves x unchanged, as do all that follow it here, whatever the kind, or None.
        why: why it does not change then: HALF_ULP, ZERO_GRADIENT, or "".
        short: for `stalls`, how many floats short of where the gradient vanishes (an estimate), None if unknown.
    """

    kind: str
    step: int | None = None
    period: int | None = None
    first_inf: int | None = None
    first_nan: int | None = None
    broken: str = ""
    stalled_at: int | None = None
    why: str = ""
    short: int | None = None


def verdict(x, y, gradient):
    """Return the Verdict on one path.

    Args:
        x: the places, float32 or float64, shape (steps + 1, *dims); its dtype says how fine its floats are.
        y: f(x) at each, shape (steps + 1,).
        gradient: the gradient at each, shaped like x.
    """
    path = {"x": np.asarray(x), "y": np.asarray(y), "gradient": np.asarray(gradient)}
    if not all(np.isfinite(numbers).all() for numbers in path.values()):
        return _overflow(path)
    with np.errstate(over="ignore", invalid="ignore"):
        travel = Travel(path["x"], path["y"], path["gradient"])
        kind = next(kind for kind, holds in DEFINITIONS.items() if holds(travel))
        return _told(kind, travel)


def bounces(travel):
    """It repeats a cycle of two or more places, bit for bit: a wide one, or a narrow one that it began in."""
    return travel.period is not None and (travel.width > LEAP * travel.float or travel.width >= travel.away.max())


def stalls(travel):
    """It rests for good, but not at a place that it came down to and where the gradient vanishes, to a few floats."""
    return travel.stalled_at is not None and not travel.near


def lands(travel):
    """One long move downhill ends where the gradient vanishes, to a few floats, and it stays there."""
    return travel.landed_at is not None


def oscillates(travel):
    """It changes sides again and again, nearer and nearer to where the gradient vanishes."""
    return travel.swings and (travel.stays or travel.shrinks)


def approaches(travel):
    """It comes, without swinging, to where the gradient vanishes: under a hundredth of its extent is left."""
    return travel.settled or travel.stays


def diverges(travel):
    """The gradient and y get larger and larger: each move leads further away, and higher."""
    return travel.grows


def is_moving(travel):
    """None of the others is established yet."""
    return True


DEFINITIONS = {
    BOUNCES: bounces,
    STALLS: stalls,
    LANDS: lands,
    OSCILLATES: oscillates,
    APPROACHES: approaches,
    DIVERGES: diverges,
    MOVING: is_moving,
}
"""What each kind means, in the order in which they are asked; OVERFLOWS is told before: a number is not finite."""


def _told(kind, travel):
    """Return the Verdict of a finite path."""
    rest, floats = travel.stalled_at, travel.left / travel.float
    return Verdict(
        kind,
        step={LANDS: travel.landed_at, STALLS: rest}.get(kind),
        period=travel.period,
        stalled_at=rest,
        why="" if rest is None else HALF_ULP if travel.gradient[:, -1].any() else ZERO_GRADIENT,
        short=round(floats) if kind == STALLS and np.isfinite(floats) else None,
    )


def _overflow(path):
    """Return the Verdict of a path with numbers that are not finite."""
    first = {name: _first(~np.isfinite(numbers)) for name, numbers in path.items()}
    broken = min((name for name in first if first[name] is not None), key=first.get)
    infinite = [step for step in (_first(np.isinf(numbers)) for numbers in path.values()) if step is not None]
    unknown = [step for step in (_first(np.isnan(numbers)) for numbers in path.values()) if step is not None]
    return Verdict(
        OVERFLOWS,
        step=first[broken],
        first_inf=min(infinite, default=None),
        first_nan=min(unknown, default=None),
        broken=broken,
    )


def _first(marks):
    """Return the first step at which any component is marked, or None."""
    steps = np.flatnonzero(marks.reshape(len(marks), -1).any(axis=1))
    return int(steps[0]) if steps.size else None
