"""What is said of calls of graphs, of errors in them, and of tapes where TensorFlow pauses them."""

import sys

import pytest
import tensorflow as tf
from tensorflow import GradientTape as Renamed

from widgets import TapeDeck, explain, record
from widgets.deck.text import notes
from widgets.tape.failures import TRACE
from widgets.tape.forward_model import INTEGER, NOT_WATCHED, PAUSED
from widgets.tape.text import RecordingText

with_columns = pytest.mark.skipif(sys.version_info < (3, 11), reason="Python 3.10 keeps no columns with its code")


def verdicts(recording, op):
    return [verdict.reason for entry in recording.entries if entry.op == op for verdict in entry.verdicts]


@with_columns
def test_two_tapes_that_are_opened_on_one_line_keep_their_names():
    @tf.function
    def step(x):
        with tf.GradientTape() as first, tf.GradientTape() as second:
            first.watch(x)
            second.watch(x)
            y = x * x
        return first.gradient(y, x), second.gradient(y, x)

    assert [tape.name for tape in record(step, tf.constant(3.0)).tapes] == ["first", "second"]


def test_a_call_of_a_graph_that_no_tape_records_is_not_said_to_be_outside_of_its_block():
    @tf.function
    def twice(x):
        return x * 2

    def program():
        w = tf.Variable(2.0)
        with tf.GradientTape() as tape:
            y = w * twice(tf.constant(1.0)) + twice(w) + tf.cast(twice(tf.constant(1)), tf.float32)
        return tape.gradient(y, w)

    recording = record(program)
    assert recording.result == 4.0
    assert verdicts(recording, "twice") == [NOT_WATCHED, "", INTEGER]


@with_columns
def test_a_call_that_holds_a_tape_but_is_not_the_one_shown_is_not_said_to_be_outside_of_its_block():
    @tf.function
    def slope(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x * x
        return tape.gradient(y, x)

    recording = record(lambda: [slope(tf.constant(x)) for x in (1.0, 2.0)])
    calls = [entry for entry in recording.entries if entry.graph]
    assert [bool(call.opened) for call in calls] == [False, True]
    said = [RecordingText(recording).step_text(step) for step in recording.steps if step.kind == "entry"]
    assert said[0].endswith("returns 2.0.")


def test_a_tape_in_the_graph_of_a_dataset_is_not_denied():
    def slope(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x * x
        return tape.gradient(y, x)

    recording = record(lambda: [float(g) for g in tf.data.Dataset.from_tensor_slices([1.0, 2.0]).map(slope)])
    assert recording.result == [2.0, 4.0] and not recording.tapes
    assert [trace.holds_tape for trace in recording.traces] == [True]
    assert len(notes(recording)) == 1 and "`Dataset.map`" in notes(recording)[0]


def test_an_init_scope_pauses_tapes_and_its_lines_are_known():
    x, kept = tf.Variable(2.0), []

    @tf.function
    def step(z):
        with tf.init_scope():
            with tf.GradientTape() as tape:
                y = x * x
            kept.append(tape.gradient(y, x))
        return z * 2.0

    recording = record(step, tf.constant(1.0))
    assert kept == [None] and verdicts(recording, "Mul") == [PAUSED]
    assert [entry.place.text for entry in recording.entries if entry.op == "Mul"] == ["x * x"]
    assert "stop_gradient" not in str(explain(recording)) and "tf.init_scope" in str(explain(recording))


def test_an_error_in_a_graph_is_told_by_its_own_line_and_words():
    @tf.function
    def traced(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.matmul(x, x)
        return tape.gradient(y, x)

    @tf.function
    def running(x):
        return tf.gather(x, [5])

    first = traced.python_function.__code__.co_firstlineno
    recording = record(traced, tf.constant([1.0, 2.0]))
    assert "Shape must be rank 2" in TapeDeck(recording).text.splitlines()[1]
    assert recording.steps[-1].place.line == first + 4
    assert [one.kind for one in recording.unfollowed] == [TRACE]  # the tape did run

    recording = record(lambda: running(tf.constant([1.0])))
    assert "is not in [0, 1)" in TapeDeck(recording).text.splitlines()[1]


def test_a_tape_under_another_name_is_not_denied():
    def program():
        def elsewhere(x):
            with Renamed() as tape:
                tape.watch(x)
            return tape

        return tf.constant(2.0) * 2.0 if elsewhere else None

    recording = record(program)
    assert recording.tape_names == ("Renamed",)
    assert not any("no tf.GradientTape" in note for note in notes(recording))


def test_lambdas_are_functions_of_their_own():
    functions = [
        tf.function(lambda x: x + 1.0, autograph=False), tf.function(lambda x: x * 2.0, autograph=False),
        tf.function(lambda x: x - 3.0, autograph=False), tf.function(lambda x: x / 4.0, autograph=False),
    ]  # fmt: skip
    recording = record(lambda: [function(tf.constant(1.0)) for function in functions])
    assert len({trace.definition for trace in recording.traces}) == 4


@with_columns
def test_a_replica_has_its_lines_though_it_runs_in_a_thread_of_its_own():
    strategy = tf.distribute.MirroredStrategy(["/cpu:0"])
    with strategy.scope():
        w = tf.Variable(2.0)

    @tf.function
    def step(x):
        def replica(x):
            with tf.GradientTape() as inner:
                y = w * x
            return inner.gradient(y, w)

        return strategy.run(replica, args=(x,))

    recording = record(step, tf.constant(3.0))
    assert recording.result == 3.0 and [tape.name for tape in recording.tapes] == ["inner"]
    assert [entry.place.text for entry in recording.entries if entry.op == "Mul"] == ["w * x"]
