"""The compiled loop: a graph that takes a step on every path at once, again and again, and keeps what it saw."""

import contextlib
import threading

import numpy as np
import tensorflow as tf

from widgets.descent.optimizers import RatePerPath

UNROLLED = 8
"""Steps in one turn. A turn of TensorFlow's loop costs about as much as ten small operations; each step of a turn, 1 to
3 ms before the first one runs, for which the first picture waits. With 4, 1,000 steps take a fifth longer."""


class Loop:
    """Steps of one program under one optimizer, from any start, at any learning rates."""

    def __init__(self, program, make, dtype, rows=None, plain=False):
        """Build the optimizer and trace the loop.

        Args:
            program: gives y and the gradient.
            make: makes an optimizer from its learning rate.
            dtype: of all numbers.
            rows: the Part that gives y (and bases) of the paths of all steps of a turn, side by side: more cheaply.
            plain: whether the optimizer only takes x - gradient * rate. That is written here instead: a third of the
                time goes into Keras' Variables, and the tests hold it against Keras' own steps, bit for bit.
        """
        self._program, self._rows, self._lock = program, rows, threading.Lock()
        self._part = program.slope if rows else program.step
        self._x = tf.Variable(np.zeros(program.shape, dtype))
        self._schedule = RatePerPath(np.ones(program.shape_of_y))
        self._optimizer = None if plain else make(learning_rate=self._schedule)
        self._fresh = [] if plain else self._built()
        # called as it is: tf.function would warn of retracing where many functions are followed one after another
        self._turns = tf.function(self._repeat, autograph=False).get_concrete_function(tf.TensorSpec((), tf.int32))

    def run(self, start, rates, iterations):
        """Return x, gradient, y and bases at steps 0 to iterations; the steps first, the paths (if many) last.

        `start` is shaped like x or broadcasts to it; `rates` is one for each path.
        """
        turns = iterations // UNROLLED + 1
        with self._lock, as_written():
            self._x.assign(np.broadcast_to(start, self._x.shape))
            self._schedule.rates.assign(rates)
            for variable, value in self._fresh:
                variable.assign(value)
            blocks = [np.asarray(memoryview(block)) for block in self._turns(tf.constant(turns))]  # not copied
        return [block.reshape(turns * UNROLLED, *block.shape[2:])[: iterations + 1] for block in blocks]

    def _built(self):
        """Return the optimizer's Variables, each with the value that it starts from."""
        self._optimizer.build([self._x])
        return [(variable, variable.numpy()) for variable in self._optimizer.variables]

    def _repeat(self, turns):
        bases = [(*shape[:-1], *self._program.shape_of_y) for shape in (self._rows.bases if self._rows else ())]
        shapes = self._program.shape, self._program.shape, self._program.shape_of_y, *bases
        kept = [tf.TensorArray(self._x.dtype, turns, element_shape=(UNROLLED, *shape)) for shape in shapes]
        first = 0, self._x.read_value(), *kept
        _, _, *kept = tf.while_loop(lambda turn, *_: turn < turns, self._turn, first)
        return [array.stack() for array in kept]

    def _turn(self, turn, x, *kept):
        rates, seen = tf.cast(self._schedule.rates.read_value(), x.dtype), []
        while len(seen) < UNROLLED:
            *y, gradient = self._part(x)
            seen.append((x, gradient, *y))
            x = self._step(x, gradient, rates)
        xs, gradients, *ys = zip(*seen, strict=True)
        rows = self._in_rows(xs) if self._rows else map(tf.stack, ys)
        columns = tf.stack(xs), tf.stack(gradients), *rows
        return turn + 1, x, *(array.write(turn, column) for array, column in zip(kept, columns, strict=True))

    def _step(self, x, gradient, rates):
        if self._optimizer is None:
            return x - gradient * rates
        self._optimizer.apply_gradients([(gradient, self._x)])
        return self._x.read_value()

    def _in_rows(self, x):
        """Return y and the bases of all steps of a turn: a few large operations cost less than many small ones."""
        beside = tf.reshape(tf.stack(x, axis=-2), (*self._program.shape[:-1], -1))
        return [self._by_step(row) for row in self._rows(beside)]

    def _by_step(self, row):
        *dimensions, _ = row.shape
        steps = tf.reshape(row, (*dimensions, UNROLLED, -1))
        last = len(dimensions)
        return tf.transpose(steps, (last, *range(last), last + 1)) if dimensions else steps


class Values:
    """y of any number of places, as many at a time as the program takes."""

    def __init__(self, program, dtype):
        """Take a program for some paths side by side."""
        *dimensions, width = program.shape
        self._program, self._part, self._dtype = program, program.row(), dtype
        pieces = tf.TensorSpec((None, UNROLLED, *dimensions, width), dtype)
        self._turns = tf.function(self._repeat, autograph=False).get_concrete_function(pieces)

    def __call__(self, x):
        """Return y, (n,), of an array x of shape (*dims, n)."""
        if not x.size:
            return np.zeros(0, self._dtype)
        *dimensions, width = self._program.shape
        turns = -(-x.shape[-1] // (width * UNROLLED))
        filled = np.resize(np.moveaxis(x, -1, 0), (turns * UNROLLED * width, *dimensions))
        pieces = np.moveaxis(filled.reshape(turns, UNROLLED, width, *dimensions), 2, -1)
        with as_written():
            return self._turns(tf.constant(pieces, self._dtype)).numpy().reshape(-1)[: x.shape[-1]]

    def _repeat(self, pieces):
        turns = tf.shape(pieces)[0]
        kept = tf.TensorArray(self._dtype, turns, element_shape=(UNROLLED, *self._program.shape_of_y))

        def turn(nth, kept):
            places = tf.unstack(pieces[nth])
            return nth + 1, kept.write(nth, tf.stack([self._part(x)[0] for x in places]))

        return tf.while_loop(lambda nth, _: nth < turns, turn, (0, kept))[1].stack()


_options = threading.RLock()


@contextlib.contextmanager
def as_written():
    """Have TensorFlow run a graph as it was written: its optimizer (Grappler) would make pow(x, 2) a square, and more.

    That changes last bits. The switch is one for all of TensorFlow, so it is held only while we run.
    """
    with _options:
        before = tf.config.optimizer.get_experimental_options().get("disable_meta_optimizer", False)
        tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})
        try:
            yield
        finally:
            tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": before})
