"""The race: what is compared, what is counted, what is refused. No test asks how fast anything was."""

import dataclasses
import itertools
import re
import time

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as some

from widgets.common.errors import FunctionError
from widgets.race import benchmark
from widgets.race.benchmark import new_race, run_race, this_machine
from widgets.race.execution_modes import source_code
from widgets.race.model import (
    COMPILED,
    EAGER,
    FAILED,
    FINISHED,
    MODES,
    NOT_RUN,
    RETRACED,
    RUNNING,
    STEPS,
    TRACED,
    Result,
    Timing,
)

SHORT = 0.05  # seconds


def parabola(x):
    return tf.pow(x, 2) - 2.0 * x + 1.0


def valley(x):
    return x[0] ** 2 + 3.0 * tf.square(x[1] - 1.0) + tf.sin(x[0] * x[1])


def bent(x):
    if x > 0.5:
        return x * x
    return tf.exp(-x) - x


def finished(f, *settings, **more):
    return list(run_race(f, new_race(f, *settings, **more)))[-1]


def keras_steps(f, race, steps):
    """An independent check: the optimizer that learners use."""
    x, optimizer = tf.Variable(race.start), tf.keras.optimizers.SGD(race.learning_rate)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            y = f(x)
        optimizer.apply_gradients([(tape.gradient(y, x), x)])
    return x.numpy()


RACED = [(parabola, 0.0, "float32"), (valley, [2.0, -1.0], "float64"), (bent, -1.0, "float32")]


@pytest.fixture(scope="module")
def raced(request):
    """Return a function and a race of it. Keras keeps a rate as float32: 1/16 is the same in float64."""
    f, start, dtype = request.param
    return f, finished(f, start, 0.0625, 0.3, dtype)


@pytest.fixture(scope="module")
def race():
    return finished(parabola, 0.0, 0.1, 0.4)


# Not run yet


def test_before_it_is_run_there_is_no_time_in_it():
    race = new_race(parabola, -1.0, 0.2)
    assert (race.title, race.learning_rate, race.state, race.progress) == ("parabola", 0.2, NOT_RUN, 0.0)
    assert [result.mode for result in race.results] == list(MODES)
    assert all(result == Result(result.mode) and result.spread is None for result in race.results)
    assert all(race.times_faster(mode) is None and race.break_even_steps(mode) is None for mode in MODES)


def test_the_arrays_cannot_be_changed(race):
    for array in (race.start, *(result.x for result in race.results)):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0.0


# Where everyone arrives


@pytest.mark.parametrize("raced", RACED, indirect=True)
def test_everyone_arrives_where_keras_does(raced):
    f, race = raced
    steps, dtype = race.eager.steps, race.dtype
    witness = keras_steps(f, race, steps)
    assert 0 < steps <= STEPS and race.eager.x.tobytes() == witness.tobytes()
    for result in race.results[1:]:
        assert (result.state, result.steps, result.x.dtype) == (FINISHED, steps, dtype)
        np.testing.assert_allclose(result.x, witness, rtol=1e-4)
        assert result.same_as_eager == (result.x.tobytes() == witness.tobytes())


def test_a_blown_up_run_is_compared_too():
    race = finished(parabola, 0.0, 1e30, 10 * SHORT)  # so that each mode comes to its end on a busy machine
    assert all(np.isnan(result.x) or np.isinf(result.x) for result in race.results)
    assert all(result.same_as_eager is not None for result in race.results[1:])


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ([1.0, np.nan], [1.0, -np.nan], True),
        ([1.0], [np.nextafter(np.float32(1), np.float32(2))], False),
        ([0.0], [-0.0], False),
        ([np.inf], [np.inf], True),
    ],
)
def test_equal_means_every_bit(one, other, expected):
    assert benchmark._same_bits(np.array(one, "float32"), np.array(other, "float32")) is expected


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("raced", RACED, indirect=True)
def test_the_code_shown_is_the_code_that_ran(mode, raced, tmp_path):
    f, race = raced
    shown = re.sub(r"constant\(1000\)", f"constant({race.eager.steps})", source_code(mode, race))
    path = tmp_path / "shown.py"  # AutoGraph reads the source
    path.write_text(shown, "utf-8")
    names = {"tf": tf, "f": f}
    exec(compile(shown, path, "exec"), names)
    assert names["x"].numpy().tobytes() == race.result(mode).x.tobytes()


# Tracing, counted


def test_traces_are_what_a_side_effect_of_python_counts():
    ran = {"eagerly": 0, "in a graph": 0}

    def counting(x):
        ran["eagerly" if tf.executing_eagerly() else "in a graph"] += 1
        return x * x

    race = new_race(counting, 1.0, 0.1, SHORT)
    per_trace = []
    for facts in run_race(counting, race):
        seen = sum(result.traces or 0 for result in facts.results)
        if seen:
            per_trace.append(ran["in a graph"] / seen)
    assert len(set(per_trace)) == 1, "Python runs f when a trace is made, and only then"
    assert facts.eager.traces is None


def test_a_tensor_is_traced_once_and_every_new_python_number_again(race):
    for mode in (TRACED, COMPILED):
        assert race.result(mode).traces == 1 and race.result(mode).calls > 3
    again = race.result(RETRACED)
    assert (
        again.traces == 1 + len(again.timings) and benchmark.MIN_TIMINGS <= len(again.timings) <= benchmark.MAX_RETRACES
    )


def test_a_warning_while_racing_is_kept_and_one_after_it_is_printed(caplog, monkeypatch):
    monkeypatch.setattr(tf.get_logger(), "propagate", True)

    def warns(x):
        tf.get_logger().warning("mind the step")
        return x * x

    race = new_race(warns, 1.0, 0.1, SHORT)  # which runs f once, as any code of the learner's would
    caplog.clear()
    race = list(run_race(warns, race))[-1]
    assert caplog.text == ""
    assert all("mind the step" in result.warnings for result in race.results)
    tf.get_logger().warning("after the race")
    assert "after the race" in caplog.text


# Times, by a clock that we know


def test_a_first_call_is_kept_apart_and_later_calls_give_the_spread():
    ticks = itertools.count()  # every call takes one second
    race = new_race(parabola, 0.0, 0.1, 8.0)
    last = list(run_race(parabola, race, clock=lambda: float(next(ticks))))[-1]
    for result in last.results:
        assert result.first == Timing(1, 1.0)
        assert {timing.steps for timing in result.timings} == {1}
        assert result.spread.lower == result.spread.median == result.spread.upper == STEPS
        assert result.seconds_spent == result.calls
    assert last.eager.steps < STEPS, "its time was over"
    assert last.times_faster(TRACED) == 1.0 and last.break_even_steps(TRACED) is None


def test_a_clock_too_coarse_to_see_a_call_does_no_harm():
    coarse = lambda: time.perf_counter() // 0.02 * 0.02  # noqa: E731
    race = list(run_race(parabola, new_race(parabola, seconds=0.2), clock=coarse))[-1]
    assert race.state == FINISHED and all(result.spread.median > 0 for result in race.results)


@given(some.lists(some.floats(1e-6, 1e3), min_size=1, max_size=30))
def test_the_spread_is_numpys(seconds):
    spread = Result(EAGER, timings=tuple(Timing(10, second) for second in seconds)).spread
    expected = np.percentile(np.array(seconds) * 100, [25, 50, 75])
    np.testing.assert_allclose([spread.lower, spread.median, spread.upper], expected)


@settings(max_examples=30)
@given(some.floats(0.1, 10.0), some.floats(0.001, 0.05), some.floats(0.05, 2.0))
def test_tracing_is_break_even_steps_when_both_have_taken_as_long(eager, traced, first):
    race = new_race(parabola)
    results = (
        Result(EAGER, FINISHED, Timing(1, 0.01), (Timing(STEPS, eager),)),
        Result(TRACED, FINISHED, Timing(1, first), (Timing(STEPS, traced),)),
    )
    race = dataclasses.replace(race, results=results)
    after = race.break_even_steps(TRACED)
    difference = (first + after * traced / STEPS) - (0.01 + after * eager / STEPS)
    assert difference <= 1e-9 and race.times_faster(TRACED) == pytest.approx(eager / traced)
    one_step_before = (first + (after - 1) * traced / STEPS) - (0.01 + (after - 1) * eager / STEPS)
    assert one_step_before > -1e-9


# On its way


def test_it_can_be_left_after_any_call(race):
    racing = run_race(parabola, race)
    seen = [next(racing) for _ in range(5)]
    racing.close()
    assert [facts.eager.calls for facts in seen] == sorted(facts.eager.calls for facts in seen)
    assert all(facts.state == RUNNING and facts.eager.state == RUNNING for facts in seen)
    assert seen[0].result(COMPILED) == Result(COMPILED), "a race that is run again starts anew"


def test_progress_only_grows_and_ends_at_one():
    every = list(run_race(parabola, new_race(parabola, seconds=SHORT)))
    progress = [facts.progress for facts in every]
    assert progress == sorted(progress) and progress[0] < 1.0 == progress[-1]
    assert every[-1].state == FINISHED and {result.state for result in every[-1].results} == {FINISHED}


def test_the_machine_is_named():
    here = this_machine()
    assert here.cpus >= 1 and here.tensorflow == tf.__version__ and here.processor and here.system


# What cannot be run


def with_text(x):
    return x * x + 0.0 * tf.cast(tf.strings.length(tf.strings.as_string(x)), x.dtype)


def only_eager(x):
    return x * x + 0.0 * float(x.numpy())


def only_at_first(x):
    if tf.executing_eagerly() and x < 0.9:
        raise RuntimeError("too far")
    return x * x


@pytest.mark.parametrize(
    ("f", "failing", "words"),
    [
        (with_text, {COMPILED}, "InvalidArgumentError: Detected unsupported operations .*AsString"),
        (only_eager, {TRACED, RETRACED, COMPILED}, "NotImplementedError: numpy.. is only available when eager"),
        (only_at_first, {EAGER}, "RuntimeError: too far"),
    ],
)
def test_who_cannot_run_f_says_why_and_the_others_go_on(f, failing, words):
    race = finished(f, 1.0, 0.1, SHORT)
    assert race.state == FINISHED and race.progress == 1.0
    for result in race.results:
        assert result.state == (FAILED if result.mode in failing else FINISHED)
        assert bool(re.match(words, result.failure)) == (result.mode in failing)
        assert "\n" not in result.failure


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"learning_rate": 0.0}, "learning_rate must be a number between"),
        ({"learning_rate": -1}, "for example learning_rate=0.1; got -1"),
        ({"learning_rate": float("nan")}, "got nan"),
        ({"learning_rate": 1e39}, "between"),
        ({"learning_rate": "fast"}, "got 'fast'"),
        ({"learning_rate": True}, "got True"),
        ({"seconds": 0}, "seconds must be a number between 0.05 and 60"),
        ({"seconds": 1e6}, "got 1000000.0"),
        ({"seconds": None}, "got None"),
        ({"start": float("inf")}, "start"),
        ({"dtype": "int32"}, "float32"),
    ],
)
def test_settings_that_cannot_be_used_are_refused_kindly(wrong, words):
    with pytest.raises(FunctionError, match=re.escape(words)):
        new_race(parabola, **wrong)


def test_a_function_without_a_gradient_is_refused_at_once():
    with pytest.raises(FunctionError):
        new_race(lambda x: tf.round(x))
