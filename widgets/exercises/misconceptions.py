"""How a misconception is declared, and how it is recognized: by wrong numbers, by what came instead, by a recording.

A misconception is declared where an exercise meets it, once, with all that is known of it:

    wrong_formula(
        "SINE_ALONE",
        lambda x: (np.sin(x), np.cos(x)),
        _("this is sin(x). The exercise asks for x times sin(x)."),
        cause=_("A factor in front of the sine was left out."),
        repair=_("Multiply the sine by x."),
    )

Its lesson is that of the exercise; `widgets.exercises.registry` makes the table of all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from widgets.answers.answer_numbers import NotNumeric, close, parse_numbers
from widgets.diagnosis import causes
from widgets.exercises.exercise import (
    EvidenceTest,
    Formula,
    Kind,
    Misconception,
    MisconceptionKind,
    Numbers,
    Outcome,
)


def wrong_behavior(
    kind: str | Kind, test: EvidenceTest, sentence: str, *, cause: str = "", repair: str = ""
) -> Misconception:
    """Declare the misconception that `test` recognizes.

    Args:
        kind: the code of a mistake that is declared here, with its cause and repair, or that `explain` knows already
            (`widgets.diagnosis.causes`), without them; or a record that is declared elsewhere.
        test: recognizes it in the evidence.
        sentence: what the check says of it.
        cause: what went wrong.
        repair: what to do about it.

    Returns:
        The misconception, for `Exercise.misconceptions`.

    Raises:
        KeyError: if it has no cause, and its code is not one of `explain`'s.
    """
    if isinstance(kind, str):
        kind = MisconceptionKind(kind, cause, repair) if cause else causes.CAUSE_OF[kind]
    return Misconception(kind, test, sentence)


def wrong_formula(
    kind: str | Kind, formula: Formula, sentence: str, *, cause: str = "", repair: str = ""
) -> Misconception:
    """Declare the misconception of answers whose numbers are those of a wrong formula.

    Args:
        kind: as for `wrong_behavior`.
        formula: takes what a question gives, and returns the numbers that such an answer has.
        sentence: what the check says of it.
        cause: what went wrong.
        repair: what to do about it.

    Returns:
        The misconception, for `Exercise.misconceptions`.
    """
    return wrong_behavior(kind, lambda evidence: evidence.matches(formula), sentence, cause=cause, repair=repair)


def raised_with(words: str, code: str = "") -> EvidenceTest:
    """Return a test: did every question raise an exception with `words` in its message, in a line with `code` in it?"""
    return lambda evidence: all(
        outcome.fault is not None and words in outcome.fault.message and code in outcome.fault.code
        for outcome in evidence.outcomes
    )


def failed_after_one_step(*words: str) -> EvidenceTest:
    """Return a test: did the first question, which asks for one step, give numbers, and the others raise with such words?"""
    return lambda evidence: (
        evidence.outcomes[0].numbers is not None
        and all(
            outcome.fault is not None and any(word in outcome.fault.message for word in words)
            for outcome in evidence.outcomes[1:]
        )
    )


def raised(*kinds: str) -> EvidenceTest:
    """Return a test: did every question raise an exception of one of these types, given by their names?"""
    return lambda evidence: all(
        outcome.fault is not None and outcome.fault.kind in kinds for outcome in evidence.outcomes
    )


def returned(predicate: Callable[[Any], bool]) -> EvidenceTest:
    """Return a test: did every question return something for which `predicate` holds?"""
    return lambda evidence: all(outcome.fault is None and predicate(outcome.returned) for outcome in evidence.outcomes)


def gave_numbers(test: Callable[[Numbers, Numbers], Any]) -> EvidenceTest:
    """Return a test: did every question return numbers, and does `test(numbers, due)` hold for all rows of them?"""
    return lambda evidence: evidence.numbers is not None and bool(test(evidence.numbers, evidence.due))


def returned_column_sums(shape: tuple[int, int]) -> EvidenceTest:
    """Return a test: did every question return the sums of the columns of the matrix that was due, of this shape?"""
    return lambda evidence: all(_is_column_sums(outcome, shape) for outcome in evidence.outcomes)


def _is_column_sums(outcome: Outcome, shape: tuple[int, int]) -> bool:
    try:
        numbers = parse_numbers(outcome.returned, shape[1])
    except NotNumeric:
        return False
    return bool(close(numbers, np.reshape(outcome.question.due, shape).sum(axis=0)).all())


def diagnosed_as(*codes: str) -> EvidenceTest:
    """Return a test: did a question give no numbers, and does `explain` find one of these causes in its recording?"""
    return lambda evidence: evidence.numbers is None and evidence.explained.code in codes
