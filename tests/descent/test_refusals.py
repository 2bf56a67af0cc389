"""What the descent explorer says to bad input, and to what its fields ask for; nothing is lost by either."""

import numpy as np
import pytest
import tensorflow as tf
from traitlets import TraitError

from tests.descent.explorers import ask, shown, squared, state
from widgets.common.errors import FunctionError
from widgets.descent.widget import DescentExplorer


@pytest.fixture(scope="module")
def logarithm():
    """Return an explorer of a function that is not defined everywhere; tests leave it as it is."""
    return DescentExplorer(lambda x: x - tf.math.log(x), start=0.5)


# What cannot be


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("learning_rate", 0.0, "positive numbers"),
        ("learning_rate", -0.1, "positive numbers"),
        ("learning_rate", float("nan"), "positive numbers"),
        ("learning_rate", float("inf"), "positive numbers"),
        ("learning_rate", 1e-60, "float32"),
        ("learning_rate", "fast", "float"),
        ("iterations", -1, "integer"),
        ("iterations", 10_001, "integer from 1 to 10,000"),
        ("iterations", 10**30, "integer"),
        ("iterations", True, "integer"),
        ("iterations", False, "integer"),
        ("iterations", "many", "int"),
        ("iterations", 2.5, "int"),
        ("optimizer", "newton", "optimizer"),
        ("dtype", "float16", "dtype"),
        ("function", "a hill", "function"),
        ("start", -1.0, "tf.math.log, for example, needs x above 0"),
        ("start", "here", "start must be a number"),
        ("start", float("nan"), "finite"),
        ("start", [1.0, 2.0, 3.0], "one number"),
        ("start", None, "start must be a number"),
        ("start", True, "truth value"),
        ("start", 1j, "complex"),
        ("start", [], "shape"),
        ("kept", [{}], "explorer.keep()"),
        ("kept", ["a run"], "dict"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(logarithm, name, value, message):
    before = state(logarithm)
    with pytest.raises(TraitError, match=message):
        setattr(logarithm, name, value)
    assert state(logarithm) == before


def test_numbers_that_f_does_not_take_are_refused_with_the_reason():
    three = tf.constant(3.0)
    explorer = DescentExplorer(lambda x: x * three * x, start=1.0)
    before = state(explorer)
    with pytest.raises(TraitError, match="f\\(x\\) raised InvalidArgumentError: .*(double|float)"):
        explorer.dtype = "float64"
    assert state(explorer) == before
    explorer.function = "plateau"
    explorer.dtype = "float64"
    before = state(explorer)
    with pytest.raises(TraitError, match="InvalidArgumentError"):
        explorer.function = "yours"  # which takes no float64
    assert state(explorer) == before


def test_a_setting_that_there_is_not_is_refused():
    with pytest.raises(TypeError, match="no setting lr. It takes start, learning_rate, iterations"):
        DescentExplorer(lambda x: x * x, 1.0, lr=0.1)


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda x: None, "returned None"),
        (lambda x: tf.stack([x, x]), "one number"),
        (lambda x: 3, "real floating-point"),
        (lambda x: tf.cast(x, tf.complex64), "real floating-point"),
        (lambda x: np.sin(x), "NumPy"),
        (lambda x: undefined * x, "NameError"),  # noqa: F821
        (3.0, "must be a function"),
    ],
)
def test_what_is_no_function_to_descend_on_is_refused_at_once(f, message):
    with pytest.raises(FunctionError, match=message):
        DescentExplorer(f, start=1.0)


def test_a_computation_that_fails_leaves_everything_as_it_was():
    calls = []

    def moody(x):
        """A learner's f may keep count, and have enough at some time."""
        calls.append(x)
        if len(calls) > limit[0]:
            raise RuntimeError("enough")
        return x * x

    limit = [10**9]
    explorer = DescentExplorer(moody, start=1.0)
    explorer.keep()
    before = state(explorer)
    limit[0] = len(calls) + 1  # the check at the new start is the last that succeeds
    with pytest.raises(TraitError, match="enough"):
        explorer.start = 0.75
    assert state(explorer) == before and shown(explorer) in explorer.text


# What a view's fields ask for


@pytest.mark.parametrize(
    "text", ["a", "", "1.0.0", "[1, 2", "__import__('os')", "nan", "-inf", "-1", "[1, 2, 3]", "9" * 5000]
)
def test_a_typed_start_that_cannot_be_is_told_and_nothing_is_lost(logarithm, text):
    before = state(logarithm)
    ask(logarithm, start=text)
    assert logarithm.problem and state(logarithm) == before
    ask(logarithm, start="0.5")
    assert logarithm.problem == ""


def test_what_is_typed_is_read_as_a_learner_means_it():
    explorer = DescentExplorer(squared, start=1.0)
    for text, start in [(" 2 ", 2), ("1e-3", 0.001), ("-0.5", -0.5)]:
        ask(explorer, start=text)
        assert (explorer.start, explorer.problem) == (start, "")
    explorer.function = "saddle"
    for text in ("[0.5, -0.5]", "0.5, -0.5", "(0.5, -0.5)"):
        ask(explorer, start=text)
        assert (explorer.start, explorer.problem) == ([0.5, -0.5], "")


def test_several_fields_may_ask_at_once_and_one_refusal_stops_no_other():
    explorer = DescentExplorer(squared, start=1.0)
    ask(explorer, start="[0.5, 0.5]", function="saddle", dtype="float64")
    assert (explorer.function, explorer.dtype, explorer.start) == ("saddle", "float64", [0.5, 0.5])
    ask(explorer, start="up there", optimizer="adam", function="somewhere", alive=False)
    assert explorer.optimizer == "adam" and explorer.alive
    assert "up there" in explorer.problem and "function" in explorer.problem


def test_what_was_answered_is_not_done_again():
    explorer = DescentExplorer(squared, start=1.0)
    explorer.asked = {"start": ["2", 1]}
    explorer.start = 3.0
    explorer.asked = {"start": ["2", 1], "dtype": ["float64", 2]}  # a busy kernel hears of both
    assert (explorer.start, explorer.dtype, explorer.answered) == (3.0, "float64", 2)
