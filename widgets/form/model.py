"""What a form is: questions with numbers for two forms, parts to answer, and what is right or known to be wrong."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from widgets.form.typed_numbers import read_number

PRE, POST = "pre", "post"
FORMS = (PRE, POST)
"""The form before the course, and the one after it: the same questions with other numbers."""

UNKNOWN = "?"
"""The answer "I do not know"."""

RIGHT, NOT_KNOWN, BLANK, OTHER = "right", "unknown", "blank", "other"
"""What an answer is, if it is no wrong idea that has a code."""

RELATIVE = 0.005
"""How far a number may be from the right one: learners round."""

Kind: TypeAlias = Literal["number", "choice", "several"]


@dataclass(frozen=True)
class Choice:
    """One of several answers.

    Attributes:
        text: as the learner reads it.
        code: of the wrong idea that it shows; "" if it is right.
    """

    text: str
    code: str = ""


@dataclass(frozen=True)
class Part:
    """One thing that a question asks for: a number, one of a few texts, or several of them.

    Attributes:
        label: what is asked for; "" if the question says it.
        due: the right number.
        unit: what follows the number.
        wrong: numbers that show a wrong idea, by its code.
        choices: the texts to choose from.
        takes_several: whether every right choice has to be chosen, and no other.
    """

    label: str = ""
    due: float = math.nan
    unit: str = ""
    wrong: Mapping[str, Sequence[float]] | None = None
    choices: tuple[Choice, ...] = ()
    takes_several: bool = False

    @property
    def kind(self) -> Kind:
        """How it is answered."""
        return ("several" if self.takes_several else "choice") if self.choices else "number"

    @property
    def letters(self) -> str:
        """By what each choice is known: "abcd". A notebook has letters only, so it says nothing of what is right."""
        return "abcdefgh"[: len(self.choices)]

    def verdicts(self, answer: Any) -> frozenset[str]:
        """Return what an answer is: RIGHT, NOT_KNOWN, BLANK, OTHER, or the codes of wrong ideas."""
        if answer in ("", [], None):
            return frozenset({BLANK})
        if answer == UNKNOWN:
            return frozenset({NOT_KNOWN})
        return self._of_choices(answer) if self.choices else self._of_number(answer)

    def _of_number(self, answer: Any) -> frozenset[str]:
        number = read_number(answer) if isinstance(answer, str) else None
        if number is None:
            return frozenset({OTHER})
        if _is_near(number, self.due):
            return frozenset({RIGHT})
        codes = (code for code, values in (self.wrong or {}).items() if any(_is_near(number, one) for one in values))
        return frozenset(codes) or frozenset({OTHER})

    def _of_choices(self, answer: Any) -> frozenset[str]:
        chosen = answer if isinstance(answer, list) else [answer]
        codes = dict(zip(self.letters, (choice.code for choice in self.choices), strict=True))
        if not all(isinstance(letter, str) and letter in codes for letter in chosen):
            return frozenset({OTHER})
        if wrong := frozenset(codes[letter] for letter in chosen if codes[letter]):
            return wrong
        is_whole = {letter for letter, code in codes.items() if not code} == set(chosen)
        return frozenset({RIGHT if is_whole else OTHER})


def _is_near(number: float, due: float) -> bool:
    return math.isclose(number, due, rel_tol=RELATIVE, abs_tol=1e-12)


@dataclass(frozen=True)
class Posed:
    """A question with its numbers.

    Attributes:
        text: what is asked.
        parts: what is to be answered.
        program: the code that it is about; "" if there is none.
    """

    text: str
    parts: tuple[Part, ...]
    program: str = ""


@dataclass(frozen=True)
class Question:
    """One question of both forms: one point, for which all its parts have to be right.

    Attributes:
        name: a word for tables: "chain_rule". It never changes.
        lesson: the number of the lesson that treats it; "" if none does yet.
        numbers: what `pose` takes, for the form before and for the one after.
        pose: makes the question from its numbers.
        ideas: what one believes whose answer shows a wrong idea, by its code.
    """

    name: str
    lesson: str
    numbers: tuple[Mapping[str, Any], Mapping[str, Any]]
    pose: Callable[..., Posed]
    ideas: Mapping[str, str]

    def posed(self, form: str) -> Posed:
        """Return the question as a form has it: PRE or POST."""
        return self.pose(**self.numbers[FORMS.index(form)])

    def verdicts(self, form: str, answers: Mapping[str, Any], number: int) -> frozenset[str]:
        """Judge the answers to it.

        Args:
            form: PRE or POST.
            answers: by the name of each part.
            number: of the question, from 1.

        Returns:
            RIGHT alone, or what its parts are that are not right.
        """
        parts = self.posed(form).parts
        names = part_names(number, len(parts))
        each = (part.verdicts(answers.get(name)) for part, name in zip(parts, names, strict=True))
        return frozenset().union(*each) - {RIGHT} or frozenset({RIGHT})


def part_names(number: int, count: int) -> list[str]:
    """Return what the parts of a question are called: `["8.1", "8.2"]`, or `["7"]` for the only one."""
    return [str(number)] if count == 1 else [f"{number}.{part}" for part in range(1, count + 1)]
