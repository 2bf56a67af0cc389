"""A recorded run is the bare run: result, output and exceptions to the bit, and no hook left behind."""

import gc
import signal
import sys
import threading
import traceback

import numpy as np
import pytest
import tensorflow as tf
from tensorflow.python import pywrap_tfe
from tensorflow.python.eager import backprop, execute
from tensorflow.python.framework import ops

from tests.tape import programs
from tests.tape.wider import WIDER
from widgets import RecordingError, TapeDeck, record
from widgets.tape import hooks, recorder


def bits(result):
    """Return a result as comparable bytes, whatever its structure."""
    return [(str(getattr(x, "dtype", "")), _bytes(x)) for x in tf.nest.flatten(result)]


def _bytes(x):
    if x is None:
        return None
    array = np.asarray(tf.convert_to_tensor(x).numpy())
    return array.tolist() if array.dtype == object else array.tobytes()  # of text, not where it is in memory


def hook_points():
    """Return everything that a recording puts a hand on."""
    swapped = [getattr(owner, name) for owner, name, _ in hooks.HOOK_POINTS]
    callbacks = list(ops.context.context().op_callbacks)
    return swapped, pywrap_tfe.TFE_Py_FastPathExecute, callbacks, execute.execute, backprop._gradient_function


@pytest.fixture(autouse=True)
def clean_hook_points():
    before = hook_points()
    yield
    assert hook_points() == before
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = x * x + x
    assert tape.gradient(y, x) == 7.0  # the registered gradient function is TensorFlow's again


@pytest.mark.parametrize("program", programs.HEALTHY + WIDER, ids=lambda program: program.__name__)
def test_the_recorded_run_is_the_bare_run(program, capfd):
    bare, printed_bare = program(), capfd.readouterr().out
    recording = record(program)
    assert recording.error is None
    assert bits(recording.result) == bits(bare)
    assert capfd.readouterr().out == printed_bare
    assert all(playback.reconciled for playback in recording.backward_passes)


@pytest.mark.parametrize("program", programs.FAILING, ids=lambda program: program.__name__)
def test_an_exception_is_that_of_the_bare_run(program):
    with pytest.raises(Exception) as caught:
        program()
    error = record(program).error
    assert type(error.exception) is caught.type
    assert str(error.exception) == str(caught.value)
    recorded, bare = (traceback.extract_tb(e.__traceback__) for e in (error.exception, caught.value))
    assert [frame.name for frame in recorded] == [frame.name for frame in bare[1:]]
    assert error.place.line == next(frame.lineno for frame in reversed(bare) if frame.filename == programs.__file__)


def test_a_recording_does_not_start_tensorflows_devices(monkeypatch):
    """They start with the first tensor, and can be set up no more: the learner's cell may be there for that."""
    started, start, here = [], ops.context.Context.ensure_initialized, threading.get_ident()

    def heard(self):
        if threading.get_ident() == here:  # threads that tests before have left use TensorFlow, too
            started.append(1)
        start(self)

    gc.collect()  # what TensorFlow frees goes by the devices
    monkeypatch.setattr(ops.context.Context, "ensure_initialized", heard)
    recording = record(lambda: None)
    assert recording.error is None and TapeDeck(recording).text and not started
    record(lambda: tf.constant(1.0))
    assert started


def test_a_traced_function_is_not_traced_again():
    traces = []

    @tf.function
    def f(x):
        traces.append("traced")
        return x * x

    f(tf.constant(1.0))
    record(lambda: f(tf.constant(2.0)))
    f(tf.constant(3.0))
    assert traces == ["traced"]


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit])
def test_interruptions_pass_through(interruption):
    def interrupted():
        with tf.GradientTape():
            tf.constant(1.0) + 1.0
            raise interruption

    with pytest.raises(interruption):
        record(interrupted)


@pytest.mark.parametrize("moment", ["__enter__", "__exit__"])
def test_ctrl_c_leaves_nothing_hooked_wherever_it_comes(moment):
    """At each return of a function that has to do with hooking, as long as there are more of them."""
    before = hook_points()

    def interrupt(nth):
        state = {"inside": False, "returns": 0}

        def profile(frame, event, _):
            if frame.f_code.co_name == moment and frame.f_code.co_filename == recorder.__file__:
                state["inside"] = event != "return"
            elif event == "return" and state["inside"]:
                state["returns"] += 1
                if state["returns"] == nth + 1:
                    signal.raise_signal(signal.SIGINT)

        sys.setprofile(profile)
        try:
            record(float)
        finally:
            sys.setprofile(None)

    for nth in range(0, 1_000, 7):
        try:
            interrupt(nth)
        except KeyboardInterrupt:
            assert hook_points() == before and not recorder._running, nth
        else:
            break
    assert nth > 50


def test_what_a_thread_began_that_was_killed_is_in_nobodys_way():
    thread = threading.Thread(target=recorder.Recorder("killed").__enter__)
    thread.start()
    thread.join()
    (killed,) = recorder._running
    assert record(programs.parabola).error is None
    killed._listening.__exit__(None, None, None)


def test_what_the_code_puts_in_place_of_a_function_stays_there():
    ask, asked = tf.GradientTape.gradient, []

    def patched():
        original = tf.GradientTape.gradient
        tf.GradientTape.gradient = lambda tape, *args: asked.append(args) or original(tape, *args)
        return programs.parabola()

    try:
        record(patched)
        assert len(asked) == 1 and tf.GradientTape.gradient is not ask
        programs.parabola()
        assert len(asked) == 2
    finally:
        tf.GradientTape.gradient = ask


def test_autograph_tells_an_error_as_in_a_bare_run():
    @tf.function
    def undefined(x):
        if x > 0:
            y = x
        return y

    with pytest.raises(ValueError, match="y") as caught:
        undefined(tf.constant(1.0))
    assert str(record(undefined, tf.constant(1.0)).error.exception) == str(caught.value)


class Scaled(tf.Module):
    """Keeps what `locals()` gives it, and prints where it is asked for its name."""

    def __init__(self):
        super().__init__()
        self.w = tf.Variable(2.0)

    @property
    def name(self):
        print("name")

    def __call__(self, x):
        kept = locals()
        y = self.w * x
        return y * y, sorted(kept)


class Refusing:
    """Refuses whatever it is asked, also for its class, but can be called."""

    def __getattribute__(self, name):
        raise RuntimeError(name)

    def __call__(self, x):
        return x * 2.0


def test_objects_are_not_asked_for_anything(capfd, tmp_path, monkeypatch):
    module, refusing = Scaled(), Refusing()

    def program():
        with tf.GradientTape() as tape:
            y, kept = module(refusing(tf.constant(3.0)))
        return tape.gradient(y, module.w), kept

    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    exec(compile("def elsewhere(f):\n    return f()", "<typed elsewhere>", "exec"), functions := {})
    recording = record(functions["elsewhere"], program)
    assert recording.error is None and not recording.unfollowed
    assert recording.result[1] == ["self", "x"] and capfd.readouterr().out == ""
    assert recording.backward_passes[0].reconciled


def test_a_recording_inside_a_recording_is_one_of_its_own():
    def nested():
        x = tf.Variable(2.0)
        with tf.GradientTape() as tape:
            y = x * x
            inner = record(programs.fan_out)
            z = y * x
        return inner, tape.gradient(z, x)

    recording = record(nested)
    inner, slope = recording.result
    assert slope == 12.0 and inner.result == programs.fan_out()
    assert [one.reconciled for one in inner.backward_passes] == [True]
    assert [one.reconciled for one in recording.backward_passes] == [True, True]  # the outer one hears both
    alone, inside = ([e.op for e in one.entries if e.backward_pass < 0] for one in (record(programs.fan_out), inner))
    assert alone == inside


def test_only_one_thread_records():
    refused = []

    def elsewhere():
        with pytest.raises(RecordingError, match="already running"):
            record(lambda: None)
        refused.append(True)

    def here():
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()

    record(here)
    assert refused == [True]


def test_a_recording_in_another_thread_works():
    found = []
    thread = threading.Thread(target=lambda: found.append(record(programs.fan_out)))
    thread.start()
    thread.join()
    assert found[0].backward_passes[0].reconciled
    assert found[0].result == programs.fan_out()


def test_a_tape_that_outlives_its_recording_still_plays():
    kept = {}

    def remember():
        kept["x"] = x = tf.Variable(2.0)
        with tf.GradientTape(persistent=True) as kept["tape"]:
            kept["y"] = programs._cubed(x)

    record(remember)
    assert kept["tape"].gradient(kept["y"], kept["x"]) == 12.0


def test_what_ran_before_the_recording_is_not_made_up():
    x = tf.Variable(2.0)
    with tf.GradientTape(persistent=True) as tape:
        y = x * x

    def later():
        with tape:
            z = y * 3.0
        return tape.gradient(z, x)

    recording = record(later)
    assert recording.result == 12.0
    assert not recording.backward_passes[0].reconciled
    assert "before the recording" in recording.backward_passes[0].note


def test_a_forward_accumulator_outlives_a_recording():
    """It points into TensorFlow's vector space: were that replaced, this would end the process."""
    primal = tf.constant(2.0)
    with tf.autodiff.ForwardAccumulator(primal, tf.constant(1.0)) as accumulator:
        record(programs.fan_out)
        y = primal * primal
    assert accumulator.jvp(y) == 4.0


def test_only_eager_functions_are_taken():
    with pytest.raises(TypeError, match="takes a function"):
        record(3.0)

    @tf.function(autograph=False)
    def traced():
        record(lambda: None)

    with pytest.raises(RecordingError, match="outside of tf.function"):
        traced()
