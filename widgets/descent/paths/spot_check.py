"""Whether paths that were computed together are the eager loop's: places on them are computed again, eagerly."""

from __future__ import annotations

import enum
import time
from collections.abc import Iterator, Sequence

import numpy as np

from widgets.common.arrays import Array, Floats
from widgets.descent.losses.loss import Loss
from widgets.descent.paths.kernel_trials import same_bits

MOST, FEWEST = 40, 8
"""Places that are compared, and how many of them if that takes longer than SECONDS."""

SECONDS = 0.2

ROUNDING = 1e-3
"""A larger relative difference is another function."""

_STRIDE = 7  # has no factor in common with a number of places
_GOLDEN = 0.618034  # its multiples spread over the rates, however many there are


class Agreement(enum.Enum):
    """How numbers compare with the eager ones: bit for bit, but for last digits, or not at all."""

    EQUAL = enum.auto()
    CLOSE = enum.auto()
    WRONG = enum.auto()


def spot_check(loss: Loss, x: Floats, y: Floats, gradient: Floats, known: int = 0, most: int = MOST) -> Agreement:
    """Compare y and the gradient with what f and a tape give eagerly, at places all over the paths.

    Args:
        loss: the learner's function.
        x: of shape (steps + 1, rates, *dims), and so is the gradient.
        y: of shape (steps + 1, rates).
        gradient: what is compared, with y.
        known: how many of the first points were compared before.
        most: places that are compared, if that does not take long.

    Returns:
        The worst agreement of all places.
    """
    begin, found = time.perf_counter(), Agreement.EQUAL
    points, rates = y.shape
    for count, (step, rate) in enumerate(_places(points - known, rates, most)):
        if count >= FEWEST and time.perf_counter() - begin > SECONDS:
            break
        place = known + step, rate
        ours, theirs = (y[place], gradient[place]), eager_step(loss, x[place], place[0])
        if not all(same_bits(np.asarray(mine), their) for mine, their in zip(ours, theirs, strict=False)):
            scale = np.abs(gradient[0]).max(initial=0)  # near a minimum a gradient is nothing but rounding
            if not about_equal(ours, theirs, ROUNDING * float(scale)):
                return Agreement.WRONG
            found = Agreement.CLOSE
    return found


def _places(steps: int, rates: int, most: int) -> Iterator[tuple[int, int]]:
    """Yield (step, rate): late steps as well as early ones, where paths are further apart; also among the first few."""
    for nth in (place * _STRIDE % most for place in range(most)):
        yield int(steps * ((nth + 0.5) / most) ** 1.5), int(rates * (nth * _GOLDEN % 1))


def eager_step(loss: Loss, point: Floats, step: int = 0) -> tuple[Array, ...]:
    """Return y and the gradient at a point, eagerly, or nothing where f cannot be computed.

    Args:
        loss: the learner's function.
        point: x.
        step: whose mini-batch f sees, where there are any.

    Returns:
        y and the flat gradient.
    """
    try:
        with loss.live(point) as variables:
            y, gradients = loss.eager_step(variables, step)
        return np.asarray(y), loss.flat(gradients)
    except Exception:  # whatever a learner's f raises
        return ()


def about_equal(ours: Sequence[Array], theirs: Sequence[Array], least: float = 1e-8) -> bool:
    """Return whether arrays are equal but for rounding; differences of `least` are none."""
    pairs = zip(ours, theirs, strict=False)
    return all(np.allclose(mine, their, rtol=ROUNDING, atol=least, equal_nan=True) for mine, their in pairs)
