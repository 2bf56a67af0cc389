"""`progress()`: what the learner predicted, answered and asked hints for, lesson by lesson."""

from __future__ import annotations

import csv as csv_format
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from widgets.answers.answer_numbers import format_number
from widgets.common.catalogue import _
from widgets.common.columns import table
from widgets.common.lessons import LESSONS
from widgets.common.spreadsheet import as_cell
from widgets.exercises import progress_store
from widgets.exercises.exercise import RIGHT, WAITING, WRONG
from widgets.exercises.own_records import OwnCourse, course_here
from widgets.exercises.progress_schema import Answer, Progress
from widgets.exercises.registry import LESSON_OF

COLUMNS = (
    *("lesson", "kind", "name", "status", "code", "tries", "hints", "prediction"),
    *("first_code", "codes", "seconds", "order", "day"),
)
"""Of the CSV file; docs/widgets.md says what each holds."""

UNKNOWN_CODE = "?"
"""In the column `codes`: a wrong answer of which an older version did not keep what was wrong."""


@dataclass(frozen=True)
class Line:
    """One exercise or one prediction.

    Attributes:
        lesson: the number of its lesson, of a course of one's own its name; "" for a prediction that belongs to none.
        name: its name.
        answer: how the exercise stands, or None for a prediction.
        hints: how many hints were asked for.
        value: what was predicted, or None if nothing was.
        compared: how a prediction stands.
    """

    lesson: str
    name: str
    answer: Answer | None = None
    hints: int = 0
    value: Any = None
    compared: Answer = Answer()

    @property
    def begun(self) -> bool:
        """Whether the learner has done anything about it."""
        return self.value is not None or self.hints > 0 or bool(self.answer and self.answer.tries)


def progress(csv: str | os.PathLike[str] | None = None) -> None:
    """Print what you predicted, answered and asked hints for, lesson by lesson.

    It is kept in one small file on this machine (in the folder that the environment variable TAPEDECK_HOME names, if it
    is set), and is never sent anywhere.

    Args:
        csv: the path of a file to write as well, as CSV: a row for each exercise and each prediction.

    Raises:
        TypeError: if `csv` is not a path. If the file cannot be written, the reason is printed.

    Example:
        >>> from widgets import progress
        >>> progress()  # doctest: +SKIP
        Lesson 01: 1 of 5 right, 1 of 3 predicted
          flat         right            tries 2   hints 1
          wave         not attempted
          by_hand      not attempted
          both         not attempted
          derivative   not attempted
          predicted slope at 0: -2.0
        Not begun: 00, 02, 03, 04, 05, 06, 07, 08, 09, 10, 11, 12
    """
    path = None if csv is None else _path(csv)
    lines = lines_of(progress_store.load())
    print(progress_text(lines))
    if path is not None:
        print(_write_csv(lines, path))


def _path(csv: Any) -> Path:
    try:
        return Path(csv)
    except TypeError as error:
        message = _('csv takes the path of a file, as in progress(csv="mine.csv"); got {kind}.')
        raise TypeError(message.format(kind=type(csv).__name__)) from error


def lines_of(kept: Progress) -> list[Line]:
    """Return a Line for all that is kept and all that there is to do, in the order of the lessons.

    In the folder of a course of one's own they are that course's, and of our lessons those that were begun.
    """
    lesson_of = {name: lesson.number for lesson in LESSONS for name in lesson.predictions}
    exercises = [
        Line(lesson, name, kept.answers.get(name, Answer()), kept.hints.get(name, 0))
        for name, lesson in LESSON_OF.items()
    ]
    names = dict.fromkeys([*lesson_of, *kept.predictions])
    predictions = [
        Line(lesson_of.get(name, ""), name, None, 0, kept.predictions.get(name), kept.compared.get(name, Answer()))
        for name in names
    ]
    ours = sorted([*exercises, *predictions], key=lambda line: line.lesson or "~")
    course = course_here()
    if course is None:
        return ours
    begun = {line.lesson for line in ours if line.begun}
    return [*_lines_of_course(course, kept), *(line for line in ours if line.lesson in begun)]


def _lines_of_course(course: OwnCourse, kept: Progress) -> Iterator[Line]:
    for lesson, names in course.lessons.items():
        for name in names:
            key = course.key(name)
            yield Line(lesson, name, kept.answers.get(key, Answer()), kept.hints.get(key, 0))


def progress_text(lines: Sequence[Line]) -> str:
    """Return the Lines as a small table: the lessons that were begun, then the numbers of the others."""
    lessons: dict[str, list[Line]] = {}
    for line in lines:
        lessons.setdefault(line.lesson, []).append(line)
    begun = [lesson for lesson, of in lessons.items() if any(line.begun for line in of)]
    others = ", ".join(lesson for lesson in lessons if lesson not in begun)
    shown = [part for lesson in begun for part in _lesson(lesson, lessons[lesson])]
    if not begun:
        shown = [_("Nothing yet. Your predictions, checks and hints appear here as you work.")]
    return "\n".join([*shown, *([_("Not begun: {lessons}").format(lessons=others)] if others else [])])


def _lesson(number: str, lines: Sequence[Line]) -> list[str]:
    """Return a lesson's heading, a row for each exercise, and a row for each prediction that was made."""
    exercises = [(line, line.answer) for line in lines if line.answer]
    predictions = [line for line in lines if not line.answer]
    made = [line for line in predictions if line.begun]
    right = [line for line, answer in exercises if answer.status == RIGHT]
    heading = _("Lesson {number}: {right} of {exercises} right, {made} of {predictions} predicted").format(
        number=number, right=len(right), exercises=len(exercises), made=len(made), predictions=len(predictions)
    )
    if not predictions:
        heading = _("Lesson {number}: {right} of {exercises} right").format(
            number=number, right=len(right), exercises=len(exercises)
        )
    rows = [f"  {row}" for row in table([_exercise(*exercise) for exercise in exercises], "   ")]
    predicted = [_("  predicted {name}: {value}").format(name=line.name, value=_value(line)) for line in made]
    return [heading if number else _("Predictions of your own"), *rows, *predicted]


def _exercise(line: Line, answer: Answer) -> tuple[str, str, str, str]:
    status = {RIGHT: _("right"), WAITING: _("not attempted"), WRONG: _("wrong: {code}").format(code=answer.code)}
    tries = _("tries {count}").format(count=answer.tries) if answer.tries else ""
    hints = _("hints {count}").format(count=line.hints) if line.hints else ""
    return line.name, status[answer.status], tries, hints


def _value(line: Line) -> str:
    return format_number(line.value) if isinstance(line.value, int | float) else str(line.value)


def _write_csv(lines: Sequence[Line], path: Path) -> str:
    """Write the Lines as CSV, and return what is to be said of it."""
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            rows = csv_format.writer(file)
            rows.writerow(COLUMNS)
            rows.writerows(map(_row, lines))
    except (OSError, ValueError) as error:  # ValueError: a path with a null character
        reason = getattr(error, "strerror", None) or str(error)
        return _("It could not be written to {path}: {reason}.").format(path=path, reason=reason)
    return _("Written to {path}.").format(path=path)


def _row(line: Line) -> tuple[str | float, ...]:
    item = line.answer or line.compared
    seconds = "" if item.seconds is None else round(item.seconds)
    codes = " ".join(code or UNKNOWN_CODE for code in item.codes)
    more = (*map(as_cell, (item.codes[0] if item.codes else "", codes)), seconds, item.order or "", item.day)
    if line.answer:
        return line.lesson, "exercise", line.name, item.status, item.code, item.tries, item.hints, "", *more
    status = item.status if item.status != WAITING else "predicted" if line.begun else "not predicted"
    value = line.value if isinstance(line.value, int | float | None) else str(line.value)
    name = as_cell(line.name)
    return line.lesson, "prediction", name, status, item.code, item.tries or "", "", as_cell(value), *more
