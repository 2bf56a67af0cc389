"""`explain` names the cause and the line of what goes wrong, and says nothing where nothing does."""

import contextlib
import dataclasses
import functools
import re
import sys
import traceback

import numpy as np
import pytest
import tensorflow as tf

from tests.diagnosis.corpus import MUST, NEAR, cases, marked_line
from tests.diagnosis.programs import integer_dtype, left_tensorflow, reassigned_variable
from tests.tape import programs, wider
from widgets import TapeDeck, record
from widgets.common.lessons import path_of
from widgets.deck.text import deck_text
from widgets.diagnosis.text import automatic_diagnoses, explain
from widgets.exercises.registry import misconceptions, misconceptions_by_code
from widgets.tape import past_logs
from widgets.tape.text import RecordingText

CODES = {
    "CONSTANT_NOT_WATCHED",
    "OUTSIDE_TAPE",
    "LEFT_TENSORFLOW",
    "REASSIGNED_VARIABLE",
    "INTEGER_DTYPE",
    "NOT_DIFFERENTIABLE",
    "NO_PATH",
    "ASSIGNED_IN_TAPE",
    "TAPE_ALREADY_USED",
    "INNER_GRADIENT_OUTSIDE_OUTER_TAPE",
    "TARGET_SUMMED",
    "NAN_ZERO_TIMES_INF",
    "UNKNOWN_KERAS_VARIABLE",
    "RETRACED",
    "STOPPED_GRADIENT",
}

AND_YET = {
    programs.unconnected: "NO_PATH",
    programs.not_watched: "CONSTANT_NOT_WATCHED",
    programs.through_an_integer: "INTEGER_DTYPE",
    programs.not_a_number: "NAN_ZERO_TIMES_INF",
    wider.numpy_function: "LEFT_TENSORFLOW",
}
"""The programs that run to their end, and end in None or nan."""

SENTENCES_FOR_OPERATIONS = {"NOT_DIFFERENTIABLE", "INTEGER_DTYPE", "LEFT_TENSORFLOW", "NO_PATH"}
"""Codes whose cause and repair differ with what was called: a rounding, an argmax, `predict`, a weight of a list."""

RAISING = [
    *cases(MUST, "TAPE_ALREADY_USED", "UNKNOWN_KERAS_VARIABLE"),
    ("LEFT_TENSORFLOW", left_tensorflow.must_target_is_a_float),
    ("LEFT_TENSORFLOW", left_tensorflow.must_target_is_an_array),
    ("INTEGER_DTYPE", integer_dtype.must_times_a_float),
    ("INTEGER_DTYPE", integer_dtype.must_sine_of_an_integer),
    ("INTEGER_DTYPE", integer_dtype.must_integer_meets_float),
    ("REASSIGNED_VARIABLE", reassigned_variable.must_operator_and_equals),
]
"""The programs whose exception alone, without a recording, tells what is wrong."""


def unnamed(sentence):
    """A sentence without its code, in which a source and its tape have the learner's own names."""
    return re.sub(r"`[^`]*`|make \S+ a", "…", sentence)


def named(value):
    return getattr(value, "__name__", None)


@functools.cache
def recorded(program):
    """A recording that several tests look at."""
    return record(program)


@pytest.mark.parametrize(("code", "program"), cases(MUST), ids=named)
def test_the_cause_and_the_line(code, program):
    recording = recorded(program)
    diagnosis = explain(recording)
    assert (diagnosis.code, diagnosis.line) == (code, marked_line(program))
    row = misconceptions_by_code()[code]
    if code not in SENTENCES_FOR_OPERATIONS:
        assert (unnamed(diagnosis.cause), unnamed(diagnosis.repair)) == (unnamed(row.cause), unnamed(row.repair))
    assert diagnosis.lesson.startswith(f"lessons/{misconceptions_by_code()[code].lesson}_")
    assert all(part in str(diagnosis) for part in (code, diagnosis.seen, diagnosis.cause, diagnosis.repair))
    assert all(part in str(diagnosis) for part in (*map(str, diagnosis.line), diagnosis.lesson))


@pytest.mark.parametrize(("code", "program"), cases(NEAR), ids=named)
def test_a_near_miss_does_not_get_the_code(code, program):
    assert explain(record(program)).code != code


@pytest.mark.parametrize(("code", "program"), RAISING, ids=named)
def test_an_exception_alone_tells_the_same(code, program):
    with pytest.raises(Exception) as caught:
        program()
    diagnosis = explain(caught.value)
    assert (diagnosis.code, diagnosis.line) == (code, marked_line(program))


def test_an_exception_that_a_none_led_to_does_not_tell_where_it_came_from():
    with pytest.raises(TypeError) as caught:
        reassigned_variable.must_in_a_loop()
    diagnosis = explain(caught.value)
    assert diagnosis.code is None and "None" in diagnosis.cause and "%%tape" in diagnosis.repair


@pytest.mark.parametrize("program", programs.HEALTHY + wider.WIDER, ids=named)
def test_a_healthy_program_gets_no_code(program):
    recording = record(program)
    assert explain(recording).code == AND_YET.get(program)
    assert bool(automatic_diagnoses(recording)) == any(_is_bad(source.gradient) for source in recording.sources)


def _is_bad(gradient):
    return gradient is None or gradient.has_nan


@pytest.mark.parametrize(("code", "program"), cases(MUST), ids=named)
def test_it_speaks_up_where_something_went_wrong(code, program):
    recording = recorded(program)
    found = automatic_diagnoses(recording)
    assert [one.code for one in found[:1]] == ([] if _is_whole(recording) else [code])
    assert all(one.note in deck_text(recording).splitlines() for one in found)


def _is_whole(recording):
    return not recording.error and not any(_is_bad(source.gradient) for source in recording.sources)


def test_every_code_has_its_programs_and_its_row():
    assert set(MUST) == set(NEAR) == CODES
    assert all(len(MUST[code]) >= 5 and len(NEAR[code]) >= 5 for code in CODES)
    assert all([row.code for row in misconceptions()].count(code) == 1 for code in CODES)


def test_each_lesson_is_where_a_diagnosis_says(pytestconfig):
    for script in pytestconfig.rootpath.glob("solutions/[0-9]*.py"):
        assert path_of(script.stem[:2]) == f"lessons/{script.stem}.ipynb"
    assert path_of("99") == ""


def test_a_deck_shows_it_and_can_be_asked():
    deck = TapeDeck(programs.not_watched)
    assert explain(deck) == explain(deck.recording)
    assert explain(deck).note in deck.text
    assert explain(deck).code in repr(explain(deck))
    assert "CONSTANT_NOT_WATCHED" not in deck.text  # codes are for tables; a learner reads sentences


def test_one_gradient_of_several():
    x, w, k = tf.Variable(2.0), tf.Variable(3.0, trainable=False), tf.constant(1.0)

    def several():
        with tf.GradientTape(persistent=True) as tape:
            y = k * x
            z = w * x
        return tape.gradient(y, [x, k]), tape.gradient(z, [w, x])

    recording = record(several)
    assert explain(recording, source=k).code == explain(recording, target="y").code == "CONSTANT_NOT_WATCHED"
    assert explain(recording, source=w).code == explain(recording, target="z").code == "NOT_TRAINABLE"
    assert explain(recording, "z", "x").code is explain(recording, source=x).code is None


@pytest.mark.parametrize("asked", [{"target": "yy"}, {"source": "xx"}, {"target": 3.0}, {"target": "y", "source": "y"}])
def test_a_gradient_that_is_not_there_is_not_said_to_be_right(asked):
    recording = record(programs.not_watched)
    with pytest.raises(ValueError, match="has these: y with respect to x"):
        explain(recording, **asked)


def test_without_any_gradient_there_is_none_to_ask_for():
    with pytest.raises(ValueError, match="no call of tape.gradient"):
        explain(record(lambda: tf.constant(1.0)), target="y")


def test_what_is_not_known_is_not_guessed():
    x = tf.Variable(2.0)
    with tf.GradientTape(persistent=True) as tape:
        y = tf.round(x)
    diagnosis = explain(record(lambda: tape.gradient(y, x)))
    assert diagnosis.code is None and "before the recording" in diagnosis.cause and "%%tape" in diagnosis.repair


def test_only_recordings_and_exceptions_are_taken():
    with pytest.raises(TypeError, match=r"explain\(record\(f\)\)"):
        explain(tf.constant(1.0))


def test_without_an_argument_the_last_thing_seen_is_explained(monkeypatch):
    record(programs.used_twice)
    recording = record(lambda: None)
    monkeypatch.setattr(past_logs, "_latest", [])
    monkeypatch.delattr(sys, "last_value", raising=False)
    with pytest.raises(TypeError, match="nothing to explain yet"):
        explain()
    past_logs.remember(recording)
    assert explain().code is None
    monkeypatch.setattr(sys, "last_value", raised(programs.used_twice), raising=False)
    assert explain().code == "TAPE_ALREADY_USED"
    past_logs.remember(recording)  # made after that exception
    assert explain().code is None


def raised(program):
    with pytest.raises(RuntimeError) as caught:
        program()
    return caught.value


@pytest.mark.parametrize("losses", ["abc", 5, [1.0, None]])
def test_losses_that_are_no_numbers_are_refused_with_an_example(losses):
    with pytest.raises(TypeError, match=r"losses must be a list of numbers, as in explain\(losses="):
        explain(losses=losses)


def test_a_bare_list_of_losses_is_sent_to_the_right_argument():
    with pytest.raises(TypeError, match=r"explain\(losses=.*got list"):
        explain([0.9, 0.7, 0.6])


def test_of_exceptions_that_led_to_another_the_known_one_is_explained():
    outer = ValueError("training failed")
    outer.__cause__ = raised(programs.used_twice)
    assert explain(outer).code == "TAPE_ALREADY_USED"
    assert explain(ValueError("training failed")).code is None


def test_a_change_is_tried_where_it_can_do_no_harm():
    def slope():
        x = tf.constant([1.0, 2.0])
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(x * x)
        return tape.gradient(y, x)

    other = tf.Variable(3.0)

    def counts():
        other.assign_add(1.0)
        x = tf.constant(1.0)
        with tf.GradientTape() as tape:
            y = x * x
        return tape.gradient(y, x)

    def counts_by_another_name():
        mine = other
        mine.assign_add(1.0)
        x = tf.constant(1.0)
        with tf.GradientTape() as tape:
            y = x * x
        return tape.gradient(y, x)

    def counts_in_a_loop():
        for one in [other]:
            one.assign_add(1.0)
        x = tf.constant(1.0)
        with tf.GradientTape() as tape:
            y = x * x
        return tape.gradient(y, x)

    def counts_by_itself():
        count = tf.Variable(0.0)
        count.assign_add(1.0)
        x = tf.constant(1.0)
        with tf.GradientTape() as tape:
            y = x * x
        return tape.gradient(y, x)

    first = explain(record(slope))
    assert first.change[1] == ("+", "    tape.watch(x)") and "[2.0, 4.0]" in first.tried
    for nth, program in enumerate((counts, counts_by_another_name, counts_in_a_loop)):
        assert explain(record(program)).tried == "" and float(other) == 4.0 + nth
    assert "2.0" in explain(record(counts_by_itself)).tried


def test_an_error_that_means_nothing_here_is_told_as_it_is():
    diagnosis = explain(record(programs.plain_python_error))
    assert diagnosis.code is None and diagnosis.seen == "KeyError: 'missing'"
    assert diagnosis.line[1] == 'return {}["missing"]'
    assert automatic_diagnoses(record(programs.plain_python_error)) == []


UNRELATED = {
    "an attribute of None": lambda: re.match("a", "b").group(),
    "None plus a number": lambda: None + 1,
    "a list's dtype": lambda: [1].dtype,
    "minimize of something else": lambda: functools.partial(print).minimize(),
    "text was wanted": lambda: tf.constant("a") + 1,
    "whole numbers were wanted": lambda: tf.constant(0.5, tf.int32),
}


@pytest.mark.parametrize("fails", UNRELATED.values(), ids=UNRELATED)
def test_an_error_that_only_sounds_alike_gets_no_cause(fails):
    recording = record(fails)
    assert explain(recording).cause == explain(recording.error.exception).cause == ""


def test_the_shape_of_a_tensor_has_not_left_tensorflow():
    def scaled():
        x = tf.Variable(tf.ones((4, 3)))
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(x * x / np.sqrt(x.shape[0])) / int(tf.shape(x)[0])
        return tape.gradient(y, x)

    assert explain(record(scaled)).code is None


def test_a_row_of_a_jacobian_is_not_what_the_jacobian_returned():
    def rows():
        x = tf.Variable([1.0, 2.0])
        with tf.GradientTape(persistent=True) as tape:
            y = x**2
        return tape.jacobian(y, x, experimental_use_pfor=False)

    recording = record(rows)
    assert explain(recording).code is None
    calls = map(RecordingText(recording).call_text, recording.backward_passes)
    assert all(call.startswith("tape.gradient") for call in calls)


def test_an_exception_that_cannot_be_said_is_told_by_its_class():
    class Mute(Exception):
        def __str__(self):
            raise RuntimeError

    def fails():
        raise Mute

    recording = record(fails)
    assert explain(recording).seen == "Mute" and deck_text(recording)


def test_explaining_leaves_an_exception_as_it_is():
    with pytest.raises(RuntimeError) as caught:
        programs.used_twice()
    before = traceback.format_exception(caught.value)
    assert explain(caught.value).code == "TAPE_ALREADY_USED"
    assert traceback.format_exception(caught.value) == before
    assert explain(ValueError("no gradients")).line is None


@pytest.mark.parametrize(("code", "program"), cases(MUST), ids=named)
def test_it_says_the_same_twice_and_no_addresses(code, program):
    again = record if code == "RETRACED" else recorded  # what was traced in one recording is not in the next
    said = str(dataclasses.replace(explain(again(program)), tried=""))
    assert not re.search(r"0x[0-9a-f]{6,}|/tmp/", said)
    if "keras" not in program.__code__.co_names:  # Keras counts its names up: dense, dense_1, ...
        assert said == str(dataclasses.replace(explain(record(program)), tried=""))


def softmax_by_hand():
    logits = tf.Variable([1000.0, 1.0])
    with tf.GradientTape() as tape:
        powers = tf.exp(logits)  # here
        loss = -tf.math.log(powers[1] / tf.reduce_sum(powers))
    return tape.gradient(loss, logits)


def softplus_by_hand():
    x = tf.Variable(1e30)
    with tf.GradientTape() as tape:
        y = tf.math.log(1.0 + tf.exp(x))  # here
    return tape.gradient(y, x)


def overflow_that_is_not_chosen():
    x = tf.Variable([100.0, 1.0])
    with tf.GradientTape() as tape:
        powers = tf.exp(x)  # here
        y = tf.where(x > 50.0, x, powers)
    return tape.gradient(y, x)


def overflow_on_the_way_back():
    x = tf.Variable([1e-30, 0.0])
    with tf.GradientTape() as tape:
        y = (x * 1e30) * 0.0
        z = tf.reduce_sum(y * 1e38)  # here
        loss = z * 1e38
    return tape.gradient(loss, x)


OVERFLOWS = [softmax_by_hand, softplus_by_hand, overflow_that_is_not_chosen, overflow_on_the_way_back]


@pytest.mark.parametrize("program", OVERFLOWS, ids=named)
def test_a_number_that_grew_too_large_is_no_logarithm_at_zero(program):
    diagnosis = explain(record(program))
    assert diagnosis.code is None and "too large" in diagnosis.cause and diagnosis.line == marked_line(program)


def runs_away():
    x = tf.Variable([2.0, 0.5])
    for _ in range(40):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(x**4)
        x.assign_sub(0.3 * tape.gradient(loss, x))  # here


def is_steady_and_meets_a_bad_number():
    x, data = tf.Variable(2.0), [1.0, 2.0, 0.0, float("nan")]
    for value in data:
        with tf.GradientTape() as tape:
            loss = (x - value) ** 2
        x.assign_sub(0.1 * tape.gradient(loss, x))


def test_a_training_loop_that_diverges_is_told_from_bad_data():
    found = automatic_diagnoses(record(runs_away))
    assert [one.line for one in found] == [marked_line(runs_away)]
    assert "diverges" in found[0].cause and "from 2 to" in found[0].cause
    assert not any("diverges" in one.cause for one in automatic_diagnoses(record(is_steady_and_meets_a_bad_number)))


def test_sentences_about_a_source_call_it_by_its_name():
    c1, c2 = tf.constant(2.0), tf.constant(3.0)

    def several():
        with tf.GradientTape(persistent=True) as t:
            z = c1 * c2
        return t.gradient(z, c1), t.gradient(z, [c1, c2])

    recording = record(several)
    repair = explain(dataclasses.replace(recording, sources=recording.sources[:1])).repair
    assert "`t.watch(c1)`" in repair and "make c1 a" in repair
    assert "`t.watch(x)`" in explain(dataclasses.replace(recording, sources=recording.sources[1:])).repair  # of both


def test_a_call_that_raised_and_was_caught_is_explained_if_one_asks():
    def used_up():
        x = tf.Variable(2.0)
        with tf.GradientTape() as tape:
            y = x * x
        tape.gradient(y, x)
        with contextlib.suppress(RuntimeError):
            tape.gradient(y, x)

    recording = record(used_up)
    assert explain(recording).code == "TAPE_ALREADY_USED" and "RuntimeError" in explain(recording).seen
    assert automatic_diagnoses(recording) == []


def of_a_batch(pick):
    def program():
        images, weights = tf.random.normal((5, 4, 3)), tf.random.normal((12, 6))
        with tf.GradientTape() as tape:
            tape.watch(images)
            y = pick(tf.nn.softmax(tf.reshape(images, (5, 12)) @ weights))
        return tape.gradient(y, images)

    return explain(record(program)).code


def test_rows_that_depend_on_their_own_row_alone_are_no_surprise():
    assert of_a_batch(lambda y: y[:, 1]) is None
    assert of_a_batch(lambda y: y) == "TARGET_SUMMED"
    assert of_a_batch(lambda y: tf.transpose(y)[1]) == "TARGET_SUMMED"
    assert of_a_batch(lambda y: tf.reduce_sum(y, axis=0)) == "TARGET_SUMMED"
