"""Probe runs: plain gradient descent that shows where f leads, and that nobody sees."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from widgets.common.arrays import Floats
from widgets.descent.limits import that_fit
from widgets.descent.losses.loss import Loss
from widgets.descent.model import BATCHED, EAGER, VECTORIZED, Paths
from widgets.descent.optimizers import PLAIN
from widgets.descent.paths.batching import plan_for
from widgets.descent.paths.path_runs import PathRuns
from widgets.descent.schedules import Rates

_ITERATIONS, _SHORT = 200, 30  # of a probe, and of one that runs f step by step in Python
_EVERY = 10  # of the rates, where probes run one after another


def probe_runs(loss: Loss, start: Floats, learning_rates: npt.NDArray[np.float64]) -> PathRuns:
    """Return plain gradient descent from a start, still to be run.

    The paths are not compared with f run eagerly. They are fewer where they are taken one after another, and where they
    would not fit into the memory. An operation that fails on one of them raises TensorFlow's error.

    Args:
        loss: over all of its data.
        start: where the paths begin.
        learning_rates: rising.

    Returns:
        The runs.
    """
    rates, iterations = that_fit(learning_rates, _ITERATIONS, start.size, _SHORT)
    plan = plan_for(loss, start, rates.size)
    if plan.how == EAGER:
        rates, iterations = that_fit(rates[::_EVERY], _SHORT, start.size, 0)
    order = range(0, rates.size, _EVERY) if plan.how not in (BATCHED, EAGER, VECTORIZED) else None
    return PathRuns(loss, plan, start, Rates(rates), iterations, PLAIN, order, is_compared=False, goes_on=False)


def best_path(probes: Paths) -> Floats:
    """Return the path that comes lowest, of those that stay finite and do not end above the start; or the start."""
    finite = np.isfinite(probes.x).reshape(*probes.y.shape, -1).all(axis=(0, 2)) & np.isfinite(probes.y).all(axis=0)
    ends = np.where(finite & (probes.y[-1] <= probes.y[0]), probes.y[-1], np.inf)
    at = int(ends.argmin())
    path: Floats = probes.x[:, at] if np.isfinite(ends[at]) else probes.x[:1, at]
    return path
