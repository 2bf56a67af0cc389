"""The points as Canvas and Moodle import them: their own columns, everyone's ids, and no cell that nobody earned."""

import csv
import io

import pytest

from tests.class_report.test_roster import CANVAS, read
from widgets.class_report.gradebooks import ClassPoints, gradebook_csv, match, need_columns, roster_csv
from widgets.class_report.roster import BadRoster
from widgets.grading.model import ExerciseVerdict, GradedSubmission, Submission
from widgets.grading.verdict_kinds import FAULT, PASSED, WRONG

TITLES = {"01_the_tape": "1 · The tape", "05_gradient_descent": "5 · Gradient descent"}


def graded(learner, lesson, *kinds):
    points = {PASSED: 1.0, WRONG: 0.0, FAULT: None}
    verdicts = tuple(ExerciseVerdict(str(n), kind, points[kind], 1.0) for n, kind in enumerate(kinds))
    return GradedSubmission(Submission(learner, lesson, f"{learner}/{lesson}.ipynb", ""), verdicts)


POINTS = ClassPoints.of(
    [
        graded("alovelace", "01_the_tape", PASSED, WRONG),
        graded("Ada Lovelace", "01_the_tape", WRONG, WRONG),
        graded("alovelace", "05_gradient_descent", PASSED, FAULT),
        graded("=ann", "01_the_tape", PASSED, PASSED),
        graded("dee", ""),
    ],
    TITLES,
)


def table(text):
    return list(csv.reader(io.StringIO(text)))


def test_canvas_gets_its_columns_its_numbers_and_the_points_possible(tmp_path):
    header, possible, ada, grace = table(gradebook_csv("canvas", POINTS, read(tmp_path, CANVAS)))
    assert header == [*CANVAS.splitlines()[0].split(","), "05_gradient_descent"]
    assert possible == ["    Points Possible", "", "", "", "", "2", "2"]
    assert ada == ["Lovelace, Ada", "12", "u1", "alovelace", "A", "1", ""]  # what is not graded yet is no zero
    assert grace == ["Hopper, Grace", "13", "u2", "ghopper", "A", "", ""]


def test_other_assignments_are_left_as_they_are_in_canvas(tmp_path):
    roster = read(tmp_path, "Student,ID,Section,The Tape (7),Essay (8),Final Score\nLove,12,A,3,9,80\n")
    header, possible, row = table(gradebook_csv("canvas", POINTS, roster))
    assert header == ["Student", "ID", "Section", "The Tape (7)", "05_gradient_descent"]
    assert possible == ["    Points Possible", "", "", "2", "2"] and row == ["Love", "12", "A", "", ""]


def test_moodle_gets_addresses_or_without_a_roster_the_accounts(tmp_path):
    roster = read(tmp_path, "First name,Surname,Email address,Last access\nAda,Lovelace,alovelace@x.org,never\n")
    header, ada = table(gradebook_csv("moodle", POINTS, roster))
    assert header == ["First name", "Surname", "Email address", "01_the_tape", "05_gradient_descent"]
    assert ada == ["Ada", "Lovelace", "alovelace@x.org", "1", ""]
    rows = table(gradebook_csv("moodle", POINTS, None))
    assert rows[0][0] == "Username" and ["'=ann", "2", ""] in rows


def test_the_roster_tells_who_is_missing_and_who_is_not_on_it(tmp_path):
    roster = read(tmp_path, CANVAS)
    rows = table(roster_csv(POINTS, roster))
    assert [row[0] for row in rows[1:]] == ["Lovelace, Ada", "Hopper, Grace", "'=ann", "dee"]
    assert [row[-1] for row in rows[1:]] == ["", "no notebook", "not on the roster", "not on the roster"]
    waiting = ClassPoints.of([], TITLES, ["Hopper Grace"])
    assert match(roster, waiting.points).missing == ["Lovelace, Ada"]  # her notebook is there, and not graded yet
    found = match(roster, POINTS.points)
    assert found.called == {"alovelace": "Lovelace, Ada", "Ada Lovelace": "Lovelace, Ada"}
    assert (found.missing, found.unlisted) == (["Hopper, Grace"], ["=ann", "dee"])


def test_no_name_is_run_as_a_formula(tmp_path):
    roster = read(tmp_path, "Student,ID,Section\n=cmd|'/c calc'!A0,12,A\n")
    for text in (gradebook_csv("canvas", POINTS, roster), roster_csv(POINTS, roster)):
        assert not any(cell.startswith(("=", "+", "-", "@")) for row in table(text) for cell in row)


def test_what_a_system_cannot_find_anybody_by_is_refused(tmp_path):
    own = read(tmp_path, "learner\nada\n")
    for system, roster in (("canvas", None), ("canvas", own), ("moodle", own)):
        with pytest.raises(BadRoster):
            need_columns(system, roster)
    need_columns("moodle", None)
    need_columns("canvas", read(tmp_path, CANVAS))
