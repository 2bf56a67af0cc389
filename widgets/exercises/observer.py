"""Asking an answer, wherever it runs, one question at a time, and reading what it did.

In a learner's own notebook the answer runs in this process. Under a grader it runs in another one, of which nothing is
believed: a reply is plain JSON, read strictly.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from widgets.answers.answer_numbers import NotNumeric, parse_number, parse_numbers
from widgets.answers.plain_values import BadReply, Other, as_plain, read_returned
from widgets.exercises.exercise import Evidence, Exercise, Explained, Fault, Outcome, Question

_LONGEST_TEXT = 600  # characters of what the process says that ran the answer


class Observer:
    """Asks one answer.

    Attributes:
        is_missing: whether the answer is still `...`.
        is_function: whether it can be called.
        kind: the name of its type.
    """

    def __init__(self, exercise: Exercise, ask: Callable[[str], str]) -> None:
        """Ask what the answer is.

        Args:
            exercise: what the answer is to.
            ask: sends a request to where the answer runs, and returns the reply: both are JSON.
        """
        self._exercise, self._ask = exercise, ask
        kind = self._reply({"ask": "kind"})
        self.is_missing, self.is_function = kind.get("is_missing") is True, kind.get("is_function") is True
        self.kind = _text(kind, "kind")

    def evidence(self, questions: Sequence[Question]) -> Evidence:
        """Return what the answer does at each question: one Outcome for each, in their order."""
        return Evidence(tuple(map(self._outcome, questions)), self._explain)

    def _outcome(self, question: Question) -> Outcome:
        reply = self._reply(self._request("use", question))
        if isinstance(fault := reply.get("fault"), dict):
            return Outcome(question, fault=_fault(fault))
        try:
            returned = read_returned(reply.get("returned"))
        except BadReply:
            returned = Other("")
        if returned is ...:
            return Outcome(question, returned)
        try:
            return Outcome(question, returned, parse_numbers(self._follows(returned, question), len(question.due)))
        except NotNumeric as problem:
            return Outcome(question, returned, unreadable=problem)

    def _follows(self, returned: Any, question: Question) -> Any:
        """Return what is compared: what came back, or what follows from it."""
        if self._exercise.follows is None:
            return returned
        number = parse_number(returned)
        try:
            return self._exercise.follows(number, *question.given) if math.isfinite(number) else number
        except Exception as error:  # a number beyond what a formula can take
            raise NotNumeric("not a number", "float") from error

    def _explain(self, question: Question) -> Explained:
        reply = self._reply(self._request("explain", question))
        return Explained(*(_text(reply, key) for key in ("code", "symptom", "sentence", "seen")))

    def _request(self, ask: str, question: Question) -> dict[str, Any]:
        given = {"widget": (), "lines": (self._exercise.program, *question.given)}.get(
            self._exercise.takes, question.given
        )
        return {"ask": ask, "use": self._exercise.use, "given": [as_plain(_described(part)) for part in given]}

    def _reply(self, request: dict[str, Any]) -> Mapping[str, Any]:
        try:
            reply = json.loads(self._ask(json.dumps(request)))
        except (ValueError, RecursionError):
            return {}
        return reply if isinstance(reply, dict) else {}


def _described(part: Any) -> Any:
    """Return what is handed over in place of something that a question gives."""
    described = getattr(part, "described", part)
    if isinstance(described, list | tuple):
        return type(described)(_described(one) for one in described)
    return described


def _text(reply: Mapping[str, Any], key: str) -> str:
    text = reply.get(key)
    return text[:_LONGEST_TEXT] if isinstance(text, str) else ""


def _fault(fault: Mapping[str, Any]) -> Fault:
    line = fault.get("line")
    number = line if type(line) is int and 0 < line < 10**6 else 0
    return Fault(_text(fault, "kind"), _text(fault, "message"), number, _text(fault, "code"))
