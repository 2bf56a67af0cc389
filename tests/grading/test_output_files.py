"""What is left for the teacher: sheets that run no formula, and JUnit's XML, well-formed whatever is in it."""

import csv
import io
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.grading import output_files as sheets
from widgets.grading.collection import RefusedPath
from widgets.grading.model import ExerciseVerdict, GradedSubmission, Submission
from widgets.grading.output_files import as_xml
from widgets.grading.verdict_kinds import ERROR, FAULT, NOT_ATTEMPTED, PASSED, WRONG

from .test_ledger import ANN, FAILED, texts

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


WHOSE = Submission("ann", "01_the_tape", "/class/ann/x.ipynb", "ab12")
KINDS = {PASSED: None, WRONG: "failure", ERROR: "failure", NOT_ATTEMPTED: "skipped", FAULT: "error"}


def of(*verdicts, problem=""):
    return GradedSubmission(WHOSE, verdicts, problem=problem)


def test_each_exercise_is_a_case_with_its_outcome():
    root = ElementTree.fromstring(as_xml([of(*(ExerciseVerdict(kind, kind, 0.0, 1.0, "said") for kind in KINDS))]))
    (suite,) = root
    assert {case.get("name"): next((child.tag for child in case), None) for case in suite} == KINDS
    assert {case.get("classname") for case in suite} == {"ann.01_the_tape"}
    assert [suite.get(count) for count in ("tests", "failures", "errors", "skipped")] == ["5", "2", "1", "1"]
    assert suite.find(".//failure").text == "said" and suite.find(".//failure").get("message") == WRONG


def test_a_file_that_is_no_notebook_fails_and_a_refused_path_is_an_error():
    root = ElementTree.fromstring(as_xml([of(problem="empty")], [RefusedPath("/nobody", "not there")]))
    assert root.find(".//failure").get("message") == "empty"
    assert root.find(".//error").get("message") == "not there"


@given(
    st.lists(
        st.builds(ExerciseVerdict, texts, st.sampled_from(list(KINDS)), st.just(0.0), st.just(1.0), texts), max_size=3
    )
)
def test_any_text_is_well_formed_xml_and_the_same_twice(verdicts):
    text = as_xml([of(*verdicts)])
    cases = ElementTree.fromstring(text.encode("utf-8")).findall(".//testcase")
    assert len(cases) == max(1, len(verdicts))
    assert text == as_xml([of(*verdicts)])


def test_no_text_becomes_a_tag():
    text = as_xml([of(ExerciseVerdict("<x/>", WRONG, 0.0, 1.0, ']]></failure><failure/>&lt;\x00\x1b[31m"'))])
    assert len(ElementTree.fromstring(text).findall(".//failure")) == 1 and "\x1b" not in text
