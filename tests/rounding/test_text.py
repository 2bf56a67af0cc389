"""What is said of one step, of a stall, and of the microscope as a whole."""

import pathlib
import re
from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

import widgets
from widgets.rounding.float_steps import OUTCOMES, compute_runs, precision
from widgets.rounding.text import (
    CONTROLS,
    STEP_SENTENCES,
    TRIAL_SENTENCES,
    microscope_text,
    readings,
    share_text,
    stall_table,
    step_sentence,
    trial_sentence,
)

FRONT_END = pathlib.Path(widgets.__file__).parent / "rounding" / "view"


def bowl(x):
    return tf.pow(x, 2) - 2.0 * x + 1.0


@pytest.fixture(scope="module")
def bowls():
    return compute_runs(bowl, 0.0, [0.001, 0.01, 0.1, 0.5, 1.1], 10_000)


def test_a_stall_is_told_with_what_follows(bowls):
    run = bowls.run("float32", 0.01)
    stalled = step_sentence(run, 659, 10_000)
    assert all(fact in stalled for fact in ("Step 660", "0.96 of half a ULP", "x stays at 0.999998569"))
    assert "10000 steps give the same x as 659" in stalled
    assert step_sentence(run, 5_000, 10_000).startswith("Step 5001: the update is only 0.96 of half a ULP")
    assert "later" not in step_sentence(run, 658, 10_000) and "exactly half a ULP" in step_sentence(run, 658, 10_000)
    assert re.search(r"Step 658: .* 1\.04 .* x moves to 0\.99999851\.$", step_sentence(run, 657, 10_000))


@pytest.mark.parametrize(
    ("slope", "x", "rate", "said"),
    [
        (-4.0, 1.0, 1.0, "Step 1: the update is far larger than half a ULP. x moves to 5."),
        (-(2.0**-23), 1.0, 1.0, "the update is 2 times half a ULP, and x moves to 1.00000012."),
        (-(2.0**-24), 1.0, 1.0, "last bit is 0, which is x itself. x stays at 1."),
        (-(2.0**-24), 1.0 + 2.0**-23, 1.0, "last bit is 0, so x moves to 1.00000024."),
        (-(2.0**-30), 1.0, 1.0, "only 0.01563 of half a ULP, so x − update rounds back to x"),
        (0.0, 1.0, 1.0, "the gradient is exactly 0, so the update is 0 at any learning rate. x stays at 1."),
        (2.0**-126, 1.0, 0.25, "numbers closer to 0 than 1.17549435e-38 for 0, so nothing is left"),
        (-2e38, 1.0, 2.0, "x − update is beyond the largest float32. x becomes inf."),
    ],
)
def test_each_outcome_has_its_sentence(slope, x, rate, said):
    facts = precision(lambda v: v * slope, x, rate)
    assert said in step_sentence(SimpleNamespace(at=lambda step: facts, stalled_at=None), 0, 1)


def test_where_x_is_lost_nothing_more_is_claimed(bowls):
    run = bowls.run("float32", 1.1)
    assert re.search(r"x is -?nan\. There are no floats around it", step_sentence(run, 10_000, 10_000))


def test_every_outcome_has_both_its_sentences():
    assert set(STEP_SENTENCES) == set(TRIAL_SENTENCES) == set(OUTCOMES)


def test_another_rate_is_told_as_what_would_be(bowls):
    run = bowls.run("float32", 0.01)
    trial = trial_sentence(bowls, run, 659, 0.1)
    assert "9.6 times half a ULP" in trial and trial.endswith("x would move to 0.999998868.")
    assert trial_sentence(bowls, run, 659, 0.001).endswith("x would stay at 0.999998569.")


def test_numbers_are_those_that_tensorflow_prints(bowls):
    numbers = dict(readings(bowls.run("float32", 0.01).at(659)))
    assert numbers["x"] == "0.999998569" and numbers["f(x)"] == "0" and numbers["next x"] == "0.999998569"
    assert numbers["half a ULP"] == "2.98023224e-08" and numbers["learning rate needed"] == "0.01042"
    assert dict(readings(bowls.run("float64", 0.01).at(659)))["learning rate"] == "0.0099999997764825821"


def test_the_twin_holds_all_and_is_the_same_twice(bowls):
    run = bowls.run("float32", 0.01)
    text = microscope_text(bowls, run, 659, 0.1)
    assert text == microscope_text(compute_runs(bowl, 0.0, bowls.rates, 10_000), run, 659, 0.1)
    assert "Learning rate 0.01, float32, after 659 steps:" in text
    assert step_sentence(run, 659, 10_000) in text and "If step 660 had a learning rate of 0.1" in text
    assert all(number in text for _, number in readings(run.at(659)))
    assert "0x" not in text and "If step" not in microscope_text(bowls, run, 659)


def test_the_table_of_stall_table(bowls):
    assert stall_table(bowls) == [
        ("learning rate", "float32 stalls at step", "float64 stalls at step"),
        ("0.001", "5494, at 0.999985099", "not within 10000"),
        ("0.01", "660, at 0.999998569", "1655, at 0.99999999999999722"),
        ("0.1", "72, at 0.999999881", "162, at 0.99999999999999978"),
        ("0.5", "2, at 1", "2, at 1"),
        ("1.1", *(f"never: nan from {bowls.run(dtype, 1.1).steps[-1]} on" for dtype in bowls.runs)),
    ]


@given(st.floats(2.0**-20, 2.0**20, width=32))
def test_a_share_of_one_is_said_of_one_alone(share):
    share = np.float32(share)
    text = share_text(share)
    assert (text == "1") == (share == 1)
    assert abs(float(text) - float(share)) <= 0.00051 * float(share)


def test_shares_near_one_and_at_the_ends():
    near = np.nextafter(np.float32(1), np.float32(0))
    shares = [np.float32(x) for x in (0, 1, 1000.5, 123456, 1e-7, np.inf)]
    assert [share_text(x) for x in shares] == ["0", "1", "1001", "1.235e5", "1e-7", "inf"]
    assert share_text(near) == "0.99999994"


def test_every_word_that_the_front_end_asks_for_is_there():
    sources = "".join(path.read_text("utf-8") for path in FRONT_END.glob("*.js"))
    asked = set(re.findall(r'word\(\s*"([^"]+)"', sources))
    assert len(asked) > 20 and asked <= set(CONTROLS)
    assert [word for word in CONTROLS if word not in sources] == []
