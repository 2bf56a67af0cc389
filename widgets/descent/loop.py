"""The compiled loop: a graph that takes a step on every path at once, again and again, and keeps what it computed."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from widgets.common.arrays import Array, Tensor, Variable
from widgets.descent.graph_rewrites import grappler_disabled
from widgets.descent.optimizers import Optimizer, RatePerPath
from widgets.descent.tracing import Subgraph, TracedStep
from widgets.descent.vectorized import VectorizedStep

UNROLLED = 8
"""Steps in one turn. A turn of TensorFlow's loop costs about as much as ten small operations; each step of a turn, 1 to
3 ms before the first one runs, for which the first picture waits. With 4, 1,000 steps take a fifth longer."""

LARGE = 150
"""Nodes. Of a larger step a turn has one: its operations outweigh the turn."""


class CompiledLoop:
    """Steps of one traced f under one optimizer, from any start, at any learning rates.

    Args:
        step: computes y and the gradient, with the paths along the last axis, or the first one if it is vectorized.
        optimizer: turns the gradient into the next x. A plain one, x - gradient * rate, is written out here: with
            Keras' Variables it takes half as long again, and the tests compare it with Keras' steps, bit for bit.
        dtype: of all numbers.
        batched_value: computes y (and bases) of the paths of all steps of a turn, side by side, at less cost.
    """

    def __init__(
        self,
        step: TracedStep | VectorizedStep,
        optimizer: Optimizer,
        dtype: str,
        batched_value: Subgraph | None = None,
    ) -> None:
        self._shape, self._shape_of_y = step.shape, step.shape_of_y
        self._batched_value, self._lock = batched_value, threading.Lock()
        self._rates_shape, self._step = step.shape_of_y, step.value_and_gradient
        if isinstance(step, VectorizedStep):
            self._rates_shape += (1,) * (len(step.shape) - 1)
        elif batched_value:
            self._step = step.gradient
        self._unrolled = UNROLLED if len(self._step.definition.node) < LARGE else 1
        self._x = tf.Variable(np.zeros(step.shape, dtype))
        self._schedule = RatePerPath(np.ones(self._rates_shape))
        self._optimizer = None if optimizer.is_plain else optimizer.create(self._schedule)
        self._initial = self._build_optimizer()
        # called as it is: tf.function would warn of retracing where many functions are followed one after another
        self._turns = tf.function(self._repeat, autograph=False).get_concrete_function(tf.TensorSpec((), tf.int32))

    def run(self, start: Array, rates: npt.ArrayLike, iterations: int) -> list[Array]:
        """Return x, gradient, y, and bases at steps 0 to iterations: the steps first, then as the step has them.

        Args:
            start: where the paths begin: shaped like x, or broadcast to it.
            rates: one for each path.
            iterations: how many steps to take.

        Returns:
            Arrays of shape (iterations + 1, *step.shape) or (iterations + 1, *step.shape_of_y): x, gradient, y, and
            what was squared.
        """
        turns = iterations // self._unrolled + 1
        with self._lock, grappler_disabled():
            self._x.assign(np.broadcast_to(start, self._x.shape))
            self._schedule.rates.assign(np.reshape(rates, self._rates_shape))
            for variable, value in self._initial:
                variable.assign(value)
            blocks = [np.asarray(memoryview(block)) for block in self._turns(tf.constant(turns))]  # not copied
        return [block.reshape(turns * self._unrolled, *block.shape[2:])[: iterations + 1] for block in blocks]

    def _build_optimizer(self) -> list[tuple[Variable, Array]]:
        """Return the optimizer's Variables, each with the value that it starts from."""
        if self._optimizer is None:
            return []
        self._optimizer.build([self._x])
        return [(variable, variable.numpy()) for variable in self._optimizer.variables]

    def _repeat(self, turns: Tensor) -> list[Tensor]:
        bases = self._batched_value.bases if self._batched_value else ()
        shapes = self._shape, self._shape, self._shape_of_y, *((*shape[:-1], *self._shape_of_y) for shape in bases)
        results = [tf.TensorArray(self._x.dtype, turns, element_shape=(self._unrolled, *shape)) for shape in shapes]
        first = 0, self._x.read_value(), *results
        _, _, *results = tf.while_loop(lambda turn, *_: turn < turns, self._turn, first)
        return [array.stack() for array in results]

    def _turn(self, turn: Tensor, x: Tensor, *results: Tensor) -> tuple[Tensor, ...]:
        rates = tf.cast(self._schedule.rates.read_value(), x.dtype)
        steps: list[tuple[Tensor, ...]] = []
        while len(steps) < self._unrolled:
            *y, gradient = self._step(x)
            steps.append((x, gradient, *y))
            x = self._next_x(x, gradient, rates)
        xs, gradients, *ys = zip(*steps, strict=True)
        values = self._values(self._batched_value, xs) if self._batched_value else map(tf.stack, ys)
        columns = tf.stack(xs), tf.stack(gradients), *values
        return turn + 1, x, *(array.write(turn, column) for array, column in zip(results, columns, strict=True))

    def _next_x(self, x: Tensor, gradient: Tensor, rates: Tensor) -> Tensor:
        if self._optimizer is None:
            return x - gradient * rates
        self._optimizer.apply_gradients([(gradient, self._x)])
        return self._x.read_value()

    def _values(self, value: Subgraph, xs: Sequence[Tensor]) -> list[Tensor]:
        """Return y and the bases of all steps of a turn: a few large operations cost less than many small ones."""
        side_by_side = tf.reshape(tf.stack(xs, axis=-2), (*self._shape[:-1], -1))
        return [_by_step(row, self._unrolled) for row in value(side_by_side)]


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
        chunks = tf.TensorSpec((None, UNROLLED, *step.shape), dtype)
        self._turns = tf.function(self._repeat, autograph=False).get_concrete_function(chunks)

    def __call__(self, x: Array) -> Array:
        """Return y, (n,), of an array x of shape (*dims, n)."""
        if not x.size:
            return np.zeros(0, self._dtype)
        *dimensions, width = self._shape
        turns = -(-x.shape[-1] // (width * UNROLLED))
        filled = np.resize(np.moveaxis(x, -1, 0), (turns * UNROLLED * width, *dimensions))
        chunks = np.moveaxis(filled.reshape(turns, UNROLLED, width, *dimensions), 2, -1)
        with grappler_disabled():
            values: Array = self._turns(tf.constant(chunks, self._dtype)).numpy()
        return values.reshape(-1)[: x.shape[-1]]

    def _repeat(self, chunks: Tensor) -> Tensor:
        turns = tf.shape(chunks)[0]
        results = tf.TensorArray(self._dtype, turns, element_shape=(UNROLLED, *self._shape_of_y))

        def turn(index: Tensor, results: Tensor) -> tuple[Tensor, Tensor]:
            points = tf.unstack(chunks[index])
            return index + 1, results.write(index, tf.stack([self._value(x)[0] for x in points]))

        return tf.while_loop(lambda index, _: index < turns, turn, (0, results))[1].stack()
