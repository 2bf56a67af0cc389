"""nbgrader as it is, on our notebooks: teachers may hand them out and mark them with it."""

import json
import os
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

from tests.grading.handing_in import LESSON, STUBS, cell_of, without_shows
from tests.notebooks.forked_kernels import forking
from widgets.grading.submitted_answers import merge_answers
from widgets.written.questions import NBGRADERS_PLACEHOLDER

SOLVED = {exercise.name: exercise.solution for exercise in LESSON.exercises}
MIXED = {
    **SOLVED,
    "wave": "def wave(x):\n    return tf.sin(x)",
    "both": "def both(start):\n    return ...",
    "derivative": "# YOUR CODE HERE\nraise NotImplementedError()",
}
"""Three ways to have no answer: a wrong one, our stub and nbgrader's own. The others are right."""

MARKS = {"grade_id": "why_none", "points": 3, "grade": True, "solution": True, "locked": False, "task": False}
WRITTEN = {"id": "why_none", "cell_type": "markdown", "metadata": {"nbgrader": {**MARKS, "schema_version": 3}}}
"""A written answer's cell, as `tapedeck build` makes it (tests/authoring/test_notebooks.py)."""


def with_written(notebook, text):
    """Return a copy of a notebook that ends with a written answer."""
    return {**notebook, "cells": [*notebook["cells"], {**WRITTEN, "source": text}]}


class Course:
    """A course of nbgrader's with lesson 01, in a folder of its own."""

    def __init__(self, root):
        self.root, self.database = root, f"sqlite:///{root / 'gradebook.db'}"
        config = Config()
        config.CourseDirectory.root, config.CourseDirectory.db_url = str(root), self.database
        config.Execute.timeout, config.Execute.iopub_timeout = 120, 60  # seconds: for a machine that does much else
        self.api = NbGraderAPI(config=config)

    def put(self, folder, notebook):
        path = self.root / folder / "tape" / f"{LESSON.name}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook), encoding="utf-8")

    def graded(self, learner, notebook):
        """Hand in a notebook and return the points of each check, as nbgrader gives them."""
        self.put(f"submitted/{learner}", notebook)
        done = self.api.autograde("tape", learner)
        assert done["success"], done["log"]
        with Gradebook(self.database) as book:
            (notebook,) = book.find_submission("tape", learner).notebooks
            return {grade.name: "by hand" if grade.needs_manual_grade else grade.score for grade in notebook.grades}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course whose assignment nbgrader has generated from our solution, marked in kernels that are forked."""
    course = Course(tmp_path_factory.mktemp("course"))
    course.put("source", with_written(LESSON.solution, "Constants are not watched."))
    with forking(), pytest.MonkeyPatch.context() as patch:  # nbgrader calls alembic by its name
        patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        done = course.api.generate_assignment("tape")
        assert done["success"], done["log"]
        yield course


def test_an_assignment_has_our_exercises_with_our_points_and_no_answers(course):
    with Gradebook(course.database) as book:
        points = {cell.name: cell.max_score for cell in book.find_notebook(LESSON.name, "tape").grade_cells}
    assert points == {exercise.check: exercise.points for exercise in LESSON.exercises} | {"why_none": 3}
    released = json.loads((course.root / "release" / "tape" / f"{LESSON.name}.ipynb").read_text("utf-8"))
    for exercise in LESSON.exercises:
        source = "".join(cell_of(released, exercise.name)["source"])
        assert "NotImplementedError" in source and "SOLUTION" not in source
    assert cell_of(released, "why_none")["source"] == [NBGRADERS_PLACEHOLDER]


def test_an_honest_solution_has_full_marks(course):
    assert course.graded("anna", with_written(merge_answers(STUBS, SOLVED), "Because.")) == {
        exercise.check: exercise.points for exercise in LESSON.exercises
    } | {"why_none": "by hand"}


def test_what_is_wrong_or_untouched_costs_its_own_points_and_no_others(course):
    found = course.graded("ben", with_written(without_shows(merge_answers(STUBS, MIXED)), NBGRADERS_PLACEHOLDER))
    checked = {"check-flat": 1, "check-wave": 0, "check-by_hand": 1, "check-both": 0, "check-derivative": 0}
    assert found == checked | {"why_none": 0}
