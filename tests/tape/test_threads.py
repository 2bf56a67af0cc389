"""Tapes in other threads are followed as their own; a thread that runs on is left alone."""

import threading

import tensorflow as tf

from tests.tape import kinds
from widgets import record
from widgets.tape.failures import THREAD


def _opened(thread):
    """Return the thread of each tape, in order of appearance."""
    return [tape.thread for tape in thread.tapes]


def test_each_thread_has_tapes_of_its_own():
    recording = record(kinds.beside_a_tape_of_ones_own)
    assert len(set(_opened(recording))) == 3
    for entry in recording.entries:
        assert len({recording.tapes[tape].thread for tape in entry.recorded_by}) <= 1


def test_numbers_are_those_of_the_thread_alone():
    recording = record(kinds.three_at_once)
    found = {source.gradient.head[0] for source in recording.sources}
    assert found == {float(gradient) for gradient in recording.result} == {1.0, 4.0, 12.0}


def test_a_function_with_a_tape_is_played_in_the_thread_that_calls_it():
    w, found = tf.Variable(1.5), []

    @tf.function
    def slope(x):
        with tf.GradientTape() as tape:
            y = w * w * x
        return tape.gradient(y, w)

    def program():
        thread = threading.Thread(target=lambda: found.append(slope(tf.constant(2.0))))
        thread.start()
        thread.join()

    recording = record(program)
    assert [source.gradient.head[0] for source in recording.sources] == [6.0] == found
    assert [entry.opened.difference for entry in recording.entries if entry.opened] == [0.0]


def test_a_thread_from_before_is_counted_and_not_followed():
    go, done = threading.Event(), threading.Event()

    def elsewhere():
        go.wait()
        kinds._slope(2.0, 2.0)
        done.set()

    thread = threading.Thread(target=elsewhere)
    thread.start()

    def here():
        go.set()
        done.wait()
        return tf.constant(1.0) + 1.0

    recording = record(here)
    thread.join()
    assert [(one.kind, one.count) for one in recording.unfollowed] == [(THREAD, 1)]
    assert recording.unfollowed[0].place is not None
    assert recording.tapes == ()


def test_a_thread_that_ends_later_leaves_no_trace_and_meets_no_error():
    inside, go, found = threading.Event(), threading.Event(), []

    def elsewhere():
        x = tf.Variable(3.0)
        with tf.GradientTape() as tape:
            y = x * x
            inside.set()
            go.wait()
            z = y * x
        found.append(float(tape.gradient(z, x)))
        found.append(float(kinds._slope(2.0, 2.0)))

    thread = threading.Thread(target=elsewhere)

    def here():
        thread.start()
        inside.wait()
        return tf.constant(1.0) + 1.0

    recording = record(here)
    count = len(recording.entries)
    go.set()
    thread.join()
    assert found == [27.0, 4.0]
    assert len(recording.entries) == count and recording.backward_passes == ()
    assert record(lambda: kinds._slope(2.0, 3.0)).backward_passes[0].reconciled
