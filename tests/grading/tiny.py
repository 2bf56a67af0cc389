"""Lessons without TensorFlow, made by hand, of a course of one's own: to be quick."""

import json

from widgets.grading.lesson_reference import LessonReference
from widgets.grading.model import ReferenceExercise

ANSWERS = {"double": "2 * x", "square": "x**2", "third": "x / 3", "flip": "-x", "shift": "x + 1", "same": "x"}

RECORD = """\
from widgets.teaching import OwnExercise, OwnMisconception, spread

EXERCISE = OwnExercise(
    question="Write `{name}(x)`.",
    stub="def {name}(x):\\n    return ...",
    solution="def {name}(x):\\n    return {answer}",
    inputs=lambda rng: spread(rng, 1, 9),
    due=lambda x: {answer},
    hints=("a nudge", "more", "a line"),
    right="that is all.",
    misconceptions=(
        OwnMisconception(
            code="CUBED", sentence="this is x³.", sample="def {name}(x):\\n    return x**3", formula=lambda x: x**3
        ),
    ),
)
"""


def record(name, answer=None):
    """Return the text of an exercise's record: it asks for the usual answer, or for an expression in `x`."""
    return RECORD.format(name=name, answer=answer or ANSWERS[name])


def answer(name, expression=None):
    """Return the source of an answer: the right one, or one that returns an expression in `x`."""
    return f"def {name}(x):\n    return {expression or ANSWERS[name]}"


def lesson(*names, answers=None, stubs=None):
    """Return a lesson with these exercises. `answers` and `stubs` are sources that are not the usual ones."""
    sources = {name: answer(name) for name in names} | (answers or {})
    given = {name: answer(name, "...") for name in names} | (stubs or {})
    cells = [_cell("setup", "base = 1.0")]
    for name in names:
        check = _cell(f"check-{name}", f'check("{name}", {name})', grade=True)
        cells += [_cell(name, sources[name], solution=True), check]
    exercises = (
        ReferenceExercise(n, f"check-{n}", 1.0, given[n], sources[n], needs_tape=False, expression=n, record=record(n))
        for n in names
    )
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
