"""The text twin says what the facts say, in every program, and says it the same way twice."""

import re

import keras
import pytest
import tensorflow as tf

from tests.tape import programs
from widgets import record
from widgets.common.numbers import text_of
from widgets.deck.grouping import Box
from widgets.deck.levels import levels, opening_level
from widgets.deck.text import MAX_STEPS, deck_text
from widgets.diagnosis.source_code import call_arguments
from widgets.tape.listed import joined_briefly
from widgets.tape.text import RecordingText

ALL = [*programs.HEALTHY, *programs.FAILING]


@pytest.mark.parametrize("program", ALL, ids=lambda program: program.__name__)
def test_it_is_deterministic_and_free_of_addresses(program):
    tf.keras.backend.clear_session()  # Keras counts its names up: dense, dense_1, ...
    first = deck_text(record(program))
    tf.keras.backend.clear_session()
    assert first == deck_text(record(program))
    assert not re.search(r"0x[0-9a-f]{6,}|/tmp/|_\d{3,}\b", first)


@pytest.mark.parametrize("program", programs.HEALTHY, ids=lambda program: program.__name__)
def test_every_fact_is_in_it(program):
    recording = record(program)
    level = opening_level(levels(recording))
    text, shown = deck_text(recording), level.shown.recording
    for step in shown.steps[:MAX_STEPS]:
        if step.kind == "entry":
            entry = shown.entries[step.subject]
            for tensor, value in zip(entry.outputs, entry.values, strict=False):
                is_told_by_shape = recording.tensors[tensor].name and value.size > 1 and isinstance(entry, Box)
                assert (str(value.shape) if is_told_by_shape else text_of(value)) in text
    for source in recording.sources:
        assert f"the gradient is {text_of(source.gradient)}" in text
    numbered = [line for line in text.splitlines() if re.match(r" *\d+  ", line)]
    assert len(numbered) == min(len(shown.steps), MAX_STEPS)
    left_out = len(recording.steps) - len(shown.steps)
    assert bool(left_out) == (f"{left_out} more steps" in text)


def test_the_first_lesson_reads_as_it_should():
    lines = deck_text(record(programs.parabola)).splitlines()
    assert lines[-4].endswith(
        "Pow (tf.pow(x, 2)): receives gradient 1.0, passes back 0.0 to x (2 of 2, together -2.0)."
    )
    assert lines[-3].endswith("tape.gradient(y, x) returns x: -2.0.")
    assert lines[-1] == "tape.gradient(y, x): at x = 0.0 the gradient is -2.0 (central difference -2, h = 0.00390625)"


def test_what_is_missing_is_said():
    assert "never called" in deck_text(record(programs.forward_only))
    assert "no tf.GradientTape" in deck_text(record(programs.no_tape))
    assert "No TensorFlow op" in deck_text(record(lambda: 3))
    assert "returned None" in deck_text(record(lambda: None))


def test_a_tape_is_looked_for_only_where_one_may_be():
    """Of a function that was traced while nobody listened one cannot tell; of one that was heard one can."""

    heard, unheard = tf.function(lambda x: 2.0 * x), tf.function(lambda x: 3.0 * x)
    unheard(tf.constant(1.0))
    recording = record(lambda: heard(tf.constant(1.0)))
    assert [entry.has_no_tape for entry in recording.entries if entry.graph] == [True]
    assert "no tf.GradientTape" in deck_text(recording)
    assert "compiled graph" in deck_text(record(lambda: unheard(tf.constant(1.0))))


def test_a_tape_of_a_library_is_not_said_to_be_what_the_learner_called():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse", run_eagerly=True)
    recording = record(lambda: model.fit(tf.ones((1, 2)), tf.ones((1, 1)), verbose=0))
    text, (backward_pass,) = RecordingText(recording), recording.backward_passes
    assert text.call_text(backward_pass).startswith("tape.gradient in model.fit(")
    assert call_arguments(backward_pass.place) == (None, None)


def test_an_unreconciled_playback_is_told_without_numbers():
    x = tf.Variable(2.0)
    with tf.GradientTape(persistent=True) as tape:
        y = x * x
    text = deck_text(record(lambda: tape.gradient(y, x)))
    assert "without numbers" in text and "receives" not in text
    assert "returns x: 4.0" in text  # what tape.gradient returned is no guess


def test_a_long_recording_is_cut_and_says_so():
    def long():
        return [tf.constant(1.0) + float(number) for number in range(MAX_STEPS + 7)]

    assert "… and 7 more steps" in deck_text(record(long))


def test_a_long_loop_is_told_by_its_ends():
    def long():
        y = tf.constant(1.0)
        for _ in range(MAX_STEPS):
            y = y + 1.0
        return y

    text = deck_text(record(long))
    assert f"y = y + 1.0, {MAX_STEPS - 4} times makes y = {MAX_STEPS - 1}.0" in text
    assert text.count("y = y + 1.0") == 5


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
        (tf.constant("a" * 1000), repr("a" * 39 + "…")),
        (tf.constant(b"\x89PNG\r\n" + b"\x00" * 10_318), "bytes, 10,324 of them"),
        (tf.constant([b"\xff\xd8", b"text"]), "[bytes, 2 of them, 'text']"),
        (tf.Variable(1.0).handle, "a handle"),
        (tf.data.experimental.to_variant(tf.data.Dataset.range(3)), "a variant tensor"),
        (
            tf.IndexedSlices(tf.ones((3, 3)), tf.constant([3, 1, 3]), tf.constant([4, 3])),
            "IndexedSlices: rows 1, 3 of (4, 3)",
        ),
    ],
)
def test_numbers_as_text(tensor, text):
    from widgets.tape.tensors import value_of

    assert text_of(value_of(tensor)) == text


def test_no_row_is_long_whatever_is_read_or_listed():
    many = [tf.Variable(float(i)) for i in range(300)]

    def f():
        text = tf.constant("word " * 5_000)
        with tf.GradientTape() as tape:
            total = tf.add_n([variable * 1.0 for variable in many])
        return tf.strings.length(text), tape.gradient(total, many), tf.split(tf.range(100), 100)

    rows = deck_text(record(f)).splitlines()
    assert max(map(len, rows)) < 250 and len(rows) < 500


def test_of_two_tapes_each_is_named():
    def f():
        x, z = tf.Variable(2.0), tf.Variable(3.0)
        with tf.GradientTape(watch_accessed_variables=False) as t1, tf.GradientTape() as t2:
            t1.watch(z)
            y = x * x
        return t2.gradient(y, x)

    assert "Recorded by t2; not watched by t1." in deck_text(record(f))


def test_a_line_of_another_function_says_of_which():
    lines = deck_text(record(lambda: programs.parabola())).splitlines()
    assert any("of parabola" in line for line in lines)
    assert not any(" of " in line[:30] for line in deck_text(record(programs.parabola)).splitlines()[1:])


def test_tensors_are_called_what_the_learner_calls_them():
    recording = record(programs.fan_out)
    teller = RecordingText(recording)
    assert [teller.tensor_name(source.tensor) for source in recording.sources] == ["x"]
    assert teller.tensor_name(recording.backward_passes[0].targets[0]) == "z"


def test_of_many_parameters_a_sentence_names_those_that_have_room():
    names = [f"sequential/dense_{number}/kernel" for number in range(12)]
    assert joined_briefly(names) == f"{', '.join(names[:3])}, and 9 more"
    assert joined_briefly(["w" * 150, "b", "c"]) == f"{'w' * 150}, and 2 more"
    assert joined_briefly(["w", "b", "c"]) == "w, b, and c"
