"""The terminal: a row for each submission, a sentence for what is amiss, and no letter that a learner can act with."""

import io

import pytest
from hypothesis import given

from widgets.grading.console import progress, show_class, show_line, show_own, terminal
from widgets.grading.model import ExerciseVerdict, GradedSubmission, Submission
from widgets.grading.verdict_kinds import VERDICTS

from .test_ledger import ANN, FAILED, texts


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")


def said(show, *facts):
    screen = io.StringIO()
    show(terminal(screen), *facts)
    return screen.getvalue()


def test_a_class_is_a_row_each_and_what_is_amiss():
    bob = GradedSubmission(Submission("bob", "", "/class/bob/x.ipynb", ""), (), problem="The file is empty.")
    text = said(show_class, [ANN, bob, FAILED])
    ann = next(line for line in text.splitlines() if "ann" in line)
    assert ann.split() == ["ann", "01_the_tape", "1/2", "1", "passed,", "1", "wrong"]
    assert "/class/bob/x.ipynb: The file is empty." in text
    assert text.count("a note") == 2  # of ANN and FAILED


def test_a_fault_is_no_mark():
    text = said(show_class, [FAILED])
    assert "1 grader fault" in text and "0/1" not in text


def test_ones_own_file_is_a_row_for_each_exercise_and_what_to_do():
    text = said(show_own, ANN)
    assert "flat" in text and "1 of 1 points" in text and "1 of 2 points" in text
    assert "wave: Your cell ran" in text and "\n    no\n" in text
    assert "flat: Your answer does not use" in text  # an advisory on what passed


def test_every_kind_of_verdict_can_be_told():
    text = said(
        show_own, GradedSubmission(ANN.submission, tuple(ExerciseVerdict(kind, kind, 0.0, 1.0) for kind in VERDICTS))
    )
    assert all(kind in text for kind in VERDICTS)


@given(texts, texts)
def test_what_learners_wrote_moves_no_cursor_and_writes_no_markup(name, text):
    hostile = f"{name}\x1b[2J\x07[bold]{text}\x9b"
    verdict = ExerciseVerdict(hostile, "wrong", 0.0, 1.0, hostile, hostile, (hostile,))
    one = GradedSubmission(Submission(hostile, hostile, hostile, ""), (verdict,), hostile, (hostile,))
    for shown in (said(show_own, one), said(show_class, [one]), said(show_line, hostile, hostile)):
        shown.encode("utf-8")
        assert not set(shown) & {"\x1b", "\x07", "\x9b", "\r", "\b"}
        assert "[bold]" in "".join(shown.split())


def test_a_file_gets_a_line_now_and_then_and_no_bar(capsys):
    """pytest's standard output is a file, too."""
    with progress(3, every=0) as advance:
        for _time in range(3):
            advance()
    assert capsys.readouterr().out.splitlines() == ["Graded: 1 of 3", "Graded: 2 of 3"]  # the table tells of the last
    with progress(3) as advance:
        advance()
    assert capsys.readouterr().out == ""
