"""Paths that are computed piece by piece, so that what is there can be seen, and the rest can wait or be left out.

What is computed together grows by steps: all paths have as many. What is not, grows by paths: each has all its steps.
Either way every number is the one that it is in one piece. A piece takes some hundredths of a second, or as long as one
call of the learner's function; work that is left after any piece goes on from there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import tensorflow as tf

from widgets.common.arrays import Array, Floats
from widgets.descent.losses.loss import Loss
from widgets.descent.optimizers import Optimizer
from widgets.descent.paths.batch_exactness import recompute_near_ties
from widgets.descent.paths.batching import Plan
from widgets.descent.paths.eager_path import EagerPath
from widgets.descent.paths.loop import CompiledLoop
from widgets.descent.paths.tracing import TracedStep
from widgets.descent.schedules import Rates

PIECE_S = 0.04
"""Seconds that a piece of a compiled loop should take."""

_FIRST_TURNS = 2  # of a loop whose pace is not known
_FASTER = 4  # times as many turns as before, at most

EVERY = (40, 10, 1)
"""Of paths one after another every 40th learning rate is computed first, then every tenth, then all."""

Columns = list[Array]
"""x, y, and gradient, the steps first."""


def coarse_first(first: int, count: int) -> list[int]:
    """Return the positions of so many learning rates in the order of paths one after another; one comes before all."""
    return list(dict.fromkeys([first, *(at for every in EVERY for at in range(0, count, every))]))


class Pace:
    """How many turns of a loop fit into a piece.

    Attributes:
        seconds_per_turn: of the fastest piece: the others may have waited for other programs. 0 if none is known.
    """

    def __init__(self) -> None:
        self._turns, self._is_first, self.seconds_per_turn = _FIRST_TURNS, True, 0.0

    def take(self, left: int, take: Callable[[int], None]) -> None:
        """Have some turns taken, at most as many as are left."""
        turns, begin = min(left, self._turns), time.perf_counter()
        take(turns)
        seconds = max(time.perf_counter() - begin, 1e-9)
        if not self._is_first:  # which takes longer: the graph is made ready
            pace = seconds / turns
            self.seconds_per_turn = min(pace, self.seconds_per_turn or pace)
            self._turns = max(1, min(int(PIECE_S / self.seconds_per_turn), _FASTER * turns))
        self._is_first = False


class StepsTogether:
    """All paths at once, more and more steps of them.

    Args:
        loss: the learner's function.
        plan: with a step for all paths.
        start: where they begin.
        rates: one for each.
        iterations: steps in the end.
        optimizer: takes the steps.
    """

    def __init__(
        self, loss: Loss, plan: Plan, start: Floats, rates: Rates, iterations: int, optimizer: Optimizer
    ) -> None:
        self._plan, self._iterations, self._is_row = plan, iterations, isinstance(plan.step, TracedStep)
        self._loop, self._rows, self._table = _loop_of(loss, plan, start, rates, iterations, optimizer)
        self._state = self._loop.begin(start[..., None] if self._is_row else start)
        self._turns = iterations // self._loop.steps_per_turn + 1
        self._pace = Pace()
        self._pieces: list[Columns] = []

    def take_over(self, other: StepsTogether) -> None:
        """Begin with the steps that others from the same start have taken, if the loop and the rates are the same."""
        is_same = self._loop is other._loop and np.array_equal(self._table, other._table)
        if is_same and self._rows is None and self._state.turn == 0 and other._state.turn <= self._turns:
            self._state, self._pieces, self._pace = other._state, [*other._pieces], other._pace

    @property
    def points(self) -> int:
        """How many points of each path are known."""
        return min(self._state.turn * self._loop.steps_per_turn, self._iterations + 1)

    @property
    def is_done(self) -> bool:
        """Whether all steps are known."""
        return self._state.turn == self._turns

    @property
    def seconds_left(self) -> float:
        """How long the rest takes, as the last piece took."""
        return self._pace.seconds_per_turn * (self._turns - self._state.turn)

    def work(self) -> Iterator[None]:
        """Compute what is missing, with a yield after each piece."""
        while not self.is_done:
            self._pace.take(self._turns - self._state.turn, self._take)
            yield

    def _take(self, turns: int) -> None:
        piece, state = self._loop.go_on(self._state, turns, self._table, self._rows)
        columns = _by_path(self._plan, piece) if self._is_row else [piece[0], piece[2], piece[1]]
        self._pieces.append(columns)
        self._state = state  # last, so that an interrupt leaves both as they were or has both

    def columns(self) -> Columns:
        """Return x, y, and gradient of all paths at the steps that are known."""
        if len(self._pieces) > 1:
            self._pieces = [[np.concatenate(column) for column in zip(*self._pieces, strict=True)]]
        return [column[: self.points] for column in self._pieces[0]]


class PathsInTurn:
    """One path after another, or a few together: by a compiled loop, or by the learner's own eager loop.

    A path whose compiled loop fails, since f raises an exception on its way, is taken eagerly, and ends there.

    Args:
        loss: the learner's function.
        plan: for one path, or for a few.
        start: where they begin.
        rates: one for each.
        iterations: steps of each.
        optimizer: takes the steps.
        order: positions of the rates, those first that are wanted first; None: as they are.
        is_strict: as of EagerPath.

    Attributes:
        done: x, y, and gradient of each path that is computed, by the position of its rate.
        ended: where f raised an exception: at which step, and what.
        first: the path that is taken eagerly while no other is known, and the position of its rate.
    """

    def __init__(
        self, loss: Loss, plan: Plan, start: Floats, rates: Rates, iterations: int, optimizer: Optimizer,
        order: Sequence[int] | None = None, is_strict: bool = True,
    ) -> None:  # fmt: skip
        self._loss, self._plan, self._start, self._rates = loss, plan, start, rates
        self._iterations, self._optimizer, self._is_strict = iterations, optimizer, is_strict
        self._loop, self._pace = None, Pace()
        if plan.step is not None:
            self._loop, self._rows, self._table = _loop_of(loss, plan, start, rates, iterations, optimizer)
        self._is_single = not (plan.step and plan.step.shape_of_y)
        self._width = 1 if self._is_single else plan.step.shape_of_y[0]  # type: ignore[union-attr]  # there is a step
        self._waiting = list(range(rates.initial.size) if order is None else order)
        self._current: Iterator[None] | None = None
        self.done: dict[int, Columns] = {}
        self.ended: dict[int, tuple[int, Exception]] = {}
        self.first: tuple[int, EagerPath] | None = None

    @property
    def is_done(self) -> bool:
        """Whether all paths are known."""
        return not self._waiting

    def want(self, position: int) -> None:
        """Have a path computed before the others that are not known."""
        if position in self._waiting:
            self._waiting.remove(position)
            self._waiting.insert(0, position)

    def work(self) -> Iterator[None]:
        """Compute what is missing, with a yield after each piece."""
        while self._waiting:
            if self._current is None:
                self._current = self._paths_at(self._waiting[: self._width])
            try:
                next(self._current)
            except StopIteration:
                self._current = None
            except BaseException:  # an interrupt, too: this path begins anew
                self._current = None
                raise
            yield

    def _paths_at(self, positions: list[int]) -> Iterator[None]:
        """Compute some paths, with a yield after each piece."""
        if self._loop is None:
            yield from self._eagerly(positions[0])
        else:
            try:
                yield from self._compiled(self._loop, positions)
            except tf.errors.OpError:  # of an operation on one of these paths
                for position in positions:
                    yield from self._eagerly(position)
        self._waiting = [position for position in self._waiting if position not in self.done]

    def _compiled(self, loop: CompiledLoop, positions: list[int]) -> Iterator[None]:
        table = self._table[:, positions[0] if self._is_single else np.resize(positions, self._width)]
        state = loop.begin(self._start if self._is_single else self._start[..., None])
        turns, pieces = self._iterations // loop.steps_per_turn + 1, []

        def take(count: int) -> None:
            nonlocal state
            piece, state = loop.go_on(state, count, table, self._rows)
            pieces.append(piece)

        while state.turn < turns:
            self._pace.take(turns - state.turn, take)
            yield
        blocks = [np.concatenate(column)[: self._iterations + 1] for column in zip(*pieces, strict=True)]
        if self._is_single:
            self.done[positions[0]] = [blocks[0], blocks[2], blocks[1]]
            return
        columns = _by_path(self._plan, blocks)
        self.done |= {position: [column[:, at] for column in columns] for at, position in enumerate(positions)}

    def _eagerly(self, position: int) -> Iterator[None]:
        path = EagerPath(self._loss, self._start, self._optimizer.create(self._rates.at(position)), self._is_strict)
        if not self.done:
            self.first = position, path
        while path.points <= self._iterations and path.problem is None:
            path.take_step()
            yield
        if path.problem is not None:
            self.ended[position] = path.points - 1, path.problem
        self.done[position] = [_filled(column, self._iterations + 1) for column in path.columns]

    def columns(self, positions: Sequence[int]) -> Columns:
        """Return x, y, and gradient of paths that are known, the steps first, then the paths."""
        return [np.stack(column, axis=1) for column in zip(*(self.done[at] for at in positions), strict=True)]


def _loop_of(
    loss: Loss, plan: Plan, start: Floats, rates: Rates, iterations: int, optimizer: Optimizer
) -> tuple[CompiledLoop, Array | None, Floats]:
    """Return the loop of a plan, the rows of the mini-batches, and the learning rates of all steps."""
    shapes = () if loss.parameters.is_flat else loss.parameters.shapes
    loop = plan.loop(optimizer, start.dtype.name, rates.is_scheduled, shapes)
    return loop, loss.rows(iterations + 1), rates.table(iterations + 1)


def _by_path(plan: Plan, blocks: list[Array]) -> Columns:
    """Return x, y, and gradient, the steps first, then the paths, of what a loop has with the paths last."""
    x, gradient, y, *bases = blocks
    if values := plan.scalar_values(y.dtype.name):
        y = recompute_near_ties(y, x, bases, values)
    return [np.moveaxis(x, -1, 1), y, np.moveaxis(gradient, -1, 1)]


def _filled(array: Array, steps: int) -> Array:
    """Return an array with nan for the steps that it lacks."""
    missing = np.full((steps - len(array), *array.shape[1:]), np.nan, array.dtype)
    return np.concatenate([array, missing]) if len(missing) else array
