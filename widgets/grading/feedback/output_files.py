"""What a batch leaves in OUT besides its verdicts: a page for each submission, sheets and a JUnit report."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeAlias

from widgets.common.spreadsheet import as_cell
from widgets.common.writing import write
from widgets.grading.answers.lesson_reference import LessonReference
from widgets.grading.feedback.junit import as_xml
from widgets.grading.import_shims import leave_out_grammars
from widgets.grading.model import ExerciseVerdict, GradedSubmission
from widgets.grading.submissions.collection import RefusedPath
from widgets.grading.submissions.untrusted import escaped

GRADES = ("learner", "lesson", "file", "points", "out_of", "passed", "exercises", "problem", "notes", "sha256")
EXERCISES = ("learner", "lesson", "file", "exercise", "verdict", "points", "out_of", "code", "advisories")

_Value: TypeAlias = str | float | None


def write_page(out: Path, key: str, graded: GradedSubmission, lesson: LessonReference | None) -> None:
    """Write the feedback on a submission, unless there is a page that is newer than the verdict.

    Args:
        out: the folder that is graded into.
        key: what names the submission's files there.
        graded: the submission.
        lesson: its lesson's reference, if it was recognized.
    """
    page = Path(out, "feedback", f"{key}.html")
    if _modified_ns(page) <= _modified_ns(Path(out, "verdicts", f"{key}.json")):
        leave_out_grammars()
        from widgets.grading.feedback.feedback_page import feedback_page  # here: importing nbconvert takes a moment

        write(page, feedback_page(graded, lesson))


def write_sheets(out: Path, graded: Sequence[GradedSubmission]) -> None:
    """Write `grades.csv` and `exercises.csv`."""
    write(Path(out, "grades.csv"), grades_csv(graded))
    write(Path(out, "exercises.csv"), exercises_csv(graded))


def write_junit(path: Path, graded: Sequence[GradedSubmission], refused: Sequence[RefusedPath]) -> None:
    """Write the verdicts as JUnit XML."""
    write(path, as_xml(graded, refused))


def grades_csv(graded: Iterable[GradedSubmission]) -> str:
    """Return a sheet with a row for each submission. There are no points where a verdict is still pending."""
    return _sheet(GRADES, map(_grade, graded))


def exercises_csv(graded: Iterable[GradedSubmission]) -> str:
    """Return a sheet with a row for each exercise of each submission."""
    return _sheet(EXERCISES, (_exercise(one, verdict) for one in graded for verdict in one.verdicts))


def _sheet(columns: Sequence[str], rows: Iterable[Sequence[_Value]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: _Value) -> str:
    """Return what a cell holds: text that no spreadsheet runs as a formula, and numbers without trailing zeros."""
    if isinstance(value, str):
        return str(as_cell(escaped(value.strip())))
    return "" if value is None else f"{value:g}"


def _grade(one: GradedSubmission) -> Sequence[_Value]:
    points = one.points if one.is_final else None
    notes = " ".join(one.notes)
    counts = one.out_of, one.passed, len(one.verdicts)
    return *_whose(one), points, *counts, one.problem, notes, one.submission.sha256


def _exercise(one: GradedSubmission, verdict: ExerciseVerdict) -> Sequence[_Value]:
    advisories = ", ".join(verdict.advisories)
    return *_whose(one), verdict.exercise, verdict.kind, verdict.points, verdict.out_of, verdict.code, advisories


def _whose(one: GradedSubmission) -> tuple[str, str, str]:
    return one.submission.learner, one.submission.lesson, one.submission.path


def _modified_ns(path: Path) -> int:
    """Return when a file was written, in nanoseconds; 0 if it does not exist."""
    return os.stat(path).st_mtime_ns if path.exists() else 0
