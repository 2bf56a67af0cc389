"""What a check prints for a grader: whole numbers and a code, where a learner reads four digits."""

import pytest

from widgets.common.grader_protocol import CODE, GRADING, NO_ANSWER
from widgets.exercises.checks import check

NEARLY_ONE = 1.0000123


@pytest.fixture
def printed(capsys):
    """Return a function that checks an answer to `flat` and returns the lines printed."""

    def lines(answer):
        check("flat", answer)
        return capsys.readouterr().out.splitlines()

    return lines


def test_a_grader_reads_a_right_number_as_it_came_back(printed, monkeypatch):
    for_learners = printed(NEARLY_ONE)
    monkeypatch.setenv(GRADING, "1")
    assert printed(NEARLY_ONE) == [line.replace("x = 1.0", f"x = {NEARLY_ONE}") for line in for_learners]


@pytest.mark.parametrize(("answer", "code"), [(-2.0, "SLOPE_NOT_PLACE"), (..., NO_ANSWER), ("one", "NOT_A_NUMBER")])
def test_the_code_stands_in_the_last_line_for_a_grader_only(answer, code, printed, monkeypatch):
    for_learners = printed(answer)
    monkeypatch.setenv(GRADING, "1")
    assert printed(answer) == [*for_learners, CODE + code]
