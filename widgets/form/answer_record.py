"""Answers in a notebook's file, as text that survives every editor: in an output, and in the code of the last cell.

A record is one line of an output's plain text, MARK and JSON. Every notebook keeps plain text, and none runs it.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from widgets.form.model import FORMS
from widgets.form.standing import Answer

MARK = "tapedeck-form"

_IMPORT = "from widgets.form import hand_in"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")
_MOST = 20_000
"""Letters of a line, or of a cell, that are looked at: a record of all answers has 500."""


@dataclass(frozen=True)
class AnswerRecord:
    """Answers to a form, at one moment.

    Attributes:
        form: PRE or POST.
        answers: by the name of what was asked.
        at: when, as in "2026-11-30T10:15:00+00:00", always in UTC; "" if it is not known.
        is_handed_in: whether the learner handed them in.
    """

    form: str
    answers: Mapping[str, Answer]
    at: str = ""
    is_handed_in: bool = False

    def as_line(self) -> str:
        """Return the record as a line of text."""
        facts = {"form": self.form, "at": self.at, "handed_in": self.is_handed_in, "answers": dict(self.answers)}
        return f"{MARK} {json.dumps(facts)}"


def as_code(form: str, answers: Mapping[str, Answer]) -> str:
    """Return the code that hands in these answers: what the last cell becomes, so that running it again loses none."""
    lines = [f"    {json.dumps(name)}: {json.dumps(answer)},\n" for name, answer in answers.items()]
    written = f", {{\n{''.join(lines)}}}" if answers else ""
    return f'{_IMPORT}\n\nhand_in("{form}"{written})'


def is_only_hand_in(source: str) -> bool:
    """Return whether a cell has the call of `hand_in` and nothing else that could be lost."""
    try:
        *imports, call = _parsed(source).body
    except (SyntaxError, ValueError):  # the latter also where there is nothing
        return False
    is_call = isinstance(call, ast.Expr) and isinstance(call.value, ast.Call) and _is_hand_in(call.value)
    return is_call and "#" not in source and [ast.unparse(line) for line in imports] in ([], [_IMPORT])


def records_in_text(text: str) -> Iterator[AnswerRecord]:
    """Yield the records in the text of an output. What cannot be read is no record."""
    for line in text.splitlines():
        if line.startswith(MARK) and len(line) <= _MOST:
            try:
                facts = json.loads(line[len(MARK) :])
            except (ValueError, RecursionError):
                continue
            if isinstance(facts, dict):
                yield from _record(
                    facts.get("form"), facts.get("answers"), facts.get("at"), bool(facts.get("handed_in"))
                )


def records_in_code(source: str) -> Iterator[AnswerRecord]:
    """Yield the records in the code of a cell: of each call of `hand_in` with answers that are written out."""
    if "hand_in" not in source or len(source) > _MOST:
        return
    try:
        calls = [node for node in ast.walk(_parsed(source)) if isinstance(node, ast.Call) and _is_hand_in(node)]
        written = [[ast.literal_eval(argument) for argument in call.args] for call in calls]
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return
    for arguments in written:
        yield from _record(*arguments) if len(arguments) == 2 else ()


def _parsed(source: str) -> ast.Module:
    """Parse code of a learner, without the warnings that Python has on it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source)


def _is_hand_in(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "hand_in" and not call.keywords


def _record(form: Any, answers: Any, at: Any = "", is_handed_in: bool = False) -> Iterator[AnswerRecord]:
    if form in FORMS and isinstance(form, str) and isinstance(answers, dict):
        kept = {str(name): answer for name, answer in answers.items() if _is_answer(answer)}
        yield AnswerRecord(form, kept, at if isinstance(at, str) and _TIME.fullmatch(at) else "", is_handed_in)


def _is_answer(answer: Any) -> bool:
    return isinstance(answer, str) or (isinstance(answer, list) and all(isinstance(one, str) for one in answer))
