"""Tests of misconceptions that show in how an answer stops, or in what it returns instead of numbers.

Each function here returns a test for a Misconception: it takes the Evidence of an answer, and returns whether the
misconception accounts for every outcome.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from widgets.exercises.answer_numbers import NotNumeric, close, parse_numbers

if TYPE_CHECKING:
    from widgets.exercises.exercise import Evidence, Outcome

EvidenceTest: TypeAlias = "Callable[[Evidence], bool]"
"""What a misconception is recognized by."""


def raised_with(words: str, code: str = "") -> EvidenceTest:
    """Return a test: did every question raise an exception with `words` in its message, in a line with `code` in it?"""
    return lambda evidence: all(
        outcome.fault is not None and words in outcome.fault.message and code in outcome.fault.code
        for outcome in evidence.outcomes
    )


def raised(*kinds: str) -> EvidenceTest:
    """Return a test: did every question raise an exception of one of these types, given by their names?"""
    return lambda evidence: all(
        outcome.fault is not None and outcome.fault.kind in kinds for outcome in evidence.outcomes
    )


def returned(predicate: Callable[[Any], bool]) -> EvidenceTest:
    """Return a test: did every question return something for which `predicate` holds?"""
    return lambda evidence: all(outcome.fault is None and predicate(outcome.returned) for outcome in evidence.outcomes)


def all_none(value: object) -> bool:
    """Return whether a value is None, or a list or tuple of nothing but None."""
    return value is None or (isinstance(value, list | tuple) and all(part is None for part in value))


def returned_column_sums(shape: tuple[int, int]) -> EvidenceTest:
    """Return a test: did every question return the sums of the columns of the matrix that was due, of this shape?"""
    return lambda evidence: all(_is_column_sums(outcome, shape) for outcome in evidence.outcomes)


def _is_column_sums(outcome: Outcome, shape: tuple[int, int]) -> bool:
    try:
        numbers = parse_numbers(outcome.returned, shape[1])
    except NotNumeric:
        return False
    return bool(close(numbers, np.reshape(outcome.question.due, shape).sum(axis=0)).all())
