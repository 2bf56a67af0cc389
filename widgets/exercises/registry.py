"""All exercises of the course, and the table of misconceptions that is derived from them.

Each `lesson_NN` of this package has EXERCISES, in the order of the lesson; nothing else changes when one is added.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from pathlib import Path

from widgets.common.grader_protocol import MisconceptionRow
from widgets.diagnosis import causes
from widgets.exercises.exercise import Exercise, MisconceptionKind
from widgets.exercises.general_misconceptions import ANOTHER_VARIABLE, GENERAL

_PREFIX = "lesson_"
_FOLDERS = sorted(module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))

LESSONS: dict[str, tuple[Exercise, ...]] = {
    name.removeprefix(_PREFIX): importlib.import_module(f"widgets.exercises.{name}").EXERCISES
    for name in _FOLDERS
    if name.startswith(_PREFIX)
}
"""The exercises of each lesson, by the lesson's number ("01")."""

EXERCISES = {exercise.name: exercise for exercises in LESSONS.values() for exercise in exercises}
"""Every exercise by its name, in the order of the course."""

LESSON_OF = {exercise.name: number for number, exercises in LESSONS.items() for exercise in exercises}
"""The number of an exercise's lesson, by the exercise's name."""


@functools.cache
def misconceptions() -> tuple[MisconceptionRow, ...]:
    """Return a row for every code that a learner can meet: those of `explain`, the general ones, then lesson by lesson."""
    rows = {
        known.code: MisconceptionRow(known.code, known.cause, known.repair, known.lesson, known.exercise)
        for known in causes.CAUSES
    }
    rows |= {kind.code: _row(kind, kind.exercise, is_general=True) for kind in GENERAL}
    for exercise in EXERCISES.values():
        for misconception in exercise.misconceptions:
            kind = misconception.kind
            rows.setdefault(kind.code, _row(kind, kind.exercise or exercise.name))
    rows[ANOTHER_VARIABLE.code] = _row(ANOTHER_VARIABLE, ANOTHER_VARIABLE.exercise)
    return tuple(rows.values())


def _row(kind: MisconceptionKind, exercise: str, is_general: bool = False) -> MisconceptionRow:
    return MisconceptionRow(kind.code, kind.cause, kind.repair, LESSON_OF[exercise], exercise, is_general)


@functools.cache
def misconceptions_by_code() -> dict[str, MisconceptionRow]:
    """Return `misconceptions()` by code."""
    return {row.code: row for row in misconceptions()}
