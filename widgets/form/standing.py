"""The answers to a form so far. They are kept, part by part, in the file of the learner's progress."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from widgets.common.catalogue import _
from widgets.exercises import progress_store
from widgets.exercises.progress_schema import Change, Progress
from widgets.form.model import UNKNOWN, Part
from widgets.form.questions import parts_of
from widgets.form.typed_numbers import read_number

Answer: TypeAlias = "str | list[str]"
"""A number as it was typed, the letter of a choice, the letters of several, UNKNOWN; "" or [] if it was taken back."""


class BadAnswer(ValueError):
    """A value answers nothing that is asked; the message says what would."""


def answers_of(form: str) -> dict[str, Answer]:
    """Return the answers that are kept, by the name of what was asked, in the order of the form."""
    return _known(form, progress_store.load().forms.get(form, {}).get("answers", {}))


def keep(form: str, answers: Mapping[str, Answer]) -> None:
    """Keep answers that are valid, beside those that are kept already."""
    progress_store.update(_change(form, lambda kept, _handed_in: {**kept, **answers}, is_handing_in=False))


def hand_in_answers(form: str, written: Mapping[str, Answer]) -> dict[str, Answer]:
    """Return all answers, and remember that these are handed in.

    Args:
        form: PRE or POST.
        written: the answers in the code of the cell. One that was changed there since it was handed in counts; of any
            other, what it has become in the form since then.

    Returns:
        The answers by the name of what was asked, in the order of the form.
    """

    def merged(kept: dict[str, Answer], handed_in: dict[str, Answer]) -> dict[str, Answer]:
        changed = {name: answer for name, answer in written.items() if answer != handed_in.get(name)}
        return {**kept, **changed}

    progress = progress_store.update(_change(form, merged, is_handing_in=True))
    return _known(form, progress.forms[form]["answers"])


def _change(form: str, merged: Any, is_handing_in: bool) -> Change:
    def change(progress: Progress) -> Progress:
        standing = progress.forms.get(form, {"answers": {}, "handed_in": {}})
        answers = merged(standing["answers"], standing["handed_in"])
        handed_in = answers if is_handing_in else standing["handed_in"]
        return replace(progress, forms={**progress.forms, form: {"answers": answers, "handed_in": handed_in}})

    return change


def _known(form: str, answers: Mapping[str, Answer]) -> dict[str, Answer]:
    return {name: answers[name] for name in parts_of(form) if name in answers}


def given(answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """Return the answers without those that were taken back."""
    return {name: answer for name, answer in answers.items() if answer}


def valid_answer(part: Part, value: Any) -> Answer:
    """Return a value as an answer to a part, or raise BadAnswer if it is none."""
    if isinstance(value, str) and value.strip() in ("", UNKNOWN):
        return value.strip()
    if part.kind == "number":
        return _number(value)
    letters = (
        [_letter(one) for one in value] if part.takes_several and isinstance(value, list | tuple) else _letter(value)
    )
    if not set(letters) <= set(part.letters) or (len(letters) != 1 and not isinstance(letters, list)):
        message = _('Choose from {letters}, or "?" if you do not know; got {value}.')
        raise BadAnswer(message.format(letters=", ".join(part.letters), value=_shown(value)))
    return sorted(set(letters)) if part.takes_several else str(letters)


def _number(value: Any) -> str:
    text = value.strip() if isinstance(value, str) else str(value)
    if isinstance(value, bool) or read_number(text) is None:
        raise BadAnswer(_("{value} is not a number. Write one like -2, 0.5 or 1/8.").format(value=_shown(value)))
    return text


def _letter(value: Any) -> str:
    return value.strip().lower() if isinstance(value, str) else "-"


def _shown(value: Any) -> str:
    return repr(value)[:60] if isinstance(value, str | int | float | list | tuple) else type(value).__name__
