"""A changed count makes no graph exercise right: its function changes once it was traced, and the numbers show it."""

import pytest

from tests.exercises.corpora import RIGHT, WRONG
from widgets.answers import loop_uses
from widgets.exercises.judgement import judge
from widgets.exercises.registry import EXERCISES

COUNTED = {"make_step": 1, "slope_and_value": 1, "steady": 1, "make_train": 0}
"""The count that is right for each."""


@pytest.mark.parametrize("name", COUNTED)
def test_a_changed_counter_gains_nothing(name, monkeypatch):
    counter = property(lambda counter: COUNTED[name], lambda counter, runs: None)
    monkeypatch.setattr(loop_uses.CallCounter, "runs", counter, raising=False)
    (eager,) = (answer for code, answer in WRONG[name] if code == "NOT_A_GRAPH")
    judged = judge(EXERCISES[name], eager)
    assert judged.code == "NOT_A_GRAPH" and (judged.evidence.numbers[:, -1] == COUNTED[name]).all()
    assert judge(EXERCISES[name], RIGHT[name][0]).status == "right"
