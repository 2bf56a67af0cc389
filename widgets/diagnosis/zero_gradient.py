"""Why a gradient is exactly 0: where on the way back a number times a slope of 0 became 0.

An optimum is no fault: where the slope is 0 because the loss is at its lowest, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from widgets.diagnosis import training_causes as causes
from widgets.diagnosis.gradient_flow import ancestors
from widgets.diagnosis.model import Found
from widgets.diagnosis.target_path import TargetPath, is_zero
from widgets.tape.forward_model import Entry, Value
from widgets.tape.model import Pullback, Recording, Source

_RELUS = {"Relu", "Relu6"}
_RELU6_ENDS = 6.0
_FLAT = {"Sign"}
_LIMITS = {"Minimum", "Maximum", "ClipByValue"}
_SQUASHING = {"Sigmoid": "sigmoid", "Tanh": "tanh", "Softmax": "softmax"}
_PRODUCTS = {"Mul", "MatMul", "BatchMatMulV2", "Conv2D", "RealDiv"}
_DIGITS = 6
_MOST = 20  # sources of one backward pass that are looked at: what cuts one off cuts off all before it
_ADDING = {"AddV2", "Sub", "Identity", "Reshape", "BiasAdd"}


def zero_gradients(path: TargetPath) -> Iterator[tuple[Source, Found]]:
    """Yield the sources of a backward pass whose gradient is 0 for a reason that can be told, and that reason."""
    targets = [path.recording.tensors[tensor].value for tensor in path.backward_pass.targets]
    if all(map(_all_zero, targets)):  # as a hinge loss that is satisfied: lower it cannot get
        return
    draws = any("Random" in entry.op for entry in path.entries)
    for source in [one for one in path.sources if is_zero(one)][:_MOST]:
        if found := (_cancels(path, source) if draws else None) or _from_itself(path, source) or _killed(path, source):
            yield source, found


def _killed(path: TargetPath, source: Source) -> Found | None:
    """Return the first entry, on the way back, that made 0 of something else on every way to the source."""
    reaching = _reaching(path, source.tensor)
    for pullback in path.backward_pass.pullbacks:
        if pullback.entry < 0 or not any(_is_nonzero(one) for one in pullback.upstream if one):
            continue
        entry = path.recording.entries[pullback.entry]
        passed = [one for one in pullback.input_gradients if one.tensor in reaching and one.gradient]
        if passed and all(_all_zero(one.gradient) for one in passed if one.gradient):
            return _reason(path, entry, pullback, {one.tensor for one in passed})
    return None


def _reaching(path: TargetPath, source: int) -> set[int]:
    """Return the tensors of a path that depend on one source, and the source."""
    found = {source}
    for entry in path.entries:
        if not found.isdisjoint(entry.inputs):
            found.update(entry.outputs)
    return found


def _reason(path: TargetPath, entry: Entry, pullback: Pullback, towards: set[int]) -> Found | None:
    inputs = [path.value(tensor) for tensor in entry.inputs]
    if entry.op == "Relu6" and inputs[0].statistics and inputs[0].statistics.minimum >= _RELU6_ENDS:
        facts = {"minimum": f"{inputs[0].statistics.minimum:.3g}", "maximum": f"{inputs[0].statistics.maximum:.3g}"}
        return Found(causes.SATURATED, entry.place, {"function": "ReLU6", **facts})
    if entry.op in _FLAT:
        return Found(causes.FLAT, entry.place, {"op": f"tf.{entry.op.lower()}"})
    if entry.op in _RELUS:
        return Found(causes.DEAD_RELU, entry.place, {"count": str(inputs[0].size)}) if _is_dead(inputs[0]) else None
    if entry.op in _LIMITS and len(inputs) > 1:
        values = [path.value(tensor) for tensor in entry.inputs if tensor in towards]
        others = [path.value(tensor) for tensor in entry.inputs if tensor not in towards]
        if not values or len(others) < 1 or any(value in others for value in values):
            return None
        if values[0].size == 1 and not (entry.place and "clip" in entry.place.text):
            return None  # of two numbers the larger or smaller: that is what the code says
        if entry.op == "Maximum" and _all_zero(others[0]):  # tf.maximum(x, 0) is a ReLU
            return Found(causes.DEAD_RELU, entry.place, {"count": str(values[0].size)}) if _is_dead(values[0]) else None
        return Found(causes.CLIPPED, entry.place, {"count": str(values[0].size)})
    if entry.op in _SQUASHING and _is_at_its_ends(entry):
        statistics = inputs[0].statistics
        if statistics is None or statistics.nan:
            return None
        facts = {"minimum": f"{statistics.minimum:.3g}", "maximum": f"{statistics.maximum:.3g}"}
        return Found(causes.SATURATED, entry.place, {"function": _SQUASHING[entry.op], **facts})
    if entry.op in ("SelectV2", "Select") and entry.values[0].size > 1:
        return Found(causes.NOT_CHOSEN, entry.place)
    if entry.op in _PRODUCTS and len(entry.inputs) == 2:
        return _zero_factor(path, entry, towards)
    return None


def _zero_factor(path: TargetPath, entry: Entry, towards: set[int]) -> Found | None:
    """Return a finding if the other factor of a product is 0 everywhere; of one that a ReLU made, the ReLU's."""
    for tensor in entry.inputs:
        if tensor in towards or not _all_zero(path.value(tensor)) or path.value(tensor).size == 1:
            continue
        maker = path.maker(path.root(tensor))
        if maker is not None and maker.op in (*_RELUS, "Maximum"):
            value = path.value(maker.inputs[0])
            return Found(causes.DEAD_RELU, maker.place, {"count": str(value.size)}) if _is_dead(value) else None
        if path.is_variable(tensor) and not _stays(path, tensor):
            return None
        name = _name(path.recording, maker.inputs[0] if maker is not None and maker.op == "ReadVariableOp" else tensor)
        return Found(causes.ZERO_FACTOR, entry.place, {"name": name}) if name else None
    return None


def _stays(path: TargetPath, tensor: int) -> bool:
    """Whether a Variable is 0 in a later step too: a last layer of zeros is common, and gone after one step."""
    maker = path.maker(tensor)
    variable = maker.inputs[0] if maker is not None and maker.op == "ReadVariableOp" else tensor
    own = [one for one in path.sources if one.tensor == variable]
    return any(one.gradient is None or is_zero(one) for one in own) or not own


def _name(recording: Recording, tensor: int) -> str:
    name = recording.tensors[tensor].name
    return f"`{name}`" if name else ""


def _cancels(path: TargetPath, source: Source) -> Found | None:
    """(mu + noise) - mu, with random noise: both move along, so the difference does not depend on mu."""
    for entry in path.entries:
        if entry.op != "Sub" or len(entry.inputs) != 2:
            continue
        slopes = [_added(path, tensor, source.tensor) for tensor in entry.inputs]
        if slopes[0] is None or slopes[0] != slopes[1] or not slopes[0]:
            continue
        if any("Random" in one.op for one in ancestors(path.recording, entry.inputs)):
            left = next(iter(_name(path.recording, tensor) for tensor in entry.inputs if _is_made(path, tensor)), "")
            facts = {"left": left or "the sample", "source": _name(path.recording, source.tensor) or "the source"}
            return Found(causes.SAMPLE_CANCELS, entry.place, facts)
    return None


def _from_itself(path: TargetPath, source: Source) -> Found | None:
    """A number minus itself, as where the old value of a ratio is the new one under another name."""
    reaching = _reaching(path, source.tensor)
    for entry in path.entries:
        pullback = path.pullbacks.get(entry.index)
        is_same = entry.op == "Sub" and len(set(entry.inputs)) == 1 and entry.inputs[0] in reaching
        if is_same and pullback and any(_is_nonzero(one) for one in pullback.upstream if one):
            return Found(causes.FROM_ITSELF, entry.place)
    return None


def _is_made(path: TargetPath, tensor: int) -> bool:
    maker = path.maker(tensor)
    return maker is not None and maker.op != "ReadVariableOp"


def _added(path: TargetPath, tensor: int, source: int) -> int | None:
    """Return how often a tensor contains the source as a summand, None where it is used in another way."""
    if tensor == source:
        return 1
    maker = path.maker(tensor)
    if maker is None:
        return 0
    if maker.op == "ReadVariableOp":
        return int(maker.inputs[0] == source)
    if source not in _ancestors(path, maker):
        return 0
    if maker.op not in _ADDING:
        return None
    parts = [_added(path, one, source) for one in maker.inputs]
    if any(part is None for part in parts):
        return None
    known = [part or 0 for part in parts]
    return known[0] - known[1] if maker.op == "Sub" else sum(known)


def _ancestors(path: TargetPath, entry: Entry) -> set[int]:
    waiting, found = [*entry.inputs], set[int]()
    while waiting:
        tensor = waiting.pop()
        if tensor not in found:
            found.add(tensor)
            maker = path.maker(tensor)
            waiting += maker.inputs if maker is not None else ()
    return found


def _all_zero(value: Value | None) -> bool:
    return bool(value and value.statistics and value.statistics.zeros == value.size > 0)


def _is_nonzero(value: Value) -> bool:
    statistics = value.statistics
    return bool(statistics and statistics.zeros < value.size and not statistics.nan and not statistics.inf)


def _is_dead(value: Value) -> bool:
    return bool(value.statistics and not value.statistics.nan and value.statistics.maximum <= 0)


def _is_at_its_ends(entry: Entry) -> bool:
    """Whether every result of a sigmoid, tanh or softmax is as far as it goes: -1, 0 or 1."""
    numbers = entry.values[0].numbers
    if numbers is None or not numbers.size or (entry.op == "Softmax" and numbers.shape[-1] == 1):
        return False
    return bool(np.isin(np.abs(numbers.astype(float)).round(_DIGITS), (0.0, 1.0)).all())
