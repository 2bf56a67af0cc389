"""What an exercise is: questions drawn from a seed, an independent witness for each, hints and misconceptions.

A lesson's exercises are modules in one folder (`lesson_01`); nothing else changes when one is added.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from widgets.exercises.answer_numbers import NotNumeric, close

RIGHT, WAITING, WRONG = "right", "not attempted", "wrong"
"""How an answer can stand."""


@dataclass(frozen=True)
class Question:
    """What an answer is given once, and the numbers due: from a closed form in float64, never from a tape."""

    label: str
    given: tuple
    due: tuple[float, ...]


@dataclass(frozen=True)
class Fault:
    """An exception that the learner's code raised; `line` and `code` are 0 and "" if it was not in that code."""

    kind: str
    message: str
    line: int = 0
    code: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came back for one question: a row of numbers, or why there is none."""

    question: Question
    returned: Any = None
    numbers: np.ndarray | None = None
    unreadable: NotNumeric | None = None
    fault: Fault | None = None


@dataclass(frozen=True)
class Evidence:
    """All outcomes of one answer: what a misconception is tested on."""

    answer: Any
    outcomes: tuple[Outcome, ...]

    @property
    def numbers(self):
        """One row of numbers for each question, or None as soon as one outcome has none."""
        rows = [outcome.numbers for outcome in self.outcomes]
        return None if any(row is None for row in rows) else np.array(rows)

    @property
    def due(self):
        """The numbers due, row by row."""
        return np.array([outcome.question.due for outcome in self.outcomes])

    def comes_from(self, formula):
        """Whether `formula`, given the same questions, accounts for every number."""
        if self.numbers is None:
            return False
        wrong = np.array([np.atleast_1d(formula(*outcome.question.given)) for outcome in self.outcomes], float)
        return bool(close(self.numbers, wrong).all())


@dataclass(frozen=True)
class Misconception:
    """A wrong idea that shows in behaviour: a stable code, the test that recognises it, and what to say about it."""

    code: str
    test: Callable[[Evidence], bool]
    sentence: str


def mistaken(code, formula, sentence):
    """Return the misconception of answers that give the numbers `formula` gives."""
    return Misconception(code, lambda evidence: evidence.comes_from(formula), sentence)


def at(x, *due):
    """Return the question what comes back at one x."""
    return Question(f"x = {x}", (x,), due)


def by_calling(answer, *given):
    """Put an answer to use by calling it with what the question gives."""
    return answer(*given)


@dataclass(frozen=True)
class Exercise:
    """An exercise: how its questions are drawn, how an answer is put to use, and what is known about wrong ones.

    `takes` is "function", "number", "widget" (whose trait is the answer: `with_widget`) or "lines" (of a `program`:
    `lines`). `columns` names the numbers that come back for each question.
    """

    name: str
    columns: tuple[str, ...]
    questions: Callable[[np.random.Generator], tuple[Question, ...]]
    hints: tuple[str, str, str]
    right: str
    misconceptions: tuple[Misconception, ...] = ()
    takes: str = "function"
    use: Callable = by_calling
    program: Any = None
