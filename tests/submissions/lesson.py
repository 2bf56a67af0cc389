"""A lesson without TensorFlow, to be quick: six functions of a number that depends on the grader's seed."""

ANSWERS = {"steady": "x", "double": "2 * x", "square": "x**2", "third": "x / 3", "flip": "-x", "shift": "x + 1"}

_SETUP = """\
import hashlib
import os


def given(name):
    return 1 + (hashlib.sha256(f"{os.environ.get('TAPEDECK_SEED')}/{name}".encode()).digest()[0] + 0.5) / 8
"""
"""Halves of eighths, so that a forged answer of 1.0 or 2.0 is never right by luck, which it was in 1 run of 256."""


def notebook(*, answered):
    """Return the lesson as nbformat's JSON, as a solution or as it is handed out."""
    cells = [_cell("setup", _SETUP, {})]
    for name, answer in ANSWERS.items():
        cells += [_answer(name, answer if answered else "..."), _check(name)]
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells}


def _answer(name, answer):
    return _cell(name, f"def {name}(x):\n    return {answer}", {"grade": False, "locked": False, "solution": True})


def _check(name):
    marks = {"grade": True, "locked": True, "points": 1, "solution": False}
    return _cell(f"check-{name}", f'print("{name}\\n  " + str({name}(given("{name}"))) + "\\nThat is all.")', marks)


def _cell(name, source, marks):
    marks = marks and {"nbgrader": {"cell_type": "code", "grade_id": name, "schema_version": 3, "task": False, **marks}}
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": marks,
        "outputs": [],
        "source": source,
    }
