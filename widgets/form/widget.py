"""The form as a view. It keeps each answer as it is given, and says so; it does not know what is right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import traitlets

from widgets.common.catalogue import words
from widgets.common.widget import SLIDING, View, to_json
from widgets.form.model import UNKNOWN, Part
from widgets.form.questions import parts_of, posed_questions
from widgets.form.standing import BadAnswer, answers_of, keep, valid_answer
from widgets.form.text import form_text, several_text, title_of

WORDS = words(
    lambda _: (
        _("All answers are kept. When you have finished, run the last cell and save the notebook."),
        _("I do not know"),
        _("Not all answers are kept yet."),
        _("Not kept yet. If this stays, run the cell of the form again."),
        _("Question {number}"),
        _("This is a saved page. Open the notebook to answer."),
        _("Your answer"),
        _("{answered} of {count} answered"),
    )
)
"""What the view says, keyed by its English."""


class FormView(View):
    """The form: what `take("pre")` shows.

    Args:
        form: PRE or POST.
        changed: called when an answer is kept.

    Attributes:
        facts: the questions (JSON text).
        answers: what the view has, by the name of what was asked.
        kept: what Python has kept of it.
        problems: why an answer is not kept, in a sentence, by the name of what was asked.
    """

    _bundle = "form"

    facts = traitlets.Unicode("{}").tag(sync=True)
    answers = traitlets.Dict().tag(**SLIDING)
    kept = traitlets.Dict().tag(sync=True)
    problems = traitlets.Dict().tag(sync=True)

    def __init__(self, form: str, changed: Callable[[], None] = lambda: None) -> None:
        self.form, self._parts, self._changed = form, parts_of(form), changed
        kept = answers_of(form)
        super().__init__(facts=form_facts(form), answers=kept, kept=kept)

    @traitlets.observe("answers")
    def _keep(self, change: dict[str, Any]) -> None:
        """Keep what is new and valid; what is not is a problem, and stays in its field."""
        new = {name: value for name, value in change["new"].items() if value != self.kept.get(name)}
        valid, problems = {}, {}
        for name in new.keys() & self._parts.keys():
            try:
                valid[name] = valid_answer(self._parts[name], new[name])
            except BadAnswer as problem:
                problems[name] = str(problem)
        self.problems = problems
        if any(answer != self.kept.get(name) for name, answer in valid.items()):
            keep(self.form, valid)
            self.kept = {**self.kept, **valid}
            self._changed()

    def _wait_for_predictions(self) -> None:
        """Never lock the form."""

    @property
    def title(self) -> str:  # type: ignore[override]  # a property where the base class has an attribute
        """What is asked."""
        return title_of(self.form)

    @property
    def text(self) -> str:  # type: ignore[override]
        """The text twin: the questions, and how to answer without the view."""
        return form_text(self.form)

    def _twins(self) -> dict[str, str]:
        """Return the text, which says all."""
        return {"text/plain": self.text}


def form_facts(form: str) -> str:
    """Return the questions as the view reads them: all but what is right."""
    questions = [
        {
            "number": number,
            "text": posed.text,
            "program": posed.program,
            "parts": [_part_facts(name, part) for name, part in parts.items()],
        }
        for number, posed, parts in posed_questions(form)
    ]
    return to_json({"form": form, "title": title_of(form), "unknown": UNKNOWN, "questions": questions, "words": WORDS})


def _part_facts(name: str, part: Part) -> dict[str, Any]:
    choices = [[letter, choice.text] for letter, choice in zip(part.letters, part.choices, strict=True)]
    label = part.label or several_text(part)
    return {"name": name, "kind": part.kind, "label": label, "unit": part.unit, "choices": choices}
