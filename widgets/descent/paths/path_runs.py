"""Running paths as a Plan says, piece by piece: together, or one after another, as far as each one goes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import tensorflow as tf

from widgets.common.arrays import Array, Floats, frozen
from widgets.common.catalogue import _
from widgets.common.errors import first_line
from widgets.descent.losses.loss import Loss
from widgets.descent.losses.parameter_names import Names
from widgets.descent.model import BATCHED, EAGER, PER_RATE, VECTORIZED, Paths
from widgets.descent.optimizers import Optimizer
from widgets.descent.paths.batching import Plan, last_digits_may_differ
from widgets.descent.paths.flat_ends import flat_ends
from widgets.descent.paths.path_pieces import Columns, PathsInTurn, StepsTogether
from widgets.descent.paths.spot_check import MOST, Agreement, spot_check
from widgets.descent.paths.tracing import TracedStep
from widgets.descent.paths.vectorized import VectorizedStep
from widgets.descent.schedules import Rates


class PathRuns:
    """The paths of one loss from one start, as many of them, and as far, as they are computed.

    Args:
        loss: the learner's function.
        plan: how to compute them.
        start: where they begin.
        rates: one for each.
        iterations: steps of each.
        optimizer: takes the steps.
        order: positions of the rates, for those that are not computed together: first what is wanted first; None: all.
        is_strict: whether f's returning no number, or having no gradient, is raised wherever a path comes to it;
            otherwise it ends the path, as an exception of f does.
        is_compared: whether places on them are compared with f run eagerly, as paths that are shown must be.
        goes_on: whether paths of which an operation fails on some are taken one after another; otherwise it raises.

    Attributes:
        plan: how they are computed indeed: more slowly than was planned, if that turned out to be wrong.
    """

    def __init__(
        self, loss: Loss, plan: Plan, start: Floats, rates: Rates, iterations: int, optimizer: Optimizer,
        order: Sequence[int] | None = None, is_strict: bool = True, is_compared: bool = True, goes_on: bool = True,
    ) -> None:  # fmt: skip
        self.plan, self._loss, self._start = plan, loss, start
        self._rates, self._iterations, self._optimizer, self._order = rates, iterations, optimizer, order
        self._is_strict, self._goes_on, self._is_checked, self._compared = is_strict, goes_on, not is_compared, 0
        self._pieces = self._begin()

    def _begin(self) -> StepsTogether | PathsInTurn:
        given = self._loss, self.plan, self._start, self._rates, self._iterations, self._optimizer
        if self.plan.how in (BATCHED, VECTORIZED):
            return StepsTogether(*given)
        return PathsInTurn(*given, self._order, self._is_strict)

    def take_over(self, others: PathRuns) -> None:
        """Begin with the steps that other runs have taken together, where those are what these would take."""
        mine, theirs = self.together, others.together
        if mine and theirs and self._start.tobytes() == others._start.tobytes():
            mine.take_over(theirs)

    @property
    def in_turn(self) -> PathsInTurn | None:
        """Those that are computed one after another; None where all are computed together."""
        return self._pieces if isinstance(self._pieces, PathsInTurn) else None

    @property
    def together(self) -> StepsTogether | None:
        """Those that are computed together; None where they are computed one after another."""
        return self._pieces if isinstance(self._pieces, StepsTogether) else None

    @property
    def is_done(self) -> bool:
        """Whether all paths are known to their ends."""
        return self._pieces.is_done and (self._is_checked or self.in_turn is not None)

    def work(self) -> Iterator[None]:
        """Compute what is missing, with a yield after each piece; it can be left after any, and called again."""
        while not self.is_done:
            try:
                yield from self._pieces.work()
            except tf.errors.OpError:  # of an operation on some of the paths: the others are to go on
                if self.in_turn is not None or not self._goes_on:
                    raise
                self._take_alone(_("an operation of f fails at some of them."))
                continue
            if not self._is_checked:
                self._is_checked = True
                self.compare()

    def compare(self) -> None:
        """Compare what was computed together with f run eagerly; what is not f is to be computed anew, alone."""
        step = self.plan.step
        if not isinstance(step, VectorizedStep) or step.draws or self.points == self._compared:
            return
        x, y, gradient = self.known()[0]
        is_part = self._compared > 0 or self.points <= self._iterations
        agreement = spot_check(self._loss, x, y, gradient, self._compared, MOST // 2 if is_part else MOST)
        self._compared = self.points
        if agreement is Agreement.WRONG:
            self._take_alone(_("f is a different function of one x and of the x of many runs."))
        if agreement is Agreement.CLOSE and not self.plan.caveat:
            why = _("TensorFlow computes f slightly differently for many paths at once")
            self.plan = dataclasses.replace(self.plan, caveat=last_digits_may_differ(why))

    def _take_alone(self, note: str) -> None:
        self.plan = taken_alone(self._loss, self.plan, self._start, note)
        self._pieces = self._begin()

    def known(self) -> tuple[Columns, list[int]]:
        """Return x, y, and gradient as far as they are known, the steps first, then the paths; and which paths."""
        pieces = self._pieces
        if isinstance(pieces, StepsTogether):
            return pieces.columns(), list(range(self._rates.initial.size))
        if not pieces.done and pieces.first is not None:
            position, path = pieces.first
            return [column[:, None] for column in path.columns], [position]
        positions = sorted(pieces.done)
        return pieces.columns(positions), positions

    @property
    def points(self) -> int:
        """How many points are known of each path that is known: 0 before the start is."""
        pieces = self._pieces
        if isinstance(pieces, StepsTogether):
            return pieces.points
        if pieces.done:
            return self._iterations + 1
        return pieces.first[1].points if pieces.first else 0

    @property
    def paths_done(self) -> int:
        """How many paths are known to their ends."""
        if isinstance(self._pieces, PathsInTurn):
            return len(self._pieces.done)
        return self._rates.initial.size if self.is_done else 0

    @property
    def path_points(self) -> int:
        """How many points are known in all."""
        pieces = self._pieces
        if isinstance(pieces, PathsInTurn):
            return len(pieces.done) * (self._iterations + 1) + (0 if pieces.done else self.points)
        return pieces.points * self._rates.initial.size

    def has(self, positions: Iterable[int]) -> bool:
        """Return whether the paths at some positions of the rates are known to their ends."""
        if isinstance(self._pieces, PathsInTurn):
            return self._pieces.done.keys() >= set(positions)
        return self.is_done

    def paths(self) -> Paths:
        """Return what is known as Paths."""
        columns, positions = self.known()
        if not all(np.isfinite(column[0]).all() for column in columns):
            self._loss.check(self._start)  # says what is wrong with this start
        x, y, gradient = map(_read_only, columns)
        points, rates = len(y), self._rates
        flat = frozenset[int]() if self.plan.how == EAGER else flat_ends(self._loss.whole, x, y, gradient)
        table = _read_only(rates.table(self._iterations + 1)[:points, positions]) if rates.is_scheduled else None
        return Paths(
            self._loss.title, _read_only(self._start), _read_only(rates.initial[positions]), points - 1,
            self._optimizer.name, self._start.dtype.name, x, y, gradient, how=self.plan.how, note=self.note,
            parameters=self._loss.parameters, scheduled_rates=table, flat=flat,
            names=Names.of(self._loss.f, self._loss.parameters, self._start),
            batch_size=self._loss.batches.size if self._loss.batches else None,
        )  # fmt: skip

    @property
    def note(self) -> str:
        """What must be said of the paths: why not all at once, why last digits may differ, and where f raised."""
        said = [self.plan.note, self.plan.caveat]
        if self.in_turn is not None and self.in_turn.ended:
            at = min(self.in_turn.ended)
            step, problem = self.in_turn.ended[at]
            ends = _(
                "Where f raises an exception, the path ends with y = nan: first at learning rate {rate} in iteration "
                "{step} ({problem})."
            )
            rate = float(self._rates.initial[at])
            said.insert(1, ends.format(rate=rate, step=step, problem=first_line(problem)))
        return " ".join(filter(None, said))


def taken_alone(loss: Loss, plan: Plan, start: Floats, note: str) -> Plan:
    """Return a plan for one path at a time in place of one for many; `note` says why."""
    step, short = plan.step, plan.short
    if isinstance(step, VectorizedStep):
        step, short = step.alone, short and short.alone  # type: ignore[union-attr]  # both are vectorized, or none
    elif step is not None and step.shape_of_y:
        step = TracedStep(loss, start.shape, start.dtype.name)
    return Plan(step, PER_RATE, note, short=short)


def finished(runs: PathRuns) -> Paths:
    """Compute paths to their ends, and return them."""
    for _piece in runs.work():
        pass
    return runs.paths()


def _read_only(array: Array) -> Array:
    return frozen(array if array.flags.c_contiguous else array.copy())
