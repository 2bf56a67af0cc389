"""Lesson 01 as learners hand it in: its notebook, changed, written to a file and read."""

import copy
import dataclasses
import json
from pathlib import Path

from widgets.grading import submitted_answers
from widgets.grading.answer_cells import find_answers
from widgets.grading.lesson_reference import lessons
from widgets.grading.notebook_reader import read_notebook


def without_shows(notebook):
    """Keep the imports and what nbgrader marks: no deck is drawn, which takes half of the time."""
    cells = [cell for cell in notebook["cells"] if cell["id"] == "cell-02" or "nbgrader" in cell["metadata"]]
    return {**notebook, "cells": cells}


ROOT = Path(__file__).parents[2]
LESSONS = lessons(ROOT)
LESSON = LESSONS["01_the_tape"]
STUBS = json.loads((ROOT / "lessons" / "01_the_tape.ipynb").read_bytes())
SHORT = dataclasses.replace(LESSON, solution=without_shows(LESSON.solution))
"""The lesson, to be run where its decks make no difference."""

ANSWER = "def wave(x):\n    return x * tf.sin(x)"


def answered(name="wave", **changes):
    """Return the lesson's notebook with an answer in one cell, and whatever else is changed in that cell."""
    notebook = copy.deepcopy(STUBS)
    cell_of(notebook, name).update({"source": ANSWER, **changes})
    return notebook


def cell_of(notebook, name):
    """Return the cell of this id."""
    return next(cell for cell in notebook["cells"] if cell["id"] == name)


def with_cells(notebook, *cells):
    """Return a copy of a notebook with cells of these changes to a plain one at its end."""
    plain = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    return {**notebook, "cells": [*notebook["cells"], *({**plain, **cell} for cell in cells)]}


def reading_of(tmp_path, notebook):
    """Return what is read of a notebook that is handed in, whatever it is: bytes, or what JSON can say."""
    data = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
    path = tmp_path / "01_the_tape.ipynb"
    path.write_bytes(data)
    return read_notebook(path)


def verdicts_without_running(notebook, lesson):
    return submitted_answers.verdicts_without_running(notebook, lesson, find_answers(notebook, lesson))


def answers_in(notebook, lesson):
    return submitted_answers.answers_in(find_answers(notebook, lesson))


def submission_notes(notebook, lesson):
    return submitted_answers.submission_notes(notebook, lesson, find_answers(notebook, lesson))
