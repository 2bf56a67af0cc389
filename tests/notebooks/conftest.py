import nbformat
import pytest

from tests.exercises.answering import binds, uses
from widgets.authoring.notebooks import execute


@pytest.fixture(scope="session")
def root(pytestconfig):
    return pytestconfig.rootpath


@pytest.fixture(scope="session")
def notebooks(root):
    """Every notebook of a lesson that is kept, by path from the root."""
    paths = sorted([*root.glob("lessons/[0-9]*.ipynb"), *root.glob("solutions/*.ipynb")])
    return {path.relative_to(root).as_posix(): nbformat.read(path, as_version=4) for path in paths}


@pytest.fixture(scope="module")
def unanswered(notebooks, root):
    """Every lesson as a learner gets it, without what hangs on no answer. An exception in any cell is an error here."""
    names = [name for name in notebooks if name.startswith("lessons/")]
    lessons = [about_answers(notebooks[name], notebooks[name.replace("lessons", "solutions")]) for name in names]
    return {name: execute(lesson, root / "lessons") for name, lesson in zip(names, lessons, strict=True)}


def about_answers(lesson, solution):
    """Return the cells that hang on answers, and those that they rest on. (nbval runs all of them, in the solution.)"""
    answered = {cell.id: cell.source for cell in solution.cells}
    cells = [cell for cell in lesson.cells if cell.cell_type == "code" and cell.id in answered]
    hanging, wanted, kept = set(), set(), set()
    for cell in cells:
        if cell.source != answered[cell.id] or uses(cell.source) & hanging or cell.id.startswith("check-"):
            kept.add(cell.id)
            hanging |= binds(cell.source) | binds(answered[cell.id])
        else:
            hanging -= binds(cell.source)
    for cell in reversed(cells):
        if cell.id in kept or binds(cell.source) & wanted:
            kept.add(cell.id)
            wanted = wanted - binds(cell.source) | uses(cell.source)
    return nbformat.from_dict({**lesson, "cells": [cell for cell in lesson.cells if cell.id in kept]})


@pytest.fixture(scope="session")
def said(notebooks):
    """Return a function that gives what each code cell of a solution prints, and the text of what it displays."""

    def of(lesson):
        cells = [cell for cell in notebooks[f"solutions/{lesson}.ipynb"].cells if cell.cell_type == "code"]
        return ["".join(map(_text, cell.outputs)) for cell in cells]

    return of


def _text(output):
    return output.get("text") or output.get("data", {}).get("text/plain", "")
