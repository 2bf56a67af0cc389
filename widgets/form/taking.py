"""`take("pre")` and `hand_in("pre")`: what the two cells of the form's notebook call."""

from __future__ import annotations

import html
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any
from uuid import uuid4

from IPython import get_ipython
from IPython.display import display, publish_display_data

from widgets.common import still
from widgets.common.catalogue import _
from widgets.form.answer_record import AnswerRecord, as_code, is_only_hand_in
from widgets.form.model import FORMS
from widgets.form.questions import parts_of
from widgets.form.standing import Answer, BadAnswer, answers_of, given, hand_in_answers, valid_answer
from widgets.form.text import answered_text, form_text, listed_answers
from widgets.form.widget import FormView


def take(form: str) -> None:
    """Show the form, with the answers that were given before.

    Each answer is kept as soon as it is given, on this machine and in the notebook below the form. Nothing says what is
    right.

    Args:
        form: "pre", the form before the course, or "post", the one after it.

    Raises:
        ValueError: for any other form.

    Example:
        >>> from widgets.form import take
        >>> take("pre")  # doctest: +SKIP
    """
    _check_form(form, "take")
    if get_ipython() is None:
        print(form_text(form))
        return
    output = uuid4().hex
    view = FormView(form, lambda: _publish_kept(form, output, update=True))
    display(view)  # type: ignore[no-untyped-call]
    _publish_kept(form, output)


def hand_in(form: str, answers: Mapping[str, Any] | None = None) -> None:
    """Write all answers into the notebook, for the teacher: under this cell and, in JupyterLab, into its code.

    Args:
        form: "pre" or "post".
        answers: answers that are written out, by the number of the question, as in `{"1": "2.5", "3": "b"}`; "?" is
            "I do not know". They count if they were changed since they were handed in last.

    Raises:
        ValueError: for any other form, or an answer that does not fit. Nothing is handed in then.

    Example:
        >>> from widgets.form import hand_in
        >>> hand_in("pre", {"1": "2.5", "3": "b"})  # doctest: +SKIP
        Handed in: 2 of 15 questions answered. Not yet: 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15.
    """
    _check_form(form, "hand_in")
    written = _valid(form, answers or {})
    handed_in = hand_in_answers(form, written)
    said = _("Handed in: {answered}").format(answered=answered_text(form, handed_in))
    _publish(
        said,
        AnswerRecord(form, handed_in, _now(), is_handed_in=True),
        _("Save the notebook, and send its file to your teacher."),
    )
    _write_into_cell(form, given(handed_in))


def _check_form(form: object, function: str) -> None:
    if form not in FORMS:
        message = _('{function}() takes "pre" or "post", as in {example}; got {form}.')
        raise ValueError(message.format(function=function, example=f'{function}("pre")', form=repr(form)[:60]))


def _valid(form: str, answers: Any) -> dict[str, Answer]:
    parts = parts_of(form)
    if not isinstance(answers, Mapping):
        raise ValueError(
            _("Write answers as in {example}.").format(example=f'hand_in("{form}", {{"1": "2.5", "3": "b"}})')
        )
    valid = {}
    for name, value in answers.items():
        if str(name) not in parts:
            message = _("There is no question {name}. There are: {names}.")
            raise ValueError(message.format(name=repr(name)[:60], names=", ".join(parts)))
        try:
            valid[str(name)] = valid_answer(parts[str(name)], value)
        except BadAnswer as problem:
            raise ValueError(_("Question {name}: {problem}").format(name=name, problem=problem)) from None
    return valid


def _publish_kept(form: str, output: str, update: bool = False) -> None:
    """Write the answers so far under the form; nothing before the first, so that no older answer is taken for gone."""
    answers = answers_of(form)
    record = AnswerRecord(form, answers, _now()) if answers else None
    said = _("In this notebook: {answered}").format(answered=answered_text(form, answers)) if answers else ""
    _publish(said, record, "", {"display_id": output}, update)


def _publish(
    said: str,
    record: AnswerRecord | None,
    next_step: str,
    transient: dict[str, str] | None = None,
    update: bool = False,
) -> None:
    """Show a sentence, and keep the record in its plain text."""
    listed = listed_answers(record.answers) if record else ""
    lines = list(filter(None, (said, listed, next_step)))
    if get_ipython() is None:
        print("\n".join(lines))
        return
    page = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    plain = "\n".join([*lines, *([record.as_line()] if record else [])])
    shown = {"text/html": page, "text/plain": plain}
    publish_display_data(shown, transient=transient, update=update)  # type: ignore[no-untyped-call]


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


def _write_into_cell(form: str, answers: Mapping[str, Answer]) -> None:
    """Put the answers into the code of the cell that runs, as `%load` does, if nothing else is in it."""
    shell: Any = get_ipython()
    if shell is None or not still.is_wanted():
        return
    request = shell.kernel.get_parent() or {}
    if is_only_hand_in(str(request.get("content", {}).get("code", ""))):
        shell.set_next_input(as_code(form, answers), replace=True)
