"""The slider's bands: neighboring learning rates with the same outcome, and the rate that an explorer opens with."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from widgets.common.arrays import Floats
from widgets.common.catalogue import Spoken, _
from widgets.descent.model import Paths
from widgets.descent.surface.stability import StabilityLimits

if TYPE_CHECKING:
    from collections.abc import Iterator

LABELS = Spoken(
    lambda: {
        "converges": _("converges"),
        "oscillates": _("oscillates"),
        "diverges": _("diverges"),
        "gives nan": _("gives nan"),
        "stops early": _("stops early"),
        "still moving": _("still moving"),
    }
)
"""The outcomes in the learner's language."""

_NEARLY = 0.02  # of the loss that can be saved: what a good rate leaves
_ROUND = "125"


def rate_bands(paths: Paths) -> Iterator[tuple[str, int, int]]:
    """Yield each run of neighboring learning rates with one outcome: its label, and its first and last position."""
    positions = enumerate(verdict.outcome for verdict in paths.verdicts)
    for outcome, run in itertools.groupby(positions, key=lambda pair: pair[1]):
        first, *others = [at for at, _outcome in run]
        yield LABELS[outcome], first, [first, *others][-1]


def likely_rate(rates: npt.NDArray[np.float64], limits: StabilityLimits, wanted: float) -> float:
    """Return the learning rate to begin with while no path is known: the one wanted, if the curvature lets it work."""
    fastest = limits.fastest
    if fastest is not None and not fastest / 20 <= wanted <= fastest:
        wanted = fastest / 2
    return float(rates[np.abs(np.log(rates) - np.log(wanted)).argmin()])


def default_rate(paths: Paths, wanted: float, shown: int) -> float:
    """Return the learning rate to open with: the one wanted if it converges, or else one that works better.

    That is, of the rates that converge (or, where none does, of those that come down, best without ever rising above
    the start), the smallest that saves nearly as much of the loss as the best does, both in the iterations that are
    shown and in all.

    Args:
        paths: those of all rates, rising.
        wanted: a rate, whether or not it is one of them.
        shown: iterations that are shown.

    Returns:
        One of the rates.
    """
    outcomes = np.array([verdict.outcome for verdict in paths.verdicts])
    rates = paths.learning_rates
    if wanted in rates and outcomes[rates == wanted][0] == "converges":
        return wanted
    falls = np.isfinite(paths.y[-1]) & (paths.y[-1] < paths.y[0])
    calm = falls & (paths.y <= paths.y[0]).all(axis=0)
    falls = calm if calm.any() else falls
    groups = ("converges",), ("still moving", "oscillates"), tuple(LABELS)
    able = next((found for group in groups if (found := np.isin(outcomes, group) & falls).any()), None)
    if able is None:
        return float(rates[np.abs(np.log(rates) - np.log(wanted)).argmin()])
    is_round = np.array([f"{rate:.0e}"[0] in _ROUND and float(f"{rate:.0e}") == rate for rate in rates])
    able = able & is_round if (able & is_round).any() else able
    first, last = (
        _part_left(paths.y[min(step, paths.iterations)], paths.y[0], able) for step in (shown, paths.iterations)
    )
    left = first + last
    return float(rates[np.flatnonzero(left <= left.min() + _NEARLY)[0]])


def _part_left(values: Floats, first: Floats, able: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Return which part is left of what the best of some paths saves; inf for the others."""
    left = np.where(able & np.isfinite(values), values.astype(np.float64), np.inf)
    saved: npt.NDArray[np.float64] = (left - left.min()) / max(
        float(first.max()) - left.min(), np.finfo(np.float64).tiny
    )
    return saved
