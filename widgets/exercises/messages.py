"""What a check and a hint print, as plain text that is the same on every machine.

A learner reads four digits, and for a right number those of the reference.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from widgets.answers.answer_numbers import NotNumeric, close, format_number, parse_number
from widgets.answers.plain_values import kind_of
from widgets.common.catalogue import _
from widgets.common.columns import table
from widgets.exercises.exercise import RIGHT, WAITING, Evidence, Exercise, Outcome
from widgets.exercises.judgement import Judgement


def judgement_text(exercise: Exercise, judged: Judgement, lesson: str = "", invites: bool = True) -> str:
    """Write what came back for each question, and in one line what that means.

    Args:
        exercise: what was asked.
        judged: the judgement of an answer.
        lesson: the number of the exercise's lesson: an earlier lesson that treats the mistake is then named.
        invites: whether a learner reads it, who may ask for a hint.

    Returns:
        What `check` prints.
    """
    end = conclusion(exercise, judged, lesson) if invites else _verdict(exercise, judged)
    return "\n".join([exercise.name, *_table(exercise, judged.evidence), end])


def conclusion(exercise: Exercise, judged: Judgement, lesson: str = "") -> str:
    """Write what a judgement means, without the questions: all that a grader tells."""
    lines = [_verdict(exercise, judged)]
    if judged.status != RIGHT:
        lines.append(_("Stuck? Run {call} in a cell of its own.").format(call=f'hint("{exercise.name}")'))
    return "\n".join([*lines, *_earlier_lesson(lesson, judged)])


def _verdict(exercise: Exercise, judged: Judgement) -> str:
    if judged.status == WAITING and exercise.takes == "widget":
        return _("No answer yet. Move the slider first, then run this cell again.")
    if judged.status == WAITING and exercise.takes == "lines":
        return _("No answer yet. Put the lines in order first, then run this cell again.")
    if judged.status == WAITING:
        return _("No answer yet. Replace the `...` with your code, run that cell, then run this one again.")
    if judged.status == RIGHT:
        return _("Right: {sentence}").format(sentence=judged.sentence)
    return _("Not right: {sentence}").format(sentence=judged.sentence)


def _earlier_lesson(lesson: str, judged: Judgement) -> list[str]:
    from widgets.exercises.registry import misconceptions_by_code  # here: the words of a view need not all exercises

    row = misconceptions_by_code().get(judged.code)
    if row is None or row.is_general or row.lesson >= lesson:
        return []
    return [_("Lesson {number} is about that: {cause}").format(number=int(row.lesson), cause=row.cause)]


def _table(exercise: Exercise, evidence: Evidence | None) -> list[str]:
    """Return one line for each question, in columns."""
    if evidence is None:
        return []
    rows = [[o.question.label, *_cells(exercise, o)] for o in evidence.outcomes]
    return [f"  {line.strip()}" for line in table(rows, "   ")]


def _cells(exercise: Exercise, outcome: Outcome) -> list[str]:
    """Return the numbers of one outcome, each with its name."""
    if outcome.numbers is None:
        return _without_numbers(outcome, exercise.columns)
    cells = zip(exercise.columns, outcome.numbers, outcome.question.due, strict=True)
    return [f"{name} {number_text(number, due)}" for name, number, due in cells]


def number_text(number: float, due: float) -> str:
    """Write a number that came back.

    Args:
        number: what came back.
        due: the right number.

    Returns:
        The number with four digits; if it is right, those of `due`, so that digits beyond float32, which differ between
        right answers, never show.
    """
    return format_number(due if close(number, due) else number)


def _without_numbers(outcome: Outcome, columns: Sequence[str]) -> list[str]:
    """Return what came back instead of numbers: an error's name, or each part as far as it can be parsed."""
    if outcome.fault:
        return [outcome.fault.kind] + [""] * (len(columns) - 1)
    several = len(columns) > 1 and isinstance(outcome.returned, list | tuple)
    parts = outcome.returned if several else [outcome.returned]
    if len(parts) != len(columns):
        return [_kind(outcome.returned)] + [""] * (len(columns) - 1)
    return [f"{name} {_part(part)}" for name, part in zip(columns, parts, strict=True)]


def _part(value: Any) -> str:
    try:
        return format_number(parse_number(value))
    except NotNumeric:
        return _kind(value)


def _kind(value: Any) -> str:
    return "None" if value is None else kind_of(value)


def hint_text(exercise: Exercise, asked: int) -> str:
    """Return a hint: a nudge for the first that was asked for, more for the second, a worked line from the third on."""
    nth = min(asked, len(exercise.hints))
    return _("Hint {nth} of {of}: {text}").format(nth=nth, of=len(exercise.hints), text=exercise.hints[nth - 1])


def unknown_text(name: object, names: Sequence[str]) -> str:
    """Return that an exercise does not exist, and which one may have been meant."""
    if not isinstance(name, str):
        return _("The name of the exercise comes first, in quotes, for example {example}; got {kind}.").format(
            example=f'"{names[0]}"', kind=type(name).__name__
        )
    near = get_close_matches(str(name), names, n=1)
    meant = (
        _("Did you mean {name}?").format(name=f'"{near[0]}"')
        if near
        else _("The exercises here: {names}.").format(names=", ".join(names))
    )
    return _("There is no exercise called {name}.").format(name=f'"{name}"') + " " + meant


def damaged_text(problem: Exception) -> str:
    """Return that the record of an exercise of a course of one's own is damaged, and what to do."""
    said = _("This exercise cannot be checked: {problem}. Ask your teacher for that file again.")
    return said.format(problem=str(problem).removesuffix("."))
