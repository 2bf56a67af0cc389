"""All exercises of the course, and the table of misconceptions that is derived from them.

Each `lesson_NN` of this package has EXERCISES, in the order of the lesson; nothing else changes when one is added. What
is too long for one module stands in another beside it, `lesson_NN_idea`, which `lesson_NN` imports.
"""

from __future__ import annotations

import functools
import importlib
from pathlib import Path

from widgets.common.grader_protocol import MisconceptionRow
from widgets.diagnosis.causes import CAUSES
from widgets.exercises.exercise import Exercise, Kind
from widgets.exercises.general_misconceptions import GENERAL, GeneralKind
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
