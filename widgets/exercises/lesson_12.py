"""Lesson 12, build a tape: the backward pass of a tape of one's own, tried on tapes that were written by hand."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from widgets.answers.answer_numbers import all_none
from widgets.answers.own_tape_uses import written_tape
from widgets.common.catalogue import _
from widgets.exercises import shared_misconceptions as shared
from widgets.exercises.exercise import (
    Evidence,
    Exercise,
    Formula,
    MisconceptionKind,
    Question,
    Questions,
    Rng,
    spread,
)
from widgets.exercises.lesson_12_own_tape import DIVIDE_BACK, MY_SECOND, MY_SLOPE
from widgets.exercises.misconceptions import returned, wrong_behavior, wrong_formula


@dataclass(frozen=True)
class TapeCase:
    """A tape written by hand, recorded at x and w.

    Attributes:
        kind: which one, as in `widgets.answers.own_tape_uses`.
        x: a source.
        w: another source.
    """

    kind: str
    x: float
    w: float

    @property
    def due(self) -> tuple[float, float]:
        """The gradients of its target with respect to x and w, in closed form."""
        total, cosine = self.x + self.w, math.cos(self.x * self.w)
        return {
            "chain": (self.w * cosine, self.x * cosine),
            "fork": (2 * self.x + self.w, self.x),
            "dead end": (3 * total + self.x, 2 * total + self.x),
        }[self.kind]


_PLAYED_FORWARD = MisconceptionKind(
    "PLAYED_FORWARD",
    cause=_("The loop goes through the entries from the beginning, where no gradient has arrived yet."),
    repair=_("Start at the end: for output, inputs, pullback in reversed(entries)."),
)


def _questions(rng: Rng) -> Questions:
    places = zip(spread(rng, 0.4, 2.2), spread(rng, 1.2, 2.6), strict=True)
    written = {"chain": "sin(x·w)", "fork": "x·x + x·w", "dead end": _("s·s + s·x, s = x + w, and unused results")}
    cases = [TapeCase(kind, x, w) for kind, (x, w) in zip(written, places, strict=True)]
    label = _("{written} at x = {x}, w = {w}")
    return tuple(
        Question(label.format(written=written[case.kind], x=case.x, w=case.w), (case.kind, case.x, case.w), case.due)
        for case in cases
    )


def _play_with(
    seed: Callable[[float], float] = lambda y: 1.0,
    accumulate: Callable[[float, float], float] = operator.add,
    passed_on: Callable[[float], float] = lambda upstream: upstream,
) -> Formula:
    """Return the formula of a backward pass in floats: how it starts, adds up gradients, and passes them to pullbacks."""

    def play(kind: str, x: float, w: float) -> list[Any]:
        sheet = written_tape(kind, x, w)
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
    use="a tape played back",
    columns=("dy/dx", "dy/dw"),
    questions=_questions,
    misconceptions=(
        wrong_behavior(
            _PLAYED_FORWARD,
            returned(lambda returned: isinstance(returned, list) and all_none(returned)),
            _PLAYED_FORWARD_SENTENCE,
        ),
        wrong_behavior(_PLAYED_FORWARD, lambda evidence: all(_key_error_flags(evidence)), _PLAYED_FORWARD_SENTENCE),
        wrong_formula(_PLAYED_FORWARD, lambda kind, x, w: [0.0, 0.0], _PLAYED_FORWARD_SENTENCE),
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
