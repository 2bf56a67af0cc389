"""What is kept of a learner's work (predictions, answers, hints): frozen facts, changes to them, and their JSON.

A Change takes and returns a Progress: it can wait until it is written, and it can be applied to what another notebook
has written meanwhile.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, TypeAlias

from widgets.answers.answer_numbers import NotNumeric, format_number, parse_number
from widgets.exercises.exercise import RIGHT, WAITING, WRONG

VERSION = 1
"""Of the file's format. A larger number comes from a newer Tapedeck, whose file is left alone."""

_LONGEST_TEXT, _MOST_PARTS = 200, 500


class DamagedFile(ValueError):
    """The text is not a progress file of ours: it was cut short or changed, or it is something else altogether."""


class NewerFile(ValueError):
    """The text was written by a newer Tapedeck, and may hold what this one does not know."""


@dataclass(frozen=True)
class Answer:
    """How an exercise stands.

    Attributes:
        status: RIGHT once it was right, else WRONG.
        code: the code of the last wrong answer, "" once it was right.
        tries: how many answers were judged, up to the first right one.
    """

    status: str
    code: str = ""
    tries: int = 1


@dataclass(frozen=True)
class Progress:
    """All that is kept of a learner's work.

    Attributes:
        predictions: numbers, texts or lists of them, by name.
        answers: how each exercise stands, by name.
        hints: how many hints were asked for, by exercise.
    """

    predictions: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, Answer] = field(default_factory=dict)
    hints: Mapping[str, int] = field(default_factory=dict)


Change: TypeAlias = Callable[[Progress], Progress]


def predicted(name: str, value: Any) -> Change:
    """Return the change that a prediction makes."""
    kept = storable(value)
    return lambda progress: replace(progress, predictions={**progress.predictions, name: kept})


def hint_asked(name: str) -> Change:
    """Return the change that asking for one more hint makes."""
    return lambda progress: replace(progress, hints={**progress.hints, name: progress.hints.get(name, 0) + 1})


def answered(name: str, status: str, code: str) -> Change:
    """Return the change that a judged answer makes: none if it is a stub, or if the exercise was right before."""

    def change(progress: Progress) -> Progress:
        before = progress.answers.get(name, Answer(WAITING, tries=0))
        if status == WAITING or before.status == RIGHT:
            return progress
        return replace(progress, answers={**progress.answers, name: Answer(status, code, before.tries + 1)})

    return change


def storable(value: Any) -> Any:
    """Return a prediction as JSON can hold it: a number, a text, or a list of such."""
    if isinstance(value, list | tuple) and len(value) <= _MOST_PARTS:
        return [storable(part) for part in value]
    try:
        number = parse_number(value)
    except NotNumeric:
        return _text(value)
    return number if math.isfinite(number) else format_number(number)


def _text(value: Any) -> str:
    try:
        return str(value)[:_LONGEST_TEXT]
    except Exception:  # a learner's own object may do anything when asked for its text
        return type(value).__name__


def to_text(progress: Progress) -> str:
    """Return the text of the file. It is all ASCII, so no editor or system reads it wrongly."""
    return json.dumps({"tapedeck": VERSION, **asdict(progress)}, indent=1, sort_keys=True, allow_nan=False) + "\n"


def from_text(text: str) -> Progress:
    """Return what a file's text holds; raise DamagedFile if it is not ours, NewerFile if a newer Tapedeck wrote it."""
    try:
        facts = json.loads(text)
        version = facts["tapedeck"]
    except (KeyError, TypeError, RecursionError, ValueError) as error:
        raise DamagedFile(str(error)) from error
    if type(version) is not int or version < VERSION:
        raise DamagedFile(version)
    if version > VERSION:
        raise NewerFile(version)
    return _from_facts(facts)


def _from_facts(facts: dict[str, Any]) -> Progress:
    try:
        answers = {name: Answer(**parts) for name, parts in facts["answers"].items()}
        progress = Progress(dict(facts["predictions"]), answers, dict(facts["hints"]))
        to_text(progress)  # nothing that could not be written again
    except (KeyError, TypeError, AttributeError, RecursionError, ValueError) as error:
        raise DamagedFile(str(error)) from error
    if not _is_sound(progress):
        raise DamagedFile("an entry of another kind")
    return progress


def _is_sound(progress: Progress) -> bool:
    """Return whether every entry is of the kind that we write."""
    answers = progress.answers.values()
    counts = [*progress.hints.values(), *(answer.tries for answer in answers)]
    return (
        all(type(count) is int and count > 0 for count in counts)
        and all(answer.status in (RIGHT, WRONG) and isinstance(answer.code, str) for answer in answers)
        and all(isinstance(value, int | float | str | list) for value in progress.predictions.values())
    )
