"""Which tensors have one example of a batch in each row: only where that is certain.

It is where an op or a loss defines its first axis so, and for whatever else has the same rows: through ops that keep
each row where it is, followed forward and backward.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from widgets.tape.forward_model import Entry
from widgets.tape.model import Recording

_DEFINED = {
    "SoftmaxCrossEntropyWithLogits": 2,
    "SparseSoftmaxCrossEntropyWithLogits": 2,
    "Conv2D": 1,
    "DepthwiseConv2dNative": 1,
    "MaxPool": 1,
    "AvgPool": 1,
    "FusedBatchNormV3": 1,
}
"""Ops whose first axis is the batch, and how many of their inputs have it."""

_FIRST_INPUT = frozenset(
    (  # noqa: SIM905  # a list of names is easier to read
        "AvgPool BiasAdd Cast Conv2D DepthwiseConv2dNative Elu Exp FusedBatchNormV3 Identity LeakyRelu Log LogSoftmax "
        "MatMul MaxPool Neg Relu Relu6 Reshape Selu Sigmoid Softmax Softplus Sqrt Square Tanh"
    ).split()
)
"""Ops whose output has the rows of their first input, if it has as many: a reshape may have others."""

_EACH_INPUT = frozenset(
    "Add AddV2 Maximum Minimum Mul Pow RealDiv SelectV2 SquaredDifference Sub".split()  # noqa: SIM905
)
"""Ops whose output has the rows of each input of the same rank that is not repeated along them."""


def batches(recording: Recording) -> dict[int, int]:
    """Return the tensors with an example in each row: tensor → number of its batch.

    Two tensors of one batch have the same example in the same row.
    """
    neighbors: dict[int, list[int]] = {}
    for entry in recording.entries:
        for one, other in _same_rows(recording, entry):
            neighbors.setdefault(one, []).append(other)
            neighbors.setdefault(other, []).append(one)
    found: dict[int, int] = {}
    count = 0
    for seeds in _seeds(recording):
        if any(seed in found for seed in seeds):
            batch = next(found[seed] for seed in seeds if seed in found)
        else:
            batch, count = count, count + 1
        waiting = deque(seed for seed in seeds if seed not in found)
        while waiting:
            tensor = waiting.popleft()
            if tensor not in found:
                found[tensor] = batch
                waiting.extend(neighbors.get(tensor, ()))
    return found


def _rows(recording: Recording, tensor: int) -> int | None:
    """Return the length of a tensor's first axis; None if it has none, or is a Variable."""
    fact = recording.tensors[tensor]
    return fact.value.shape[0] if fact.value.shape and fact.kind != "variable" else None


def _same_rows(recording: Recording, entry: Entry) -> Iterator[tuple[int, int]]:
    """Yield the pairs of an op's inputs and outputs that have the same rows."""
    if not (entry.outputs and entry.inputs) or dict(entry.attributes).get("transpose_a"):
        return
    output = entry.outputs[0]
    shape = recording.tensors[output].value.shape
    inputs = entry.inputs[:1] if entry.op in _FIRST_INPUT else entry.inputs if entry.op in _EACH_INPUT else ()
    for tensor in inputs:
        is_aligned = entry.op in _FIRST_INPUT or len(recording.tensors[tensor].value.shape) == len(shape)
        if is_aligned and shape and _rows(recording, tensor) == shape[0]:
            yield tensor, output


def _seeds(recording: Recording) -> Iterator[list[int]]:
    """Yield tensors that have one batch's examples in their rows by definition."""
    made_by = {tensor: entry for entry in recording.entries for tensor in entry.outputs}
    losses: dict[int, list[Entry]] = {}
    for entry in recording.entries:
        if entry.scope >= 0 and recording.scopes[entry.scope].kind == "loss":
            losses.setdefault(entry.scope, []).append(entry)
        seeds = list(entry.inputs[: _DEFINED.get(entry.op, 0)])
        if seeds and not any(_is_flattened(recording, made_by.get(seed)) for seed in seeds):
            yield seeds
    for entries in losses.values():
        inside = {tensor for entry in entries for tensor in entry.outputs}
        given = list(_arrays(recording, (t for entry in entries for t in entry.inputs if t not in inside)))
        if len(given) > 1 and len({_rows(recording, tensor) for tensor in given}) == 1:
            yield given


def _arrays(recording: Recording, tensors: Iterable[int]) -> Iterator[int]:
    """Yield the tensors that came into a loss as the learner's: those of a result or a batch, with rows."""
    for tensor in dict.fromkeys(tensors):
        rows = _rows(recording, tensor)
        if rows is not None and recording.tensors[tensor].value.dtype != "resource":
            yield tensor


def _is_flattened(recording: Recording, entry: Entry | None) -> bool:
    """Say whether rows were put together from several axes, as for the classes of each word of each text."""
    if entry is None or entry.op != "Reshape":
        return False
    before, after = (recording.tensors[tensor].value.shape for tensor in (entry.inputs[0], entry.outputs[0]))
    return before[:1] != after[:1]
