"""How large gradients are, and how far an optimizer's step moved each parameter: norms, from the recorded numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np

from widgets.common.numbers import Bytes
from widgets.deck.array_text import norm_of
from widgets.tape.forward_model import Value
from widgets.tape.model import Recording, Source
from widgets.tape.scope_model import ParameterChange

_Payload: TypeAlias = dict[str, Any]


def norm_facts(source: Source) -> _Payload:
    """Return the norm of a source's gradient as a number and as text: `None` for None, "" where it is not known."""
    if source.gradient is None:
        return {"norm": None, "norm_text": "None"}
    return _number(norm_of(source.gradient), "norm")


def arrow_facts(gradient: Value | None) -> _Payload:
    """Return how an arrow shows a gradient: as wide as its norm says, and with a sign if it is a single number.

    Returns:
        `norm` to four digits, None where not all of it is finite; `sign`, if it is one real number.
    """
    statistics = gradient.statistics if gradient else None
    is_finite = statistics is not None and not (statistics.nan or statistics.inf) and math.isfinite(statistics.norm)
    norm = float(f"{statistics.norm:.4g}") if statistics and is_finite else None
    sign = _sign(gradient) if gradient else None
    return {"norm": norm} | ({} if sign is None else {"sign": sign})


def _sign(gradient: Value) -> int | None:
    """Return the sign of a gradient that is a single number; None of any other, of NaN, and of a complex number."""
    number = gradient.head[0] if gradient.size == 1 and gradient.head else None
    if number is None or isinstance(number, (str, Bytes, complex, np.complexfloating)) or number != number:
        return None
    return int(number > 0) - int(number < 0)


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
