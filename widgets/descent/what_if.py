"""The runs that an explorer keeps, to compare others with: the one shown, and those of what-if buttons.

Those are computed between the messages of the kernel, as what is missing of the paths shown is, and before that.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from widgets.common.catalogue import _
from widgets.common.errors import first_line
from widgets.common.functions import Function
from widgets.descent.best_runs import BestRuns
from widgets.descent.comparisons import Tried, WhatIf, best_at, compared_text, rates_to_try, values_after, what_ifs
from widgets.descent.computation import Computation
from widgets.descent.kept_runs import MAX_KEPT, KeptPoints, KeptRun, kept_run
from widgets.descent.losses.loss import Loss, loss_of
from widgets.descent.model import Paths
from widgets.descent.part_by_part import PartByPart
from widgets.descent.payload import sent_steps
from widgets.descent.plane_text import start_text
from widgets.descent.settings import schedule_of
from widgets.descent.surface.loss_surface import LossSurface
from widgets.descent.view_numbers import ViewNumbers, view_numbers

if TYPE_CHECKING:
    from widgets.descent.sweep_table import Sweep


class ComparedRuns(PartByPart):
    """Keeps runs: the one shown as it is, and others with its start and as many iterations."""

    FIELDS = (*PartByPart.COMPUTED, "what_if")

    compared = traitlets.Unicode("").tag(sync=True)

    _numbers: ViewNumbers

    def __init__(self, **traits: Any) -> None:
        self._kept_points = KeptPoints()
        self._best_runs: list[BestRuns] = []  # that are being computed, or wait for their turn
        super().__init__(**traits)

    @property
    def _f(self) -> Function | Loss:
        """What is descended on."""
        raise NotImplementedError

    @property
    def _at(self) -> int:
        """The position of the learning rate shown."""
        return int(np.flatnonzero(self.paths.learning_rates == self.learning_rate)[0])

    def keep(self) -> None:
        """Keep the run shown, to compare others with it, as the button does. Of seven runs the oldest is dropped."""
        start = start_text(self.start)
        run = kept_run(self.paths, self._numbers, self._at, self._steps, start, self.details, self.is_scaled)
        self._add(run, self.paths, self._numbers)

    def sweep(self) -> Sweep:
        """Return how the path of each learning rate ends, as a table.

        Returns:
            The rows that `sweep` has for these paths.

        Example:
            >>> from widgets import DescentExplorer
            >>> table = DescentExplorer(lambda x: x * x, start=1.0).sweep()
            >>> len(table), table.rows[0]["verdict"]
            (241, 'still moving')
        """
        from widgets.descent.sweep_table import Sweep, rows_of  # here: a view is no table

        batches = self._f.batches if isinstance(self._f, Loss) else None
        return Sweep(tuple(rows_of(self.paths, batches.seed if batches else None)))

    def _has_meaning_of(self, run: KeptRun) -> bool:
        """Return whether a run's parameters mean what those shown do."""
        return run["scaled"] == self.is_scaled

    def _add(self, run: KeptRun, paths: Paths, numbers: ViewNumbers) -> None:
        self.kept = [*self.kept, run][-MAX_KEPT:]
        self._kept_points.remember(self.kept, paths, numbers)

    def _keep_comparable(self, surface: LossSurface, numbers: ViewNumbers, is_other: bool) -> None:
        """Keep those runs that can be compared with other numbers, or none if they are of another function."""
        if not self.kept or not self._shown:
            return
        self._kept_points.remember(self.kept, self.paths, self._numbers)
        plane = None if surface is self.loss_surface else surface.plane
        self.kept = [] if is_other else self._kept_points.comparable(self.kept, numbers, plane)

    @property
    def _what_ifs(self) -> dict[str, WhatIf]:
        return dict(what_ifs(self.optimizer, self.schedule))

    def what_if(self, name: str) -> str:
        """Keep a run with another optimizer, schedule, or learning rate, as the what-if buttons do.

        It has the start and the iterations of the run shown, so both have as many gradient evaluations: one for each
        iteration. Its learning rate is that of those tried which brings y lowest by then. Of seven runs the oldest is
        dropped. Where a button's run takes longer, a notebook computes it between its cells, and Cancel keeps the best
        that is there by then; this method waits for it.

        Args:
            name: "sgd", "momentum", or "adam"; "constant", "cosine", or "exponential"; or "best rate": what is not
                shown now.

        Returns:
            How the two compare; the trait `compared` has it, too.

        Raises:
            ValueError: there is no such button now, or f takes too long.
        """
        runs = self._runs_of(name)
        runs.finish_in_time()
        return self._keep_best(runs)

    def _runs_of(self, name: str) -> BestRuns:
        """Return what is to be tried, still to be computed."""
        if (tried := self._what_ifs.get(name)) is None:
            accepted = ", ".join(f'"{known}"' for known in self._what_ifs)
            message = _("what_if() takes one of {accepted} here; got {name!r}.")
            raise ValueError(message.format(accepted=accepted, name=name))
        step = max(1, min(self.iterations, self.paths.iterations))
        rates = rates_to_try(tried.optimizer, self.loss_surface.learning_rates, self.paths)
        return BestRuns(tried, *loss_of(self._f, self.start, self.dtype), rates, step, self.paths, self._at)

    def _keep_best(self, runs: BestRuns) -> str:
        """Keep the best of some runs, and return how it compares with the run that was shown."""
        paths, step, tried = runs.paths(), runs.step, runs.tried
        values, shown_values = values_after(runs.loss, paths, step), values_after(runs.loss, runs.shown, step)
        at, schedule = best_at(values), schedule_of(tried.optimizer, tried.schedule, step)
        details = self._details_with(schedule)
        numbers, steps = view_numbers(paths, self.loss_surface), sent_steps(paths.iterations, step)
        run = kept_run(paths, numbers, at, steps, start_text(self.start), details, self.is_scaled)
        own = schedule_of(self.optimizer, self.schedule, self.decay_steps)
        shown = Tried.of(runs.shown, own, shown_values, runs.at)
        other = Tried.of(paths, schedule, values, at)
        with self._state_lock, self.hold_sync():
            if run not in self.kept:
                self._add(run, paths, numbers)
            self.compared = compared_text(step, shown, other, paths.learning_rates, runs.loss.batches is not None)
        return self.compared

    def _set_field(self, name: str, value: Any) -> None:
        """Set what a field asks for, or keep the runs of buttons."""
        if name != "what_if":
            super()._set_field(name, value)
            return
        for asked in value:
            if len(self.kept) + len(self._best_runs) >= MAX_KEPT:
                raise ValueError(_("Six runs are kept. Forget one, then this one can be added."))
            try:
                self._ask_for(asked)
            except Exception as error:  # a learner's f may raise anything
                raise ValueError(first_line(error)) from error

    def _ask_for(self, name: str) -> None:
        """Keep the run of a button, now or once it is computed: without an event loop, somebody waits for it."""
        if not self._runner.has_loop:
            self.what_if(name)
        elif all(waiting.tried.name != name for waiting in self._best_runs):
            runs = self._runs_of(name)
            if not self._best_runs and runs.is_soon_done():
                self._keep_best(runs)
                return
            self._best_runs.append(runs)
            self._runner.start()
            self._show()

    @property
    def _in_work(self) -> Computation | BestRuns:
        return self._best_runs[0] if self._best_runs else super()._in_work

    def _work(self) -> Generator[None, None, None]:
        """Compute what buttons have asked for, then what is missing of the paths shown."""
        yield from self._work_on_best_runs()
        for _piece in super()._work():
            yield
            yield from self._work_on_best_runs()

    def _work_on_best_runs(self) -> Generator[None, None, None]:
        while self._best_runs:
            runs = self._best_runs[0]
            try:
                for _piece in runs.work():
                    yield
                    if runs not in self._best_runs:  # they are of other settings
                        break
                else:
                    self._keep_best(runs)
            except Exception as error:  # a learner's f may raise anything
                self.problem = first_line(error, with_type=True)
            self._forget(runs)

    def _forget(self, runs: BestRuns) -> None:
        self._best_runs = [waiting for waiting in self._best_runs if waiting is not runs]

    def _show(self) -> None:
        """As of PartByPart; work that is stopped leaves the best of what is known."""
        if self._best_runs and not self._runner.is_running:
            stopped, self._best_runs = self._best_runs[0], []
            if stopped.has_paths:
                self._keep_best(stopped)
        super()._show()
