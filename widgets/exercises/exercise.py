"""What an exercise is: questions drawn from a seed, the right numbers from an independent formula, hints, misconceptions.

Everyone gets the same questions, unless TAPEDECK_SEED says otherwise.
"""

from __future__ import annotations

import functools
import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from widgets.answers.answer_numbers import NotNumeric, close

if TYPE_CHECKING:
    from widgets.diagnosis.cause import Cause

PUBLIC_SEED = "tapedeck"

RIGHT, WAITING, WRONG = "right", "not attempted", "wrong"
"""The statuses of an answer."""

Numbers: TypeAlias = npt.NDArray[np.float64]
"""Numbers of answers, read as float64: one row for each question, one column for each number."""

Rng: TypeAlias = np.random.Generator
"""What questions are drawn with."""

Answer: TypeAlias = Any
"""Whatever a learner gives to `check`: a function, a number, a widget, a list."""

Formula: TypeAlias = Callable[..., Any]
"""Takes what a question gives, and returns the numbers of its columns."""


@dataclass(frozen=True)
class Question:
    """One question of an exercise.

    Attributes:
        label: the question as the learner reads it: "x = 1.3".
        given: what the answer is called with, position by position: numbers, lists, arrays, and what has a
            `described`, which is handed over in its place: what formulas know of a function is not for the answer.
        due: the right numbers, from a closed form in float64, never from a tape.
    """

    label: str
    given: tuple[Any, ...]
    due: tuple[float, ...]


Questions: TypeAlias = tuple[Question, ...]


@dataclass(frozen=True)
class Fault:
    """An exception that the learner's code raised.

    Attributes:
        kind: the name of the exception's class.
        message: the first line of its message.
        line: the number of the learner's line that led to it; 0 if it was not in the learner's code.
        code: that line; "" if it was not in the learner's code.
    """

    kind: str
    message: str
    line: int = 0
    code: str = ""


@dataclass(frozen=True)
class Explained:
    """What `explain` finds in an answer that gave no numbers, as the process says in which it ran.

    Attributes:
        code: the code of the cause; "" if it knows none.
        symptom: the symptom that it explains, as in `widgets.diagnosis.model`.
        sentence: what a learner is told of it.
        seen: what can be seen of a None without a cause, as in `widgets.answers.answer_recording`.
    """

    code: str = ""
    symptom: str = ""
    sentence: str = ""
    seen: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came back for one question.

    Attributes:
        question: the Question.
        returned: what the answer returned, as `plain_values.read_returned` reads it.
        numbers: the numbers in it, or that follow from it, shape (columns,); None if it could not be read.
        unreadable: why it could not be read.
        fault: the exception, if the answer raised one.
    """

    question: Question
    returned: Any = None
    numbers: Numbers | None = None
    unreadable: NotNumeric | None = None
    fault: Fault | None = None


@dataclass(frozen=True)
class Evidence:
    """All outcomes of one answer: what misconceptions are tested on.

    Attributes:
        outcomes: one Outcome for each question.
        explain: runs the answer once more at a question, under the recorder.
    """

    outcomes: tuple[Outcome, ...]
    explain: Callable[[Question], Explained]

    @property
    def numbers(self) -> Numbers | None:
        """The numbers that came back, shape (questions, columns); None as soon as one outcome has none."""
        rows = [outcome.numbers for outcome in self.outcomes if outcome.numbers is not None]
        return np.array(rows) if len(rows) == len(self.outcomes) else None

    @functools.cached_property
    def explained(self) -> Explained:
        """What `explain` finds at the first question that gave no numbers."""
        return self.explain(next(outcome.question for outcome in self.outcomes if outcome.numbers is None))

    @property
    def due(self) -> Numbers:
        """The right numbers, shape (questions, columns)."""
        return np.array([outcome.question.due for outcome in self.outcomes])

    def matches(self, formula: Formula) -> bool:
        """Return whether `formula`, called with what each question gives, accounts for every number."""
        if self.numbers is None:
            return False
        wrong = np.array([np.atleast_1d(formula(*outcome.question.given)) for outcome in self.outcomes], float)
        return bool(close(self.numbers, wrong).all())


@dataclass(frozen=True)
class MisconceptionKind:
    """What a mistake is, in whatever exercise it shows.

    Attributes:
        code: its stable name, which grades and progress files keep.
        cause: what went wrong, one sentence.
        repair: what to do about it, one sentence.
        exercise: the name of the exercise whose lesson treats it; "" for the first in the course that recognizes it.
    """

    code: str
    cause: str
    repair: str
    exercise: str = ""


Kind: TypeAlias = "MisconceptionKind | Cause"
"""What a mistake is: known to exercises alone, or to `explain` too."""

EvidenceTest: TypeAlias = Callable[[Evidence], bool]
"""What a misconception is recognized by."""


@dataclass(frozen=True)
class Misconception:
    """How a mistake shows in one exercise.

    Attributes:
        kind: what it is.
        test: recognizes it.
        sentence: what the check says of it, without its first capital letter.
    """

    kind: Kind
    test: EvidenceTest
    sentence: str

    @property
    def code(self) -> str:
        """The stable code of its kind."""
        return self.kind.code


def at(x: float, *due: float) -> Question:
    """Return the question which numbers are due at one x."""
    return Question(f"x = {x}", (x,), due)


@dataclass(frozen=True)
class Exercise:
    """An exercise.

    Attributes:
        name: its name in `check(name, answer)`.
        columns: names of the numbers that come back for each question.
        questions: draws the questions from a NumPy generator.
        hints: a nudge, more, and a worked line.
        right: what the check says of a right answer.
        misconceptions: in the order in which they are tested; the first that fits is told.
        takes: what the answer is: a function, a number, a widget (whose trait is the answer), or the lines of a
            `program` in order.
        use: how an answer is put to use: a name in `widgets.answers.uses`.
        follows: takes the one number that came back and what the question gives, and returns the number that is
            compared; without it, the number itself is.
        program: the program whose lines are put in order.
        confirmed_by: draws one more question, which is asked of an answer that got all others right, and not shown;
            with the misconception that an answer has which gets that one wrong.
    """

    name: str
    columns: tuple[str, ...]
    questions: Callable[[Rng], Questions]
    hints: tuple[str, str, str]
    right: str
    misconceptions: tuple[Misconception, ...] = ()
    takes: Literal["function", "number", "widget", "lines"] = "function"
    use: str = "call"
    follows: Callable[..., float] | None = None
    program: Any = None
    confirmed_by: tuple[Callable[[Rng], Question], Kind] | None = None


def generator(name: str, seed: str = "") -> Rng:
    """Return a NumPy generator for one exercise, so that the order of checks does not matter. Any text is a seed."""
    seed = seed or os.environ.get("TAPEDECK_SEED") or PUBLIC_SEED
    digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))


def shuffled(name: str, lines: Sequence[str]) -> list[str]:
    """Return lines in an order that depends on a name alone, whatever the seed: learners know them by their numbers."""
    return [lines[place] for place in generator(name, PUBLIC_SEED).permutation(len(lines))]


def spread(rng: Rng, low: float, high: float, count: int = 3) -> list[float]:
    """Return random numbers that never coincide: one from each of `count` equal parts of the range.

    Args:
        rng: the exercise's generator.
        low: the start of the range.
        high: its end.
        count: how many numbers.

    Returns:
        The numbers in ascending order, each with two decimals.
    """
    edges = np.linspace(low, high, count + 1)
    return [round(float(rng.uniform(a + 0.02, b - 0.02)), 2) for a, b in zip(edges[:-1], edges[1:], strict=True)]
