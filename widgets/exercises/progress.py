"""`progress()`: what the learner predicted, answered and asked hints for, lesson by lesson."""

import csv as tables
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from widgets.common.catalogue import _
from widgets.common.columns import table
from widgets.exercises import LESSON_OF
from widgets.exercises import progress_store as keeping
from widgets.exercises.answer_numbers import format_number
from widgets.exercises.exercise import RIGHT, WAITING, WRONG
from widgets.exercises.prediction_names import PREDICTIONS
from widgets.exercises.progress_schema import Answer

COLUMNS = ("lesson", "kind", "name", "status", "code", "tries", "hints", "prediction")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a text that begins so is run by a spreadsheet as a formula


@dataclass(frozen=True)
class Line:
    """One exercise, or one prediction (`value` is None if it was not made), and the lesson that it belongs to."""

    lesson: str
    name: str
    answer: Answer | None = None
    hints: int = 0
    value: Any = None

    @property
    def begun(self):
        """Whether the learner has done anything about it."""
        return self.value is not None or self.hints > 0 or bool(self.answer and self.answer.tries)


def progress(csv=None):
    """Print what was predicted, answered and hinted, lesson by lesson. Nothing of it ever leaves this machine.

    With `csv`, the path of a file, write the same there as well: a row for each exercise and each prediction.
    """
    lines = lines_of(keeping.load())
    print(text(lines))
    if csv is not None:
        print(_saved(lines, Path(csv)))


def lines_of(kept):
    """Return the Lines of all that is kept, and of all that there is to do, in the order of the lessons."""
    lesson_of = {name: lesson for lesson, names in PREDICTIONS.items() for name in names}
    exercises = [
        Line(lesson, name, kept.answers.get(name, Answer(WAITING, tries=0)), kept.hints.get(name, 0))
        for name, lesson in LESSON_OF.items()
    ]
    names = dict.fromkeys([*lesson_of, *kept.predictions])
    predictions = [Line(lesson_of.get(name, ""), name, value=kept.predictions.get(name)) for name in names]
    return sorted([*exercises, *predictions], key=lambda line: line.lesson or "~")


def text(lines):
    """Return the Lines as a small table: the lessons that were begun, then the numbers of the others."""
    lessons = {}
    for line in lines:
        lessons.setdefault(line.lesson, []).append(line)
    begun = [lesson for lesson, of in lessons.items() if any(line.begun for line in of)]
    others = ", ".join(lesson for lesson in lessons if lesson not in begun)
    shown = [part for lesson in begun for part in _lesson(lesson, lessons[lesson])]
    if not begun:
        shown = [_("Nothing yet. Predictions, checks and hints are noted here as you go.")]
    return "\n".join([*shown, *([_("Not begun: {lessons}").format(lessons=others)] if others else [])])


def _lesson(number, lines):
    """Return a lesson's heading, a row for each exercise, and a row for each prediction that was made."""
    exercises = [line for line in lines if line.answer]
    predictions = [line for line in lines if not line.answer]
    made = [line for line in predictions if line.begun]
    right = [line for line in exercises if line.answer.status == RIGHT]
    heading = _("Lesson {number}: {right} of {exercises} right, {made} of {predictions} predicted").format(
        number=number, right=len(right), exercises=len(exercises), made=len(made), predictions=len(predictions)
    )
    rows = [f"  {row}" for row in table(map(_exercise, exercises), "   ")]
    predicted = [_("  predicted {name}: {value}").format(name=line.name, value=_value(line)) for line in made]
    return [heading if number else _("Predictions of your own"), *rows, *predicted]


def _exercise(line):
    status = {RIGHT: _("right"), WAITING: _("not attempted"), WRONG: _("wrong: {code}").format(code=line.answer.code)}
    tries = _("tries {count}").format(count=line.answer.tries) if line.answer.tries else ""
    hints = _("hints {count}").format(count=line.hints) if line.hints else ""
    return line.name, status[line.answer.status], tries, hints


def _value(line):
    return format_number(line.value) if isinstance(line.value, int | float) else str(line.value)


def _saved(lines, path):
    """Write the Lines as CSV, and return what is to be said of it."""
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            rows = tables.writer(file)
            rows.writerow(COLUMNS)
            rows.writerows(map(_row, lines))
    except OSError as error:
        reason = error.strerror or str(error)
        return _("It could not be written to {path}: {reason}.").format(path=path, reason=reason)
    return _("Written to {path}.").format(path=path)


def _row(line):
    if line.answer:
        answer = line.answer
        return line.lesson, "exercise", line.name, answer.status, answer.code, answer.tries, line.hints, ""
    status = "predicted" if line.begun else "not predicted"
    return line.lesson, "prediction", _harmless(line.name), status, "", "", "", _harmless(line.value)


def _harmless(value):
    """Return a text so that a spreadsheet shows it, whatever a learner wrote."""
    if isinstance(value, int | float):
        return value
    said = "" if value is None else str(value)
    return f"'{said}" if said.startswith(_FORMULA) else said
