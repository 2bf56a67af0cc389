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
from widgets.rounding import step_outcomes as outcomes
from widgets.rounding.compute import precision
from widgets.rounding.labels import WORDS
from widgets.rounding.runs import magnify
from widgets.rounding.sentences import magnified_twin, stalls
from widgets.rounding.text import STEPS, TRIES, readings, says, says_try, share_text

FRONT_END = pathlib.Path(widgets.__file__).parent / "rounding" / "view"


def bowl(x):
    return tf.pow(x, 2) - 2.0 * x + 1.0


@pytest.fixture(scope="module")
def bowls():
    return magnify(bowl, 0.0, [0.001, 0.01, 0.1, 0.5, 1.1], 10_000)


def test_a_stall_is_told_with_what_follows(bowls):
    run = bowls.run("float32", 0.01)
    assert says(run, 659, 10_000) == (
        "Step 660: the update is 0.96 × half a tick. x − update rounds back to x: x stays at 0.999998569. "
        "Every later step does the same: 10000 steps give what 659 gave."
    )
    assert says(run, 5_000, 10_000).startswith("Step 5001: the update is 0.96 × half a tick.")
    assert "later" not in says(run, 658, 10_000) and "exactly half a tick" in says(run, 658, 10_000)
    assert says(run, 657, 10_000) == "Step 658: the update is 1.04 × half a tick, and x moves to 0.99999851."


@pytest.mark.parametrize(
    ("slope", "x", "rate", "said"),
    [
        (-4.0, 1.0, 1.0, "Step 1: the update is far longer than half a tick. x moves to 5."),
        (-(2.0**-23), 1.0, 1.0, "the update is 2 × half a tick, and x moves to 1.00000012."),
        (-(2.0**-24), 1.0, 1.0, "the one whose last bit is 0 is taken: that is x itself. x stays at 1."),
        (-(2.0**-24), 1.0 + 2.0**-23, 1.0, "is 0 is taken: x moves to it, 1.00000024."),
        (-(2.0**-30), 1.0, 1.0, "the update is 0.01563 × half a tick. x − update rounds back to x"),
        (0.0, 1.0, 1.0, "the gradient is exactly 0, and so is the update at any learning rate. x stays at 1."),
        (2.0**-126, 1.0, 0.25, "numbers closer to 0 than 1.17549435e-38 for 0, and nothing is left"),
        (-2e38, 1.0, 2.0, "x − update lies beyond the largest float32. x becomes inf."),
    ],
)
def test_each_outcome_has_its_sentence(slope, x, rate, said):
    facts = precision(lambda v: v * slope, x, rate)
    assert said in says(SimpleNamespace(at=lambda step: facts, stalled_at=None), 0, 1)


def test_where_x_is_lost_nothing_more_is_claimed(bowls):
    run = bowls.run("float32", 1.1)
    assert re.search(r"x is -?nan\. There are no floats around it", says(run, 10_000, 10_000))


def test_every_outcome_has_both_its_sentences():
    assert set(STEPS) == set(TRIES) == set(outcomes.OUTCOMES)


def test_another_rate_is_told_as_what_would_be(bowls):
    run = bowls.run("float32", 0.01)
    assert says_try(run.others.at(2), 0.1, 659, 10_000) == (
        "If step 660 had a learning rate of 0.1: the update would be 9.6 × half a tick. x would move to 0.999998868."
    )
    assert says_try(run.others.at(0), 0.001, 659, 10_000).endswith("x would stay at 0.999998569.")


def test_numbers_are_those_that_tensorflow_prints(bowls):
    numbers = dict(readings(bowls.run("float32", 0.01).at(659)))
    assert numbers["x"] == "0.999998569" and numbers["f(x)"] == "0" and numbers["next x"] == "0.999998569"
    assert numbers["half a tick"] == "2.98023224e-08" and numbers["rate for half a tick"] == "0.01042"
    assert dict(readings(bowls.run("float64", 0.01).at(659)))["learning rate"] == "0.0099999997764825821"


def test_the_twin_holds_all_and_is_the_same_twice(bowls):
    run = bowls.run("float32", 0.01)
    text = magnified_twin(bowls, run, 659, 0.1)
    assert text == magnified_twin(magnify(bowl, 0.0, bowls.rates, 10_000), run, 659, 0.1)
    assert "Learning rate 0.01, float32, after 659 steps:" in text
    assert says(run, 659, 10_000) in text and "If step 660 had a learning rate of 0.1" in text
    assert all(number in text for _, number in readings(run.at(659)))
    assert "0x" not in text and "If step" not in magnified_twin(bowls, run, 659)


def test_the_table_of_stalls(bowls):
    assert stalls(bowls) == [
        ("rate", "float32 stalls from step", "float64 stalls from step"),
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
    assert len(asked) > 20 and asked <= set(WORDS)
    assert [word for word in WORDS if word not in sources] == []
