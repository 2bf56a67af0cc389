"""Where a NaN began: the first operation that made one out of numbers, forward or backward.

Which operations on numbers return NaN is said by IEEE 754: 0 · inf, inf - inf, 0 / 0, the square root of a negative
number, ... (https://en.wikipedia.org/wiki/NaN#Operations_generating_NaN). The usual way into a gradient, and the
double `tf.where` that avoids it: https://www.tensorflow.org/api_docs/python/tf/where.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from widgets.diagnosis import causes, model
from widgets.diagnosis.bad_numbers import (
    explain_inf,
    explain_infinite_target,
    explain_made_nan,
    explain_overflow,
    has_inf,
    has_zero,
)
from widgets.diagnosis.cause import Cause
from widgets.diagnosis.fit_course import diverging_fit, nan_in_data
from widgets.diagnosis.gradient_flow import Cut, ancestors
from widgets.diagnosis.model import Finding, Found
from widgets.diagnosis.target_path import TargetPath
from widgets.tape.forward_model import Entry, Place, Value
from widgets.tape.model import BackwardPass, Recording, Source

_STEEP = {"Log", "Sqrt", "Rsqrt", "Reciprocal", "RealDiv", "Pow", "Square", "Mul", "Acos", "Asin", "Xlogy"}
"""Ops whose pullback multiplies by numbers that can be inf or 0: asked where the numbers themselves are not kept."""

_POLES = {"Log", "Log1p", "Rsqrt", "Reciprocal", "Inv", "Xlogy", "Xlog1py", "Atanh", "Lgamma", "Digamma"}
"""Ops that return inf where they have a pole, hardly ever because a number grew too large."""

_POLES_OF_SLOPE = {*_POLES, "Sqrt", "RealDiv", "Pow", "Acos", "Asin", "Acosh"}
"""Ops whose slope is inf somewhere."""

_LINEAR_ALGEBRA = ("SelfAdjointEig", "Svd", "Qr", "Cholesky", "Matrix", "Eig", "LogMatrix")
"""How the ops begin whose pullback divides by differences, pivots and the like: its zeros are none of the learner's."""

_FAR = 1e4
"""So many times as large as at first is far away."""


def explain_nan(recording: Recording, source: Source) -> Finding:
    """Return the Finding for one Source whose gradient has a NaN."""
    backward_pass = recording.backward_passes[source.backward_pass]
    tensor = source.tensor
    path = ancestors(recording, backward_pass.targets)
    if first := nan_in_data(recording, path) or diverging_fit(recording):
        return Finding(
            model.NAN, recording, first.cause, first.place, source.backward_pass, (tensor,), facts=first.facts
        )
    if overflow := _overflow_before(recording, source):
        return Finding(
            model.NAN, recording, overflow.cause, overflow.place, source.backward_pass, (tensor,), facts=overflow.facts
        )
    if sizes := _sizes_that_ran_away(recording, source):
        place = _update(recording, source) or backward_pass.place
        return Finding(model.NAN, recording, causes.RAN_AWAY, place, source.backward_pass, (tensor,), sizes)
    if any(recording.tensors[target].value.has_nan for target in backward_pass.targets):
        cut, given = _forward(recording, backward_pass.targets)
        tensor = tensor if given is None else given
    else:
        cut = _backward(recording, backward_pass)
    place, where = cut.place or backward_pass.place, (source.backward_pass, (tensor,))
    if cut.entry >= 0 and (found := _more(recording, cut)):
        return Finding(model.NAN, recording, found.cause, place, *where, facts=found.facts)
    return Finding(model.NAN, recording, cut.cause, place, *where)


def nan_target(recording: Recording, index: int) -> Finding | None:
    """Return the Finding for the target of a backward pass that is NaN, though no gradient is; None if it is not."""
    backward_pass = recording.backward_passes[index]
    if not any(recording.tensors[target].value.has_nan for target in backward_pass.targets):
        return None
    cut, given = _forward(recording, backward_pass.targets)
    found = _more(recording, cut) if cut.entry >= 0 else None
    if found is None and cut.cause in (causes.NAN_UNKNOWN, causes.NAN_GIVEN):
        return None
    cause, facts = (found.cause, found.facts) if found else (cut.cause, {})
    tensors = (backward_pass.targets[0],) if given is None else (given,)
    return Finding(model.NAN_TARGET, recording, cause, cut.place, index, tensors, facts=facts)


def _more(recording: Recording, cut: Cut) -> Found | None:
    """Return what can be said of the operation that made the first NaN or inf, beyond the general sentence."""
    entry = recording.entries[cut.entry]
    if cut.cause is causes.NAN_OVERFLOW:
        return explain_overflow(entry)
    if cut.cause is causes.NAN_MADE:
        return explain_made_nan(entry, [_value(recording, entry, tensor) for tensor in entry.inputs])
    return None


def _sizes_that_ran_away(recording: Recording, source: Source) -> tuple[float, float] | None:
    """Return how large the numbers asked about were in the first round of a loop, and in the last before the NaN.

    None if they did not grow from round to round, far beyond what they were. The rounds are the backward passes that
    the same call began.
    """
    place = recording.backward_passes[source.backward_pass].place
    rounds: dict[int, list[Source]] = {}
    for one in recording.sources:
        if one.backward_pass <= source.backward_pass and recording.backward_passes[one.backward_pass].place == place:
            rounds.setdefault(one.backward_pass, []).append(one)
    sizes = []
    for sources in rounds.values():
        values = [one.value for one in sources if one.value]
        if not any(value.has_nan for value in values):
            sizes.append(max(map(_size, values), default=0.0))
        if any(one.gradient and one.gradient.has_nan for one in sources):
            break
    is_growing = len(sizes) > 1 and all(before <= after for before, after in pairwise(sizes))
    return (sizes[0], sizes[-1]) if place and is_growing and sizes[-1] >= _FAR * (sizes[0] or 1.0) else None


def _overflow_before(recording: Recording, source: Source) -> Found | None:
    """Return what made the gradient of the round before infinite: that step then made the Variable inf or NaN."""
    place = recording.backward_passes[source.backward_pass].place
    earlier = [one for one in recording.sources if one.backward_pass < source.backward_pass and not one.is_bad]
    same = [one for one in earlier if recording.backward_passes[one.backward_pass].place == place]
    if not same or not any(has_inf(one.gradient) for one in same if one.gradient):
        return None
    first = min(one.backward_pass for one in same if one.gradient and has_inf(one.gradient))
    if first != min(one.backward_pass for one in same):
        return None  # the steps led there
    path = TargetPath(recording, first)
    return explain_infinite_target(path) or explain_inf(path)


def _update(recording: Recording, source: Source) -> Place | None:
    """Return the last line that changes the Variable of a source."""
    assigns = (one for one in reversed(recording.entries) if one.op.startswith("Assign") and one.inputs)
    return next((one.place for one in assigns if one.inputs[0] == source.tensor and one.place), None)


def _size(value: Value) -> float:
    """Return the largest absolute value of the numbers of a Value, inf if one is infinite."""
    statistics = value.statistics
    if statistics is None:
        return 0.0
    return math.inf if statistics.inf else max(abs(statistics.minimum), abs(statistics.maximum))


def _forward(recording: Recording, targets: Sequence[int]) -> tuple[Cut, int | None]:
    """Return what made the first NaN on the path to the targets; and the tensor that had one before, if any."""
    for entry in ancestors(recording, targets):
        if not any(value.has_nan for value in entry.values):
            continue
        values = [_value(recording, entry, tensor) for tensor in entry.inputs]
        given = [tensor for tensor, value in zip(entry.inputs, values, strict=True) if value.has_nan]
        if given:
            return Cut(causes.NAN_GIVEN, entry.place), given[0]
        if any(map(has_inf, values)) and (overflow := _overflow(recording, entry.inputs)):
            return Cut(causes.NAN_OVERFLOW, overflow.place, entry=overflow.index), None
        zero_times_inf = entry.op == "Mul" and _zero_meets_inf(*values)
        cause = causes.NAN_ZERO_TIMES_INF if zero_times_inf else causes.NAN_MADE
        return Cut(cause, entry.place, entry=entry.index), None
    return Cut(causes.NAN_UNKNOWN, None), None


def _overflow(recording: Recording, tensors: Iterable[int]) -> Entry | None:
    """Return the entry in which a number on the path to tensors grew too large for its dtype, and so became inf."""
    for entry in ancestors(recording, tensors):
        values = [_value(recording, entry, tensor) for tensor in entry.inputs]
        if any(map(has_inf, entry.values)) and not any(map(has_inf, values)):
            return None if _is_at_a_pole(entry, values) else entry
    return None


def _is_at_a_pole(entry: Entry, inputs: Sequence[Value]) -> bool:
    """Whether an entry that returned inf has divided by 0, or the like."""
    if entry.op in ("RealDiv", "Pow"):
        return has_zero(inputs[1 if entry.op == "RealDiv" else 0])
    return entry.op in _POLES or entry.op == "ReadVariableOp"


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
    steep: Entry | None = None  # the entry whose pullback made the first inf
    for pullback in backward_pass.pullbacks:
        upstream = [value for value in pullback.upstream if value]
        made = [one.gradient for one in pullback.input_gradients if one.gradient]
        if pullback.entry < 0:
            continue
        entry, with_nan = recording.entries[pullback.entry], [value for value in made if value.has_nan]
        if with_nan and not any(value.has_nan for value in upstream):
            return _cut(recording, entry, upstream, with_nan[0], steep)
        if steep is None and any(map(has_inf, made)) and not any(map(has_inf, upstream)):
            steep = entry
    return Cut(causes.NAN_UNKNOWN, None)


def _cut(recording: Recording, entry: Entry, upstream: Sequence[Value], made: Value, steep: Entry | None) -> Cut:
    inputs = [_value(recording, entry, tensor) for tensor in entry.inputs]
    if any(map(has_inf, (*inputs, *entry.values))) and (overflow := _overflow(recording, entry.outputs)):
        return Cut(causes.NAN_OVERFLOW, overflow.place, entry=overflow.index)
    is_given_inf = steep is not None and any(map(has_inf, upstream))
    if is_given_inf and steep and not (entry.graph or steep.graph or steep.op in _POLES_OF_SLOPE):
        return Cut(causes.NAN_OVERFLOW, steep.place, entry=steep.index)
    cause = _cause(entry, inputs, upstream, made)
    is_steep = is_given_inf and cause is causes.NAN_ZERO_TIMES_INF and steep is not None and steep.place is not None
    return Cut(cause, steep.place if is_steep and steep else entry.place)  # the line of the slope, not of the 0


def _cause(entry: Entry, inputs: Sequence[Value], upstream: Sequence[Value], made: Value) -> Cause:
    is_product = entry.op == "Mul" and _zero_meets_inf(*inputs)
    if is_product or (entry.op == "RealDiv" and _divides_by_zero(*inputs, *upstream)):
        return causes.NAN_ZERO_TIMES_INF
    if any(value.has_nan for value in (*inputs, *entry.values)):
        return causes.NAN_HIDDEN
    if entry.op.startswith(_LINEAR_ALGEBRA):
        return causes.NAN_BACKWARD
    nans = [index for index, number in enumerate(made.head) if number != number]
    is_extreme = any(_is_extreme(value, nans[0]) for value in upstream) if nans else entry.op in _STEEP
    return causes.NAN_ZERO_TIMES_INF if is_extreme else causes.NAN_BACKWARD


def _is_extreme(value: Value, index: int) -> bool:
    """Whether the number at an index is 0 or inf; where the shapes differ, whether any is."""
    numbers = np.asarray(value.head, dtype=complex)
    extreme = (numbers == 0) | np.isinf(numbers)
    return bool(extreme[index] if index < len(extreme) and len(extreme) > 1 else extreme.any())
