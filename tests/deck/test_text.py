"""The text twin says what the facts say, in every program, and says it the same way twice."""

import re

import pytest
import tensorflow as tf

from tests.tape import programs
from widgets import record
from widgets.common.numbers import text_of
from widgets.deck.text import LONGEST, twin
from widgets.tape.text import RecordingText

ALL = [*programs.HEALTHY, *programs.FAILING]


@pytest.mark.parametrize("program", ALL, ids=lambda program: program.__name__)
def test_it_is_deterministic_and_free_of_addresses(program):
    tf.keras.backend.clear_session()  # Keras counts its names up: dense, dense_1, ...
    first = twin(record(program))
    tf.keras.backend.clear_session()
    assert first == twin(record(program))
    assert not re.search(r"0x[0-9a-f]{6,}|/tmp/|_\d{3,}\b", first)


@pytest.mark.parametrize("program", programs.HEALTHY, ids=lambda program: program.__name__)
def test_every_fact_is_in_it(program):
    recording = record(program)
    text = twin(recording)
    for step in recording.steps[:LONGEST]:
        if step.kind == "entry":
            assert all(text_of(value) in text for value in recording.entries[step.subject].values)
    for source in recording.sources:
        assert f"the gradient is {text_of(source.gradient)}" in text
    numbered = [line for line in text.splitlines() if re.match(r" *\d+  ", line)]
    assert len(numbered) == min(len(recording.steps), LONGEST)


def test_the_first_lesson_reads_as_it_should():
    lines = twin(record(programs.parabola)).splitlines()
    assert lines[-3].endswith(
        "ReadVariableOp (x read): receives gradient 0.0, passes back 0.0 to x (2 of 2, together -2.0)."
    )
    assert lines[-2].endswith("tape.gradient(y, x) returns x: -2.0.")
    assert lines[-1] == "tape.gradient(y, x): at x = 0.0 the gradient is -2.0 (central difference -2, h = 0.00390625)"


def test_what_is_missing_is_said():
    assert "never called" in twin(record(programs.forward_only))
    assert "no tf.GradientTape" in twin(record(programs.no_tape))
    assert "No TensorFlow op" in twin(record(lambda: 3))
    assert "returned nothing" in twin(record(lambda: None))


def test_an_unreconciled_playback_is_told_without_numbers():
    x = tf.Variable(2.0)
    with tf.GradientTape(persistent=True) as tape:
        y = x * x
    text = twin(record(lambda: tape.gradient(y, x)))
    assert "without numbers" in text and "receives" not in text
    assert "returns x: 4.0" in text  # what tape.gradient returned is no guess


def test_a_long_recording_is_cut_and_says_so():
    def long():
        y = tf.constant(1.0)
        for _ in range(LONGEST + 7):
            y = y + 1.0
        return y

    assert "… and 7 more steps" in twin(record(long))


@pytest.mark.parametrize(
    ("tensor", "text"),
    [
        (tf.constant(-2.0), "-2.0"),
        (tf.constant(0.1), "0.1"),
        (tf.constant(0.999998569), "0.99999857"),
        (tf.constant(1e20), "1e+20"),
        (tf.constant(float("nan")), "nan"),
        (tf.constant(float("inf")), "inf"),
        (tf.constant(3), "3"),
        (tf.constant(True), "True"),
        (tf.constant("words"), "'words'"),
        (tf.constant([1.0, 2.5]), "[1.0, 2.5]"),
        (tf.constant([[1, 2], [3, 4]]), "[[1, 2], [3, 4]]"),
        (tf.zeros((2, 50)), "[0.0, 0.0, 0.0, …] (2, 50)"),
        (tf.zeros((0,)), "[] (0,)"),
        (tf.constant(1.0 + 2.0j), "(1+2j)"),
    ],
)
def test_numbers_as_text(tensor, text):
    from widgets.tape.tensors import value_of

    assert text_of(value_of(tensor)) == text


def test_tensors_are_called_what_the_learner_calls_them():
    recording = record(programs.fan_out)
    teller = RecordingText(recording)
    assert [teller.tensor_name(source.tensor) for source in recording.sources] == ["x"]
    assert teller.tensor_name(recording.backward_passes[0].targets[0]) == "z"
