"""Where a NaN began: the first operation that made one out of numbers, forward or backward.

Which operations on numbers return NaN is said by IEEE 754: 0 · inf, inf - inf, 0 / 0, the square root of a negative
number, ... (https://en.wikipedia.org/wiki/NaN#Operations_generating_NaN). The usual way into a gradient, and the
double `tf.where` that avoids it: https://www.tensorflow.org/api_docs/python/tf/where.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from widgets.diagnosis import causes, model
from widgets.diagnosis.causes import Cause
from widgets.diagnosis.gradient_flow import Cut, ancestors
from widgets.diagnosis.model import Finding
from widgets.tape.forward_model import Entry, Value
from widgets.tape.model import BackwardPass, Recording, Source

_STEEP = {"Log", "Sqrt", "Rsqrt", "Reciprocal", "RealDiv", "Pow", "Square", "Mul", "Acos", "Asin", "Xlogy"}
"""Ops whose pullback multiplies by numbers that can be inf or 0: asked where the numbers themselves are not kept."""


def explain_nan(recording: Recording, source: Source) -> Finding:
    """Return the Finding for one Source whose gradient has a NaN."""
    backward_pass = recording.backward_passes[source.backward_pass]
    tensor = source.tensor
    if any(recording.tensors[target].value.has_nan for target in backward_pass.targets):
        cut, given = _forward(recording, backward_pass.targets)
        tensor = tensor if given is None else given
    else:
        cut = _backward(recording, backward_pass)
    place = cut.place or backward_pass.place
    return Finding(model.NAN, recording, cut.cause, place, source.backward_pass, (tensor,))


def _forward(recording: Recording, targets: Sequence[int]) -> tuple[Cut, int | None]:
    """Return what made the first NaN on the path to the targets; and the tensor that had one before, if any."""
    for entry in ancestors(recording, targets):
        if not any(value.has_nan for value in entry.values):
            continue
        values = [_value(recording, entry, tensor) for tensor in entry.inputs]
        given = [tensor for tensor, value in zip(entry.inputs, values, strict=True) if value.has_nan]
        if given:
            return Cut(causes.NAN_GIVEN, entry.place), given[0]
        zero_times_inf = entry.op == "Mul" and _zero_meets_inf(*values)
        return Cut(causes.NAN_ZERO_TIMES_INF if zero_times_inf else causes.NAN_MADE, entry.place), None
    return Cut(causes.NAN_UNKNOWN, None), None


def _value(recording: Recording, entry: Entry, tensor: int) -> Value:
    """Return the value that went into an entry; a Variable's is what came out of reading it."""
    return entry.values[0] if entry.op == "ReadVariableOp" else recording.tensors[tensor].value


def _zero_meets_inf(one: Value, other: Value) -> bool:
    """Whether somewhere a 0 of one meets an inf of the other, as far as their numbers are kept."""
    a, b = (np.asarray(value.head, dtype=complex) for value in (one, other))
    if one.shape != other.shape and 1 not in (len(a), len(b)):
        return bool((a == 0).any() and np.isinf(b).any() or np.isinf(a).any() and (b == 0).any())
    return bool(((a == 0) & np.isinf(b) | np.isinf(a) & (b == 0)).any())


def _divides_by_zero(_numerator: Value, denominator: Value, upstream: Value) -> bool:
    """Whether an upstream gradient of 0 is multiplied by 1 / 0, as far as the numbers are kept."""
    return bool((np.asarray(denominator.head) == 0).any() and (np.asarray(upstream.head) == 0).any())


def _backward(recording: Recording, backward_pass: BackwardPass) -> Cut:
    """Return what made the first NaN of a backward pass."""
    for pullback in backward_pass.pullbacks:
        upstream = [value for value in pullback.upstream if value]
        made = [one.gradient for one in pullback.input_gradients if one.gradient and one.gradient.has_nan]
        if not made or any(value.has_nan for value in upstream) or pullback.entry < 0:
            continue
        entry = recording.entries[pullback.entry]
        return Cut(_cause(recording, entry, upstream, made[0]), entry.place)
    return Cut(causes.NAN_UNKNOWN, None)


def _cause(recording: Recording, entry: Entry, upstream: Sequence[Value], made: Value) -> Cause:
    inputs = [recording.tensors[tensor].value for tensor in entry.inputs]
    is_product = entry.op == "Mul" and _zero_meets_inf(*inputs)
    if is_product or (entry.op == "RealDiv" and _divides_by_zero(*inputs, *upstream)):
        return causes.NAN_ZERO_TIMES_INF
    if any(value.has_nan for value in (*inputs, *entry.values)):
        return causes.NAN_HIDDEN
    nans = [index for index, number in enumerate(made.head) if number != number]
    is_extreme = any(_is_extreme(value, nans[0]) for value in upstream) if nans else entry.op in _STEEP
    return causes.NAN_ZERO_TIMES_INF if is_extreme else causes.NAN_BACKWARD


def _is_extreme(value: Value, index: int) -> bool:
    """Whether the number at an index is 0 or inf; where the shapes differ, whether any is."""
    numbers = np.asarray(value.head, dtype=complex)
    extreme = (numbers == 0) | np.isinf(numbers)
    return bool(extreme[index] if index < len(extreme) and len(extreme) > 1 else extreme.any())
