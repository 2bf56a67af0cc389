"""What is kept of a learner's work: predictions, answers and hints, as frozen facts and as JSON.

A change is a function from Kept to Kept: it can wait, and it can be made to what another notebook has kept meanwhile.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from widgets.exercises.exercise import RIGHT, WAITING, WRONG

VERSION = 1
"""Of the file's form. A larger number comes from a newer Tapedeck, whose file is left alone."""


class Damaged(ValueError):
    """The text is no progress of ours: cut short, altered, or something else altogether."""


class Newer(ValueError):
    """The text was written by a newer Tapedeck, and may hold what this one does not know."""


@dataclass(frozen=True)
class Answer:
    """How an exercise stands: RIGHT once it was, else WRONG with the last code. `tries` counts up to the first right."""

    status: str
    code: str = ""
    tries: int = 1


@dataclass(frozen=True)
class Kept:
    """Predictions (numbers, text or lists, by name), Answers and how many hints were asked for (by exercise)."""

    predictions: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, Answer] = field(default_factory=dict)
    hints: Mapping[str, int] = field(default_factory=dict)


def predicting(name, value):
    """Return the change that a prediction makes."""
    return lambda kept: replace(kept, predictions={**kept.predictions, name: value})


def hinting(name):
    """Return the change that one more question for a hint makes."""
    return lambda kept: replace(kept, hints={**kept.hints, name: kept.hints.get(name, 0) + 1})


def answering(name, status, code):
    """Return the change that a judged answer makes: none if it is a stub, or the exercise was right before."""

    def change(kept):
        before = kept.answers.get(name, Answer(WAITING, tries=0))
        if status == WAITING or before.status == RIGHT:
            return kept
        return replace(kept, answers={**kept.answers, name: Answer(status, code, before.tries + 1)})

    return change


def as_json(kept):
    """Return the text of the file. It is all ASCII, so no editor or system reads it wrongly."""
    return json.dumps({"tapedeck": VERSION, **asdict(kept)}, indent=1, sort_keys=True, allow_nan=False) + "\n"


def from_json(text):
    """Return the Kept that a file's text says. Raises Damaged or Newer."""
    try:
        facts = json.loads(text)
        version = facts["tapedeck"]
    except (KeyError, TypeError, RecursionError, ValueError) as error:
        raise Damaged(str(error)) from error
    if type(version) is not int or version < VERSION:
        raise Damaged(version)
    if version > VERSION:
        raise Newer(version)
    return _from_facts(facts)


def _from_facts(facts):
    try:
        answers = {name: Answer(**said) for name, said in facts["answers"].items()}
        kept = Kept(dict(facts["predictions"]), answers, dict(facts["hints"]))
        as_json(kept)  # nothing that could not be written again
    except (KeyError, TypeError, AttributeError, RecursionError, ValueError) as error:
        raise Damaged(str(error)) from error
    if not _is_sound(kept):
        raise Damaged("an entry of another kind")
    return kept


def _is_sound(kept):
    """Whether every entry is of the kind that we write."""
    answers = kept.answers.values()
    counts = [*kept.hints.values(), *(answer.tries for answer in answers)]
    return (
        all(type(count) is int and count > 0 for count in counts)
        and all(answer.status in (RIGHT, WRONG) and isinstance(answer.code, str) for answer in answers)
        and all(isinstance(value, int | float | str | list) for value in kept.predictions.values())
    )
