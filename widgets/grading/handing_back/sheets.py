"""`grades.csv` and `exercises.csv`: rows for a spreadsheet, which shows them and does no more, whatever is in them."""

import csv
import io
import unicodedata

from widgets.grading.facts import PASSED
from widgets.grading.handed_in.names import shown

GRADES = ("learner", "lesson", "file", "points", "out_of", "passed", "exercises", "problem", "notes", "sha256")
EXERCISES = ("learner", "lesson", "file", "exercise", "verdict", "points", "out_of", "code", "advisories")

_FORMULA = ("=", "+", "-", "@")
"""A text that begins with one of these is run by a spreadsheet as a formula, in some countries the wide ones too."""

_NEXT = ";"
"""What begins a new cell where a comma is part of a number."""


def grades(graded):
    """Return the text of a sheet with a row for each Graded. There are no points where a verdict is still due."""
    return _sheet(GRADES, map(_grade, graded))


def exercises(graded):
    """Return the text of a sheet with a row for each exercise of each Graded."""
    return _sheet(EXERCISES, (_exercise(one, verdict) for one in graded for verdict in one.verdicts))


def as_cell(value):
    """Return what a cell is to hold so that a spreadsheet shows it. Numbers stay numbers, and None is nothing."""
    if not isinstance(value, str):
        return "" if value is None else f"{value:g}"
    return _NEXT.join(map(_quiet, shown(value.strip()).split(_NEXT)))


def _quiet(text):
    """Return a text that is no formula, whatever letters it has for these signs, and in front of them."""
    seen = "".join(letter for letter in unicodedata.normalize("NFKC", text) if unicodedata.category(letter) != "Cf")
    return f"'{text}" if seen.lstrip(' "').startswith(_FORMULA) else text


def _sheet(columns, rows):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(map(as_cell, row) for row in rows)
    return text.getvalue()


def _grade(one):
    points = one.points if one.is_final else None
    passed = sum(verdict.kind == PASSED for verdict in one.verdicts)
    notes = " ".join(one.notes)
    return (*_whose(one), points, one.out_of, passed, len(one.verdicts), one.problem, notes, one.submission.sha256)


def _exercise(one, verdict):
    advisories = ", ".join(verdict.advisories)
    return (*_whose(one), verdict.exercise, verdict.kind, verdict.points, verdict.out_of, verdict.code, advisories)


def _whose(one):
    return one.submission.learner, one.submission.lesson, one.submission.path
