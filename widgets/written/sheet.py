"""written.csv: a row for each written answer, for a teacher to mark in a spreadsheet; and read back, every row of it.

Excel and its like change what they open: they save with semicolons, tabs, a byte order mark, or in UTF-16, write 2.5 as
2,5 and 007 as 7. So a row is known by its `answer_id`, and all else in it is compared.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from widgets.common.catalogue import _
from widgets.common.spreadsheet import as_cell, csv_text, decoded_table, delimiter_in
from widgets.written.marks import Marks
from widgets.written.model import Mark, WrittenAnswer

COLUMNS = ("learner", "lesson", "question", "verdict", "answer", "out_of", "points", "comment", "answer_id")
_NEEDED = ("learner", "lesson", "question", "points", "answer_id")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*|,\d{1,2})?|\.\d+)", re.ASCII)
"""2, 2.5 and 2,5; but not 1,000, which is a thousand to some and one to others."""

_MOST_SHOWN = 20
"""Problems that are told at a time."""

csv.field_size_limit(1 << 27)


class BadSheet(ValueError):
    """A sheet of marks is not as it should be; the message names every row. Nothing was read of it."""


@dataclasses.dataclass(frozen=True)
class Row:
    """One row of a sheet, as text.

    Attributes:
        number: as the spreadsheet numbers it; the names of the columns are in row 1.
        cells: by the column's name, without spaces around.
        is_too_long: whether it has more cells than there are columns: an unquoted comma made two of one.
    """

    number: int
    cells: Mapping[str, str]
    is_too_long: bool = False

    def __getitem__(self, column: str) -> str:
        """Return a cell; "" where the row or the sheet has none."""
        return self.cells.get(column, "")


def as_csv(answers: Iterable[tuple[WrittenAnswer, str]], marks: Marks) -> str:
    """Return the sheet.

    Args:
        answers: each with its text as it may be shown. The same answer in two files of a learner is one row.
        marks: those that are known; the others' points are left empty.

    Returns:
        A table in CSV, with the mark that tells Excel it is UTF-8.
    """
    rows: list[Sequence[str]] = [COLUMNS]
    for answer, shown in {answer.answer_id: (answer, shown) for answer, shown in answers}.values():
        mark = marks.of(answer)
        points = "" if mark is None or mark.points is None else f"{mark.points:g}"
        whose = map(_cell, (*answer.question_of, answer.verdict, shown))
        comment = _cell(mark.comment) if mark else ""
        rows.append([*whose, f"{answer.out_of:g}", points, comment, answer.answer_id])
    return "\ufeff" + csv_text(rows)


def read(data: bytes, answers: Iterable[WrittenAnswer], kept: Marks) -> dict[str, Mark]:
    """Read the marks in a sheet. Rows without points and comment are passed over.

    Args:
        data: the file's bytes.
        answers: everything that can be marked now.
        kept: the marks that are known already; a row that says the same again is right, whatever has changed.

    Returns:
        The marks by answer_id.

    Raises:
        BadSheet: if anything in it is wrong.
    """
    by_id = {one.answer_id: one for one in answers}
    found: dict[str, tuple[Row, Mark]] = {}
    problems = []
    for row in _rows(_text(data)):
        if row["points"] or row["comment"]:
            problem, mark = _mark(row, by_id, kept)
            before = found.setdefault(row["answer_id"], (row, mark)) if mark else None
            if before and before[1] != mark:
                problem = _("row {other} gives the same answer another mark.").format(other=before[0].number)
            if problem:
                problems.append(f"{_where(row)}: {problem}")
    if problems:
        raise BadSheet("\n".join([*problems[:_MOST_SHOWN], *(["…"] if len(problems) > _MOST_SHOWN else [])]))
    return {answer_id: mark for answer_id, (_row, mark) in found.items()}


def _mark(row: Row, answers: Mapping[str, WrittenAnswer], kept: Marks) -> tuple[str, Mark | None]:
    """Return what is wrong with a row, or "" and its mark; none if that is known of an answer that has changed."""
    if row.is_too_long:
        return _("it has more cells than the first row. A text with a comma in it needs quotes."), None
    answer, known = answers.get(row["answer_id"]), kept.get(row["answer_id"])
    points, problem = _points(row["points"], answer.out_of if answer else math.inf)
    is_known_comment = known and row["comment"] == _cell(known.comment)
    comment = known.comment if known and is_known_comment else row["comment"]
    if answer is None:
        is_known = known and is_known_comment and not problem and points == known.points
        return "" if is_known else _why_unknown(row, answers.values()), None
    if not all(map(_is_same, (row["learner"], row["lesson"], row["question"]), answer.question_of)):
        said = _("its answer_id is that of {whose}. Was one column sorted without the others?")
        problem = said.format(whose=", ".join(answer.question_of))
    if points is None and known:
        points = known.points
    return problem, None if problem else Mark(*answer.question_of, points, comment)


def _why_unknown(row: Row, answers: Iterable[WrittenAnswer]) -> str:
    """Say why a row's answer is not there."""
    theirs = [one for one in answers if _is_same(row["learner"], one.learner)]
    if not theirs:
        return _("there is no written answer of a learner with this name.")
    names = [one.question for one in theirs if _is_same(row["lesson"], one.lesson)]
    if not names:
        return _("this learner has no written answer in this lesson.")
    if not any(_is_same(row["question"], name) for name in names):
        said = _("there is no written question with this name in the lesson. It has: {names}.")
        return said.format(names=", ".join(dict.fromkeys(names)))
    return _("the answer has changed since this sheet was written. Empty this row's points and comment.")


def _points(text: str, out_of: float) -> tuple[float | None, str]:
    """Return the points in a cell, None if it is empty, and what is wrong with them."""
    if not text:
        return None, ""
    if not _NUMBER.fullmatch(text):
        return None, _("points are a number such as 2 or 2.5, and not “{text}”.").format(text=text[:40])
    points = float(text.replace(",", ".")) + 0.0  # no -0
    if not 0 <= points <= out_of:
        return None, _("points are between 0 and {out_of}, and not {text}.").format(
            out_of=f"{out_of:g}", text=text[:40]
        )
    return points, ""


def _where(row: Row) -> str:
    names = " ".join(filter(None, (row[column][:40] for column in ("learner", "lesson", "question"))))
    return _("row {number} ({names})").format(number=row.number, names=names)


def _is_same(text: str, name: str) -> bool:
    """Return whether a cell is a name, also where a spreadsheet has read a number, or hidden an apostrophe."""
    cell = _cell(name)
    if text in (cell, cell.removeprefix("'"), name.strip()):
        return True
    return name.isdecimal() and (text == name.lstrip("0") or ("E+" in text and _is_near(text, name)))


def _is_near(text: str, name: str) -> bool:
    try:
        return abs(float(text.replace(",", ".")) - float(name)) <= 1e-2 * float(name)
    except ValueError:
        return False


def _cell(text: str) -> str:
    """Return a text as its cell shows it: no line of it is run as a formula, wherever its lines end up."""
    return "\n".join(str(as_cell(line)) for line in text.strip().splitlines())


def _text(data: bytes) -> str:
    try:
        return decoded_table(data)
    except UnicodeError:
        raise BadSheet(_("This is not a table in UTF-8. In the spreadsheet, save it as “CSV UTF-8”.")) from None


def _rows(text: str) -> Iterator[Row]:
    first, _newline, rest = text.partition("\n")
    if first.lower().startswith("sep="):
        first, text = rest.partition("\n")[0], rest
    try:
        table = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_in(first)))
    except csv.Error as error:
        said = _("This is not a table in CSV: {reason}.")
        raise BadSheet(said.format(reason=error)) from error
    names = [cell.strip().lower() for cell in table[0]] if table else []
    if missing := [name for name in _NEEDED if names.count(name) != 1]:
        said = _(
            "The first row does not name these columns once each: {names}. Begin with the written.csv of the grader."
        )
        raise BadSheet(said.format(names=", ".join(missing)))
    for number, cells in enumerate(table[1:], 2):
        named = {name: cell.strip() for name, cell in zip(names, cells, strict=False)}
        yield Row(number, named, is_too_long=any(map(str.strip, cells[len(names) :])))
