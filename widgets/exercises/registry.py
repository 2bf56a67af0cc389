"""All lessons' exercises, by name. A lesson is a folder or module of this package called `lesson_NN`, with EXERCISES."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

from widgets.exercises.exercise import Exercise

_MODULES = pkgutil.iter_modules([str(Path(__file__).parent)])

LESSONS = tuple(
    importlib.import_module(f"widgets.exercises.{name}")
    for name in sorted(module.name for module in _MODULES)
    if name.startswith("lesson_")
)
"""The lessons' modules, in order."""

EXERCISES: dict[str, Exercise] = {exercise.name: exercise for lesson in LESSONS for exercise in lesson.EXERCISES}
"""Every exercise by its name."""

LESSON_OF: dict[str, str] = {exercise.name: lesson.__name__[-2:] for lesson in LESSONS for exercise in lesson.EXERCISES}
"""The number of each exercise's lesson, such as "01"."""
