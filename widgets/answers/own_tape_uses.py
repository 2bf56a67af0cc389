"""How answers are put to use that are a tape of the learner's own: with tapes written by hand, and unboxed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(eq=False)
class Node:
    """A number on a tape, compared by identity and not by value, as the learner's own numbers are.

    Attributes:
        value: the number.
    """

    value: float


Entry: TypeAlias = tuple[Node, list[Node], Callable[..., tuple[float, ...]]]
"""Output, inputs and pullback of one operation: `pullback(upstream, *inputs)` returns a gradient for each input."""


@dataclass(frozen=True)
class WrittenTape:
    """A tape written by hand.

    Attributes:
        entries: the operations in the order in which they ran.
        target: the number whose gradients are asked for.
        x: a source.
        w: another source.
    """

    entries: list[Entry]
    target: Node
    x: Node
    w: Node


def chain_tape(x: Node, w: Node) -> WrittenTape:
    """Return sin(x·w): a chain of two operations."""
    entries: list[Entry] = []
    return WrittenTape(entries, _sine(entries, _times(entries, x, w)), x, w)


def fork_tape(x: Node, w: Node) -> WrittenTape:
    """Return x·x + x·w: three paths lead to x, two of them from one entry."""
    entries: list[Entry] = []
    return WrittenTape(entries, _plus(entries, _times(entries, x, x), _times(entries, x, w)), x, w)


def dead_end_tape(x: Node, w: Node) -> WrittenTape:
    """Return s·s + s·x with s = x + w, among entries that the target does not depend on, one of them the last."""
    entries: list[Entry] = []
    s = _plus(entries, x, w)
    square = _times(entries, s, s)
    _sine(entries, s)
    y = _plus(entries, square, _times(entries, s, x))
    _times(entries, y, w)
    return WrittenTape(entries, y, x, w)


TAPES = {"chain": chain_tape, "fork": fork_tape, "dead end": dead_end_tape}
"""The tapes, by the names by which a question hands them over."""


def written_tape(kind: str, x: float, w: float) -> WrittenTape:
    """Return a new tape of this kind, recorded at x and w."""
    return TAPES[kind](Node(x), Node(w))


def _plus(entries: list[Entry], a: Node, b: Node) -> Node:
    return _record(entries, a.value + b.value, [a, b], lambda upstream, a, b: (upstream, upstream))


def _times(entries: list[Entry], a: Node, b: Node) -> Node:
    return _record(entries, a.value * b.value, [a, b], lambda upstream, a, b: (upstream * b.value, upstream * a.value))


def _sine(entries: list[Entry], a: Node) -> Node:
    return _record(entries, math.sin(a.value), [a], lambda upstream, a: (upstream * math.cos(a.value),))


def _record(entries: list[Entry], value: float, inputs: list[Node], pullback: Callable[..., tuple[float, ...]]) -> Node:
    output = Node(value)
    entries.append((output, inputs, pullback))
    return output


def unboxed(returned: object) -> Any:
    """Return the value of one of the learner's Numbers, or of each in a list, and anything else unchanged."""
    if isinstance(returned, list | tuple):
        return [unboxed(part) for part in returned]
    value = getattr(returned, "value", returned)
    return returned if callable(value) else value  # a Variable's `value` is a method


def call_and_unbox(answer: Callable[..., Any], *given: Any) -> Any:
    """Call the answer, and return the values of the Numbers in its result."""
    return unboxed(answer(*given))


def play_back(answer: Callable[..., Any], kind: str, x: float, w: float) -> Any:
    """Call the answer with a tape's entries, and look up x and w in its result."""
    tape = written_tape(kind, x, w)
    found = answer(tape.entries, tape.target)
    return [unboxed(found.get(source)) for source in (tape.x, tape.w)] if isinstance(found, dict) else found


OWN_TAPE_USES: dict[str, Callable[..., Any]] = {"unboxed": call_and_unbox, "a tape played back": play_back}
"""The uses of this module, by the names that exercises call them by."""
