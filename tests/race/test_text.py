"""A race in words: deterministic before it runs, and afterwards every number of the facts in its place."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from widgets.race import text
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
    STOPPED,
    TRACED,
    Machine,
    Race,
    Result,
    Timing,
)

NOT_RUN_TEXT = """\
Race: gradient descent on parabola
From x = 0, learning rate 0.1, float32. Times are for 1,000 steps.
  eager                        not run yet
  tf.function                  not run yet
  tf.function, Python numbers  not run yet
  tf.function with XLA         not run yet
"""


def done(mode, seconds, first, *, traces=1, same=True, x=1.0):
    timings = tuple(Timing(STEPS, seconds * share) for share in (0.9, 1.0, 1.1))
    x = np.array(x, "float32")
    return Result(mode, FINISHED, Timing(1, first), timings, 7, traces, x, STEPS, same, (), "", 1.0)


def race(*results, state=FINISHED):
    results = results or tuple(map(Result, MODES))
    machine = Machine(8, "x86_64", "Linux", "2.21.0")
    return Race("parabola", np.array(0.0, "float32"), 0.1, 1.5, "float32", machine, results, state)


ALL = (
    done(EAGER, 1.3, 0.002, traces=None, same=None),
    done(TRACED, 0.01, 0.1),
    done(RETRACED, 0.05, 0.1, traces=9),
    done(COMPILED, 0.0005, 0.2, same=False, x=0.99999994),
)


def test_before_it_has_run_the_twin_holds_no_time_and_no_machine():
    said = text.race_text(race(state=NOT_RUN))
    assert said == NOT_RUN_TEXT + text.summary(race(state=NOT_RUN))
    assert "about 6 s" in said and "TensorFlow" not in said


def test_after_it_has_run_the_twin_has_every_number():
    lines = text.race_text(race(*ALL)).splitlines()
    assert lines[2:6] == [
        "  eager                        1.30 s; middle half of 3 calls: 1.24 s to 1.37 s; "
        "first call (one step) 2.00 ms; never traced; 7 calls; x = 1 after 1000 steps",
        "  tf.function                  10.0 ms; middle half of 3 calls: 9.50 ms to 10.5 ms; "
        "first call (one step) 100 ms; traced 1 × in 7 calls; x = 1 after 1000 steps: the same bits as eager",
        "  tf.function, Python numbers  50.0 ms; middle half of 3 calls: 47.5 ms to 52.5 ms; "
        "first call (one step) 100 ms; traced 9 × in 7 calls; x = 1 after 1000 steps: the same bits as eager",
        "  tf.function with XLA         500 µs; middle half of 3 calls: 475 µs to 525 µs; "
        "first call (one step) 200 ms; traced 1 × in 7 calls; "
        "x = 0.99999994 after 1000 steps: not the same bits as eager",
    ]
    assert lines[-1] == "Measured on this machine: 8 × x86_64, Linux, TensorFlow 2.21.0"


def test_it_says_what_the_times_mean():
    said = text.summary(race(*ALL))
    assert said.startswith(
        "tf.function was 130 times faster than eager here, and its first call paid for itself after 76 steps."
    )
    assert "traced 9 times instead of once, and 1,000 steps took 5.0 times as long" in said
    assert "tf.function with XLA was 2,600 times faster" in said
    assert "Its x differs from eager's in the last bits" in said


def test_it_says_so_when_nothing_is_gained():
    said = text.summary(race(done(EAGER, 0.01, 0.1, same=None), done(TRACED, 0.02, 0.1), *ALL[2:]))
    assert said.startswith("tf.function was 2.0 times slower than eager here. ")


def test_on_its_way_it_says_who_runs():
    running = race(ALL[0], Result(TRACED, RUNNING), Result(RETRACED), Result(COMPILED), state=RUNNING)
    assert text.summary(running) == "Running: tf.function."
    assert [text.details(result) for result in running.results[1:]] == [
        "running",
        "not run yet",
        "not run yet",
    ]


def test_a_race_that_was_stopped_says_so_and_tells_what_it_knows():
    stopped = race(*ALL[:2], Result(RETRACED, RUNNING), Result(COMPILED), state=STOPPED)
    assert text.summary(stopped).startswith("Stopped before the end. tf.function was 130 times faster")


def test_who_cannot_run_f_is_quoted():
    failed = Result(COMPILED, FAILED, failure="InvalidArgumentError: no text on XLA")
    assert text.details(failed) == "cannot run this function: InvalidArgumentError: no text on XLA"
    assert text.summary(race(*(Result(mode, FAILED, failure="E: no") for mode in MODES))).startswith("None of the four")
    assert "130 times faster" in text.summary(race(*ALL[:3], failed))


def test_tensorflows_warning_is_cut_after_its_first_sentence():
    warned = dataclasses.replace(
        ALL[2], warnings=("5 out of 5 calls triggered retracing. Tracing is expensive.", "more")
    )
    assert text.warning(warned) == "TensorFlow warns: 5 out of 5 calls triggered retracing."
    assert text.warning(ALL[2]) == ""


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0.0, "0.00 µs"),
        (4.789e-7, "0.48 µs"),
        (4.789e-4, "479 µs"),
        (0.0009996, "1.00 ms"),
        (0.01234, "12.3 ms"),
        (0.9996, "1.00 s"),
        (1.384, "1.38 s"),
        (99.96, "100 s"),
        (5230.4, "5,230 s"),
    ],
)
def test_seconds_have_three_digits_and_a_unit(seconds, expected):
    assert text.duration(seconds) == expected


@given(some.floats(1e-6, 1e5))
def test_seconds_as_text_are_within_half_a_percent(seconds):
    number, unit = text.duration(seconds).replace(",", "").split()
    assert float(number) * {"s": 1, "ms": 1e-3, "µs": 1e-6}[unit] == pytest.approx(seconds, rel=0.0051)


@pytest.mark.parametrize(
    ("ratio", "expected"), [(1.0, "1.0"), (9.94, "9.9"), (9.96, "10"), (92.9, "93"), (2877.9, "2,900")]
)
def test_ratios_have_two_digits(ratio, expected):
    assert text.two_digits(ratio) == expected
