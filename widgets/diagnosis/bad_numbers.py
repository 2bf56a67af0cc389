"""What made the first NaN or inf, told for each operation: its numbers, and how to keep away from the spot.

Which inputs a function is not defined at: https://en.wikipedia.org/wiki/NaN#Operations_generating_NaN.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from widgets.diagnosis import training_causes as causes
from widgets.diagnosis.model import Found
from widgets.diagnosis.target_path import TargetPath
from widgets.tape.forward_model import Entry, Value

_LARGEST = {"float16": "65504", "bfloat16": "about 3.4e38, in steps of 1/128"}
_DOMAINS = {
    "Sqrt": ("tf.sqrt", "x > 0"),
    "Rsqrt": ("tf.math.rsqrt", "x > 0"),
    "Pow": ("tf.pow with a fractional exponent", "x > 0"),
    "Acos": ("tf.acos", "-1 < x < 1"),
    "Asin": ("tf.asin", "-1 < x < 1"),
    "Acosh": ("tf.acosh", "x > 1"),
    "Atanh": ("tf.atanh", "-1 < x < 1"),
    "Log1p": ("tf.math.log1p", "x > -1"),
}
_POLES = {
    "Log": "the logarithm",
    "Sqrt": "the square root",
    "Rsqrt": "1 / sqrt(x)",
    "Pow": "the power",
    "Reciprocal": "1 / x",
    "Acos": "`tf.acos`",
    "Asin": "`tf.asin`",
    "Xlogy": "the logarithm",
}


def explain_made_nan(entry: Entry, inputs: Sequence[Value]) -> Found | None:
    """Return what made NaN of ordinary numbers in an entry; None if that cannot be told of this operation."""
    smallest = [one.statistics.minimum for one in inputs if one.statistics]
    if entry.op == "Log" and smallest and smallest[0] < 0:
        return Found(causes.LOG_OF_NEGATIVE, entry.place, {"value": f"{smallest[0]:.3g}"})
    if entry.op == "RealDiv" and has_zero(inputs[0]) and has_zero(inputs[1]):
        return Found(causes.ZERO_BY_ZERO, entry.place)
    if entry.op in _DOMAINS and inputs and (value := _outside(entry.op, inputs[0])) is not None:
        function, domain = _DOMAINS[entry.op]
        return Found(causes.OUTSIDE_DOMAIN, entry.place, {"function": function, "value": value, "domain": domain})
    return None


def _outside(op: str, value: Value) -> str | None:
    """Return the number furthest outside of where a function is defined."""
    if value.statistics is None:
        return None
    low, high = value.statistics.minimum, value.statistics.maximum
    least = {"Acos": -1.0, "Asin": -1.0, "Atanh": -1.0, "Acosh": 1.0, "Log1p": -1.0}.get(op, 0.0)
    if low < least:
        return f"{low:.6g}"
    return f"{high:.6g}" if op in ("Acos", "Asin", "Atanh") and high > 1 else None


def explain_overflow(entry: Entry) -> Found | None:
    """Return what to say of a number that grew too large for a narrow dtype; None for float32 and wider."""
    dtype = entry.values[0].dtype if entry.values else ""
    if dtype not in _LARGEST:
        return None
    return Found(causes.HALF_OVERFLOW, entry.place, {"dtype": dtype, "largest": _LARGEST[dtype]})


def explain_inf(path: TargetPath) -> Found | None:
    """Return what made the first inf of a backward pass all of whose values are finite; None if that is not known."""
    for pullback in path.backward_pass.pullbacks:
        made = [one.gradient for one in pullback.input_gradients if one.gradient]
        upstream = [one for one in pullback.upstream if one]
        if pullback.entry < 0 or not any(map(has_inf, made)) or any(map(has_inf, upstream)):
            continue
        entry = path.recording.entries[pullback.entry]
        values = [path.value(tensor) for tensor in entry.inputs]
        if _divides_by_zero(entry, values):
            return Found(causes.DIVIDED_BY_ZERO, entry.place)
        if any(map(has_inf, entry.values)) and entry.op not in _POLES and not any(map(has_inf, values)):
            return explain_overflow(entry) or _too_large(entry, values)
        return _of_pole(path, entry)
    return None


def explain_infinite_target(path: TargetPath) -> Found | None:
    """Return the operation in which a number on the way to an infinite target grew too large; None if none did."""
    if not any(map(has_inf, map(path.value, path.backward_pass.targets))):
        return None
    for entry in path.entries:
        values = [path.value(tensor) for tensor in entry.inputs]
        if any(map(has_inf, entry.values)) and not any(map(has_inf, values)):
            if _divides_by_zero(entry, values):
                return Found(causes.DIVIDED_BY_ZERO, entry.place)
            is_given = entry.op in _POLES or entry.op == "ReadVariableOp"
            return None if is_given else explain_overflow(entry) or _too_large(entry, values)
    return None


def _too_large(entry: Entry, values: Sequence[Value]) -> Found | None:
    largest = max((one.statistics.maximum for one in values if one.statistics), default=None)
    if largest is None:
        return None
    return Found(causes.OVERFLOW, entry.place, {"dtype": entry.values[0].dtype, "value": f"{largest:.3g}"})


def _divides_by_zero(entry: Entry, values: Sequence[Value]) -> bool:
    return entry.op == "RealDiv" and has_zero(values[1])


def _of_pole(path: TargetPath, entry: Entry) -> Found | None:
    if entry.op not in _POLES:
        return None
    value = path.value(entry.inputs[0])
    edges = (-1.0, 1.0) if entry.op in ("Acos", "Asin") else (0.0,)
    numbers = value.numbers if value.numbers is not None else np.asarray(value.head)
    edge = next((one for one in edges if (np.asarray(numbers, dtype=float) == one).any()), None)
    if edge is None:
        return None
    return Found(causes.INFINITE_SLOPE, entry.place, {"function": _POLES[entry.op], "value": f"{edge:g}"})


def has_inf(value: Value) -> bool:
    """Say whether a number of a value is infinite."""
    return bool(value.statistics and value.statistics.inf)


def has_zero(value: Value) -> bool:
    """Say whether a number of a value is 0."""
    return bool(value.statistics and value.statistics.zeros)
