"""The sheets about a class: grades, exercises, items, changes of marks. What is not known is an empty cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from widgets.class_report.mark_changes import MarkChange
from widgets.class_report.model import Item, Share
from widgets.common.spreadsheet import as_cell, csv_text
from widgets.grading.model import ExerciseVerdict, GradedSubmission
from widgets.grading.untrusted import escaped

GRADES = (
    "learner", "lesson", "file", "points", "out_of", "passed", "exercises", "to_mark", "problem", "notes", "sha256",
)  # fmt: skip
EXERCISES = ("learner", "lesson", "file", "exercise", "verdict", "points", "out_of", "code", "advisories")
CHANGES = ("when", "learner", "lesson", "exercise", "before", "after", "points_before", "points_after", "change", "why")
ITEMS = (
    "lesson", "item", "handed_in", "n", "right", "wrong", "not_attempted", "unclear", "right_share",
    "commonest_code", "commonest_n", "commonest_share", "codes", "uncoded_n", "uncoded", "discrimination",
    "progress_n", "first_right_n", "first_right", "first_right_low", "first_right_high", "ever_right",
    "first_code", "first_code_n", "share", "tries_median", "tries_p90", "hint_n", "hint_rate", "hint_depth",
    "minutes_p50", "minutes_p80",
)  # fmt: skip

Value: TypeAlias = str | float | None


def grades_csv(graded: Iterable[GradedSubmission]) -> str:
    """Return a sheet with a row for each submission. There are no points where a verdict is still pending.

    Those of answers that a teacher has still to mark are not among them: `to_mark` says how many answers these are.
    """
    return sheet(GRADES, map(_grade, graded))


def exercises_csv(graded: Iterable[GradedSubmission]) -> str:
    """Return a sheet with a row for each exercise of each submission."""
    return sheet(EXERCISES, (_exercise(one, verdict) for one in graded for verdict in one.verdicts))


def items_csv(items: Iterable[Item]) -> str:
    """Return a sheet with a row for each exercise of the lessons that were handed in."""
    return sheet(ITEMS, map(_item, items))


def changes_csv(changes: Iterable[MarkChange]) -> str:
    """Return a sheet with a row for each exercise whose points have changed."""
    return sheet(CHANGES, map(_change, changes))


def sheet(columns: Sequence[str], rows: Iterable[Sequence[Value]], keep_blanks: bool = False) -> str:
    """Return a table as CSV, in which no text is run as a formula.

    Args:
        columns: the names of the columns.
        rows: the values of each row.
        keep_blanks: whether blanks at the beginning of a text stay, as Canvas expects them of one.

    Returns:
        The table.
    """
    return csv_text([_cell(value, keep_blanks) for value in row] for row in (columns, *rows))


def _cell(value: Value, keep_blanks: bool = False) -> str:
    """Return what a cell holds: text that no spreadsheet runs as a formula, and numbers without trailing zeros."""
    if isinstance(value, str):
        return str(as_cell(escaped(value if keep_blanks else value.strip())))
    return "" if value is None else f"{value:g}"


def _grade(one: GradedSubmission) -> Sequence[Value]:
    points = one.points if one.is_final else None
    notes = " ".join(one.notes)
    counts = one.out_of, one.passed, len(one.verdicts), one.to_mark
    return *_whose(one), points, *counts, one.problem, notes, one.submission.sha256


def _exercise(one: GradedSubmission, verdict: ExerciseVerdict) -> Sequence[Value]:
    advisories = ", ".join(verdict.advisories)
    return *_whose(one), verdict.exercise, verdict.kind, verdict.points, verdict.out_of, verdict.code, advisories


def _whose(one: GradedSubmission) -> tuple[str, str, str]:
    return one.submission.learner, one.submission.lesson, one.submission.path


def _item(item: Item) -> Sequence[Value]:
    code, count = item.commonest, item.codes.get(item.commonest, 0)
    codes = ", ".join(f"{name} {times}" for name, times in item.codes.items())
    counts = item.handed_in, item.tried, item.right, item.wrong, item.not_attempted, item.unclear
    return (
        item.lesson,
        item.exercise,
        *counts,
        _rounded(Share(item.right, item.tried).value),
        code,
        count if code else None,
        _rounded(Share(count, item.wrong).value) if code else None,
        codes,
        item.uncoded,
        _rounded(Share(item.uncoded, item.wrong).value),
        _rounded(item.discrimination),
        *_progress(item),
    )


def _progress(item: Item) -> Sequence[Value]:
    """Return what the progress files tell, as many empty cells if they tell nothing."""
    facts = item.progress
    if facts is None:
        return [None] * (len(ITEMS) - ITEMS.index("progress_n"))
    low, high = facts.interval or (None, None)
    known = bool(facts.first_code)
    return (
        facts.n,
        facts.first_right.count,
        _rounded(facts.first_right.value),
        _rounded(low),
        _rounded(high),
        _rounded(facts.ever_right.value),
        facts.first_code,
        facts.first_code_share.count if known else None,
        _rounded(facts.first_code_share.value) if known else None,
        facts.tries_median,
        facts.tries_p90,
        facts.hinted.count if facts.hinted else None,
        _rounded(facts.hinted.value) if facts.hinted else None,
        _rounded(facts.hint_depth),
        _rounded(facts.minutes_p50),
        _rounded(facts.minutes_p80),
    )


def _change(change: MarkChange) -> Sequence[Value]:
    points = change.points_before, change.points_after, change.gain
    return change.when, change.learner, change.lesson, change.exercise, change.before, change.after, *points, change.why


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 3)
