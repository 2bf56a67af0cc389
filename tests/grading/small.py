"""A small lesson without TensorFlow, and a class that has handed it in: for what does not hang on any lesson."""

import json

from tests.grading import tiny
from widgets.exercises.own_records import FOLDER, MANIFEST, OwnCourse

NAME = "01_small"
ANSWER = "def double(x):\n    return x + x"
STUB = "def double(x):\n    return ..."


def lesson(folder, answer=ANSWER, due="2 * x"):
    """Write the lesson's reference into a folder, as a course of one's own is built, and return the folder."""
    for kind, source in (("solutions", answer), ("lessons", STUB)):
        write(folder / kind / f"{NAME}.ipynb", source)
    records = folder / "solutions" / FOLDER
    records.mkdir(exist_ok=True)
    (records / MANIFEST).write_text(OwnCourse("small", {NAME: ("double",)}).as_json())
    (records / "double.py").write_text(tiny.record("double", due))
    return folder


def handed_in(folder, sources):
    """Write for each learner a notebook with the answer's source, and return the folder."""
    for learner, source in sources.items():
        write(folder / learner / f"{NAME}.ipynb", source)
    return folder


def write(path, source):
    """Write the notebook with this answer."""
    path.parent.mkdir(parents=True, exist_ok=True)
    cells = [
        _cell("heading", "# A small lesson", cell_type="markdown"),
        _cell("double", source, solution=True, locked=False),
        _cell("check-double", 'check("double", double)', grade=True, points=2, locked=True),
    ]
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))


def _cell(name, source, cell_type="code", **marks):
    nbgrader = {"grade_id": name, "schema_version": 3, "grade": False, "solution": False, "task": False, **marks}
    code = {"execution_count": None, "outputs": []} if cell_type == "code" else {}
    metadata = {"nbgrader": nbgrader} if marks else {}
    return {"id": name, "cell_type": cell_type, "metadata": metadata, "source": source, **code}
