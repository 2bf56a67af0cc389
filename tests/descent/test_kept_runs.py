"""Runs that the descent explorer keeps, and where the run shown differs from them."""

import json
import re

import numpy as np
import pytest
import tensorflow as tf

from tests.descent.explorers import shown, squared
from widgets.common.numbers import printed
from widgets.descent import first_difference
from widgets.descent.surface import stability
from widgets.descent.widget import DescentExplorer


def test_kept_runs_are_in_the_twin_with_the_step_where_they_part():
    explorer = DescentExplorer(squared, start=1.0, learning_rate=0.01)
    explorer.keep()
    value = f"y = {printed(explorer.paths.y[30, explorer._at])}"
    assert explorer.text.endswith(f"Kept: 0.01, SGD, float32, from 1.0; {value}; the same as the run shown")
    explorer.optimizer = "adam"
    explorer.keep()
    explorer.start = 0.5
    kept = explorer.text.splitlines()[-2:]
    assert kept[0] == f"Kept: 0.01, SGD, float32, from 1.0; {value}; first differs from the run shown at step 0"
    assert re.fullmatch(
        "Kept: 0.01, Adam, float32, from 1.0; y = .+; first differs from the run shown at step 0", kept[1]
    )
    for _ in range(5):
        explorer.keep()
    assert len(explorer.kept) == 6
    explorer.function = "plateau"
    assert explorer.kept == [] and "Kept" not in explorer.text


@pytest.mark.parametrize("function", ["yours", "narrow valley"])
def test_the_step_where_runs_part_is_the_first_difference_of_their_paths(function):
    explorer = DescentExplorer(squared, start=1.0, function=function, learning_rate=0.001)
    explorer.keep()
    one = explorer.paths.x[:, explorer._at]
    explorer.dtype = "float64"
    expected = first_difference(one, explorer.paths.x[:, explorer._at])
    assert explorer.text.endswith(f"first differs from the run shown at step {expected}")
    explorer.dtype, explorer.iterations = "float32", 2345
    assert explorer.text.endswith("the same as the run shown")


def test_runs_that_part_between_the_steps_that_were_sent_are_not_told_apart_too_exactly():
    explorer = DescentExplorer(squared, start=1.0, learning_rate=0.001, iterations=2000)
    explorer.keep()
    (run,) = explorer.kept
    x = np.frombuffer(run["x"], "float32").copy()
    x[run["steps"].index(1549) :] += 1
    explorer.kept = [run | {"x": x.tobytes()}]
    assert explorer.text.endswith("; differs from the run shown by step 1549")
    x[run["steps"].index(1549)] = np.frombuffer(run["x"], "float32")[run["steps"].index(1549)]
    explorer.kept = [run | {"x": x.tobytes()}]
    assert explorer.text.endswith("; first differs from the run shown at step 1550")


def test_runs_of_a_number_and_of_a_list_are_not_compared(monkeypatch):
    monkeypatch.setattr(stability, "RATES", 41)  # this f is run rate by rate
    explorer = DescentExplorer(lambda x: tf.reduce_sum(x * x), start=[2.0, 1.0])
    explorer.keep()
    assert "x = [" in shown(explorer) and json.loads(explorer.facts)["isList"]
    explorer.start = 2.0
    assert explorer.paths.x.ndim == 2 and explorer.kept == [] and "x = [" not in shown(explorer)
