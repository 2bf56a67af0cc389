"""What is left for programs: JUnit's XML, well-formed whatever is in it."""

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from widgets.grading.collection import RefusedPath
from widgets.grading.model import ExerciseVerdict, GradedSubmission, Submission
from widgets.grading.output_files import as_xml
from widgets.grading.verdict_kinds import ERROR, FAULT, NOT_ATTEMPTED, PASSED, WRONG

from .test_ledger import texts

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
