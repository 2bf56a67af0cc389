"""Derivatives of any order by nested tapes: each tape records the backward pass of the one inside it.

At one x they are an eager run (https://www.tensorflow.org/guide/advanced_autodiff#higher-order_gradients). At many x
they are one compiled call: what is compiled is f of *one* number, tapes and all, and `tf.vectorized_map` turns each of
its operations into a batch. So it is right for every f, whether it would take a vector or not (tf.reduce_sum(x),
x / tf.norm(x), a matrix product), and for an ordinary f it takes the same time (half a millisecond for 401 x).
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from widgets.common.arrays import Array, Tensor
from widgets.common.catalogue import _
from widgets.common.errors import FunctionError, first_line
from widgets.common.functions import Function, called, floating, one_number, require_function
from widgets.common.tensorflow_log import quiet
from widgets.derivatives.model import AT_ONCE, MAX_ORDER, ONE_BY_ONE, How, Point, frozen_array


def nested_gradients(f: Function, x: Tensor, order: int) -> tuple[Tensor | None, ...]:
    """Return f(x), f′(x), …: order + 1 tensors; None where the tape returned None, and for all orders above it."""
    if order == 0:
        return (f(x),)
    with tf.GradientTape() as tape:
        tape.watch(x)
        below = nested_gradients(f, x, order - 1)
    return *below, None if below[-1] is None else tape.gradient(below[-1], x)


def derivatives_at(f: Function, x: float, order: int = MAX_ORDER, dtype: str = "float32") -> Point:
    """Return f and its derivatives at one x, by eager nested tapes. An order that the tape cannot compute is no error.

    Args:
        f: takes a scalar tensor of `dtype`, returns one real number.
        x: where.
        order: the highest order of derivative, 0 to 4.
        dtype: "float32" or "float64".

    Returns:
        The values of orders 0 to `order`.

    Raises:
        FunctionError: an argument is not as described, or f raises an error.
    """
    require_function(f)
    order = checked_order(order)
    point = floating(x, dtype, name="x", ranks=(0,))
    one_number(called(f, point))
    found, note = _as_many_as_possible(f, point, order)
    missing = order + 1 - len(found)
    values = [0.0 if value is None else value.numpy() for value in found] + [np.nan] * missing
    connected = tuple(value is not None for value in found) + (False,) * missing
    return Point(float(x), point.dtype.name, frozen_array(values, point.dtype.name), connected, len(found) - 1, note)


def checked_order(order: Any) -> int:
    """Return an order of derivative; raise FunctionError unless it is an integer from 0 to 4."""
    if isinstance(order, bool | np.bool_) or order not in range(MAX_ORDER + 1):
        raise FunctionError(
            _("The order must be an integer from 0 (f itself) to {highest} (f⁗); got {order!r}.").format(
                highest=MAX_ORDER, order=order
            )
        )
    return int(order)


def _as_many_as_possible(f: Function, x: Tensor, order: int) -> tuple[tuple[Tensor | None, ...], str]:
    """Return the derivatives, and why they are not as many as asked for: some operations have no second gradient."""
    note = ""
    for highest in range(order, -1, -1):
        try:
            return nested_gradients(lambda x: one_number(f(x)), x, highest), note
        except Exception as error:
            note = first_line(error, with_type=True)
    return (one_number(called(f, x)),), note


_WAYS = (
    (tf.vectorized_map, tf.autograph.experimental.do_not_convert),  # ordinary operations
    (tf.map_fn, tf.autograph.to_graph),  # `if x > 0:` becomes tf.cond, one x after the other
    (tf.map_fn, tf.autograph.experimental.do_not_convert),  # a tf.function with a tf.cond inside
)


class CompiledDerivatives:
    """f and its derivatives at many x: `CompiledDerivatives(f, order, dtype)(xs)`.

    Args:
        f: takes a scalar tensor of `dtype`, returns one real number.
        order: the highest order of derivative.
        dtype: "float32" or "float64".

    Attributes:
        how: "at once" if one compiled call computes them, else "one by one".
        note: TensorFlow's words on why not, or "".
    """

    def __init__(self, f: Function, order: int, dtype: str) -> None:
        self._f, self._order, self._dtype = f, order, dtype
        self.how: How = AT_ONCE
        self.note = ""
        self._connected = [True] * (order + 1)
        self._compiled = self._compile()

    def __call__(self, xs: npt.ArrayLike) -> tuple[Array, tuple[bool, ...]]:
        """Run f at every x of a vector.

        Args:
            xs: real numbers, (points,).

        Returns:
            The values, (order + 1, points), of the dtype, nan where f raises an error; and for each order whether the
            tape had a gradient; where it returned None, the values are 0.
        """
        xs = np.asarray(xs, self._dtype)
        if self._compiled:
            try:
                return self._compiled(tf.constant(xs)).numpy(), tuple(self._connected)
            except tf.errors.OpError as error:  # f refuses some x: tf.debugging.assert_positive(x)
                self._give_up(error)
        return self._one_by_one(xs)

    def _give_up(self, error: Exception) -> None:
        self.note = self.note or first_line(error, with_type=True)
        self.how, self._compiled = ONE_BY_ONE, None

    def _compile(self) -> Callable[[Tensor], Tensor] | None:
        """Return the first way of compiling that TensorFlow manages, tried on two numbers; None if it manages none."""
        for map_over, convert in _WAYS:
            try:
                with quiet(logging.CRITICAL):
                    compiled = self._trace(map_over, convert(self._f))
                    compiled(tf.zeros((2,), self._dtype))
                self.how, self.note = AT_ONCE, ""
                return compiled
            except Exception as error:  # whatever TensorFlow or f raises: f does run eagerly
                self._give_up(error)
        return None

    def _trace(self, map_over: Callable[..., Tensor], f: Function) -> Callable[[Tensor], Tensor]:
        def column(x: Tensor) -> Tensor:
            found = nested_gradients(lambda x: tf.convert_to_tensor(f(x)), x, self._order)
            self._connected = [value is not None for value in found]
            return tf.stack([tf.zeros_like(x) if value is None else tf.cast(value, x.dtype) for value in found])

        column = tf.autograph.experimental.do_not_convert(column)

        def columns(xs: Tensor) -> Tensor:
            # tf.map_fn marks the scope that it is in, forever if f raises; so it gets a scope of its own.
            with tf.compat.v1.variable_scope("columns"):
                return tf.transpose(map_over(column, xs))

        spec = tf.TensorSpec((None,), self._dtype)
        compiled: Any = tf.function(columns, autograph=False).get_concrete_function(spec)
        if map_over is tf.vectorized_map and any("Assert" in op.name for op in compiled.graph.get_operations()):
            raise NotImplementedError("tf.vectorized_map does not check an assertion for every x")
        return compiled  # type: ignore[no-any-return]  # TensorFlow's

    def _one_by_one(self, xs: Array) -> tuple[Array, tuple[bool, ...]]:
        xs, places = np.unique(xs, return_inverse=True)  # of x + kh for all k and h, more than half are the same
        values = np.full((self._order + 1, len(xs)), np.nan, self._dtype)
        connected = [False] * (self._order + 1)
        for i, x in enumerate(xs):
            with contextlib.suppress(Exception):  # whatever f raises: there is a gap then
                found = nested_gradients(lambda x: one_number(called(self._f, x)), tf.constant(x), self._order)
                values[:, i] = [0.0 if value is None else value.numpy() for value in found]
                connected = [was or value is not None for was, value in zip(connected, found, strict=True)]
        return values[:, places.reshape(-1)], tuple(connected)
