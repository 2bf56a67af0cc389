"""What a check prints for a learner is four digits; under a grader, which asks by itself, a check says nothing."""

import pytest

from widgets import check, hint, order_lines
from widgets.common.grader_protocol import GRADING


def test_a_right_number_is_written_as_the_one_that_is_due(capsys):
    check("flat", 1.0000123)
    assert "x = 1.0\n" in capsys.readouterr().out


@pytest.mark.parametrize("answer", [-2.0, ..., 1.0])
def test_under_a_grader_nothing_is_said(answer, capsys, monkeypatch):
    monkeypatch.setenv(GRADING, "1")
    check("flat", answer)
    hint("flat")
    assert order_lines("loop_order", answer) is answer
    assert capsys.readouterr().out == ""
