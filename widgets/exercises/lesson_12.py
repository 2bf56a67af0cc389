"""Lesson 12, build a tape: the backward pass of a tape of one's own, tried on tapes that were written by hand."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from widgets.common.catalogue import _
from widgets.exercises import shared_misconceptions as shared
from widgets.exercises.answer_numbers import all_none
from widgets.exercises.exercise import (
    Answer,
    Evidence,
    Exercise,
    Formula,
    MisconceptionKind,
    Question,
    Questions,
    Rng,
    spread,
)
from widgets.exercises.lesson_12_own_tape import DIVIDE_BACK, MY_SECOND, MY_SLOPE, unboxed
from widgets.exercises.misconceptions import returned, wrong_behavior, wrong_formula


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


WrittenCase: TypeAlias = tuple[WrittenTape, tuple[float, float]]
"""A tape, and the gradients of its target with respect to x and w in closed form."""


def chain_tape(x_value: float, w_value: float) -> WrittenCase:
    """Return sin(x·w): a chain of two operations."""
    x, w = Node(x_value), Node(w_value)
    entries: list[Entry] = []
    y = _sine(entries, _times(entries, x, w))
    cosine = math.cos(x_value * w_value)
    return WrittenTape(entries, y, x, w), (w_value * cosine, x_value * cosine)


def fork_tape(x_value: float, w_value: float) -> WrittenCase:
    """Return x·x + x·w: three paths lead to x, two of them from one entry."""
    x, w = Node(x_value), Node(w_value)
    entries: list[Entry] = []
    y = _plus(entries, _times(entries, x, x), _times(entries, x, w))
    return WrittenTape(entries, y, x, w), (2 * x_value + w_value, x_value)


def dead_end_tape(x_value: float, w_value: float) -> WrittenCase:
    """Return s·s + s·x with s = x + w, among entries that the target does not depend on, one of them the last."""
    x, w = Node(x_value), Node(w_value)
    entries: list[Entry] = []
    s = _plus(entries, x, w)
    square = _times(entries, s, s)
    _sine(entries, s)
    y = _plus(entries, square, _times(entries, s, x))
    _times(entries, y, w)
    total = x_value + w_value
    return WrittenTape(entries, y, x, w), (3 * total + x_value, 2 * total + x_value)


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


_PLAYED_FORWARD = MisconceptionKind(
    "PLAYED_FORWARD",
    cause=_("The loop goes through the entries from the beginning, where no gradient has arrived yet."),
    repair=_("Start at the end: for output, inputs, pullback in reversed(entries)."),
)


def _questions(rng: Rng) -> Questions:
    places = zip(spread(rng, 0.4, 2.2), spread(rng, 1.2, 2.6), strict=True)
    chained, forked, ended = (
        make(x, w) for make, (x, w) in zip((chain_tape, fork_tape, dead_end_tape), places, strict=True)
    )
    return (
        _question("sin(x·w)", *chained),
        _question("x·x + x·w", *forked),
        _question(_("s·s + s·x, s = x + w, and unused results"), *ended),
    )


def _question(written: str, sheet: WrittenTape, due: tuple[float, ...]) -> Question:
    label = _("{written} at x = {x}, w = {w}")
    return Question(label.format(written=written, x=sheet.x.value, w=sheet.w.value), (sheet,), due)


def _call_and_look_up(answer: Answer, sheet: WrittenTape) -> Any:
    """Call the answer with a copy of the entries, and look up x and w in its result."""
    found = answer(list(sheet.entries), sheet.target)
    return [unboxed(found.get(source)) for source in (sheet.x, sheet.w)] if isinstance(found, dict) else found


def _play_with(
    seed: Callable[[float], float] = lambda y: 1.0,
    accumulate: Callable[[float, float], float] = operator.add,
    passed_on: Callable[[float], float] = lambda upstream: upstream,
) -> Formula:
    """Return the formula of a backward pass in floats: how it starts, adds up gradients, and passes them to pullbacks."""

    def play(sheet: WrittenTape) -> list[Any]:
        gradients = {sheet.target: seed(sheet.target.value)}
        for output, inputs, pullback in reversed(sheet.entries):
            if output in gradients:
                for number, part in zip(inputs, pullback(passed_on(gradients[output]), *inputs), strict=True):
                    gradients[number] = accumulate(gradients[number], part) if number in gradients else part
        return [gradients.get(source) for source in (sheet.x, sheet.w)]

    return play


def _key_error_flags(evidence: Evidence) -> list[bool]:
    return [outcome.fault is not None and outcome.fault.kind == "KeyError" for outcome in evidence.outcomes]


_PLAYED_FORWARD_SENTENCE = _(
    "the backward pass starts at the end: an entry can only pass back what it received from later ones. Go through "
    "reversed(entries)."
)

PLAY_BACK = Exercise(
    name="play_back",
    use=_call_and_look_up,
    columns=("dy/dx", "dy/dw"),
    questions=_questions,
    misconceptions=(
        wrong_behavior(
            _PLAYED_FORWARD,
            returned(lambda returned: isinstance(returned, list) and all_none(returned)),
            _PLAYED_FORWARD_SENTENCE,
        ),
        wrong_behavior(_PLAYED_FORWARD, lambda evidence: all(_key_error_flags(evidence)), _PLAYED_FORWARD_SENTENCE),
        wrong_formula(_PLAYED_FORWARD, lambda sheet: [0.0, 0.0], _PLAYED_FORWARD_SENTENCE),
        wrong_behavior(
            "DEAD_END",
            lambda evidence: _key_error_flags(evidence) == [False, False, True],
            _(
                "the output of one entry has no gradient, because the target does not depend on it. Skip such an "
                "entry: `if output in gradients:`."
            ),
            cause=_("The loop uses an entry although the target does not depend on its output."),
            repair=_("Skip entries whose output has no gradient."),
        ),
        wrong_behavior(
            "NO_DICTIONARY",
            returned(lambda returned: not isinstance(returned, list) and returned is not None),
            _("return the dictionary itself, with a gradient for each number, not just one of them."),
            cause=_("The answer is one gradient or none, but the exercise asks for all of them."),
            repair=_("Return the dictionary, with a gradient for each number that has one."),
        ),
        wrong_formula(
            shared.ONE_PATH,
            _play_with(accumulate=lambda before, part: part),
            _("each gradient replaces the one before. Where several paths lead to a number, add the gradients."),
        ),
        wrong_formula(
            shared.ONE_PATH,
            _play_with(accumulate=lambda before, part: before),
            _("only the first gradient counts. Where several paths lead to a number, add the gradients."),
        ),
        wrong_formula(
            shared.PATHS_MULTIPLIED,
            _play_with(accumulate=operator.mul),
            _(
                "the gradients are multiplied. They multiply along a path, which the pullbacks do; where paths meet, add them."
            ),
        ),
        wrong_formula(
            shared.UPSTREAM_FORGOTTEN,
            _play_with(passed_on=lambda upstream: 1.0),
            _("each pullback got 1 as its upstream gradient. Pass it the gradient of its output."),
        ),
        wrong_formula(
            "STARTS_WITH_VALUE",
            _play_with(seed=lambda y: y),
            _("the backward pass starts with dy/dy = 1, not with the value of the target."),
            cause=_("The backward pass started with the target's value instead of 1."),
            repair=_("Start with 1, because dy/dy = 1."),
        ),
    ),
    hints=(
        _("Look at one entry: which gradient does its pullback need, and where is it stored?"),
        _("Write `for output, inputs, pullback in reversed(entries):`, and inside it `if output in gradients:`."),
        _(
            "for number, part in zip(inputs, pullback(gradients[output], *inputs)): "
            "gradients[number] = gradients[number] + part if number in gradients else part"
        ),
    ),
    right=_("that is reverse-mode automatic differentiation: one backward pass, however many sources there are."),
)
"""Asks for the backward pass through a list of entries: tried on tapes written by hand, with gradients in closed form."""

EXERCISES = (PLAY_BACK, DIVIDE_BACK, MY_SLOPE, MY_SECOND)
