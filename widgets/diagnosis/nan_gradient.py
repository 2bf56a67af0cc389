"""Where a nan began: the first operation that made one out of numbers, forward or backward."""

import numpy as np

from widgets.diagnosis import model as found
from widgets.diagnosis.model import Finding
from widgets.diagnosis.ways import way_to

MADE, GIVEN, HIDDEN, BACKWARD, UNKNOWN = "nan made", "nan given", "nan hidden", "nan backward", "nan"
"""What is known where it was not 0 times inf: made by an operation, there before, in a branch not chosen, ..."""

_STEEP = {"Log", "Sqrt", "Rsqrt", "Reciprocal", "RealDiv", "Pow", "Square", "Mul", "Acos", "Asin", "Xlogy"}
"""Operations whose pullback multiplies by what can be inf or 0: asked where the numbers themselves are not kept."""


def why(recording, source):
    """Return the Finding for one Source whose gradient has a nan."""
    playback = recording.backward_passes[source.backward_pass]
    tensors = recording.tensors
    if any(tensors[number].value.has_nan for number in playback.targets):
        known, place, tensor = _forward(recording, playback.targets)
    else:
        known, place, tensor = _backward(recording, playback)
    code, known = (known, "") if known == found.NAN_ZERO_TIMES_INF else ("", known)
    tensor = source.tensor if tensor is None else tensor
    return Finding(found.NAN, recording, code, known, place or playback.place, source.backward_pass, (tensor,))


def _forward(recording, targets):
    """Return what made the first nan on the way to the targets, and where."""
    for entry in way_to(recording, targets):
        if not any(value.has_nan for value in entry.values):
            continue
        values = [_value(recording, entry, number) for number in entry.inputs]
        given = [n for n, value in zip(entry.inputs, values, strict=True) if value.has_nan]
        if given:
            return GIVEN, entry.place, given[0]
        zero_times_inf = entry.op == "Mul" and _meet(*values)
        return (found.NAN_ZERO_TIMES_INF if zero_times_inf else MADE), entry.place, None
    return UNKNOWN, None, None


def _value(recording, entry, number):
    """Return the value that went into an entry; a Variable's is what came out of reading it."""
    return entry.values[0] if entry.op == "ReadVariableOp" else recording.tensors[number].value


def _meet(one, other):
    """Whether somewhere a 0 of one meets an inf of the other, as far as their numbers are kept."""
    a, b = (np.asarray(value.head, dtype=complex) for value in (one, other))
    if one.shape != other.shape and 1 not in (len(a), len(b)):
        return bool((a == 0).any() and np.isinf(b).any() or np.isinf(a).any() and (b == 0).any())
    return bool(((a == 0) & np.isinf(b) | np.isinf(a) & (b == 0)).any())


def _divides_by_zero(_above, below, upstream):
    """Whether an upstream gradient of 0 is multiplied by 1 / 0, as far as the numbers are kept."""
    return bool((np.asarray(below.head) == 0).any() and (np.asarray(upstream.head) == 0).any())


def _backward(recording, playback):
    """Return what made the first nan of a playback, and where."""
    for pullback in playback.pullbacks:
        upstream = [value for value in pullback.upstream if value]
        handed = [hand.gradient for hand in pullback.input_gradients if hand.gradient and hand.gradient.has_nan]
        if not handed or any(value.has_nan for value in upstream) or pullback.entry < 0:
            continue
        entry = recording.entries[pullback.entry]
        return _kind(recording, entry, upstream, handed[0]), entry.place, None
    return UNKNOWN, None, None


def _kind(recording, entry, upstream, handed):
    given = [recording.tensors[number].value for number in entry.inputs]
    if (entry.op == "Mul" and _meet(*given)) or (entry.op == "RealDiv" and _divides_by_zero(*given, *upstream)):
        return found.NAN_ZERO_TIMES_INF
    if any(value.has_nan for value in (*given, *entry.values)):
        return HIDDEN
    nans = [index for index, number in enumerate(handed.head) if number != number]
    if not nans:
        return found.NAN_ZERO_TIMES_INF if entry.op in _STEEP else BACKWARD
    return found.NAN_ZERO_TIMES_INF if any(_is_extreme(value, nans[0]) for value in upstream) else BACKWARD


def _is_extreme(value, index):
    """Whether the number at a place is 0 or inf; where the shapes differ, whether any is."""
    numbers = np.asarray(value.head, dtype=complex)
    extreme = (numbers == 0) | np.isinf(numbers)
    return bool(extreme[index] if index < len(extreme) and len(extreme) > 1 else extreme.any())
