"""The runs that an explorer keeps, to compare others with: the one shown, and those of what-if buttons."""

from __future__ import annotations

from typing import Any

import numpy as np
import traitlets

from widgets.common.catalogue import _
from widgets.common.errors import first_line
from widgets.common.functions import Function
from widgets.descent.best_runs import paths_of
from widgets.descent.comparisons import Tried, WhatIf, best_at, compared_text, rates_to_try, values_after, what_ifs
from widgets.descent.kept_runs import MAX_KEPT, KeptPoints, KeptRun, kept_run
from widgets.descent.loss_settings import LossSettings
from widgets.descent.losses.loss import Loss, loss_of
from widgets.descent.model import Paths
from widgets.descent.payload import sent_steps
from widgets.descent.plane_text import start_text
from widgets.descent.settings import schedule_of
from widgets.descent.surface.loss_surface import LossSurface
from widgets.descent.sweep_table import Sweep, rows_of
from widgets.descent.view_numbers import ViewNumbers, view_numbers


class ComparedRuns(LossSettings):
    """Keeps runs: the one shown as it is, and others with its start and as many iterations."""

    FIELDS = (*LossSettings.COMPUTED, "what_if")

    compared = traitlets.Unicode("").tag(sync=True)

    paths: Paths
    _numbers: ViewNumbers
    _steps: list[int]
    _shown: dict[str, Any]

    def __init__(self, **traits: Any) -> None:
        self._kept_points = KeptPoints()
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
        dropped.

        Args:
            name: "sgd", "momentum", or "adam"; "constant", "cosine", or "exponential"; or "best rate": what is not
                shown now.

        Returns:
            How the two compare; the trait `compared` has it, too.

        Raises:
            ValueError: there is no such button now, or f takes too long.
        """
        if (tried := self._what_ifs.get(name)) is None:
            accepted = ", ".join(f'"{known}"' for known in self._what_ifs)
            message = _("what_if() takes one of {accepted} here; got {name!r}.")
            raise ValueError(message.format(accepted=accepted, name=name))
        step = max(1, min(self.iterations, self.paths.iterations))
        rates = rates_to_try(tried.optimizer, self.loss_surface.learning_rates, self.paths)
        loss, start = loss_of(self._f, self.start, self.dtype)
        paths = paths_of(tried, loss, start, rates, step, self.paths)
        values, shown_values = values_after(loss, paths, step), values_after(loss, self.paths, step)
        at, schedule = best_at(values), schedule_of(tried.optimizer, tried.schedule, step)
        details = self._details_with(schedule)
        numbers, steps = view_numbers(paths, self.loss_surface), sent_steps(paths.iterations, step)
        run = kept_run(paths, numbers, at, steps, start_text(self.start), details, self.is_scaled)
        if run not in self.kept:
            self._add(run, paths, numbers)
        own = schedule_of(self.optimizer, self.schedule, self.decay_steps)
        shown = Tried.of(self.paths, own, shown_values, self._at)
        other = Tried.of(paths, schedule, values, at)
        self.compared = compared_text(step, shown, other, paths.learning_rates, loss.batches is not None)
        return self.compared

    def _set_field(self, name: str, value: Any) -> None:
        """Set what a field asks for, or keep the runs of buttons."""
        if name != "what_if":
            super()._set_field(name, value)
            return
        for asked in value:
            if len(self.kept) == MAX_KEPT:
                raise ValueError(_("Six runs are kept. Forget one, then this one can be added."))
            try:
                self.what_if(asked)
            except Exception as error:  # a learner's f may raise anything
                raise ValueError(first_line(error)) from error
