"""Judging an answer by what it does: right, not attempted, or wrong for a reason that was seen or measured.

A reason is a misconception of the exercise, or what can be said of any wrong answer. Where the cause is not known, none
is named.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from widgets.answers.answer_numbers import Row, close, format_number
from widgets.answers.plain_values import HANDED_OVER
from widgets.common.catalogue import _
from widgets.exercises import general_misconceptions as general
from widgets.exercises import shared_misconceptions as shared
from widgets.exercises.answer_diagnosis import diagnosed, why_nothing_came_back
from widgets.exercises.exercise import (
    RIGHT,
    WAITING,
    WRONG,
    Evidence,
    Exercise,
    Fault,
    Kind,
    Misconception,
    Outcome,
    Rng,
    generator,
)
from widgets.exercises.observer import Observer

Reason: TypeAlias = tuple[Kind, str]
"""Why an answer is wrong: the record of the mistake, and the sentence for the learner."""

_Measure: TypeAlias = Callable[[Row, Row], Reason | None]


@dataclass(frozen=True)
class Judgement:
    """What is to be said of an answer.

    Attributes:
        status: RIGHT, WAITING (not attempted) or WRONG.
        code: the code of why it is wrong, "" otherwise.
        sentence: what the learner is told about it, "" if it is not attempted.
        evidence: what the answer did, or None if it was not run.
    """

    status: str
    code: str = ""
    sentence: str = ""
    evidence: Evidence | None = None


def judge(exercise: Exercise, answer: Any) -> Judgement:
    """Judge an answer to an exercise.

    Args:
        exercise: what was asked.
        answer: whatever the learner gave. Its code may raise anything: that is part of what it does. Only Ctrl-C passes.

    Returns:
        Its status, and for a wrong answer the reason.
    """
    from widgets.answers.replies import reply  # here: a judge that asks another process does without TensorFlow

    return judge_by_asking(exercise, lambda request: reply(request, answer), generator(exercise.name))


def judge_by_asking(exercise: Exercise, ask: Callable[[str], str], rng: Rng) -> Judgement:
    """Judge an answer that runs elsewhere.

    Args:
        exercise: what was asked.
        ask: sends a request to where the answer runs, and returns the reply, as `widgets.answers.replies` has them. Of
            a reply nothing is believed but that the answer did this.
        rng: what questions are drawn with.

    Returns:
        Its status, and for a wrong answer the reason.
    """
    observer = Observer(exercise, ask)
    if observer.is_missing:
        return Judgement(WAITING)
    if reason := _not_runnable(exercise, observer):
        return _wrong(reason)
    evidence = observer.evidence(exercise.questions(rng))
    if any(map(_is_stub, evidence.outcomes)):
        return Judgement(WAITING)
    if not _is_right(evidence):
        return _wrong(_why_wrong(exercise, evidence), evidence)
    if exercise.confirmed_by:
        draw, kind = exercise.confirmed_by
        if not _is_right(observer.evidence((draw(rng),))):
            return _wrong((kind, kind.cause), evidence)
    return Judgement(RIGHT, sentence=exercise.right, evidence=evidence)


def _is_right(evidence: Evidence) -> bool:
    return evidence.numbers is not None and bool(close(evidence.numbers, evidence.due).all())


def _wrong(reason: Reason, evidence: Evidence | None = None) -> Judgement:
    kind, sentence = reason
    return Judgement(WRONG, kind.code, sentence, evidence)


def _is_stub(outcome: Outcome) -> bool:
    """Whether the answer is still the stub: it returned `...`, or raised nbgrader's own stub, which has no message."""
    parts = outcome.returned if isinstance(outcome.returned, list | tuple) else [outcome.returned]
    raised = outcome.fault is not None and (outcome.fault.kind, outcome.fault.message) == ("NotImplementedError", "")
    return raised or any(part is ... for part in parts)


def _not_runnable(exercise: Exercise, answer: Observer) -> Reason | None:
    """Return the reason why an answer cannot even be run, or None if it can."""
    if exercise.takes == "function" and not answer.is_function:
        sentence = _(
            "this exercise asks for a function, and got something else ({kind}). "
            "Pass the function itself, by its name and without parentheses."
        )
        return general.NOT_A_FUNCTION, sentence.format(kind=answer.kind or "object")
    if exercise.takes == "lines" and answer.is_function:
        return shared.NOT_LINES, _("this exercise asks for lines in order, and got a function.")
    if exercise.takes != "function" and answer.is_function:
        return general.NOT_A_NUMBER, _("this exercise asks for a number, and got a function.")
    return None


def _why_wrong(exercise: Exercise, evidence: Evidence) -> Reason:
    """Return the reason why an answer that was run is wrong."""
    for misconception in exercise.misconceptions:
        if _fits(misconception, evidence):
            return misconception.kind, misconception.sentence
    if evidence.numbers is not None:
        return _measured(exercise, evidence.numbers, evidence)
    return diagnosed(evidence) or _without_numbers(evidence)


def _fits(misconception: Misconception, evidence: Evidence) -> bool:
    try:
        return misconception.test(evidence)
    except Exception:  # what came back is of a shape that no answer should have, and a test may stumble over it
        return False


_NOT_NUMERIC = {
    "not a number": (general.NOT_A_NUMBER, _("what came back is a {about}, not a number.")),
    "list": (
        general.A_LIST,
        _(
            "a list of {about} came back where one number was asked for. `tape.gradient(y, [x])` returns a list, "
            "`tape.gradient(y, x)` returns the gradient."
        ),
    ),
    "shape": (general.SHAPE, _("an array of shape {about} came back where one number, of shape (), was asked for.")),
    "length": (general.HOW_MANY, _("{about} came back where {count} numbers were asked for.")),
}


def _without_numbers(evidence: Evidence) -> Reason:
    """Explain the first outcome that is not a row of numbers."""
    outcome = next(o for o in evidence.outcomes if o.numbers is None)
    if outcome.fault:
        return general.ERROR, _fault(outcome.fault)
    problem = outcome.unreadable
    if problem is None or problem.kind == "none":
        return why_nothing_came_back(evidence)
    kind, sentence = _NOT_NUMERIC[problem.kind]
    return kind, sentence.format(about=problem.about, count=len(outcome.question.due))


_CALLED_WRONGLY = re.compile(r"^([\w.<>]+)\(\) (?:missing|takes|got an unexpected|got multiple) ")
"""How Python begins a message about arguments: with the function's own name."""


def _fault(fault: Fault) -> str:
    called = _CALLED_WRONGLY.match(fault.message)
    message = (
        _("the function that this exercise passes in takes other arguments.")
        if called and HANDED_OVER in called[1]
        else fault.message
    )
    error = f"{fault.kind}: {message}" if message else fault.kind
    if not fault.line:
        return _("your code stopped with {error}").format(error=error)
    return _("your code stopped in line {line}, `{code}`, with {error}").format(
        line=fault.line, code=fault.code, error=error
    )


def _measured(exercise: Exercise, numbers: Row, evidence: Evidence) -> Reason:
    """Compare the numbers of the first column that is not right with those due."""
    column = int(np.argmin(close(numbers, evidence.due).all(axis=0)))
    name, own, due = exercise.columns[column], numbers[:, column], evidence.due[:, column]
    measures: tuple[_Measure, ...] = (_not_finite, _same_for_all, _negative, _multiple, _offset, _nearly)
    for measure in measures:
        if reason := measure(own, due):
            kind, sentence = reason
            return kind, f"{name.removesuffix(' =')}: {sentence}"
    return _different(name, [outcome.question.label for outcome in evidence.outcomes], own, due)


def _not_finite(numbers: Row, due: Row) -> Reason | None:
    bad = numbers[~np.isfinite(numbers)]
    if bad.size:
        return general.NOT_FINITE, _("{number} is not a finite number.").format(number=format_number(bad[0]))
    return None


def _same_for_all(numbers: Row, due: Row) -> Reason | None:
    """It tells something that all numbers are the same only where different ones are due. Tiny ones may differ, too."""
    if _is_one_number(due) or not _is_one_number(numbers):
        return None
    if close(numbers, due).any():
        return general.SAME_FOR_ALL, _(
            "{number} is right for one of the questions, but it came back for all of them."
        ).format(number=format_number(numbers[0]))
    return general.SAME_FOR_ALL, _("{number} came back for every question, though their right answers differ.").format(
        number=format_number(numbers[0])
    )


def _is_one_number(numbers: Row) -> bool:
    """Return whether all numbers are the same to one part in a million of themselves."""
    return bool(np.ptp(numbers) <= 1e-6 * np.abs(numbers).max())


def _negative(numbers: Row, due: Row) -> Reason | None:
    if close(-numbers, due).all():
        return general.SIGN, _("the size is right, but the sign is wrong.")
    return None


def _multiple(numbers: Row, due: Row) -> Reason | None:
    """A factor is named only where several questions agree on it."""
    if len(numbers) > 1 and due.all() and close(numbers / due, numbers[0] / due[0]).all():
        ratio = format_number(numbers[0] / due[0])
        return general.FACTOR, _("every number is {ratio} times what it should be.").format(ratio=ratio)
    return None


def _offset(numbers: Row, due: Row) -> Reason | None:
    if len(numbers) > 1 and close(numbers - due, numbers[0] - due[0]).all():
        return general.OFFSET, _("every number is off by {gap}.").format(gap=format_number(numbers[0] - due[0]))
    return None


def _nearly(numbers: Row, due: Row) -> Reason | None:
    if np.isclose(numbers, due, rtol=0.02, atol=0.02).all():
        gap = format_number(np.abs(numbers - due).max())
        return general.NEARLY, _("close, but up to {gap} away, which is more than rounding explains.").format(gap=gap)
    return None


def _different(name: str, labels: list[str], numbers: Row, due: Row) -> Reason:
    first = int(np.argmin(close(numbers, due)))
    sentence = _("at {label} your {name} is {number}; an independent calculation gives {due}.")
    return general.DIFFERENT, sentence.format(
        label=labels[first], name=name, number=format_number(numbers[first]), due=format_number(due[first])
    )
