"""A schedule in the explorer: the paths are those of the learner's own loop, and everything says which it is."""

import json

import numpy as np
import pytest
import tensorflow as tf
from traitlets import TraitError

from tests.descent.learner import bits
from widgets.descent import descend
from widgets.descent.schedules import LABELS, Rates, schedule_named
from widgets.descent.widget import DescentExplorer

SCHEDULES = tf.keras.optimizers.schedules


def bowl(x):
    return x * x - 2.0 * x + 1.0


def halving(rate):
    return SCHEDULES.PiecewiseConstantDecay([10], [rate, rate / 2])


BY_HAND = {
    "cosine": lambda rate: SCHEDULES.CosineDecay(rate, 20),
    "exponential": lambda rate: SCHEDULES.ExponentialDecay(rate, 20, 0.01),
    "inverse time": lambda rate: SCHEDULES.InverseTimeDecay(rate, 20, 99.0),
    "linear": lambda rate: SCHEDULES.PolynomialDecay(rate, 20, 0.0),
    "halving": halving,
}
"""Written out as a learner would, over 20 iterations."""


def walked(schedule, iterations, make=tf.keras.optimizers.SGD):
    """Return x at each step of the learner's loop."""
    x, optimizer = tf.Variable(0.0), make(schedule)
    seen = [x.numpy()]
    for _ in range(iterations):
        with tf.GradientTape() as tape:
            y = bowl(x)
        optimizer.apply_gradients([(tape.gradient(y, x), x)])
        seen.append(x.numpy())
    return np.array(seen)


@pytest.mark.parametrize("name", BY_HAND)
def test_the_explorers_paths_are_those_of_the_learners_loop(name):
    explorer = DescentExplorer(bowl, schedule=halving if name == "halving" else name, iterations=20, optimizer="adam")
    explorer.finish()
    assert explorer.schedule == name and explorer.decay_steps == 20
    for at in (0, 120, 200, 240):
        rate = float(explorer.paths.learning_rates[at])
        expected = walked(BY_HAND[name](rate), 60, tf.keras.optimizers.Adam)
        assert (bits(explorer.paths.x[:61, at]) == bits(expected)).all(), rate


@pytest.mark.parametrize("name", BY_HAND)
def test_the_rates_of_all_steps_are_those_that_a_schedule_returns(name):
    rates = np.array([0.001, 0.3, 7.0])
    table = Rates(rates, halving if name == "halving" else name, 20).table(50)
    expected = [[np.float32(BY_HAND[name](float(rate))(step)) for rate in rates] for step in range(50)]
    assert table.tobytes() == np.array(expected).tobytes()


def test_a_schedule_falls_within_the_iterations_that_are_shown_when_it_is_chosen():
    explorer = DescentExplorer(bowl, learning_rate=0.1, iterations=12)
    constant = explorer.paths
    explorer.schedule = "linear"
    assert explorer.decay_steps == 12 and explorer.paths.scheduled_rates[11].any()
    assert not explorer.paths.scheduled_rates[12].any()
    explorer.iterations = 40
    assert explorer.decay_steps == 12  # a slider computes nothing
    explorer.decay_steps = 40
    assert explorer.paths.scheduled_rates[39].all() and not explorer.paths.scheduled_rates[40].any()
    explorer.schedule = None
    assert explorer.schedule == "constant" and explorer.paths.x.tobytes() == constant.x.tobytes()


def test_a_path_whose_rate_has_fallen_to_0_has_not_converged_far_out():
    def valley(x):
        return tf.reduce_sum(tf.constant([50.0, 1.0]) * tf.square(x))

    explorer = DescentExplorer(valley, [1.0, 1.0], schedule="cosine", iterations=30)
    paths = explorer.paths
    for at, verdict in enumerate(paths.verdicts):
        if paths.y[-1, at] > paths.y[0, at]:
            assert verdict.outcome != "converges", paths.learning_rates[at]
    at = paths.learning_rates.tolist().index(explorer.learning_rate)
    assert paths.y[30, at] < 0.1 * paths.y[0, at]
    slow = paths.verdicts[0]
    assert slow.stall_reason == "learning rate is 0" and slow.outcome == "stops early"
    for at, verdict in enumerate(paths.verdicts):  # the valley's floor is at 0, a little below what any path has seen
        assert verdict.outcome != "converges" or paths.y[-1, at] <= 0.03 * paths.y[0, at], paths.learning_rates[at]
    assert paths.verdict_sentence(0).endswith("from step 31: the schedule's learning rate is 0 from there on")


def test_menus_texts_and_kept_runs_say_the_schedule():
    explorer = DescentExplorer(bowl, learning_rate=0.1)
    assert "1/λ" in json.loads(explorer.facts)["marks"][0]["name"] and "Computed with" not in explorer.text
    explorer.keep()
    explorer.schedule = "cosine"
    facts = json.loads(explorer.facts)
    assert [name for name, _label in facts["choices"]["schedule"]] == list(LABELS)
    assert facts["decays"] is True and facts["details"] == "cosine over 30 iterations"
    assert facts["marks"] == []  # 2/λ is the bound of a rate that stays
    explorer.keep()
    assert [run["details"] for run in explorer.kept] == ["", "cosine over 30 iterations"]
    assert "Computed with: cosine over 30 iterations" in explorer.text
    assert "Kept: 0.1, SGD, float32, from 0.0, cosine over 30 iterations; y = " in explorer.text
    run = {name: value for name, value in explorer.kept[0].items() if name != "details"}
    explorer.kept = [run]  # as version 0.2 kept it
    assert explorer.kept[0]["details"] == ""


def test_an_optimizers_own_schedule_is_said_to_be_its_own():
    optimizer = tf.keras.optimizers.SGD(SCHEDULES.CosineDecay(0.5, 10))
    explorer = DescentExplorer(bowl, optimizer=optimizer, learning_rate=0.1)
    assert json.loads(explorer.facts)["choices"]["schedule"][0] == ["constant", "the optimizer's own"]
    at = explorer.paths.learning_rates.tolist().index(0.1)
    assert (bits(explorer.paths.x[:31, at]) == bits(walked(SCHEDULES.CosineDecay(0.1, 10), 30))).all()


def test_each_schedule_that_is_given_has_a_name_of_its_own():
    one, same, other = SCHEDULES.CosineDecay(0.1, 7), SCHEDULES.CosineDecay(0.1, 7), SCHEDULES.CosineDecay(0.1, 8)
    names = [schedule_named(schedule) for schedule in (one, same, other)]
    assert names[0] == names[1] != names[2]

    def cosine(rate):
        return SCHEDULES.ExponentialDecay(rate, 5, 0.5)

    name = schedule_named(cosine)
    assert name != "cosine" and schedule_named(name) == name
    assert "constant" == schedule_named(None) == schedule_named("constant")
    rates = descend(bowl, 0.0, [0.1], 6, schedule=name).scheduled_rates
    assert rates[5, 0] == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("schedule", "fast", '"constant", "cosine"'),
        ("schedule", 0.5, "schedule must be"),
        ("schedule", lambda rate: rate, "schedule must be"),
        ("decay_steps", 0, "decay_steps must be an integer from 1 to 10,000, for example 100"),
        ("decay_steps", 10_001, "decay_steps must be an integer"),
        ("decay_steps", "many", "int"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(name, value, message):
    explorer = DescentExplorer(bowl, schedule="linear", iterations=9)
    before = explorer.facts, explorer.schedule, explorer.decay_steps
    with pytest.raises(TraitError, match=message):
        setattr(explorer, name, value)
    assert before == (explorer.facts, explorer.schedule, explorer.decay_steps)


def test_a_field_asks_for_decay_steps_as_text():
    explorer = DescentExplorer(bowl, schedule="linear", iterations=9)
    explorer.asked = {"decay_steps": ["25", 1]}
    assert explorer.decay_steps == 25 and explorer.problem == ""
    explorer.asked = {"decay_steps": ["a lot", 2]}
    assert explorer.decay_steps == 25 and "decay_steps = 'a lot' is not understood" in explorer.problem
