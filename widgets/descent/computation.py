"""What an explorer shows of one loss, computed in parts: what is soon there is shown, and the rest follows.

All paths at once grow by steps. Paths one after another begin with the learning rate that is shown and a few more; then
comes what the loss surface looks like, then the rates between, and its finer points.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator

import numpy as np
import tensorflow as tf

from widgets.common.arrays import Floats
from widgets.common.catalogue import _, listed
from widgets.descent.limits import checked_iterations, checked_rates, require_memory, that_fit, too_many
from widgets.descent.losses.loss import Loss
from widgets.descent.model import EAGER, Paths
from widgets.descent.optimizers import optimizer_named
from widgets.descent.paths.batching import Plan, plan_for
from widgets.descent.paths.path_pieces import EVERY, coarse_first
from widgets.descent.paths.path_runs import PathRuns, taken_alone
from widgets.descent.rate_bands import likely_rate
from widgets.descent.schedules import CONSTANT, Rates
from widgets.descent.settings import RATE
from widgets.descent.surface import stability
from widgets.descent.surface.loss_surface import LossSurface, on_plane, surface_and_probes
from widgets.descent.surface.stability import nearest_rate, with_rate
from widgets.descent.surface.surface_pieces import SLOW_S, SurfacePieces

LONGEST, SHORT, FIRST_POINTS = 1000, 30, 201
"""Iterations of each path, unless more are asked for, and of an f that runs step by step in Python; and the points of
each path in the first picture of paths that are computed together."""

SOON_S, LEAST_S, WAIT_S, BRIEF_S, PATIENT_S = 0.9, 0.3, 0.25, 0.5, 20.0
"""Seconds after which a first picture is shown as it is then, and that its steps have in any case; that the rest may
take to be waited for, or to come without a word; and what it may take where nobody sees anything before it ends: in a
script there is no event loop."""


class Computation:
    """The loss surface and the paths on it, as far as they are computed.

    Args:
        loss: the learner's function, or one of ours.
        start: where the paths begin.
        optimizer: its name.
        rate: a learning rate that is among the others in any case, in place of the nearest; None: one that works.
        shown: iterations that are computed in any case.
        schedule: of the learning rate: its name.
        decay_steps: iterations within which a schedule falls that Keras does not know by itself; 0: all.
        before: what was computed for the same function and dtype; its surface is kept.

    Attributes:
        version: a number that is higher whenever there is more to be seen.
        rates: the learning rates that there are in the end, float64, rising; empty before it has begun.
        iterations: those of each path in the end.
    """

    def __init__(
        self, loss: Loss, start: Floats, optimizer: str, *, rate: float | None = None, shown: int = 0,
        schedule: str = CONSTANT, decay_steps: int = 0, before: Computation | None = None,
    ) -> None:  # fmt: skip
        self._loss, self._start, self._optimizer = loss, start, optimizer_named(optimizer)
        self._rate, self._shown, self._schedule, self._decay_steps = rate, shown, schedule, decay_steps
        self._surface: LossSurface | None = before._surface if before else None
        self._pieces: SurfacePieces | None = before._pieces if before else None
        self._runs: PathRuns | None = None
        self._levels_done, self._seen_points, self._shown_at, self._is_less = 0, 0, 0, False
        self._seconds, self._prepared, self._worked, self._fastest = loss.seconds, 0.0, 0.0, np.inf
        self.version, self.rates, self.iterations = 0, np.zeros(0), 0

    @property
    def is_done(self) -> bool:
        """Whether all is computed."""
        return self._levels_done == len(EVERY)

    @property
    def runs(self) -> PathRuns:
        """The paths, which there are once it has begun."""
        assert self._runs is not None, "begin() was not called"
        return self._runs

    def begin(self, began: float, is_seen: bool) -> None:
        """Compute until there is something to be seen, and to the end if that is near.

        Args:
            began: when the learner began to wait, by `time.perf_counter`.
            is_seen: whether what is there is seen before this ends.
        """
        for _piece in self.work():
            spent = time.perf_counter() - began
            self._prepared = self._prepared or spent
            if not self._ends_soon(is_seen) and self._can_be_seen(spent, is_seen) and self._has_more():
                break

    def _ends_soon(self, is_seen: bool) -> bool:
        """Return whether the rest is worth waiting for: where nobody sees them come, of paths in turn it never is."""
        if not is_seen and self._runs is not None and self._runs.in_turn:
            return False
        return self._seconds_left <= (WAIT_S if is_seen else PATIENT_S)

    def _can_be_seen(self, spent: float, is_seen: bool) -> bool:
        runs = self._runs
        if runs is None or not runs.points:
            return False
        if runs.together:
            return runs.points >= FIRST_POINTS or spent > max(SOON_S, self._prepared + LEAST_S)
        if not is_seen and spent < PATIENT_S:
            return self._levels_done >= len(EVERY) - 1  # as much on any machine
        return self._levels_done > 0 or (spent > SOON_S and runs.points > 1)

    @property
    def is_brief(self) -> bool:
        """Whether what is missing takes so little that nobody need be told."""
        return self._seconds_left <= BRIEF_S

    @property
    def _seconds_left(self) -> float:
        if self._runs is not None and self._runs.together:
            return self._runs.together.seconds_left
        if self._runs is None or (share := self.share) == 0:
            return np.inf
        return self._worked / share * (1 - share)

    def work(self) -> Iterator[None]:
        """Compute what is missing, with a yield after each piece; it can be left after any, and called again."""
        work, is_over = self._work(), object()
        while True:
            begin = time.perf_counter()
            try:
                if next(work, is_over) is is_over:
                    return
            finally:
                seconds = time.perf_counter() - begin
                self._worked, self._fastest = self._worked + seconds, min(self._fastest, seconds)
            yield

    def _work(self) -> Iterator[None]:
        if self._runs is None:
            self._runs = self._begun()
            yield
        runs = self._runs
        while runs.together and not runs.is_done:  # unless an operation fails: then they are taken in turn
            for _piece in runs.work():
                if runs.points >= FIRST_POINTS > self._seen_points // self.rates.size:
                    self._has_more()
                yield
        if runs.in_turn and self._pieces is not None and self._levels_done == 0:
            yield from self._take_in_turn(runs, {self._shown_at})
            self._pieces.seconds = self._fastest
            yield from self._pieces.work(0, runs.paths)
            self._has_more()
        for level in range(self._levels_done, len(EVERY)):
            if runs.in_turn:
                yield from self._take_in_turn(runs, self._level(level))
            if runs.in_turn and self._pieces is not None:
                yield from self._pieces.work(level, runs.paths)
            self._levels_done = level + 1
            self._has_more()

    def _take_in_turn(self, runs: PathRuns, wanted: set[int]) -> Iterator[None]:
        """Take paths one after another; there is more to be seen whenever twice as much is known."""
        while not runs.has(wanted):
            for _piece in runs.work():
                if runs.path_points >= 2 * max(1, self._seen_points):
                    self._has_more()
                yield
                if runs.has(wanted):
                    break

    def settle(self) -> None:
        """Let all be seen that is known, where nothing more comes for now."""
        if not self.is_done and self.runs.path_points > self._seen_points:
            self._has_more()

    def _has_more(self) -> bool:
        """Let what is known be seen; of what was computed together, only if it is what f gives."""
        if self.runs.together and not self.runs.is_done:
            self.runs.compare()
        if not self.runs.points:
            return False
        self._seen_points = self.runs.path_points
        self.version += 1
        return True

    def _level(self, level: int) -> set[int]:
        """Return the positions of the learning rates that are known after a level."""
        return {self._shown_at, *range(0, self.rates.size, EVERY[level])}

    def _begun(self) -> PathRuns:
        """Find out how f can be computed, and what its surface looks like if that is soon known."""
        if self._seconds > SLOW_S and (found := self._slow()):
            return found
        loss, x, record = self._loss, self._start, self._optimizer
        all_rates, wanted = np.ones(stability.RATES), max(LONGEST, self._shown)
        count = that_fit(all_rates, wanted, x.size, max(self._shown, SHORT))[0].size
        plan, probes = plan_for(loss, x, count, record), None
        if self._surface is None and self._pieces is None:
            if plan.how != EAGER:
                try:
                    self._surface, probes = surface_and_probes(loss.whole, x)
                except tf.errors.OpError:  # of an operation on some of the probes' paths
                    plan = taken_alone(loss, plan, x, _("an operation of f fails at some of them."))
            if self._surface is None:
                self._pieces = SurfacePieces(loss.whole, x, self._seconds, self._rate or RATE)
        runs = self._runs_of(plan)
        if probes:
            runs.take_over(probes)
        return runs

    def _slow(self) -> PathRuns | None:
        """Return paths of an f that takes long in each call; or None if only the first did, when things were set up."""
        note = _("A call of f took {seconds:.1f} s, so every step ran eagerly.").format(seconds=self._seconds)
        known = self._surface, self._pieces
        self._pieces = self._pieces or SurfacePieces(self._loss.whole, self._start, self._seconds, self._rate or RATE)
        runs = self._runs_of(Plan(None, EAGER, note))
        work = runs.work()
        next(work)
        begin = time.perf_counter()
        next(work)
        self._seconds = time.perf_counter() - begin
        if self._seconds > SLOW_S:
            return runs
        self._surface, self._pieces = known
        return None

    def _runs_of(self, plan: Plan) -> PathRuns:
        all_rates = self._surface.learning_rates if self._surface else self._pieces.rates  # type: ignore[union-attr]
        wanted = checked_iterations(max(SHORT if plan.how == EAGER else LONGEST, self._shown))
        rates, self.iterations = that_fit(all_rates, wanted, self._start.size, max(self._shown, min(wanted, SHORT)))
        self._is_less = rates.size < all_rates.size or self.iterations < wanted
        limits = self._surface.stability if self._surface else self._pieces.nearby  # type: ignore[union-attr]
        rate = self._rate or likely_rate(rates, limits, RATE)
        self.rates = checked_rates(with_rate(rates, rate))
        self._shown_at = nearest_rate(self.rates, rate)
        require_memory(self.iterations, self.rates.size, self._start.size)
        schedule = self._optimizer.schedule if self._schedule == CONSTANT else self._schedule
        scheduled = Rates(self.rates, schedule, self._decay_steps or self.iterations)
        order = coarse_first(self._shown_at, self.rates.size)
        return PathRuns(self._loss, plan, self._start, scheduled, self.iterations, self._optimizer, order, False)

    def want(self, rate: float) -> None:
        """Have the path of a learning rate computed before the others."""
        if self.runs.in_turn:
            self.runs.in_turn.want(nearest_rate(self.rates, rate))

    def has(self, rate: float) -> bool:
        """Return whether the path of a learning rate is computed to its end."""
        return self.runs.has([nearest_rate(self.rates, rate)])

    def paths(self) -> Paths:
        """Return the paths as far as they are known."""
        paths = self.runs.paths()
        if self._is_less:
            fewer = _("So less was computed: learning rates: {rates}, iterations: {iterations}.")
            fewer = f"{too_many(self._start.size)} {fewer.format(rates=self.rates.size, iterations=self.iterations)}"
        elif paths.how == EAGER:
            fewer = _("Iterations computed: {iterations}.").format(iterations=self.iterations)
            repeated = _("What f prints, counts, or changes is repeated in each step, and for the surface.")
            fewer = f"{fewer} {repeated}"
        else:
            return paths
        return dataclasses.replace(paths, note=f"{paths.note} {fewer}".strip())

    def surface(self, paths: Paths, at: int) -> LossSurface:
        """Return the surface as far as it is known, for paths on it; of many parameters, so that one path is seen."""
        if self._surface is None:
            return self._pieces.surface(paths)  # type: ignore[union-attr]  # one of the two there is
        self._surface = on_plane(self._loss, self._surface, paths, at)
        return self._surface

    @property
    def share(self) -> float:
        """How much is computed, from 0.0 to 1.0."""
        runs = self.runs
        known, everything = runs.path_points, self.rates.size * (self.iterations + 1)
        if self._pieces is not None:
            known, everything = known + self._pieces.points, everything + self._pieces.all_points
        return known / everything

    @property
    def so_far(self) -> str:
        """How far it is, in the learner's language: "43 of 241 learning rates"."""
        runs, pieces, iterations = self.runs, self._pieces, max(self.runs.points - 1, 0)
        if runs.together:
            return _("{done} of {all} iterations").format(done=iterations, all=self.iterations)
        if not runs.paths_done:
            said = _("{done} of {all} iterations at the first learning rate")
            return said.format(done=iterations, all=self.iterations)
        rates = _("{done} of {all} learning rates").format(done=runs.paths_done, all=self.rates.size)
        if pieces and pieces.is_placed and runs.has(self._level(self._levels_done)):
            points = _("{done} of {all} points of the loss surface").format(done=pieces.points, all=pieces.all_points)
            return listed([rates, points])
        return rates
