"""The paths that a what-if button has computed: at many rates, or, one after another, at as many as it can wait for."""

from __future__ import annotations

import time

import numpy as np
import numpy.typing as npt

from widgets.common.arrays import Floats
from widgets.common.catalogue import _
from widgets.descent.comparisons import WhatIf
from widgets.descent.limits import that_fit
from widgets.descent.losses.loss import Loss
from widgets.descent.model import BATCHED, EAGER, VECTORIZED, Paths
from widgets.descent.optimizers import optimizer_named
from widgets.descent.paths.batching import Plan, plan_for
from widgets.descent.paths.kept_plans import undisturbed
from widgets.descent.paths.path_pieces import coarse_first
from widgets.descent.paths.path_runs import PathRuns
from widgets.descent.schedules import CONSTANT, Rates

WAIT_S, PATIENT_S = 2.0, 20.0
"""Seconds after which no further path is begun, of those that are computed one after another; and after which the first
one is given up."""


def paths_of(
    tried: WhatIf, loss: Loss, start: Floats, rates: npt.NDArray[np.float64], step: int, shown: Paths
) -> Paths:
    """Return paths under another optimizer or schedule.

    Args:
        tried: which.
        loss: the learner's.
        start: where they begin.
        rates: rising; where paths are computed one after another, some of them.
        step: iterations that they must have; a schedule that is given by its name falls within them.
        shown: the paths that are shown: of an f that ran step by step for these, no graph is tried again, and paths
            that are computed all together are as long.

    Returns:
        The paths that are computed to their ends.

    Raises:
        ValueError: not one is, after PATIENT_S.
    """
    began, record = time.perf_counter(), optimizer_named(tried.optimizer)
    rates, iterations = that_fit(rates, max(shown.iterations, step), start.size, step)
    with undisturbed():
        plan = Plan(None, EAGER)
        if shown.how != EAGER:
            plan = plan_for(loss, start, rates.size, record)
        schedule = record.schedule if tried.schedule == CONSTANT else tried.schedule
        if plan.how not in (BATCHED, VECTORIZED):
            iterations = step
        order = coarse_first(rates.size // 2, rates.size)
        runs = PathRuns(loss, plan, start, Rates(rates, schedule, step), iterations, record, order, False)
        for _piece in runs.work():
            spent = time.perf_counter() - began
            if runs.in_turn and runs.paths_done and spent > WAIT_S:
                break
            if not runs.paths_done and runs.in_turn and spent > PATIENT_S:
                said = _("{steps} iterations of f take too long to be waited for. Show fewer iterations, then try.")
                raise ValueError(said.format(steps=step))
        return runs.paths()
