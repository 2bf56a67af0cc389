"""How large gradients are, and how far an optimizer's step moved each parameter: norms, from the recorded numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np

from widgets.deck.array_text import norm_of
from widgets.tape.model import Recording, Source
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
        {"tensor": change.tensor, "at": positions[step.last], **_number(moved, "moved")}
        for step in recording.optimizer_steps
        if step.last in positions
        for change, moved in _moves(step.parameters)
    ]


def _moves(changes: tuple[ParameterChange, ...]) -> Iterator[tuple[ParameterChange, float | None]]:
    for change in changes:
        yield change, _moved(change)


def _moved(change: ParameterChange) -> float | None:
    """Return how far a parameter moved, relative to its norm; None where that is not known, or it was all zeros."""
    before, after = (value.array() if value else None for value in (change.before, change.after))
    if before is None or after is None or before.dtype.kind not in "fV" or before.shape != after.shape:
        return None
    with np.errstate(all="ignore"):
        start, end = (array.astype(np.float64) for array in (before, after))
        norm = float(np.linalg.norm(start))
        return float(np.linalg.norm(end - start)) / norm if norm else None
