"""The form as plain text, and the answers so far in a sentence."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

from widgets.common.catalogue import _
from widgets.common.columns import wrapped
from widgets.form.model import PRE, UNKNOWN, Part, Posed
from widgets.form.questions import posed_questions
from widgets.form.standing import Answer, given

_WIDTH = 100


def title_of(form: str) -> str:
    """Return what a form is called."""
    return _("Before the course: 15 questions") if form == PRE else _("After the course: 15 questions")


def form_text(form: str) -> str:
    """Return all questions with their choices, and how to answer them where the form cannot be used."""
    said = _('Where you cannot answer here, write your answers into the last cell: {example}, "?" if you do not know.')
    how = said.format(example=f'hand_in("{form}", {{"1": "2.5", "3": "b"}})')
    return "\n".join(
        [title_of(form), "", *(line for question in posed_questions(form) for line in _lines(*question)), how]
    )


def _lines(number: int, posed: Posed, parts: Mapping[str, Part]) -> Iterator[str]:
    first, *more = wrapped(f"{number}. {posed.text}", _WIDTH)
    yield from (first, *(f"   {line}" for line in more))
    yield from textwrap.indent(posed.program, "       ").splitlines()
    for name, part in parts.items():
        unit = f" ({part.unit})" if part.unit else ""
        yield f"   [{name}] {part.label or several_text(part)}{unit}".rstrip()
        for letter, choice in zip(part.letters, part.choices, strict=True):
            yield f"       {letter}  {choice.text}"
    yield ""


def several_text(part: Part) -> str:
    """Return that several choices may be right, "" where only one is."""
    return _("Choose all that are right.") if part.takes_several else ""


def answered_text(form: str, answers: Mapping[str, Answer]) -> str:
    """Return how many questions are answered, and which are not."""
    questions = [(number, list(parts)) for number, _posed, parts in posed_questions(form)]
    missing = [str(number) for number, parts in questions if not all(answers.get(name) for name in parts)]
    count = _("{answered} of {count} questions answered.").format(
        answered=len(questions) - len(missing), count=len(questions)
    )
    return count if not missing else count + " " + _("Not yet: {numbers}.").format(numbers=", ".join(missing))


def listed_answers(answers: Mapping[str, Answer]) -> str:
    """Return the answers as one line."""
    return "; ".join(f"{name}: {answer_text(answer)}" for name, answer in given(answers).items())


def answer_text(answer: Answer) -> str:
    """Return one answer as it is read."""
    if answer == UNKNOWN:
        return _("I do not know")
    return ", ".join(answer) if isinstance(answer, list) else answer
