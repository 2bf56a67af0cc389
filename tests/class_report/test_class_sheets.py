"""The sheets about a class: a row each, no formula, and an empty cell where nothing is known."""

import csv
import io

import pytest
from hypothesis import given

from tests.grading.test_ledger import ANN, FAILED, texts
from widgets.class_report import class_sheets as sheets
from widgets.class_report.item_statistics import items, responses
from widgets.class_report.model import Item, ProgressRow
from widgets.grading.lesson_reference import LessonReference
from widgets.grading.model import GradedSubmission, ReferenceExercise, Submission

NOTHING = GradedSubmission(Submission("bob", "", "/class/bob/x.ipynb", ""), (), problem="The file is empty.")


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_each_submission_has_its_row():
    ann, failed, nothing = rows(sheets.grades_csv([ANN, FAILED, NOTHING]))
    assert (ann["learner"], ann["lesson"], ann["points"], ann["out_of"], ann["passed"]) == (
        "ann",
        "01_the_tape",
        "1",
        "2",
        "1",
    )
    assert ann["notes"] == "a note"
    assert failed["points"] == ""  # and not 0: it is no mark yet
    assert (nothing["points"], nothing["problem"]) == ("0", "The file is empty.")


def test_each_exercise_has_its_row():
    flat, wave = rows(sheets.exercises_csv([ANN, NOTHING]))
    assert (flat["exercise"], flat["verdict"], flat["points"], flat["advisories"]) == (
        "flat",
        "passed",
        "1",
        "no tape used",
    )
    assert (wave["verdict"], wave["points"], wave["code"]) == ("wrong", "0", "SIGN")


@pytest.mark.parametrize(
    "name",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r\n=1", "＝1", "﹦", "\u200b=1", "\ufeff=1", "=cmd|'/c calc'!A0"],
)
def test_no_formula_is_run(name):
    (row,) = rows(sheets.grades_csv([GradedSubmission(Submission(name, "", name, ""), (), problem=name)]))
    assert {row["learner"][0], row["file"][0], row["problem"][0]} == {"'"}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("ann;=1+1;x", "ann;'=1+1;x"),
        ("ann; +1", "ann;' +1"),
        ('ann;"=1', "ann;'\"=1"),
        ("ann;;＠x", "ann;;'＠x"),
        ("ann; bob", "ann; bob"),
    ],
)
def test_none_is_run_where_a_semicolon_begins_a_new_cell(name, shown):
    (row,) = rows(sheets.grades_csv([GradedSubmission(Submission(name, "", name, ""), (), problem=name)]))
    assert {row["learner"], row["file"], row["problem"]} == {shown}


@given(texts, texts)
def test_any_text_stays_in_its_cell(learner, problem):
    text = sheets.grades_csv([GradedSubmission(Submission(learner, "", "x", ""), (), problem=problem), ANN])
    text.encode("utf-8")
    named, ann = rows(text)
    assert ann["learner"] == "ann" and named["file"] == "x"
    assert not named["learner"].startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_numbers_stay_numbers():
    assert [sheets._cell(number) for number in (-1.5, 2.0, 3)] == ["-1.5", "2", "3"]


def test_an_item_has_empty_cells_for_what_nobody_knows():
    (row,) = rows(sheets.items_csv([Item("01_the_tape", "flat", 3, 2, 1, 0, {"SIGN": 2}, 2)]))
    known = {"lesson", "item", "handed_in", "n", "right", "wrong", "not_attempted", "unclear", "codes", "uncoded_n"}
    assert {name for name, cell in row.items() if cell} == known
    assert (row["handed_in"], row["n"], row["codes"], row["uncoded_n"]) == ("6", "5", "SIGN 2", "2")


def test_of_few_learners_there_are_counts_and_of_many_shares():
    exercise = ReferenceExercise("flat", "check-flat", 1.0, "", "", needs_tape=False, expression="flat")
    lessons = {"01_the_tape": LessonReference("01_the_tape", {"cells": []}, (exercise,))}
    for count, shown in ((7, ""), (8, "0.25")):
        progress = {
            (str(n), "01_the_tape", "flat"): ProgressRow(1 + (n > 1), True, "" if n < 2 else "SINE_ALONE", n % 2, 3.0)
            for n in range(count)
        }
        graded = responses([ANN], lessons)
        (row,) = rows(sheets.items_csv(items(graded, lessons, progress)))
        assert (row["progress_n"], row["first_right_n"], row["first_right"]) == (str(count), "2", shown)
        assert bool(row["first_right_low"]) == bool(row["minutes_p50"]) == bool(row["hint_rate"]) == bool(shown)
        assert (row["first_code"], row["first_code_n"], row["share"]) == ("SINE_ALONE", str(count - 2), "")
