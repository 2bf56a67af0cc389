"""The local derivative on each edge of a backward pass, where it is one number: upstream times it is what comes back.

It is TensorFlow's own: what the op's gradient function passes back for an upstream gradient of 1, on the inputs and
outputs that were recorded. The function is run once more after the learner's code, unless the answer is seen without.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from widgets.common.arrays import Tensor
from widgets.tape import hooks
from widgets.tape.events import Op, PullbackRan
from widgets.tape.forward_model import Value
from widgets.tape.heard_pullback import as_tuple
from widgets.tape.repeatable_ops import BRANCHES, CALLS, LOOPS
from widgets.tape.tensors import summarize, value_of

MOST_RUNS = 2_000
"""Gradient functions that are run again for one recording, at most."""

_MOST_NUMBERS = 1_024
"""Numbers in all inputs of an op whose gradient function is run again, at most."""

_DTYPES = {
    "float16": (2.0**-10, 2.0**-24),
    "bfloat16": (2.0**-7, 2.0**-133),
    "float32": (2.0**-23, 2.0**-149),
    "float64": (2.0**-52, 2.0**-1074),
}
"""Of each dtype that a tape follows, the distance from 1 to the next number, and from 0."""

_ROUNDINGS = 16
"""A gradient function multiplies in an order of its own, so its last bits differ: by so many of these, at most."""


class LocalDerivatives:
    """Finds the local derivatives of one recording."""

    def __init__(self) -> None:
        self._left = MOST_RUNS
        self._found: dict[tuple[int, int, tuple[int, ...]], Sequence[Value | None]] = {}
        self._ones: dict[tuple[str, tuple[int | None, ...]], tuple[Tensor, Value]] = {}

    def of(
        self, ran: PullbackRan, op: Op | None, upstream: Sequence[Value | None], gradients: Sequence[Value | None]
    ) -> tuple[Value | None, ...]:
        """Return the local derivative on the edge to each input.

        Args:
            ran: the pullback.
            op: the op, as it was recorded; None where it has a gradient function of someone's own.
            upstream: the values of `ran.upstream`.
            gradients: those of what it passed back; None where nothing was wanted.

        Returns:
            One for each of `gradients`: None where it is not one number, or not known.
        """
        given = [(output, value) for output, value in enumerate(upstream) if value is not None]
        local: list[Value | None] = [None] * len(gradients)
        if len(given) != 1 or not _is_number(given[0][1]):
            return tuple(local)
        output, value = given[0]
        for i, gradient in enumerate(gradients):
            if gradient is not None and _is_number(gradient):
                with contextlib.suppress(Exception):  # whatever a gradient function does: it is not known, then
                    found = self._passed_back(ran, op, output, value, i, gradient)
                    local[i] = found if found and _agree(found, value, gradient) else None
        return tuple(local)

    def _passed_back(
        self, ran: PullbackRan, op: Op | None, output: int, upstream: Value, i: int, gradient: Value
    ) -> Value | None:
        """Return what comes back to input `i` for 1 at the output where `upstream` arrived; None if not known."""
        is_passed_on = ran.input_gradients[i] is ran.upstream[output]
        if ran.op == "ReadVariableOp":
            return self._one(ran.upstream[output], upstream)[1] if is_passed_on else None
        run = None if op is None else hooks.own_pullback(ran.op)
        if op is None or run is None:
            return None
        if is_passed_on:
            return self._one(ran.upstream[output], upstream)[1]
        if upstream.head[0] == 1:
            return gradient
        key = hooks.tensor_id(op.outputs[0]), output, tuple(ran.skipped)
        if key not in self._found:
            self._found[key] = ()  # if it raises, it does so once
            self._found[key] = self._run(run, ran, op, output, upstream)
        found = self._found[key]
        return found[i] if i < len(found) else None

    def _run(
        self, run: Callable[..., Any], ran: PullbackRan, op: Op, output: int, upstream: Value
    ) -> Sequence[Value | None]:
        """Run the gradient function of an op on 1, if that leaves no mark."""
        is_of_its_own = ran.op in (*CALLS, *BRANCHES, *LOOPS) or hooks.is_stateful(ran.op)
        size = sum(tensor.shape.num_elements() or 0 for tensor in op.inputs)
        if is_of_its_own or size > _MOST_NUMBERS or not self._left:
            return ()
        self._left -= 1
        given: list[Tensor | None] = [None] * len(ran.upstream)
        given[output] = self._one(ran.upstream[output], upstream)[0]
        inputs, outputs, skipped = list(op.inputs), list(op.outputs), tuple(ran.skipped) or None
        gradients = run(ran.op, op.attrs, len(inputs), inputs, outputs, given, skipped, None)
        return [*map(summarize, as_tuple(gradients))]

    def _one(self, like: Any, value: Value) -> tuple[Tensor, Value]:
        key = value.dtype, value.shape
        if key not in self._ones:
            one = tf.ones_like(like)
            self._ones[key] = one, value_of(one)
        return self._ones[key]


def _is_number(value: Value) -> bool:
    """Say whether this is a single real number, of any shape, in a dtype that a tape follows."""
    return value.size == 1 and len(value.head) == 1 and value.rows is None and value.dtype in _DTYPES


def _agree(local: Value, upstream: Value, gradient: Value) -> bool:
    """Say whether upstream times local is the gradient, but for rounding.

    A local derivative may leave the range of the dtype where the gradient does not, and a gradient function need not
    be linear: then it says nothing.
    """
    if not _is_number(local):
        return False
    with np.errstate(all="ignore"):
        dtype = np.asarray(gradient.head[0]).dtype
        product = np.asarray(np.float64(upstream.head[0]) * np.float64(local.head[0])).astype(dtype)
        relative, absolute = (_ROUNDINGS * distance for distance in _DTYPES[gradient.dtype])
        return bool(np.isclose(np.float64(product), np.float64(gradient.head[0]), relative, absolute, equal_nan=True))
