"""The points of a class as Canvas and Moodle import them, and as the roster has its learners.

Canvas takes a file in the form of its own export: https://community.canvaslms.com, "How do I import grades in the
Gradebook". Moodle takes any table with an account, an address or an ID number, and asks which column is which:
https://docs.moodle.org/en/Grade_import. A cell that is empty changes nothing there.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence

from widgets.class_report.class_sheets import Value, sheet
from widgets.class_report.roster import BadRoster, Roster, RosterRow
from widgets.common.catalogue import _
from widgets.grading.model import GradedSubmission
from widgets.grading.other_files import counting

CANVAS, MOODLE = "canvas", "moodle"

NO_NOTEBOOK, NOT_LISTED = "no notebook", "not on the roster"

_CANVAS_NEEDS = ("student", "id", "section")
_MOODLE_NEEDS = ("username", "email address", "email", "id number")
_CANVAS_NUMBER = re.compile(r"\s*\(\d+\)\s*$")
_NO_WORD = re.compile(r"[\W_]+")


@dataclasses.dataclass(frozen=True)
class ClassPoints:
    """The points of a class.

    Attributes:
        points: by learner and lesson; None where there is no grade yet, or an answer is still to be marked.
        out_of: what a lesson is worth, by its name, in the order of the course.
        titles: what each lesson is called besides, by its name.
    """

    points: Mapping[str, Mapping[str, float | None]]
    out_of: Mapping[str, float]
    titles: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @classmethod
    def of(
        cls, graded: Iterable[GradedSubmission], titles: Mapping[str, str], learners: Iterable[str] = ()
    ) -> ClassPoints:
        """Return the points of what was graded. Of several notebooks of a lesson the last changed one counts.

        Args:
            graded: what was graded.
            titles: what each lesson is called besides, by its name.
            learners: of whom there are notebooks that may not be graded yet.

        Returns:
            The points.
        """
        points: dict[str, dict[str, float | None]] = {learner: {} for learner in learners}
        out_of: dict[str, float] = {}
        for one in counting(graded):
            of_learner, lesson = points.setdefault(one.submission.learner, {}), one.submission.lesson
            if lesson:
                out_of[lesson] = one.out_of
                of_learner[lesson] = _better(
                    of_learner.get(lesson), one.points if one.is_final and not one.to_mark else None
                )
        return cls(points, {name: out_of[name] for name in sorted(out_of)}, titles)


def _better(one: float | None, other: float | None) -> float | None:
    return max((points for points in (one, other) if points is not None), default=None)


@dataclasses.dataclass(frozen=True)
class Matched:
    """Which learners are in which row of a roster.

    Attributes:
        rows: by the row's line the learners whose folder or file it is.
        unlisted: the learners who are in no row.
        missing: what those are called who have handed in nothing.
        called: what the roster calls a learner, by the name of the learner's folder or file.
    """

    rows: Mapping[int, Sequence[str]]
    unlisted: Sequence[str]
    missing: Sequence[str]
    called: Mapping[str, str] = dataclasses.field(default_factory=dict)


def match(roster: Roster, learners: Iterable[str]) -> Matched:
    """Find the learners of a class in its roster."""
    rows: dict[int, list[str]] = {}
    unlisted, called = [], {}
    for learner in learners:
        row = roster.find(learner)
        if row:
            rows.setdefault(row.line, []).append(learner)
            called[learner] = roster.called(row)
        else:
            unlisted.append(learner)
    return Matched(rows, unlisted, [roster.called(row) for row in roster.learners if row.line not in rows], called)


def need_columns(system: str, roster: Roster | None) -> None:
    """Check that a roster has what a system finds a learner by.

    Args:
        system: CANVAS or MOODLE.
        roster: the roster, if there is one.

    Raises:
        BadRoster: if it does not.
    """
    columns = roster.columns if roster else []
    if system == CANVAS and not {*_CANVAS_NEEDS} <= {*columns}:
        said = _(
            "For Canvas, --roster needs the file that its gradebook exports (Grades, Export), with the columns "
            "Student, ID and Section."
        )
        raise BadRoster(said)
    if system == MOODLE and roster and not {*_MOODLE_NEEDS} & {*columns}:
        said = _("For Moodle, {name} needs one of these columns: Username, Email address, ID number.")
        raise BadRoster(said.format(name=roster.name))


def gradebook_csv(system: str, points: ClassPoints, roster: Roster | None) -> str:
    """Return the table that Canvas or Moodle imports.

    It has the columns that tell who a row is of, and one for each lesson. A column of the roster that is named after
    a lesson keeps its name, with Canvas's number in it.

    Args:
        system: CANVAS or MOODLE.
        points: of the class.
        roster: as `need_columns` wants it.

    Returns:
        CSV.
    """
    if roster is None:
        return sheet(["Username", *points.out_of], ([name, *_cells(points, [name])] for name in points.points))
    found = match(roster, points.points)
    names = {lesson: _column(roster, lesson, points.titles.get(lesson, "")) for lesson in points.out_of}
    header = [*(roster.header[place] for place in roster.identity), *(names[lesson] for lesson in points.out_of)]

    def row(one: RosterRow) -> Sequence[Value]:
        who = [one.cells[place] for place in roster.identity]
        is_of_points = any(cell.strip().casefold() == "points possible" for cell in who)
        if is_of_points:
            return [*who, *points.out_of.values()]
        return [*who, *_cells(points, found.rows.get(one.line, []))]

    rows = [one for one in roster.rows if one.is_learner or (system == CANVAS and _is_points_possible(one))]
    if system == CANVAS and not any(map(_is_points_possible, rows)):
        blank = ["    Points Possible" if name == "student" else "" for name in _identity_columns(roster)]
        return sheet(header, [[*blank, *points.out_of.values()], *map(row, rows)], keep_blanks=True)
    return sheet(header, map(row, rows), keep_blanks=True)


def roster_csv(points: ClassPoints, roster: Roster) -> str:
    """Return the roster's learners with their points, then those who are not on it.

    Args:
        points: of the class.
        roster: of the class.

    Returns:
        CSV with a last column that says who has handed in nothing, and who is not on the roster.
    """
    found = match(roster, points.points)
    header = [*(roster.header[place] for place in roster.identity), *points.out_of, "note"]
    rows: list[Sequence[Value]] = []
    for one in roster.learners:
        learners = found.rows.get(one.line, [])
        note = "" if learners else NO_NOTEBOOK
        rows.append([*(one.cells[place] for place in roster.identity), *_cells(points, learners), note])
    for learner in found.unlisted:
        blank = [""] * (len(roster.identity) - 1)
        rows.append([learner, *blank, *_cells(points, [learner]), NOT_LISTED])
    return sheet(header, rows)


def _identity_columns(roster: Roster) -> list[str]:
    return [roster.columns[place] for place in roster.identity]


def _is_points_possible(row: RosterRow) -> bool:
    return any(cell.strip().casefold() == "points possible" for cell in row.cells)


def _cells(points: ClassPoints, learners: Sequence[str]) -> list[float | None]:
    """Return the points of each lesson of a learner, who may have several folders."""
    cells = []
    for lesson in points.out_of:
        best: float | None = None
        for learner in learners:
            best = _better(best, points.points[learner].get(lesson))
        cells.append(best)
    return cells


def _column(roster: Roster, lesson: str, title: str) -> str:
    """Return the one column of a roster that is named after a lesson; for want of it the lesson's own name."""
    known = {_plain(name) for name in (lesson, title, title.partition("·")[2]) if name}
    columns = [name for name in roster.header if _plain(_CANVAS_NUMBER.sub("", name)) in known]
    return columns[0] if len(columns) == 1 else lesson


def _plain(text: str) -> str:
    return _NO_WORD.sub("", text.casefold())
