"""The list of a class as a teacher has it, or as Canvas or Moodle exports it: which learner is in which row.

A list that cannot be read for certain is refused, before anything is graded.
"""

from __future__ import annotations

import collections
import csv
import dataclasses
import functools
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from widgets.class_report.roster_columns import FIRST_NAMES, IDS, LAST_NAMES, NAMES, plain_column
from widgets.common.catalogue import _
from widgets.common.spreadsheet import decoded_table
from widgets.grading.model import Refusal

_ALL_NAMES = (*NAMES, *FIRST_NAMES, *LAST_NAMES)
_KEPT = (*IDS, *_ALL_NAMES, "root account", "section")
_MOST_BYTES = 10_000_000
_BY_ID, _BY_NUMBER, _BY_ADDRESS, _BY_NAME = range(4)
"""What a learner is found by: an account, the platform's number and the name, an address's first part, a name."""

_TEST_STUDENT = "student, test"
"""What Canvas calls a learner who is none."""


class BadRoster(Refusal):
    """The list of the class cannot be read; the message says why."""


@dataclasses.dataclass(frozen=True)
class RosterRow:
    """One row of a roster.

    Attributes:
        line: its number in the file.
        cells: one for each column.
        is_learner: whether it is of a learner: Canvas has other rows, too.
    """

    line: int
    cells: tuple[str, ...]
    is_learner: bool = True


@dataclasses.dataclass(frozen=True)
class Roster:
    """A class.

    Attributes:
        name: of the file.
        header: the names of the columns, as they are in the file.
        rows: in the order of the file.
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[RosterRow, ...]

    @property
    def learners(self) -> list[RosterRow]:
        """The rows of learners."""
        return [row for row in self.rows if row.is_learner]

    @property
    def identity(self) -> list[int]:
        """The places of the columns that tell who a row is of."""
        return [place for place, name in enumerate(self.columns) if name in _KEPT]

    @functools.cached_property
    def columns(self) -> list[str]:
        """The names of the columns in small letters, without signs."""
        return [plain_column(name) for name in self.header]

    def called(self, row: RosterRow) -> str:
        """Return what a row's learner is called."""
        cell = dict(zip(self.columns, row.cells, strict=True))
        whole = next((cell[name] for name in NAMES if cell.get(name)), "")
        parts = [next((cell[name] for name in names if cell.get(name)), "") for names in (FIRST_NAMES, LAST_NAMES)]
        ids = next((cell[name] for name in IDS if cell.get(name)), "")
        return whole.strip() or " ".join(filter(None, parts)).strip() or ids.strip()

    def find(self, learner: str) -> RosterRow | None:
        """Return the row of a learner, by the name of the learner's folder or file; None if none is for certain."""
        name = _letters(_without_number(learner))
        for level, key in _keys_of_learner(learner):
            row = self._index[level].get(key)
            names = {key for level, key in self._keys_of_row(row) if level == _BY_NAME} if row else set()
            if row and (level != _BY_NUMBER or not names or name in names):
                return row
        return None

    @functools.cached_property
    def _index(self) -> Mapping[int, Mapping[str, RosterRow | None]]:
        """The rows by their keys, at each level; None where a key is of several rows."""
        index: dict[int, dict[str, RosterRow | None]] = collections.defaultdict(dict)
        for row in self.learners:
            for level, key in self._keys_of_row(row):
                known = index[level].setdefault(key, row)
                index[level][key] = row if known is row else None
        return index

    def _keys_of_row(self, row: RosterRow) -> set[tuple[int, str]]:
        cells = {name: cell.strip() for name, cell in zip(self.columns, row.cells, strict=True) if cell.strip()}
        ids = {cells[name].casefold() for name in IDS if name in cells}
        keys = {(_BY_ID, one) for one in ids} | {
            (_BY_NUMBER, re.sub(r"\D", "", cells[name])) for name in ("id", "identifier") if name in cells
        }
        keys |= {(_BY_ADDRESS, one.partition("@")[0]) for one in ids if "@" in one}
        first, last = (next((cells[name] for name in of if name in cells), "") for of in (FIRST_NAMES, LAST_NAMES))
        whole = next((cells[name] for name in NAMES if name in cells), "")
        before, _comma, after = whole.partition(",")
        names = {_letters(one) for one in (whole, after + before, first + last, last + first)}
        return {(level, key) for level, key in keys | {(_BY_NAME, name) for name in names} if key}


def read_roster(path: Path) -> Roster:
    """Read a list of a class.

    Args:
        path: of a table in UTF-8, or in UTF-16 with a mark, with commas, semicolons or tabs, and the names of the
            columns first.

    Returns:
        The class.

    Raises:
        BadRoster: if it is none, or if it does not tell learners apart.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise BadRoster(_("{path} cannot be read: {reason}.").format(path=path, reason=error.strerror)) from None
    text = _decoded(path, data)
    if not text.strip():
        raise BadRoster(
            _("{path} is empty. It needs a row with the names of the columns, then a row for each learner.").format(
                path=path
            )
        )
    return _checked(path, _parsed(path, text))


def _decoded(path: Path, data: bytes) -> str:
    if len(data) > _MOST_BYTES:
        raise BadRoster(_("{path} is too large for the list of a class.").format(path=path))
    if data.startswith(b"PK"):
        said = _("{path} is a spreadsheet's own file. Save it there as CSV (UTF-8), and name that file.")
        raise BadRoster(said.format(path=path))
    try:
        return decoded_table(data)
    except UnicodeError:
        said = _("{path} is not text in UTF-8. Save it in your spreadsheet program as CSV (UTF-8), and name that file.")
        raise BadRoster(said.format(path=path)) from None


def _parsed(path: Path, text: str) -> list[tuple[int, list[str]]]:
    """Return the rows that are not blank, each with its line, split where most columns are known then."""
    said = re.match(r"sep=(.)\r?\n", text)  # Excel's own line
    tables, problem = [], ""
    for delimiter in [said[1]] if said else [",", ";", "\t"]:
        lines = io.StringIO(text[said.end() if said else 0 :], newline="")
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        try:
            tables.append([(reader.line_num + bool(said), row) for row in reader if any(map(str.strip, row))])
        except csv.Error as error:
            problem = problem or _("line {line}: {reason}").format(line=reader.line_num + bool(said), reason=error)
    if not any(tables):
        raise BadRoster(_("{path} is not a table: {reason}.").format(path=path, reason=problem))
    return max(filter(None, tables), key=lambda rows: sum(plain_column(name) in _KEPT for name in rows[0][1]))


def _checked(path: Path, table: Sequence[tuple[int, list[str]]]) -> Roster:
    (_line, first), *rest = table
    header = tuple(name.strip("\ufeff") for name in first)
    columns = [plain_column(name) for name in header]
    known = {*columns} & {*IDS, *_ALL_NAMES}
    if not known:
        said = _(
            "{path}: none of its columns is known: {columns}. The first row needs a name such as learner (the names of "
            "the learners' folders), username, email, ID, or Student."
        )
        raise BadRoster(said.format(path=path, columns=", ".join(header)[:200]))
    if twice := next((name for name in columns if name in known and columns.count(name) > 1), ""):
        raise BadRoster(_("{path}: two columns are called {name}.").format(path=path, name=twice))
    rows = tuple(_row(path, columns, line, cells) for line, cells in rest)
    roster = Roster(path.name, header, rows)
    if not roster.learners:
        raise BadRoster(_("{path} names no learner.").format(path=path))
    _refuse_duplicates(path, roster)
    return roster


def _row(path: Path, columns: Sequence[str], line: int, cells: list[str]) -> RosterRow:
    while len(cells) > len(columns) and not cells[-1].strip():
        cells = cells[:-1]
    if len(cells) > len(columns):
        said = _("{path}, line {line}: it has {cells} cells, and the first row has {columns}.")
        raise BadRoster(said.format(path=path, line=line, cells=len(cells), columns=len(columns)))
    cells = [*cells, *[""] * (len(columns) - len(cells))]
    identity = [
        cell.strip().casefold() for name, cell in zip(columns, cells, strict=True) if name in (*IDS, *_ALL_NAMES)
    ]
    is_learner = any(identity) and "points possible" not in identity and _TEST_STUDENT not in identity
    return RosterRow(line, tuple(cells), is_learner)


def _refuse_duplicates(path: Path, roster: Roster) -> None:
    for place, line, value, before in _duplicates(roster):
        said = _(
            "{path}: {column} is {value} in line {before} and again in line {line}. Each learner needs another one."
        )
        raise BadRoster(
            said.format(path=path, column=roster.header[place], value=value, before=before, line=line)
        )  # fmt: skip


def _duplicates(roster: Roster) -> Iterator[tuple[int, int, str, int]]:
    """Yield the numbers or accounts that two learners have; their names only if there is no column of such."""
    ids = [place for place, name in enumerate(roster.columns) if name in IDS]
    places = ids or [place for place, name in enumerate(roster.columns) if name in NAMES]
    for place in places:
        seen: dict[str, int] = {}
        for row in roster.learners:
            value = row.cells[place].strip().casefold()
            if value and value in seen:
                yield place, row.line, row.cells[place].strip(), seen[value]
            seen[value] = row.line


def _keys_of_learner(learner: str) -> Iterator[tuple[int, str]]:
    """Yield what a learner may be found by, the surest first: an account, the platform's number, a name."""
    name = _without_number(learner)
    yield _BY_ID, learner.strip().casefold()
    if name != learner.strip():
        yield _BY_NUMBER, learner.strip().rpartition(" ")[2]
        yield _BY_ID, name.casefold()
    yield _BY_ADDRESS, learner.strip().casefold()
    yield _BY_NAME, _letters(name)


def _without_number(learner: str) -> str:
    """Return a learner's name without the number that a platform has put behind it."""
    name, _space, number = learner.strip().rpartition(" ")
    return name if name and number.isdecimal() else learner.strip()


def _letters(text: str) -> str:
    """Return the letters of a text, in small ones without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if letter.isalpha())
