"""Losses that are computed without an error and are not what was meant: told by the operations that ran.

Each look is at the last backward pass of a call: what it went through, in order of time.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import numpy as np

from widgets.diagnosis import loss_causes as causes
from widgets.diagnosis.model import Found
from widgets.diagnosis.source_code import SourceCode
from widgets.diagnosis.target_path import TargetPath
from widgets.diagnosis.wrong_axis import is_of_log, softmax_over_batch, sum_of_softmax, sum_over_batch, unit_columns
from widgets.tape.forward_model import Entry, Value

_CROSS_ENTROPIES = {"SoftmaxCrossEntropyWithLogits": 0, "SparseSoftmaxCrossEntropyWithLogits": 0, "LogSoftmax": 0}
_SQUASHING = {"Softmax": "softmax", "Sigmoid": "sigmoid"}
_ON_PURPOSE = re.compile(r"\bNone\b|newaxis|expand_dims|reshape|\[:, (?!-?\d+\])")
_LARGEST_CLIPPED = 0.9999
_SLACK = 1e-3
_RANGES = {
    "Sigmoid": ("sigmoid", 0.0, 1.0),
    "Softmax": ("softmax", 0.0, 1.0),
    "Tanh": ("tanh", -1.0, 1.0),
    "Relu": ("ReLU", 0.0, math.inf),
}
_FAR_OUT = 0.5
"""So far beyond what an output can be is no noise."""


def silent_losses(path: TargetPath, code: SourceCode) -> Iterator[Found]:
    """Yield what is wrong with the loss at the end of a path, the surest first."""
    looks = (
        _broadcast,
        _squashed_twice,
        _logits_as_probabilities,
        _softmax_of_one,
        _labels,
        _target_out_of_range,
        softmax_over_batch,
        sum_of_softmax,
        sum_over_batch,
        unit_columns,
        _imaginary_part,
    )
    for look in looks:
        found = next((one for entry in path.entries if (one := look(path, entry, code))), None)
        if found:
            yield found
    yield from _softmax_beside(path)


def _broadcast(path: TargetPath, entry: Entry, code: SourceCode) -> Found | None:
    """(n, 1) meets (n,), and each number of one is compared with each of the other."""
    if entry.op not in ("Sub", "SquaredDifference", "Mul") or len(entry.inputs) != 2 or not path.is_scalar:
        return None
    shapes = [path.value(tensor).shape for tensor in entry.inputs]
    column, row = sorted(shapes, key=len, reverse=True)
    if len(row) != 1 or (row[0] or 0) < 2 or column != (row[0], 1) or entry.values[0].shape != (row[0], row[0]):
        return None
    depend = [tensor in path.dependent for tensor in entry.inputs]
    text = f"{code.line(entry.place)} {entry.place.text}" if entry.place else ""
    roots = [path.root(tensor) for tensor in entry.inputs]
    if not any(depend) or roots[0] == roots[1] or _ON_PURPOSE.search(text):
        return None
    if entry.op == "Mul" and (all(depend) or any(path.is_variable(root) for root in roots)):
        return None
    left, right = (str(shape) for shape in shapes)
    facts = {"left": left, "right": right, "result": str(entry.values[0].shape)}
    return Found(causes.BROADCAST, entry.place, facts, _with_column(path, entry, code))


def _with_column(path: TargetPath, entry: Entry, code: SourceCode) -> tuple[str, str] | None:
    """Return the line, and the same in which the (n,) tensor has a second axis, if the line names it once."""
    if entry.place is None:
        return None
    line = code.line(entry.place)
    for tensor in entry.inputs:
        name = path.recording.tensors[tensor].name
        if len(path.value(tensor).shape) == 1 and name.isidentifier():
            pattern = rf"(?<![\w.]){name}(?![\w(\[.=])"
            if len(re.findall(pattern, line)) == 1:
                return line, re.sub(pattern, f"{name}[:, None]", line)
    return None


def _squashed_twice(path: TargetPath, entry: Entry, code: SourceCode) -> Found | None:
    """A softmax of a softmax, or a loss on logits that gets probabilities."""
    tensor = None
    if entry.op in (*_CROSS_ENTROPIES, "Softmax"):
        tensor, function = entry.inputs[0], "softmax"
    elif entry.op == "GreaterEqual" and path.is_sigmoid_loss(entry):
        tensor, function = entry.inputs[0], "sigmoid"
    if tensor is None:
        return None
    maker = path.maker(path.root(tensor))
    if maker is None or maker.op not in _SQUASHING or tensor not in path.dependent:
        return None
    if entry.op == "Softmax" and maker.op != "Softmax":
        return None
    facts = {"function": function, "first": _SQUASHING[maker.op]}
    return Found(causes.PROBABILITIES_AS_LOGITS, entry.place, facts)


def _logits_as_probabilities(path: TargetPath, entry: Entry, code: SourceCode) -> Found | None:
    """A loss of Keras clips its input to (0, 1), and the input is outside."""
    if entry.op not in ("Minimum", "ClipByValue") or not path.loss(entry):
        return None
    limit = path.value(entry.inputs[1]) if entry.op == "Minimum" else path.value(entry.inputs[2])
    if limit.size != 1 or not _LARGEST_CLIPPED < float(limit.head[0]) < 1 or entry.inputs[0] not in path.dependent:
        return None
    facts = _outside_0_to_1(path.value(path.before_scaling(entry.inputs[0])))
    return Found(causes.LOGITS_AS_PROBABILITIES, path.call_of_loss(entry), facts) if facts else None


def _softmax_of_one(path: TargetPath, entry: Entry, code: SourceCode | None) -> Found | None:
    if entry.op != "Softmax" or entry.inputs[0] not in path.dependent:
        return None
    shape = entry.values[0].shape
    is_output = len(shape) == 2  # with more axes it may be attention to a sequence of one
    return Found(causes.SOFTMAX_OF_ONE, entry.place) if is_output and shape[-1] == 1 else None


def _softmax_beside(path: TargetPath) -> Iterator[Found]:
    """Yield a softmax of a single unit that the loss goes round: Keras takes the logits that led to it."""
    inputs = {tensor for entry in path.entries for tensor in entry.outputs}
    for entry in path.recording.entries:
        is_beside = entry.op == "Softmax" and entry.inputs[0] in inputs and entry not in path.entries
        if is_beside and (found := _softmax_of_one(path, entry, None)):
            yield found
            return


def _target_out_of_range(path: TargetPath, entry: Entry, code: SourceCode) -> Found | None:
    """The error of an output that a sigmoid, tanh or softmax keeps in its range, and of targets beyond that."""
    if entry.op not in ("Sub", "SquaredDifference") or len(entry.inputs) != 2:
        return None
    outputs = [tensor for tensor in entry.inputs if tensor in path.dependent]
    maker = path.maker(path.root(outputs[0])) if len(outputs) == 1 else None
    if maker is None or maker.op not in _RANGES or not ({"Square", "Abs"} & path.ops or entry.op != "Sub"):
        return None
    targets = path.value(next(tensor for tensor in entry.inputs if tensor not in path.dependent)).numbers
    function, low, high = _RANGES[maker.op]
    if targets is None or targets.size < 2 or not np.isfinite(targets).all():
        return None
    is_outside = np.mean((targets < low - _FAR_OUT) | (targets > high + _FAR_OUT)) >= _FAR_OUT
    facts = {"function": function, "low": f"{low:g}", "high": f"{high:g}"}
    range_of = {"minimum": f"{targets.min():.3g}", "maximum": f"{targets.max():.3g}"}
    return Found(causes.TARGET_OUT_OF_RANGE, path.call_of_loss(entry), {**facts, **range_of}) if is_outside else None


def _imaginary_part(path: TargetPath, entry: Entry, code: SourceCode) -> Found | None:
    """A complex number that `tf.cast` made a real one, though its imaginary part is not 0."""
    if entry.op != "Cast" or entry.inputs[0] not in path.dependent or "float" not in entry.values[0].dtype:
        return None
    value = path.value(entry.inputs[0])
    if "complex" not in value.dtype or value.numbers is None or not (abs(value.numbers.imag) > _SLACK).any():
        return None
    return Found(causes.IMAGINARY_LOST, entry.place, {"dtype": value.dtype})


def _labels(path: TargetPath, entry: Entry, code: SourceCode) -> Found | None:
    """Labels that are not 0 and 1 in binary cross-entropy, or no one-hot rows where those are expected."""
    if entry.op == "SoftmaxCrossEntropyWithLogits":
        numbers = path.value(entry.inputs[1]).numbers
        if numbers is None or numbers.ndim != 2 or (numbers != numbers.round()).any() or numbers.max() < 2:
            return None
        return Found(causes.LABELS_NOT_ONE_HOT, path.call_of_loss(entry), {"total": f"{numbers.sum(1).max():g}"})
    if entry.op == "GreaterEqual" and path.is_sigmoid_loss(entry):
        labels, is_binary = _labels_of_logits(path, entry), True
    elif entry.op == "Mul" and path.loss(entry) and is_of_log(path, entry):
        labels = [tensor for tensor in entry.inputs if tensor not in path.dependent]
        is_binary = any(one.op == "Sub" and labels == [one.inputs[1]] for one in path.all_of_loss(entry))
    else:
        return None
    is_binary = is_binary and bool(labels)
    facts = _outside_0_to_1(path.value(labels[0])) if is_binary else None
    return Found(causes.LABELS_OUT_OF_RANGE, path.call_of_loss(entry), facts) if facts else None


def _labels_of_logits(path: TargetPath, entry: Entry) -> list[int]:
    """Return what a cross-entropy with logits multiplies the logits by, given its first operation."""
    logits = entry.inputs[0]
    for one in path.entries:
        if one.op == "Mul" and one.index > entry.index and one.place == entry.place and logits in one.inputs:
            return [tensor for tensor in one.inputs if tensor != logits and tensor not in path.dependent]
    return []


def _outside_0_to_1(value: Value) -> dict[str, str] | None:
    """Return how far numbers reach beyond [0, 1]; None where they do not, or that is not known."""
    statistics = value.statistics
    if statistics is None or statistics.nan or value.size < 1:
        return None
    if statistics.minimum >= -_SLACK and statistics.maximum <= 1 + _SLACK:
        return None
    return {"minimum": f"{statistics.minimum:.3g}", "maximum": f"{statistics.maximum:.3g}"}
