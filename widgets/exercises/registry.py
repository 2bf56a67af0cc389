"""All exercises of the course, those of a course of one's own beside the notebook, and the table of misconceptions that is derived from them.

Each `lesson_NN` of this package has EXERCISES, in the order of the lesson; nothing else changes when one is added. What
is too long for one module stands in another beside it, `lesson_NN_idea`, which `lesson_NN` imports.
"""

from __future__ import annotations

import functools
import importlib
from dataclasses import dataclass
from pathlib import Path

from widgets.common.grader_protocol import MisconceptionRow
from widgets.diagnosis.causes import CAUSES
from widgets.exercises.exercise import Exercise, Kind
from widgets.exercises.general_misconceptions import GENERAL, GeneralKind
from widgets.exercises.own_records import course_here
from widgets.exercises.shared_misconceptions import ANOTHER_VARIABLE

_MODULES = sorted(path.stem for path in Path(__file__).parent.glob("lesson_[0-9][0-9].py"))

LESSONS: dict[str, tuple[Exercise, ...]] = {
    name.removeprefix("lesson_"): vars(importlib.import_module(f"widgets.exercises.{name}")).get("EXERCISES", ())
    for name in _MODULES
}
"""The exercises of each lesson, by the lesson's number ("01"). Under a grader there are none: it hides what is right."""

EXERCISES = {exercise.name: exercise for exercises in LESSONS.values() for exercise in exercises}
"""Every exercise by its name, in the order of the course."""

LESSON_OF = {exercise.name: number for number, exercises in LESSONS.items() for exercise in exercises}
"""The number of an exercise's lesson, by the exercise's name."""


@dataclass(frozen=True)
class KnownExercise:
    """An exercise that a learner can ask for.

    Attributes:
        exercise: the exercise.
        lesson: the number of its lesson; "" in a course of a teacher's own.
        key: under which name it is kept among the learner's progress.
    """

    exercise: Exercise
    lesson: str
    key: str


def known_exercise(name: object) -> KnownExercise | None:
    """Return the exercise of this name: ours, or of the course beside the notebook; None if there is none.

    Args:
        name: whatever a learner gives as the name.

    Returns:
        The exercise.

    Raises:
        BadRecord: if its record is damaged.
    """
    if not isinstance(name, str):
        return None
    if name in EXERCISES:
        return KnownExercise(EXERCISES[name], LESSON_OF[name], name)
    course = course_here()
    if course is None or name not in course.exercises:
        return None
    return KnownExercise(course.exercise(name), "", course.key(name))


def known_names() -> list[str]:
    """Return the names of all exercises that a learner can ask for: those of the course beside the notebook first."""
    course = course_here()
    return [*(course.exercises if course else ()), *EXERCISES]


@functools.cache
def misconceptions() -> tuple[MisconceptionRow, ...]:
    """Return a row for every code that a learner can meet: those of `explain`, the general ones, then lesson by lesson."""
    general: tuple[Kind, ...] = (*CAUSES, *GENERAL)
    kinds = [(kind, kind.exercise) for kind in general]
    for exercise in EXERCISES.values():
        kinds += [(each.kind, each.kind.exercise or exercise.name) for each in exercise.misconceptions]
    rows: dict[str, MisconceptionRow] = {}
    for kind, name in (*kinds, (ANOTHER_VARIABLE, ANOTHER_VARIABLE.exercise)):
        is_general = isinstance(kind, GeneralKind)
        row = MisconceptionRow(kind.code, kind.cause, kind.repair, LESSON_OF[name], name, is_general)
        rows.setdefault(kind.code, row)
    return tuple(rows.values())


@functools.cache
def misconceptions_by_code() -> dict[str, MisconceptionRow]:
    """Return `misconceptions()` by code."""
    return {row.code: row for row in misconceptions()}
