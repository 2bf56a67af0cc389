"""What learners have handed in beside their notebooks: the files that `progress(csv=...)` writes.

They belong to the learners, so no mark comes from them, and what cannot be read is left out. Columns are taken by their
names: those that a version of Tapedeck does not write are not known.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from widgets.class_report.model import ProgressRow
from widgets.common.catalogue import _
from widgets.common.lessons import LESSONS
from widgets.common.spreadsheet import delimiter_in
from widgets.grading.collection import FoundFile
from widgets.grading.download_names import download_name
from widgets.grading.untrusted import UnreadableFile, read_regular_file

NEEDED = {"lesson", "kind", "name", "status", "tries"}
"""The columns by which a progress file is known."""

_MOST_BYTES, _MOST_ROWS, _MOST_FILES = 1_000_000, 5_000, 20
_COUNT = re.compile(r"\d{1,6}")
_Row = Mapping[str, str]


def read_progress(
    found: Iterable[FoundFile], lessons: Collection[str]
) -> tuple[dict[tuple[str, str, str], ProgressRow], list[tuple[str, str]]]:
    """Read the progress files beside the notebooks of a class.

    Args:
        found: the notebooks.
        lessons: the names of the lessons, such as "01_the_tape".

    Returns:
        What they tell, by learner, lesson and exercise; and the files that cannot be read, each with a sentence on why.
    """
    by_name = {name: name for name in lessons} | {one.number: one.stem for one in LESSONS if one.stem in {*lessons}}
    rows: dict[tuple[str, str, str], ProgressRow] = {}
    problems = []
    for learner, path in _files(found):
        try:
            for row in rows_of(read_regular_file(str(path), _MOST_BYTES)):
                lesson = by_name.get(row["lesson"].strip().zfill(2), "")
                key = learner, lesson, row["name"]
                known = _progress_row(row) if lesson and row["kind"] == "exercise" else None
                if known and (key not in rows or known.tries >= rows[key].tries):
                    rows[key] = known
        except UnreadableFile as problem:
            problems.append((str(path), str(problem)))
    return rows, problems


def rows_of(data: bytes) -> list[_Row]:
    """Return the rows of a progress file, none of any other table.

    Args:
        data: the file's bytes.

    Returns:
        The rows, by the names of the columns.

    Raises:
        UnreadableFile: if it is no table.
    """
    try:
        text = data.decode("utf-8-sig")
        first = text.partition("\n")[0]
        reader = csv.DictReader(io.StringIO(text), delimiter=delimiter_in(first), restval="")
        if not {*(reader.fieldnames or ())} >= NEEDED:
            return []
        return [row for row, _number in zip(reader, range(_MOST_ROWS), strict=False)]
    except (UnicodeDecodeError, csv.Error):
        raise UnreadableFile(_("This is not a table that `progress(csv=...)` wrote.")) from None


def _files(found: Iterable[FoundFile]) -> Iterator[tuple[str, Path]]:
    """Yield the tables in the folders of the notebooks, each with its learner: in a folder of many by its name."""
    learners: dict[Path, set[str]] = {}
    for one in found:
        for folder in _folders(one):
            learners.setdefault(folder, set()).add(one.submission.learner)
    for folder, names in learners.items():
        for path in _tables(folder)[: _MOST_FILES * len(names)]:
            named = download_name(path.stem)
            whose = f"{named.learner} {named.number}".rstrip() if named and named.file else ""
            if whose in names:
                yield whose, path
            elif len(names) == 1:
                yield next(iter(names)), path


def _tables(folder: Path) -> list[Path]:
    """Return the tables in a folder, none if it cannot be listed."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix.lower() == ".csv" and path.name[0] != ".")
    except OSError:
        return []


def _folders(found: FoundFile) -> Sequence[Path]:
    """Return a notebook's folder and those above it that are its learner's, too."""
    parents = Path(found.submission.path).parents
    return parents[: max(1, found.key.count("/"))] if found.submission.learner else parents[:1]


def _progress_row(row: _Row) -> ProgressRow | None:
    """Return what a row tells; None if it is not one that we write."""
    tries = _count(row["tries"] or "0")
    if tries is None:
        return None
    is_right = row["status"] == "right"
    return ProgressRow(
        tries, is_right, _first_code(row, is_right, tries), _count(row.get("hints") or ""), _minutes(row)
    )  # fmt: skip


def _first_code(row: _Row, is_right: bool, tries: int) -> str | None:
    """Return the code of the first wrong answer, as far as the file tells: the last one is the first of one try."""
    known = row.get("first_code")
    return known if known is not None else row.get("code") if tries == 1 and not is_right else None


def _count(text: str) -> int | None:
    return int(text) if _COUNT.fullmatch(text) else None


def _minutes(row: _Row) -> float | None:
    try:
        minutes = float(row.get("seconds") or "nan") / 60
    except ValueError:
        return None
    return minutes if math.isfinite(minutes) and 0 <= minutes < 1e5 else None
