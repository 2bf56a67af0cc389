"""What if: another optimizer, schedule, or rate with as many gradient evaluations, at the rate that is best by then."""

import asyncio
import json
import re
import time

import numpy as np
import pytest
import tensorflow as tf

from tests.descent.learner import by_hand
from widgets.descent import best_runs
from widgets.descent.comparisons import BEST_RATE
from widgets.descent.surface import stability
from widgets.descent.widget import DescentExplorer


def valley(x):
    return 4.0 * x[0] * x[0] + 0.05 * x[1] * x[1]


def line(w, inputs, targets):
    return tf.reduce_mean(tf.square(w[0] * inputs + w[1] - targets))


INPUTS = np.linspace(0, 5, 24, dtype=np.float32)
DATA = INPUTS, np.float32(0.7) * INPUTS + np.float32(1.0) + np.sin(9 * INPUTS)


def rerun(run, step):
    """Return y after some steps of a kept run, by the learner's own loop."""
    return by_hand(valley, [1.0, 3.0], run["learning_rate"], step, run["optimizer"])[1][step]


def kept_value(run, step):
    return np.frombuffer(run["y"], run["dtype"])[run["steps"].index(step)]


@pytest.mark.parametrize("name", ["momentum", "adam"])
def test_an_optimizer_gets_its_best_rate_and_its_numbers_are_the_learners(name):
    explorer = DescentExplorer(valley, [1.0, 3.0], iterations=25)
    said = explorer.what_if(name)
    (run,) = explorer.kept
    assert (run["optimizer"], run["start"], run["details"]) == (name, "[1.0, 3.0]", "")
    assert kept_value(run, 25).tobytes() == rerun(run, 25).tobytes()
    for factor in (0.7, 0.97, 1.03, 1.4):  # no rate near it is better
        other = run | {"learning_rate": factor * run["learning_rate"]}
        assert not rerun(other, 25) < kept_value(run, 25) * 0.98, factor
    assert explorer.compared == said and said in explorer.text
    ours = float(explorer.paths.y[25, explorer._at])
    values = [float(text) for text in re.findall(r"y = (\S+) with", said)]
    assert values == pytest.approx([ours, kept_value(run, 25)], rel=1e-3)
    assert said.startswith("At iteration 25, with one gradient evaluation for each iteration: y = ")
    assert f"{run['learning_rate']} is its best of 241 learning rates from" in said


@pytest.mark.parametrize("name", ["cosine", "exponential"])
def test_a_schedule_falls_within_the_iterations_shown(name):
    explorer = DescentExplorer(valley, [1.0, 3.0], iterations=25)
    explorer.what_if(name)
    (run,) = explorer.kept
    assert run["details"] == f"{name} over 25 iterations" in explorer.compared
    same = DescentExplorer(
        valley, [1.0, 3.0], iterations=25, schedule=name, learning_rate=run["learning_rate"], optimizer="sgd"
    )
    same.keep()
    assert same.kept == explorer.kept


def test_the_best_rate_is_that_of_the_lowest_value_by_then():
    explorer = DescentExplorer(valley, [1.0, 3.0], iterations=40, learning_rate=0.01)
    said = explorer.what_if(BEST_RATE)
    y = explorer.paths.y[40]
    best = float(explorer.paths.learning_rates[np.nanargmin(y)])
    assert explorer.kept[0]["learning_rate"] == best and "The best for the run shown" not in said
    explorer.learning_rate = best
    assert "The best for the run shown" not in explorer.what_if("adam")
    explorer.learning_rate = 0.01
    assert f"The best for the run shown is {best}: y = " in explorer.what_if("adam")


def test_what_is_shown_is_not_offered_and_what_is_not_offered_is_refused():
    explorer = DescentExplorer(valley, [1.0, 3.0], optimizer="adam", schedule="cosine")
    offered = [name for name, _label in json.loads(explorer.facts)["whatIfs"]]
    assert offered == ["sgd", "momentum", "constant", "exponential", BEST_RATE]
    with pytest.raises(ValueError, match='takes one of "sgd", "momentum", .* here; got \'adam\''):
        explorer.what_if("adam")
    assert explorer.kept == [] and explorer.compared == ""


def test_buttons_ask_for_several_and_the_same_run_is_kept_once():
    explorer = DescentExplorer(valley, [1.0, 3.0], iterations=10)
    explorer.asked = {"what_if": [["adam", "cosine"], 1]}
    explorer.asked = {"what_if": [["cosine", "momentum"], 2]}  # sent before the first was answered
    assert [run["optimizer"] for run in explorer.kept] == ["adam", "sgd", "momentum"] and explorer.problem == ""
    for _ in range(3):
        explorer.keep()
    before = explorer.kept
    explorer.asked = {"what_if": [["exponential"], 3]}
    assert explorer.kept == before and explorer.problem.startswith("Six runs are kept.")
    explorer.what_if("exponential")  # in Python the oldest goes, as with keep()
    assert len(explorer.kept) == 6 and explorer.kept[-1]["details"].startswith("exponential")
    explorer.start = [2.0, 1.0]
    assert explorer.compared == "" and len(explorer.kept) == 6


def test_mini_batches_are_compared_on_all_data():
    explorer = DescentExplorer(line, [0.0, 0.0], data=DATA, batch_size=5, seed=1, iterations=12)
    said = explorer.what_if("adam")
    (run,) = explorer.kept
    x = np.frombuffer(run["x"], "float32").reshape(-1, 2)[12]
    values = [float(text) for text in re.findall(r"y = (\S+) with", said)]
    expected = [float(line(place, *DATA)) for place in (explorer.paths.x[12, explorer._at], x)]
    assert values == pytest.approx(expected, rel=1e-3) and said.endswith("these values are on all data.")


def test_an_f_that_runs_step_by_step_is_compared_at_fewer_rates():
    def eager(x):
        return tf.constant(float(x)) * 0.0 + x * x

    explorer = DescentExplorer(eager, 1.0, iterations=5)
    explorer.finish()
    said = explorer.what_if("adam")
    assert "learning rate" in said
    (run,) = explorer.kept
    alone = by_hand(lambda x: x * x, 1.0, run["learning_rate"], 5, "adam")[1]
    assert run["steps"] == list(range(6)) and kept_value(run, 5) == pytest.approx(alone[5], abs=1e-6)


def test_an_f_that_takes_long_is_compared_at_the_rates_there_is_time_for(monkeypatch):
    def eager(x):
        return tf.constant(float(x)) * 0.0 + x * x

    explorer = DescentExplorer(eager, 1.0, iterations=3)
    explorer.finish()
    monkeypatch.setattr(best_runs, "WAIT_S", 0.0)
    assert "the only learning rate that there was time for" in explorer.what_if("momentum")
    monkeypatch.setattr(best_runs, "PATIENT_S", 0.0)
    explorer.asked = {"what_if": [["adam"], 1]}
    assert explorer.problem == "3 iterations of f take too long to be waited for. Show fewer iterations, then try."
    assert len(explorer.kept) == 1


async def until(condition):
    end = time.monotonic() + 120  # seconds that a busy machine may take
    while not condition():
        assert time.monotonic() < end
        await asyncio.sleep(0.01)


@pytest.fixture
def slow(monkeypatch):
    """Return an f of 5 ms in each call that no graph can hold, and let no message take long."""
    for name in ("SOON_S", "BRIEF_S"):
        monkeypatch.setattr(best_runs, name, -1.0)
    monkeypatch.setattr(stability, "RATES", 41)

    def slow(x):
        time.sleep(0.005)
        return tf.constant(float(x)) * 0.0 + x * x

    return slow


def test_runs_of_buttons_are_computed_between_messages(slow):
    async def cell():
        explorer = DescentExplorer(slow, 1.0, iterations=3)
        explorer.computing = False
        await until(lambda: not explorer._runner._slices)
        left = explorer.progress
        explorer.asked = {"what_if": [["adam", "cosine"], 1]}
        assert explorer.answered == 1 and explorer.computing and explorer.kept == []
        assert explorer.progress == {"share": 0.0, "text": "Adam: 0 of 5 learning rates"}
        explorer.asked = {"what_if": [["adam", "cosine", "momentum"], 2]}
        await until(lambda: not explorer.computing)
        assert [(run["optimizer"], run["details"][:6]) for run in explorer.kept] == [
            ("adam", ""),
            ("sgd", "cosine"),
            ("momentum", ""),
        ]
        assert "is its best of 5 learning rates" in explorer.compared and explorer.problem == ""
        assert explorer.progress == left != {}  # what was left to be computed still is
        run = explorer.kept[0]
        alone = by_hand(lambda x: x * x, 1.0, run["learning_rate"], 3, "adam")[1]
        assert kept_value(run, 3) == pytest.approx(alone[3], abs=1e-6)

    asyncio.run(cell())


def test_cancel_keeps_the_best_run_there_is_and_a_change_drops_what_was_asked(slow):
    async def cell():
        explorer = DescentExplorer(slow, 1.0, iterations=3)
        explorer.computing = False
        await until(lambda: not explorer._runner._slices)
        explorer.asked = {"what_if": [["adam"], 1]}
        await until(lambda: explorer._in_work.share > 0)
        explorer.computing = False
        await until(lambda: not explorer._runner._slices)
        assert [run["optimizer"] for run in explorer.kept] == ["adam"]
        assert re.search("best of [2-4] learning rates|the only learning rate", explorer.compared)
        explorer.asked = {"what_if": [["momentum"], 2]}
        explorer.start = 2.0
        assert explorer.compared == ""
        await until(lambda: explorer.paths.learning_rates.size > 1)
        assert len(explorer.kept) == 1
        explorer.close()

    asyncio.run(cell())


def test_what_f_raises_in_a_button_s_run_is_told(slow):
    def refuses(x):
        if refuses.is_used:
            raise ValueError("no more of this")
        return slow(x)

    async def cell():
        explorer = DescentExplorer(refuses, 1.0, iterations=3)
        explorer.computing = False
        await until(lambda: not explorer._runner._slices)
        refuses.is_used = True
        explorer.asked = {"what_if": [["adam"], 1]}
        await until(lambda: not explorer.computing)
        assert "no more of this" in explorer.problem and explorer.kept == []

    refuses.is_used = False
    asyncio.run(cell())
