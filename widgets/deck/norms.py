"""How large gradients are, where one shrinks on its way, and how far an optimizer's step moved each parameter.

All are norms of recorded numbers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from widgets.common.arrays import Array
from widgets.common.catalogue import _
from widgets.deck.array_text import norm_of
from widgets.deck.level_text import LevelText
from widgets.tape.forward_model import Entry
from widgets.tape.model import BackwardPass, Recording, Source
from widgets.tape.scope_model import ParameterChange

_Payload: TypeAlias = dict[str, Any]


def norm_facts(source: Source) -> _Payload:
    """Return the norm of a source's gradient as a number and as text: `None` for None, "" where it is not known."""
    if source.gradient is None:
        return {"norm": None, "norm_text": "None"}
    return _number(norm_of(source.gradient), "norm")


def _number(number: float | None, name: str) -> _Payload:
    """Return a number that JSON can hold, None if it is not finite; and its text."""
    is_finite = number is not None and bool(np.isfinite(number))
    return {name: number if is_finite else None, f"{name}_text": "" if number is None else f"{number:.3g}"}


def updates(recording: Recording) -> list[_Payload]:
    """Return how far each step of an optimizer moved each parameter: ‖after - before‖ / ‖before‖.

    `at` is the position in the whole recording from which it has happened.
    """
    positions = {step.subject: at for at, step in enumerate(recording.steps, 1) if step.kind == "entry"}
    return [
        {"tensor": change.tensor, "at": positions[step.last], **_number(_moved(change), "moved")}
        for step in recording.optimizer_steps
        if step.last in positions
        for change in step.parameters
    ]


def _moved(change: ParameterChange) -> float | None:
    """Return how far a parameter moved, relative to its norm; None where that is not known, or it was all zeros."""
    before, after = (value.array() if value else None for value in (change.before, change.after))
    if before is None or after is None or before.dtype.kind not in "fV" or before.shape != after.shape:
        return None
    with np.errstate(all="ignore"):
        start, end = (array.astype(np.float64) for array in (before, after))
        norm = _norm(start)
        return _norm(end - start) / norm if norm else None


def _norm(array: Array) -> float:
    """Return a norm without BLAS, whose threads would wait for TensorFlow's."""
    return math.sqrt(float(np.square(array).sum()))


_CLEARLY = 0.1
"""A norm that is this part of another, at most, is clearly smaller."""


@dataclass(frozen=True)
class _Passage:
    """A gradient that went back through an op: its norm on arrival, and that of what was passed on."""

    entry: Entry
    before: float
    after: float


def shrinking_texts(recording: Recording) -> list[str]:
    """Return for each backward pass where its smallest gradient was lost: the op on its way that shrank it most.

    "" where the smallest gradient is not clearly smaller than the largest, and where no op on its way shrank it.
    """
    found = [_shrinking(recording, index) for index in range(len(recording.backward_passes))]
    names = LevelText(recording) if any(found) else None
    return [_shrinking_text(names, *one) if names and one else "" for one in found]


def _shrinking(recording: Recording, index: int) -> tuple[int, _Passage] | None:
    """Return the tensor with the smallest gradient, and what shrank it most.

    What the largest gradient of that pass went through too is not why the other one is smaller.
    """
    backward_pass = recording.backward_passes[index]
    norms = {}
    for source in recording.sources if backward_pass.reconciled else ():
        norm = norm_of(source.gradient) if source.backward_pass == index else None
        if norm and math.isfinite(norm):
            norms[source.tensor] = norm
    if not norms:
        return None
    smallest, largest = min(norms, key=norms.__getitem__), max(norms, key=norms.__getitem__)
    if norms[smallest] > _CLEARLY * norms[largest]:
        return None
    arrivals = _arrivals(backward_pass)
    shared = {passage.entry.index for passage in _way_to(recording, arrivals, largest)}
    way = [one for one in _way_to(recording, arrivals, smallest)[1:] if one.entry.index not in shared]
    most = min(way, key=lambda one: one.after / one.before, default=None)
    return (smallest, most) if most and most.after <= most.before / 2 else None


def _shrinking_text(names: LevelText, tensor: int, most: _Passage) -> str:
    return _(
        "On the way back to {tensor}, the norm of the gradient falls most in {op}: from {before} to {after}."
    ).format(
        tensor=names.tensor_name(tensor),
        op=op_name(names, most.entry),
        before=f"{most.before:.3g}",
        after=f"{most.after:.3g}",
    )


def op_name(names: LevelText, entry: Entry) -> str:
    """Return what to call an operation: by its layer, or by the piece of source."""
    scopes = names.recording.scopes
    if entry.scope >= 0 and scopes[entry.scope].kind == "layer":
        return _("{op} in {label}").format(op=entry.op, label=scopes[entry.scope].name)
    label = names.entry_label(entry)
    return f"{entry.op} ({label})" if label else entry.op


_Arrivals: TypeAlias = dict[int, tuple[float, int, tuple[float | None, ...]]]
"""By tensor, of the largest gradient that arrived: its norm, the entry it came through, and the norms there."""


def _arrivals(backward_pass: BackwardPass) -> _Arrivals:
    found: _Arrivals = {}
    for pullback in backward_pass.pullbacks:
        upstream = tuple(norm_of(gradient) for gradient in pullback.upstream)
        for one in pullback.input_gradients:
            norm = None if one.skipped else norm_of(one.gradient)
            if norm is not None and norm > found.get(one.tensor, (-1.0,))[0]:
                found[one.tensor] = norm, pullback.entry, upstream
    return found


def _way_to(recording: Recording, arrivals: _Arrivals, tensor: int) -> list[_Passage]:
    """Return what the largest part of a gradient went through, from the tensor to where the pass began."""
    way: list[_Passage] = []
    seen = set()
    while tensor in arrivals and tensor not in seen:
        seen.add(tensor)
        norm, index, upstream = arrivals[tensor]
        if index < 0:
            break
        entry = recording.entries[index]
        tensor, before = max(
            zip(entry.outputs, (one or 0.0 for one in upstream), strict=False),
            key=lambda pair: pair[1],
            default=(-1, 0.0),
        )
        if not before > 0:
            break
        way.append(_Passage(entry, before, norm))
    return way
