"""The paths that a what-if button has computed: at many rates, or, one after another, at as many as it can wait for."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from widgets.common.arrays import Floats
from widgets.common.catalogue import _
from widgets.descent.comparisons import WhatIf
from widgets.descent.computation import BRIEF_S
from widgets.descent.limits import that_fit
from widgets.descent.losses.loss import Loss
from widgets.descent.model import BATCHED, EAGER, VECTORIZED, Paths
from widgets.descent.optimizers import optimizer_named
from widgets.descent.paths.batching import Plan, plan_for
from widgets.descent.paths.kept_plans import undisturbed
from widgets.descent.paths.path_pieces import EVERY, coarse_first
from widgets.descent.paths.path_runs import PathRuns
from widgets.descent.schedules import CONSTANT, Rates

SOON_S = 0.3
"""Seconds that a message takes before the rest is computed between messages."""

WAIT_S, PATIENT_S = 2.0, 20.0
"""Where somebody waits for all: seconds after which no further path is begun, of those that are computed one after
another; and after which the first one is given up."""


class BestRuns:
    """Paths under another optimizer or schedule, of which the one that comes lowest is to be kept.

    Args:
        tried: which.
        loss: the learner's.
        start: where they begin.
        rates: rising; where paths are computed one after another, every tenth is enough.
        step: iterations that they must have; a schedule that is given by its name falls within them.
        shown: the paths that are shown: of an f that ran step by step for these, no graph is tried again, and paths
            that are computed all together are as long.
        at: the position in `shown` of the path that they are compared with.
    """

    def __init__(
        self, tried: WhatIf, loss: Loss, start: Floats, rates: npt.NDArray[np.float64], step: int, shown: Paths, at: int
    ) -> None:
        self.tried, self.loss, self.step, self.shown, self.at = tried, loss, step, shown, at
        record = optimizer_named(tried.optimizer)
        rates, iterations = that_fit(rates, max(shown.iterations, step), start.size, step)
        with undisturbed():
            plan = Plan(None, EAGER)
            if shown.how != EAGER:
                plan = plan_for(loss, start, rates.size, record)
            schedule = record.schedule if tried.schedule == CONSTANT else tried.schedule
            if plan.how not in (BATCHED, VECTORIZED):
                iterations = step
            first = rates.size // 2
            self._all_points, self._enough = iterations + 1, len({first, *range(0, rates.size, EVERY[1])})
            scheduled, order = Rates(rates, schedule, step), coarse_first(first, rates.size)
            self._runs = PathRuns(loss, plan, start, scheduled, iterations, record, order, False)

    def work(self) -> Iterator[None]:
        """Compute what is missing, with a yield after each piece; it can be left after any, and called again."""
        pieces = self._runs.work()
        while not self.is_done and next(pieces, self) is not self:
            yield

    def finish_in_time(self) -> None:
        """Compute what there is time for, here and now; raise ValueError if no path is known after PATIENT_S."""
        began = time.perf_counter()
        for _piece in self._runs.work():
            spent = time.perf_counter() - began
            if self._runs.in_turn and self.has_paths and spent > WAIT_S:
                break
            if self._runs.in_turn and not self.has_paths and spent > PATIENT_S:
                said = _("{steps} iterations of f take too long to be waited for. Show fewer iterations, then try.")
                raise ValueError(said.format(steps=self.step))

    def is_soon_done(self) -> bool:
        """Compute for SOON_S at most; return whether that was enough."""
        began = time.perf_counter()
        for _piece in self.work():
            if time.perf_counter() - began > SOON_S:
                break
        return self.is_done

    @property
    def is_done(self) -> bool:
        """Whether as many paths are known as are wanted."""
        return self._runs.is_done or (self._runs.in_turn is not None and self._runs.paths_done >= self._enough)

    @property
    def has_paths(self) -> bool:
        """Whether a path is known to its end."""
        return self._runs.paths_done > 0

    def paths(self) -> Paths:
        """Return the paths that are known to their ends."""
        return self._runs.paths()

    @property
    def is_brief(self) -> bool:
        """Whether what is missing takes so little that nobody need be told."""
        return self._runs.together is not None and self._runs.together.seconds_left <= BRIEF_S

    @property
    def share(self) -> float:
        """How much is computed, from 0.0 to 1.0."""
        return self._runs.points / self._all_points if self._runs.together else self._runs.paths_done / self._enough

    @property
    def so_far(self) -> str:
        """How far it is, in the learner's language: "Adam: 4 of 26 learning rates"."""
        if self._runs.together:
            said = _("{what}: {done} of {all} iterations")
            return said.format(what=self.tried.label, done=self._runs.points - 1, all=self._all_points - 1)
        said = _("{what}: {done} of {all} learning rates")
        return said.format(what=self.tried.label, done=self._runs.paths_done, all=self._enough)
