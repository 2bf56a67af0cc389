"""The compiled loop: a graph that takes a step on every path at once, again and again, and keeps what it computed."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from widgets.common.arrays import Array, Tensor, Variable
from widgets.descent.optimizers import Optimizer, RatePerPath
from widgets.descent.paths.graph_rewrites import grappler_disabled
from widgets.descent.paths.tracing import Shape, Subgraph, TracedStep
from widgets.descent.paths.vectorized import VectorizedStep

_TURN, _LONGEST = 120, 4
"""Nodes in one turn of the loop, about, and steps at most. A turn of TensorFlow's loop costs about as much as ten small
operations; but each node, 50 microseconds before the first one runs, for which the first picture waits."""

_UPDATE = {True: 2, False: 40}
"""Nodes of a plain update, and of one by Keras, about."""

_CHUNKS = 8  # that are computed in one turn


@dataclasses.dataclass(frozen=True)
class LoopState:
    """Where paths are that are to go on: what a loop, which several runs may share, does not remember.

    Attributes:
        turn: the turns that they have taken.
        x: their points.
        variables: the values of the optimizer's Variables.
    """

    turn: int
    x: Array
    variables: tuple[Array, ...]


class CompiledLoop:
    """Steps of one traced f under one optimizer, from any start, at any learning rates.

    Args:
        step: computes y and the gradient, with the paths along the last axis, or the first one if it is vectorized.
        optimizer: turns the gradient into the next x. A plain one, x - gradient * rate, is written out here: with
            Keras' Variables it takes half as long again, and the tests compare it with Keras' steps, bit for bit.
        dtype: of all numbers.
        batched_value: computes y (and bases) of the paths of all steps of a turn, side by side, at less cost.
        short: as `step`, for a mini-batch of fewer rows.
        shapes: of the parameters in x, where the optimizer must have them apart.
        is_scheduled: whether there are learning rates for each step.
    """

    def __init__(
        self,
        step: TracedStep | VectorizedStep,
        optimizer: Optimizer,
        dtype: str,
        batched_value: Subgraph | None = None,
        short: TracedStep | VectorizedStep | None = None,
        shapes: Sequence[Shape] = (),
        is_scheduled: bool = False,
    ) -> None:
        self._shape, self._shape_of_y = step.shape, step.shape_of_y
        self._batched_value, self._lock = batched_value, threading.Lock()
        self._rates_shape, self._step = step.shape_of_y, step.value_and_gradient
        if isinstance(step, VectorizedStep):
            self._rates_shape += (1,) * (len(step.shape) - 1)
        elif batched_value:
            self._step = step.gradient
        self._short, self._rows = short, step.rows
        nodes = len(self._step.definition.node) + _UPDATE[optimizer.is_plain]
        self._unrolled = max(1, min(_LONGEST, _TURN // nodes)) if short is None else 1
        self._x = tf.Variable(np.zeros(step.shape, dtype))
        self._parts = [tf.Variable(np.zeros(shape, dtype)) for shape in shapes] or [self._x]
        self._schedule, self._is_scheduled = RatePerPath(self._rates_shape, is_scheduled), is_scheduled
        self._optimizer = None if optimizer.is_plain else optimizer.create(self._schedule)
        self._initial = self._build_optimizer()
        # Each is traced once, and called in every step of a turn: TensorFlow puts the calls' operations into the loop.
        self._of_step, self._of_update = (
            tf.function(self._step_at, autograph=False),
            tf.function(self._next_x, autograph=False),
        )
        # called as it is: tf.function would warn of retracing where many functions are followed one after another
        rows = [] if self._rows is None else [tf.TensorSpec((None, self._rows), tf.int32)]
        self._turns = tf.function(self._repeat, autograph=False).get_concrete_function(
            tf.TensorSpec((), tf.int32), tf.TensorSpec((), tf.int32), *rows
        )

    def run(self, start: Array, rates: npt.ArrayLike, iterations: int, rows: Array | None = None) -> list[Array]:
        """Return x, gradient, y, and bases at steps 0 to iterations: the steps first, then as the step has them.

        Args:
            start: where the paths begin: shaped like x, or broadcast to it.
            rates: one for each path: a row for all steps, or one for each.
            iterations: how many steps to take.
            rows: the mini-batch of each step, as `Batches.table` has them; None: f sees all of its data.

        Returns:
            Arrays of shape (iterations + 1, *step.shape) or (iterations + 1, *step.shape_of_y): x, gradient, y, and
            what was squared.
        """
        turns = iterations // self._unrolled + 1
        blocks, _state = self.go_on(self.begin(start), turns, rates, rows)
        return [block[: iterations + 1] for block in blocks]

    @property
    def steps_per_turn(self) -> int:
        """Steps that are taken in one turn."""
        return self._unrolled

    def begin(self, start: Array) -> LoopState:
        """Return the state of paths before their first turn; `start` as `run` takes it."""
        return LoopState(0, np.broadcast_to(start, self._shape), tuple(value for _variable, value in self._initial))

    def go_on(
        self, state: LoopState, turns: int, rates: npt.ArrayLike, rows: Array | None = None
    ) -> tuple[list[Array], LoopState]:
        """Take more turns; return what `run` does for their steps, and the state after them.

        Args:
            state: where the paths are.
            turns: how many to take.
            rates: as `run` takes them, of all steps from the start.
            rows: likewise.

        Returns:
            The arrays, and the state.
        """
        steps = (state.turn + turns) * self._unrolled
        with self._lock, grappler_disabled():
            self._x.assign(state.x)
            if self._parts[0] is not self._x:
                sizes = [part.shape.num_elements() for part in self._parts]
                pieces = np.split(state.x, np.cumsum(sizes)[:-1])
                for part, piece in zip(self._parts, pieces, strict=True):
                    part.assign(piece.reshape(part.shape))
            table = np.reshape(rates, (-1, *self._rates_shape))
            if self._is_scheduled:
                table = _lengthened(table, steps)
            self._schedule.rates.assign(table.astype(np.float32))
            for (variable, _value), value in zip(self._initial, state.variables, strict=True):
                variable.assign(value)
            batches = [] if rows is None else [tf.constant(_lengthened(rows, steps))]
            x, *blocks = (
                np.asarray(memoryview(block))  # not copied
                for block in self._turns(tf.constant(state.turn), tf.constant(turns), *batches)
            )
            variables = tuple(variable.numpy() for variable, _value in self._initial)
        after = LoopState(state.turn + turns, x, variables)
        return [block.reshape(turns * self._unrolled, *block.shape[2:]) for block in blocks], after

    def _build_optimizer(self) -> list[tuple[Variable, Array]]:
        """Return the optimizer's Variables, each with the value that it starts from."""
        if self._optimizer is None:
            return []
        self._optimizer.build(self._parts)
        return [(variable, variable.numpy()) for variable in self._optimizer.variables]

    def _repeat(self, begun: Tensor, turns: Tensor, *rows: Tensor) -> list[Tensor]:
        bases = self._batched_value.bases if self._batched_value else ()
        shapes = self._shape, self._shape, self._shape_of_y, *((*shape[:-1], *self._shape_of_y) for shape in bases)
        results = [tf.TensorArray(self._x.dtype, turns, element_shape=(self._unrolled, *shape)) for shape in shapes]
        first = 0, self._x.read_value(), *results

        def turn(nth: Tensor, x: Tensor, *results: Tensor) -> tuple[Tensor, ...]:
            x, *columns = self._turn(rows, begun + nth, x)
            return nth + 1, x, *(array.write(nth, column) for array, column in zip(results, columns, strict=True))

        _, x, *results = tf.while_loop(lambda nth, *_: nth < turns, turn, first)
        return [x, *(array.stack() for array in results)]

    def _turn(self, rows: Sequence[Tensor], turn: Tensor, x: Tensor) -> tuple[Tensor, ...]:
        fixed = None if self._is_scheduled else tf.cast(self._schedule(0), x.dtype)
        steps: list[tuple[Tensor, ...]] = []
        while len(steps) < self._unrolled:
            at = turn * self._unrolled + len(steps)
            *y, gradient = self._of_step(x, *(table[at] for table in rows))
            steps.append((x, gradient, *y))
            x = self._of_update(x, gradient, tf.cast(self._schedule(at), x.dtype) if fixed is None else fixed)
        xs, gradients, *ys = zip(*steps, strict=True)
        values = self._values(self._batched_value, xs) if self._batched_value else map(tf.stack, ys)
        return x, tf.stack(xs), tf.stack(gradients), *values

    def _step_at(self, x: Tensor, *rows: Tensor) -> list[Tensor]:
        """Return y (unless it is computed later) and the gradient; of a batch of fewer rows, the last ones are -1."""
        if self._short is None:
            return self._step(x, *rows)
        few, short = self._short.rows, self._short.value_and_gradient

        def of_few() -> list[Tensor]:
            return short(tf.identity(x), rows[0][:few])  # a branch has its own name for what comes from outside

        def of_all() -> list[Tensor]:
            return self._step(tf.identity(x), tf.identity(rows[0]))

        results: list[Tensor] = tf.cond(rows[0][-1] < 0, of_few, of_all)
        return results

    def _next_x(self, x: Tensor, gradient: Tensor, rates: Tensor) -> Tensor:
        if self._optimizer is None:
            return x - gradient * rates
        if self._parts[0] is self._x:
            self._optimizer.apply_gradients([(gradient, self._x)])
            return self._x.read_value()
        shapes = [part.shape for part in self._parts]
        pieces = tf.split(gradient, [shape.num_elements() for shape in shapes])
        shaped = [tf.reshape(piece, shape) for piece, shape in zip(pieces, shapes, strict=True)]
        self._optimizer.apply_gradients(zip(shaped, self._parts, strict=True))
        return tf.concat([tf.reshape(part.read_value(), [-1]) for part in self._parts], 0)

    def _values(self, value: Subgraph, xs: Sequence[Tensor]) -> list[Tensor]:
        """Return y and the bases of all steps of a turn: a few large operations cost less than many small ones."""
        side_by_side = tf.reshape(tf.stack(xs, axis=-2), (*self._shape[:-1], -1))
        return [_by_step(row, self._unrolled) for row in value(side_by_side)]


def _lengthened(table: Array, steps: int) -> Array:
    """Return a table with at least so many rows: the last turn may go beyond the last iteration."""
    more = max(0, steps - len(table))
    return np.concatenate([table, np.repeat(table[-1:], more, axis=0)]) if more else table


def _by_step(row: Tensor, count: int) -> Tensor:
    *dimensions, _ = row.shape
    steps = tf.reshape(row, (*dimensions, count, -1))
    last = len(dimensions)
    return tf.transpose(steps, (last, *range(last), last + 1)) if dimensions else steps


class ChunkedValues:
    """y at any number of points, as many at a time as a step was traced for.

    Args:
        step: traced for a few paths.
        dtype: of all numbers.
    """

    def __init__(self, step: TracedStep, dtype: str) -> None:
        self._shape, self._shape_of_y, self._value, self._dtype = step.shape, step.shape_of_y, step.value(), dtype
        chunks = tf.TensorSpec((None, _CHUNKS, *step.shape), dtype)
        self._turns = tf.function(self._repeat, autograph=False).get_concrete_function(chunks)

    def __call__(self, x: Array) -> Array:
        """Return y, (n,), of an array x of shape (*dims, n)."""
        if not x.size:
            return np.zeros(0, self._dtype)
        *dimensions, width = self._shape
        turns = -(-x.shape[-1] // (width * _CHUNKS))
        filled = np.resize(np.moveaxis(x, -1, 0), (turns * _CHUNKS * width, *dimensions))
        chunks = np.moveaxis(filled.reshape(turns, _CHUNKS, width, *dimensions), 2, -1)
        with grappler_disabled():
            values: Array = self._turns(tf.constant(chunks, self._dtype)).numpy()
        return values.reshape(-1)[: x.shape[-1]]

    def _repeat(self, chunks: Tensor) -> Tensor:
        turns = tf.shape(chunks)[0]
        results = tf.TensorArray(self._dtype, turns, element_shape=(_CHUNKS, *self._shape_of_y))

        def turn(index: Tensor, results: Tensor) -> tuple[Tensor, Tensor]:
            points = tf.unstack(chunks[index])
            return index + 1, results.write(index, tf.stack([self._value(x)[0] for x in points]))

        return tf.while_loop(lambda index, _: index < turns, turn, (0, results))[1].stack()
