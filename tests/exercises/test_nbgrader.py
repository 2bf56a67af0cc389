"""Checks under nbgrader, which gives and takes points by exceptions alone."""

import pytest
from IPython.core.interactiveshell import InteractiveShell

from widgets import check, predict
from widgets.exercises.checks import NBGRADER, NotRight


@pytest.fixture(params=["autograde", "validate"])
def nbgrader(request, monkeypatch):
    monkeypatch.setenv(NBGRADER, request.param)


def test_a_right_answer_raises_nothing(nbgrader, capsys):
    check("double", lambda x: 2 * x)
    assert "Right:" in capsys.readouterr().out


@pytest.mark.parametrize(
    "answer, said",
    [(lambda x: 3 * x, "Not right:"), (lambda x: ..., "No answer yet."), (..., "No answer yet."), (None, "Not right:")],
)
def test_any_other_raises_after_it_was_told(nbgrader, answer, said, capsys):
    with pytest.raises(NotRight, match="double is not right yet"):
        check("double", answer)
    assert said in capsys.readouterr().out


def test_nbgraders_own_stub_raises_too(nbgrader, capsys):
    def double(x):
        raise NotImplementedError()

    with pytest.raises(NotRight):
        check("double", double)
    assert "No answer yet." in capsys.readouterr().out


def test_a_prediction_is_no_exercise(nbgrader, capsys):
    predict("how many", 3)
    check("how many", 4)
    assert "you predicted 3.0, and it is 4.0." in capsys.readouterr().out


def test_a_learners_own_check_never_raises(monkeypatch, capsys):
    monkeypatch.delenv(NBGRADER, raising=False)
    check("double", lambda x: 3 * x)
    assert "Not right:" in capsys.readouterr().out


def test_a_learner_sees_a_sentence_and_no_traceback(nbgrader, capsys):
    shell = InteractiveShell()
    shell.run_cell("from widgets import check\ncheck('double', lambda x: 3 * x)")
    said = capsys.readouterr().out
    assert said.rstrip().endswith("double is not right yet. The check says why.") and "Traceback" not in said
