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
from widgets.exercises.progress_clock import Moment, moment

VERSION = 2
"""Of the file's format. A larger number comes from a newer Tapedeck, whose file is left alone."""

MOST_CODES = 10
"""How many wrong answers of an item are told apart, from the first on."""

_LONGEST_TEXT, _MOST_PARTS = 200, 500
_OLDEST = 1


class DamagedFile(ValueError):
    """The text is not a progress file of ours: it was cut short or changed, or it is something else altogether."""


class NewerFile(ValueError):
    """The text was written by a newer Tapedeck, and may hold what this one does not know."""


FormStanding: TypeAlias = "dict[str, dict[str, Any]]"
"""Of a form, as JSON has it: {"answers": {part: text or texts}, "handed_in": the same of those that were handed in}."""


@dataclass(frozen=True)
class Answer:
    """How an item stands: an exercise, or a prediction beside what happened. What comes after "right" changes nothing.

    Attributes:
        status: RIGHT once it was right, WRONG, or WAITING: a hint was asked for, or it was predicted, and no more.
        code: the code of the last wrong answer, "" once it was right.
        tries: how many answers were judged, up to the first right one; of a prediction, how often one was made before it
            was compared.
        codes: the codes of the first wrong answers, in order, at most MOST_CODES; "" where it is not known.
        hints: how many hints were asked for before it was right.
        seconds: from the first to the last thing that was done about it, without pauses; None if not known.
        order: 1 for the item that was begun first, and so on; 0 if not known.
        day: the day on which it was begun, as in "2026-11-30"; "" if not known.
    """

    status: str = WAITING
    code: str = ""
    tries: int = 0
    codes: tuple[str, ...] = ()
    hints: int = 0
    seconds: float | None = None
    order: int = 0
    day: str = ""


@dataclass(frozen=True)
class Progress:
    """All that is kept of a learner's work.

    Attributes:
        predictions: numbers, texts or lists of them, by name.
        answers: how each exercise stands, by name.
        hints: how many hints were asked for, by exercise.
        compared: how each prediction stands, by name.
        forms: of each form before or after the course, by its name: the answers, and those that were handed in.
    """

    predictions: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, Answer] = field(default_factory=dict)
    hints: Mapping[str, int] = field(default_factory=dict)
    compared: Mapping[str, Answer] = field(default_factory=dict)
    forms: Mapping[str, FormStanding] = field(default_factory=dict)


Change: TypeAlias = Callable[[Progress], Progress]


def predicted(name: str, value: Any) -> Change:
    """Return the change that a prediction makes. Once it was compared with what happened, it counts no more."""
    kept, now = storable(value), moment(("prediction", name))

    def change(progress: Progress) -> Progress:
        before = progress.compared.get(name, Answer())
        progress = replace(progress, predictions={**progress.predictions, name: kept})
        if before.status != WAITING:
            return progress
        after = replace(_at(now, progress, before), tries=before.tries + 1)
        return replace(progress, compared={**progress.compared, name: after})

    return change


def compared(name: str, status: str, code: str = "") -> Change:
    """Return the change that it makes to see what happened beside a prediction: only the first time counts."""

    def change(progress: Progress) -> Progress:
        before = progress.compared.get(name, Answer())
        if name not in progress.predictions or before.status != WAITING:
            return progress
        after = replace(before, status=status, code=code, codes=(code,) if status == WRONG else ())
        return replace(progress, compared={**progress.compared, name: after})

    return change


def hint_asked(name: str) -> Change:
    """Return the change that asking for one more hint makes."""
    now = moment(("exercise", name))

    def change(progress: Progress) -> Progress:
        before = progress.answers.get(name, Answer())
        progress = replace(progress, hints={**progress.hints, name: progress.hints.get(name, 0) + 1})
        if before.status == RIGHT:
            return progress
        after = replace(_at(now, progress, before), hints=before.hints + 1)
        return replace(progress, answers={**progress.answers, name: after})

    return change


def answered(name: str, status: str, code: str) -> Change:
    """Return the change that a judged answer makes: none if it is a stub, or if the exercise was right before."""
    now = moment(("exercise", name)) if status != WAITING else None

    def change(progress: Progress) -> Progress:
        before = progress.answers.get(name, Answer())
        if now is None or before.status == RIGHT:
            return progress
        codes = (*before.codes, code) if status == WRONG else before.codes
        after = replace(_at(now, progress, before), status=status, code=code, tries=before.tries + 1)
        after = replace(after, codes=codes[:MOST_CODES])
        return replace(progress, answers={**progress.answers, name: after})

    return change


def _at(now: Moment, progress: Progress, before: Answer) -> Answer:
    """Return an item with when it was begun, if that is now, and with the time that it took until now."""
    seconds = before.seconds if now.seconds is None else round((before.seconds or 0) + now.seconds, 1)
    if before.day or before.tries or before.hints:  # the last two: an older version did not keep the day
        return replace(before, seconds=seconds)
    items = (*progress.answers.values(), *progress.compared.values())
    return replace(before, seconds=seconds, order=1 + max((item.order for item in items), default=0), day=now.day)


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
    if type(version) is not int or version < _OLDEST:
        raise DamagedFile(version)
    if version > VERSION:
        raise NewerFile(version)
    return _from_facts(facts if version == VERSION else _of_version_1(facts))


def _of_version_1(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the facts of an old file as new ones. Of wrong answers it kept only the last one's code."""
    try:
        answers = {name: _known_of(dict(parts)) for name, parts in facts["answers"].items()}
        for name, count in dict(facts["hints"]).items():
            answers[name] = answers.get(name, {}) | {"hints": count}
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise DamagedFile(str(error)) from error
    return facts | {"answers": answers, "compared": {}, "forms": {}}


def _known_of(answer: dict[str, Any]) -> dict[str, Any]:
    wrong = answer["tries"] - (answer["status"] == RIGHT)
    unknown = [""] * min(wrong - bool(answer["code"]), MOST_CODES)
    return answer | {"codes": [*unknown, *filter(None, [answer["code"]])][:MOST_CODES]}


def _from_facts(facts: dict[str, Any]) -> Progress:
    try:
        progress = Progress(
            dict(facts["predictions"]),
            {name: _answer(parts) for name, parts in facts["answers"].items()},
            dict(facts["hints"]),
            {name: _answer(parts) for name, parts in facts["compared"].items()},
            dict(facts["forms"]),
        )
        to_text(progress)  # nothing that could not be written again
        is_sound = _is_sound(progress)
    except (KeyError, TypeError, AttributeError, RecursionError, ValueError) as error:
        raise DamagedFile(str(error)) from error
    if not is_sound:
        raise DamagedFile("an entry of another kind")
    return progress


def _answer(parts: dict[str, Any]) -> Answer:
    codes = parts.get("codes", [])
    if not isinstance(codes, list):
        raise TypeError(codes)
    return Answer(**parts | {"codes": tuple(codes)})


def _is_sound(progress: Progress) -> bool:
    """Return whether every entry is of the kind that we write."""
    answers = (*progress.answers.values(), *progress.compared.values())
    return (
        all(type(count) is int and count > 0 for count in progress.hints.values())
        and all(map(_is_sound_answer, answers))
        and all(isinstance(value, int | float | str | list) for value in progress.predictions.values())
        and all(map(_is_sound_form, progress.forms.values()))
    )


def _is_sound_answer(answer: Answer) -> bool:
    counts, seconds = (answer.tries, answer.hints, answer.order), answer.seconds
    return (
        answer.status in (RIGHT, WRONG, WAITING)
        and all(type(count) is int and count >= 0 for count in counts)
        and all(isinstance(text, str) for text in (answer.code, answer.day, *answer.codes))
        and (seconds is None or (type(seconds) in (int, float) and seconds >= 0))
    )


def _is_sound_form(form: FormStanding) -> bool:
    return form.keys() == {"answers", "handed_in"} and all(
        isinstance(answers, dict) and all(isinstance(value, str | list) for value in answers.values())
        for answers in form.values()
    )
