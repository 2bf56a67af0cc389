"""Lessons without TensorFlow, made by hand, whose exercises are numbers of the grader's seed: to be quick."""

import json

from widgets.grading.lesson_reference import LessonReference
from widgets.grading.model import ReferenceExercise

ANSWERS = {"double": "2 * x", "square": "x**2", "third": "x / 3", "flip": "-x", "shift": "x + 1", "same": "x"}

SETUP = """\
import os
import random


def given(name):
    return random.Random(f"{os.environ['TAPEDECK_SEED']}/{name}").uniform(1, 9)
"""

CHECK = "print('{name} value ' + str({name}(given('{name}'))))"
"""In one piece, as real checks do: then nothing else is printed in the middle of it."""


def answer(name, expression=None):
    """Return the source of an answer: the right one, or one that returns an expression in `x`."""
    return f"def {name}(x):\n    return {expression or ANSWERS[name]}"


def lesson(*names, answers=None, check=CHECK):
    """Return a lesson with these exercises. `answers` are the sources of answers that are not the usual ones."""
    sources = {name: answer(name) for name in names} | (answers or {})
    cells = [_cell("setup", SETUP)]
    for name in names:
        cells += [
            _cell(name, sources[name], solution=True),
            _cell(f"check-{name}", check.format(name=name), grade=True),
        ]
    exercises = (ReferenceExercise(n, f"check-{n}", 1.0, answer(n, "..."), sources[n], needs_tape=False) for n in names)
    return LessonReference("tiny", _notebook(cells), tuple(exercises))


def handed_in(path, lesson, answers):
    """Write the notebook of a learner who has given these answers; of the others there is the stub."""
    stubs = {exercise.name: exercise.stub for exercise in lesson.exercises}
    cells = [_cell(name, source, solution=True) for name, source in (stubs | answers).items()]
    path.write_bytes(json.dumps(_notebook(cells)).encode())
    return path


def _notebook(cells):
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}


def _cell(name, source, **marks):
    marks = {"nbgrader": {"grade_id": name, **marks}} if marks else {}
    cell = {"id": name, "cell_type": "code", "metadata": marks, "source": source}
    return cell | {"execution_count": None, "outputs": []}
