"""A lesson without TensorFlow, to be quick: six functions of a number, as a course of a teacher's own declares them."""

from widgets.exercises.own_records import FOLDER, MANIFEST, OwnCourse

NAME = "00_numbers"
ANSWERS = {"steady": "x", "double": "2 * x", "square": "x**2", "third": "x / 3", "flip": "-x", "shift": "x + 1"}

_RECORD = """\
from widgets.teaching import OwnExercise, spread

EXERCISE = OwnExercise(
    question="Write `{name}(x)`.",
    stub="def {name}(x):\\n    return ...",
    solution="def {name}(x):\\n    return {answer}",
    inputs=lambda rng: spread(rng, 1.1, 1.9),
    due=lambda x: {answer},
    hints=("Think.", "Think of x.", "return {answer}"),
    right="that is all.",
)
"""
"""Between 1 and 2, so that a forged answer of 1.0 or 2.0 is never right by luck."""


def notebook(*, answered):
    """Return the lesson as nbformat's JSON, as a solution or as it is handed out."""
    cells = []
    for name, answer in ANSWERS.items():
        cells += [_answer(name, answer if answered else "..."), _check(name)]
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells}


def write_records(folder):
    """Write the records of the exercises beside a notebook in a folder."""
    (folder / FOLDER).mkdir()
    (folder / FOLDER / MANIFEST).write_text(OwnCourse("numbers", {NAME: tuple(ANSWERS)}).as_json())
    for name, answer in ANSWERS.items():
        (folder / FOLDER / f"{name}.py").write_text(_RECORD.format(name=name, answer=answer))


def _answer(name, answer):
    return _cell(name, f"def {name}(x):\n    return {answer}", {"grade": False, "locked": False, "solution": True})


def _check(name):
    marks = {"grade": True, "locked": True, "points": 1, "solution": False}
    return _cell(f"check-{name}", f'check("{name}", {name})', marks)


def _cell(name, source, marks):
    marks = {"nbgrader": {"cell_type": "code", "grade_id": name, "schema_version": 3, "task": False, **marks}}
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": marks,
        "outputs": [],
        "source": source,
    }
