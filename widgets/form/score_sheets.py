"""The scores as CSV files, which a spreadsheet opens: a row for each learner, and a row for each question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from widgets.common.spreadsheet import as_cell, csv_text
from widgets.common.writing import write
from widgets.form.gains import LearnerGain, QuestionGain, Tally, unknown_count
from widgets.form.model import BLANK, NOT_KNOWN, OTHER, POST, PRE, RIGHT
from widgets.form.questions import QUESTIONS

_Cell: TypeAlias = "str | float | None"

LEARNER_COLUMNS = (
    "learner",
    "before",
    "after",
    "max",
    "gain",
    "normalized_gain",
    "unknown_before",
    "unknown_after",
    "notes",
)

MOST_IDEAS = max(len(question.ideas) for question in QUESTIONS)

_WHEN = ("before", "after")
_OF_IDEA = ("", *(f"_{what}_{when}" for what in ("n", "share") for when in _WHEN))
QUESTION_COLUMNS = (
    *("item", "question", "lesson", "n_before", "n_after", "n_both", "gain", "normalized_gain"),
    *(
        f"{kind}_{what}_{when}"
        for kind in ("right", "unknown", "blank", "other")
        for what in ("n", "share")
        for when in _WHEN
    ),
    *(f"idea_{place}{column}" for place in range(1, MOST_IDEAS + 1) for column in _OF_IDEA),
)


def items_path(path: Path) -> Path:
    """Return where the rows of the questions go, beside those of the learners."""
    return path.with_name(f"{path.stem}_items{path.suffix}")


def write_sheets(path: Path, learners: Sequence[LearnerGain], questions: Sequence[QuestionGain]) -> None:
    """Write both files, each whole or not at all."""
    write(path, _as_csv(LEARNER_COLUMNS, map(_learner_row, learners)))
    write(items_path(path), _as_csv(QUESTION_COLUMNS, map(_question_row, questions)))


def _as_csv(columns: Sequence[str], rows: Iterable[Sequence[_Cell]]) -> str:
    return csv_text([columns, *([as_cell(_rounded(cell)) for cell in row] for row in rows)])


def _rounded(cell: _Cell) -> _Cell:
    return round(cell, 3) if isinstance(cell, float) else cell


def _learner_row(row: LearnerGain) -> list[_Cell]:
    unknown = [unknown_count(row.learner.taken.get(form)) for form in (PRE, POST)]
    notes = " ".join(row.learner.notes)
    return [row.learner.name, row.before, row.after, len(QUESTIONS), row.gain, row.normalized, *unknown, notes]


def _question_row(row: QuestionGain) -> list[_Cell]:
    question = QUESTIONS[row.number - 1]
    tallies = (row.before, row.after)
    counts = (row.before.count, row.after.count, row.both)
    verdicts = [cell for kind in (RIGHT, NOT_KNOWN, BLANK, OTHER) for cell in _of(kind, tallies)]
    ideas = [cell for code in question.ideas for cell in (code, *_of(code, tallies))]
    return [row.number, question.name, question.lesson, *counts, row.gain, row.normalized, *verdicts, *_filled(ideas)]


def _of(verdict: str, tallies: Sequence[Tally]) -> Iterator[_Cell]:
    """Yield how many, and then which share, before and after."""
    yield from (tally.of[verdict] for tally in tallies)
    yield from (tally.share(verdict) for tally in tallies)


def _filled(ideas: list[_Cell]) -> list[_Cell]:
    return ideas + [None] * (MOST_IDEAS * len(_OF_IDEA) - len(ideas))
