"""Which call of a traced function is played, what is said where numbers are missing, and that nothing is changed."""

import gc
import sys
import weakref

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.tape.test_faithful import bits
from widgets import record
from widgets.tape import graph_internals, hooks
from widgets.tape.recorder import Recorder
from widgets.tape.text import RecordingText
from widgets.tape.trace_hearing import hear_traces


def opened(recording):
    """Return the entries of calls that are played."""
    return [entry for entry in recording.entries if entry.opened]


def recorded(function, step=None):
    recorder = Recorder("cell", step=step)
    with recorder:
        result = function()
    return recorder.recording(result)


def slope_of(function):
    """Return a `tf.function` with a tape inside."""

    @tf.function
    def slope(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = function(x)
        return tape.gradient(y, x)

    return slope


def test_of_calls_from_one_line_the_last_is_played():
    slope = slope_of(lambda x: x * x)
    recording = record(lambda: [slope(tf.constant(float(i))) for i in range(4)])
    (call,) = opened(recording)
    assert call.opened.call == 3
    assert [source.gradient.head[0] for source in recording.sources] == [6.0]


@pytest.mark.parametrize("step", [0, 2])
def test_or_the_one_that_is_asked_for(step):
    slope = slope_of(lambda x: x * x)
    recording = recorded(lambda: [slope(tf.constant(float(i))) for i in range(4)], step)
    assert [call.opened.call for call in opened(recording)] == [step]
    assert [source.gradient.head[0] for source in recording.sources] == [2.0 * step]


@pytest.mark.parametrize("between", [lambda w: None, lambda w: w.assign(10.0)], ids=["nothing", "an assignment"])
def test_a_call_begins_with_the_variables_as_they_are_then(between):
    w, twin = tf.Variable(1.0), tf.Variable(1.0)

    @tf.function
    def step(w):
        with tf.GradientTape() as tape:
            y = w * w
        w.assign_sub(0.1 * tape.gradient(y, w))
        return y

    def steps(w):
        for _ in range(3):
            step(w)
            between(w)
        step(twin)
        return step(w)

    recording, bare = record(lambda: steps(w)), float(steps(tf.Variable(1.0)))
    calls = opened(recording)
    assert float(recording.result) == bare
    assert [call.opened.difference for call in calls] == [0] * 3
    assert calls[-1].values[0].head == (bare,)


def test_calls_from_two_lines_are_both_played():
    slope = slope_of(lambda x: tf.reduce_sum(x * x))

    def twice():
        one = slope(tf.constant([1.0]))
        two = slope(tf.constant([1.0, 2.0]))  # traced once more
        return one, two

    recording = record(twice)
    assert [source.gradient.head for source in recording.sources] == [(2.0,), (2.0, 4.0)]


def test_a_generator_is_rewound_for_the_replay_only():
    def program():
        generator = tf.random.Generator.from_seed(3)

        @tf.function
        def slope(x):
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = x * generator.normal(())
            return tape.gradient(y, x)

        return slope(tf.constant(2.0)), slope(tf.constant(2.0)), generator.normal(())

    bare, recording = program(), record(program)
    assert bits(recording.result) == bits(bare)
    assert all(call.opened.difference == 0 for call in opened(recording))


def test_a_call_that_fails_shows_how_far_it_came():
    slope = slope_of(lambda x: tf.debugging.check_numerics(tf.math.log(x), "no") * x)
    recording = record(lambda: slope(tf.constant(-1.0)))
    assert isinstance(recording.error.exception, tf.errors.InvalidArgumentError)
    (call,) = opened(recording)
    assert call.opened.failed
    assert any(
        "raised an error. The steps" in text for text in map(RecordingText(recording).step_text, recording.steps)
    )
    inside = [entry for entry in recording.entries if entry.inside == call.index]
    assert inside[0].op == "Log" and np.isnan(inside[0].values[0].head[0])


def test_a_loop_too_long_to_follow_has_its_results():
    def looped(x):
        y = x
        for _ in tf.range(10_000):
            y = y * 1.0001
        return y

    recording = record(lambda: slope_of(looped)(tf.constant(2.0)))
    (call,) = opened(recording)
    assert "long loop" in dict(call.opened.missing).values()
    assert all(one.reconciled for one in recording.backward_passes)


def test_a_branch_and_a_loop_open_into_what_ran():
    @tf.function
    def slope(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.cond(x > 0.0, lambda: x * x, lambda: tf.exp(x))
            for _ in tf.range(5):
                y = tf.sin(y)
        return tape.gradient(y, x)

    recording = record(lambda: slope(tf.constant(0.5)))
    ops = [entry.op for entry in recording.entries if entry.inside >= 0]
    assert "Exp" not in ops
    rounds = [entry.iteration for entry in recording.entries if entry.op == "Sin"]
    assert rounds == [0, 1, 4]


def test_the_steps_inside_stand_where_the_learner_wrote_them():
    @tf.function
    def slope(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.sin(x) * x
        return tape.gradient(y, x)

    recording = record(lambda: slope(tf.constant(3.0)))
    texts = {entry.op: entry.place.text for entry in recording.entries if entry.inside >= 0}
    gradient = recording.backward_passes[0].place
    if sys.version_info >= (3, 11):
        assert texts == {"Sin": "tf.sin(x)", "Mul": "tf.sin(x) * x"} and gradient.text == "tape.gradient(y, x)"
    else:  # which keeps no columns
        assert set(texts.values()) == {""} and gradient.line == recording.entries[-1].place.line + 1


def test_a_tape_outside_records_the_call_as_one():
    slope = slope_of(lambda x: x**3)

    def outside():
        x = tf.Variable(2.0)
        with tf.GradientTape() as tape:
            y = slope(x * 1.0)
        return tape.gradient(y, x)

    recording = record(outside)
    (call,) = opened(recording)
    outer, inner = 0, 1
    assert call.recorded_by == (outer,)
    assert all(outer not in entry.recorded_by for entry in recording.entries if entry.inside == call.index)
    assert [one.tape for one in recording.backward_passes] == [inner, outer]
    assert [one.gradients.numpy() for one in recording.backward_passes] == [12.0, 12.0]


def fitted(**options):
    keras.utils.set_random_seed(1)
    x, y = (np.random.default_rng(3).normal(size=shape).astype("float32") for shape in ((10, 4), (10, 1)))
    layers = [keras.layers.Dense(5, activation="relu"), keras.layers.BatchNormalization(), keras.layers.Dropout(0.5)]
    model = keras.Sequential([keras.Input((4,)), *layers, keras.layers.Dense(1)])
    model.compile("adam", "mse", metrics=["mae"], **options)
    history = model.fit(x, y, batch_size=4, epochs=2, verbose=0, validation_split=0.2)
    return [*history.history.values()], [variable.numpy() for variable in model.variables]


def test_fit_shows_its_last_step_and_stays_as_it_is():
    bare, recording = fitted(), record(fitted)
    assert bits(recording.result) == bits(bare)
    (call,) = opened(recording)
    assert call.opened.difference < 1e-5 and not call.opened.missing
    assert len(recording.tapes) == len(recording.backward_passes) == 1
    assert recording.backward_passes[0].reconciled
    assert len(recording.sources) == 6 and all(source.gradient.size for source in recording.sources)


def test_fit_shows_the_step_that_is_asked_for():
    recording = recorded(fitted, step=0)
    assert [call.opened.call for call in opened(recording)] == [0]
    assert recording.backward_passes[0].reconciled


def test_of_several_steps_in_one_call_the_last_is_shown():
    bare, recording = fitted(steps_per_execution=2), record(lambda: fitted(steps_per_execution=2))
    assert bits(recording.result) == bits(bare)
    (call,) = opened(recording)
    assert call.opened.difference < 1e-5 and not call.opened.missing
    assert all(one.reconciled for one in recording.backward_passes)
    (left,) = [variable for variable in bare[1] if variable.shape == (4, 5)]
    np.testing.assert_allclose(recording.optimizer_steps[-1].parameters[0].after.numbers, left, rtol=1e-4)


def test_a_trace_between_recordings_is_heard_if_asked_for():
    stop = hear_traces()
    try:
        slope = slope_of(lambda x: x * x)
        slope(tf.constant(1.0))
    finally:
        stop()
    recording = record(lambda: slope(tf.constant(3.0)))
    assert [source.gradient.head[0] for source in recording.sources] == [6.0]


def test_a_trace_that_nobody_heard_stays_closed():
    slope = slope_of(lambda x: x * x)
    slope(tf.constant(1.0))
    recording = record(lambda: slope(tf.constant(3.0)))
    assert not opened(recording) and not recording.tapes


def test_nothing_of_the_learner_lives_longer_for_a_trace():
    class Thing:
        pass

    def program():
        thing, w = Thing(), tf.Variable(2.0)

        @tf.function
        def slope():
            held = thing
            with tf.GradientTape() as tape:
                y = w * w
            assert held
            return tape.gradient(y, w)

        slope()
        return weakref.ref(thing), weakref.ref(w)

    refs = record(program).result
    gc.collect()
    assert [ref() for ref in refs] == [None, None]


def test_without_the_hooks_a_function_stays_one_entry(monkeypatch):
    monkeypatch.setattr(hooks, "missing_in_graphs", lambda: ("one",))
    slope = slope_of(lambda x: x * x)
    recording = record(lambda: slope(tf.constant(3.0)))
    assert recording.result == 6.0 and not opened(recording)


def test_hearing_that_ends_during_a_recording_is_over_after_it():
    heard = []

    def stand_in(build, *args, **kwargs):
        heard.append(1)
        return build(*args, **kwargs)

    build = hooks.func_graph.func_graph_from_py_func
    end = graph_internals.wrap_tracing(stand_in)
    record(end)
    tf.function(lambda x: x * x)(tf.constant(2.0))
    assert not heard
    assert hooks.func_graph.func_graph_from_py_func is build


def test_whatever_the_order_in_which_hearing_ends_tensorflow_is_as_it_was():
    build = hooks.func_graph.func_graph_from_py_func
    begun_inside = record(hear_traces).result
    first, second = hear_traces(), hear_traces()
    first()
    begun_inside()
    second()
    assert hooks.func_graph.func_graph_from_py_func is build
