"""A function and its derivatives at many x in one compiled call.

What is compiled is f of *one* number, tapes and all, and `tf.vectorized_map` makes one batch of each of its ops. So it
is right for every f, whether it would take a vector or not (tf.reduce_sum(x), x / tf.norm(x), a matrix product), which
handing f the whole grid at once is not; and for an ordinary f it takes the same time (half a millisecond for 401 x).
"""

import contextlib
import logging

import numpy as np
import tensorflow as tf

from widgets.common.function_checks import called, one_number
from widgets.common.tensorflow_log import quiet
from widgets.derivatives.model import AT_ONCE, ONE_BY_ONE
from widgets.derivatives.tower import tower

WAYS = (
    (tf.vectorized_map, tf.autograph.experimental.do_not_convert),  # ordinary ops
    (tf.map_fn, tf.autograph.to_graph),  # `if x > 0:` becomes tf.cond, one x after the other
    (tf.map_fn, tf.autograph.experimental.do_not_convert),  # a tf.function with a tf.cond inside
)


class Everywhere:
    """`Everywhere(f, order, dtype)(xs)` is (values, connected) of f and its derivatives at a vector of x.

    `values` is (order + 1, points) of `dtype`; `connected` says of each order whether the tape handed back a gradient;
    where it did not, the values are 0. `how` says whether one compiled call does it; if not, `why` quotes TensorFlow.
    """

    def __init__(self, f, order, dtype):
        self._f, self._order, self._dtype = f, order, dtype
        self.how, self.why = AT_ONCE, ""
        self._connected = [True] * (order + 1)
        self._at_once = self._compiled()

    def __call__(self, xs):
        """Run f at every x of a vector; nan where f raises."""
        xs = np.asarray(xs, self._dtype)
        if self._at_once:
            try:
                return self._at_once(tf.constant(xs)).numpy(), tuple(self._connected)
            except tf.errors.OpError as error:  # f refuses some x: tf.debugging.assert_positive(x)
                self._give_up(error)
        return self._one_by_one(xs)

    def _give_up(self, error):
        self.why = self.why or f"{type(error).__name__}: {str(error).strip()}".splitlines()[0]
        self.how, self._at_once = ONE_BY_ONE, None

    def _compiled(self):
        """Return the first way of compiling that TensorFlow manages, tried on two numbers; None if it manages none."""
        for over, convert in WAYS:
            try:
                with quiet(logging.CRITICAL):
                    compiled = self._traced(over, convert(self._f))
                    compiled(tf.zeros((2,), self._dtype))
                self.how, self.why = AT_ONCE, ""
                return compiled
            except Exception as error:  # whatever TensorFlow or f raises: f does run eagerly
                self._give_up(error)
        return None

    def _traced(self, over, f):
        @tf.autograph.experimental.do_not_convert
        def column(x):
            found = tower(lambda x: tf.convert_to_tensor(f(x)), x, self._order)
            self._connected = [value is not None for value in found]
            return tf.stack([tf.zeros_like(x) if value is None else tf.cast(value, x.dtype) for value in found])

        def columns(xs):
            # tf.map_fn marks the scope that it is in, for good if f raises; so it gets a scope of its own.
            with tf.compat.v1.variable_scope("columns"):
                return tf.transpose(over(column, xs))

        spec = tf.TensorSpec((None,), self._dtype)
        compiled = tf.function(columns, autograph=False).get_concrete_function(spec)
        if over is tf.vectorized_map and any("Assert" in op.name for op in compiled.graph.get_operations()):
            raise NotImplementedError("tf.vectorized_map does not check an assertion for every x")
        return compiled

    def _one_by_one(self, xs):
        values = np.full((self._order + 1, len(xs)), np.nan, self._dtype)
        connected = [False] * (self._order + 1)
        for i, x in enumerate(xs):
            with contextlib.suppress(Exception):  # whatever f raises: there is a gap then
                found = tower(lambda x: one_number(called(self._f, x)), tf.constant(x), self._order)
                values[:, i] = [0.0 if value is None else value.numpy() for value in found]
                connected = [was or value is not None for was, value in zip(connected, found, strict=True)]
        return values, tuple(connected)
