"""A log that breaks off anywhere is read as far as it goes; whatever goes wrong, there is a recording."""

import copy

import pytest
import tensorflow as tf

from tests.tape import kinds, programs
from widgets import TapeDeck, record
from widgets.tape import event_list, hooks, log_reader, tensors
from widgets.tape.failures import TOO_LONG, UNREAD
from widgets.tape.log import Log
from widgets.tape.log_reader import LogReader
from widgets.tape.model import CUT_SHORT, Recording

CUT = [programs.third_order, programs.custom_gradient, programs.jacobian, kinds.used_up, kinds.recomputed_twice]


def logged(program):
    log = Log()
    log.begin()
    with hooks.listening(log):
        program()
    log.end()
    return log


def cut(log, start, end):
    """Return a copy of a log with some of its events."""
    short = copy.copy(log)
    short.is_over = True
    list.__init__(short, log[start:end])
    return short


@pytest.mark.parametrize("program", CUT, ids=lambda program: program.__name__)
def test_every_beginning_of_a_log_can_be_read(program):
    log = logged(program)
    for end in range(0, len(log) + 1, max(1, len(log) // 30)):
        facts = LogReader(cut(log, 0, end)).facts()
        assert facts["unfollowed"] == ()
        assert TapeDeck(Recording("cut", None, error=None, **facts)).text
    assert {one.note for one in LogReader(cut(log, 0, len(log) // 2)).facts()["backward_passes"]} <= {"", CUT_SHORT}


@pytest.mark.parametrize("program", CUT, ids=lambda program: program.__name__)
def test_every_end_of_a_log_can_be_read(program):
    log = logged(program)
    for start in range(0, len(log) + 1, max(1, len(log) // 60)):
        assert LogReader(cut(log, start, len(log))).facts()["unfollowed"] == ()


def test_a_run_that_is_too_long_is_cut_and_says_so(monkeypatch):
    monkeypatch.setattr(event_list, "MOST_EVENTS", 30)
    recording = record(programs.descent_by_hand)
    assert recording.result == programs.descent_by_hand()
    (only,) = recording.unfollowed
    assert only.kind == TOO_LONG and only.count > 0
    assert 0 < len(recording.entries) <= 30
    assert {one.note for one in recording.backward_passes} <= {"", CUT_SHORT}


def test_tensors_that_are_too_large_to_keep_are_let_go(monkeypatch):
    monkeypatch.setattr(event_list, "MOST_BYTES", 100_000)
    recording = record(lambda: [tf.reduce_sum(tf.ones((100, 100))) for _ in range(10)])
    assert [one.kind for one in recording.unfollowed] == [TOO_LONG]
    assert len(recording.entries) < 20


def test_a_fault_in_the_middle_leaves_what_was_read(monkeypatch):
    def broken(self, event):
        raise ZeroDivisionError

    monkeypatch.setattr(log_reader.LogReader, "_on_toggle", broken)
    recording = record(programs.fan_out)
    assert recording.result == programs.fan_out()
    assert [one.kind for one in recording.unfollowed] == [UNREAD]
    assert recording.entries and not recording.backward_passes
    assert TapeDeck(recording).text


def test_a_fault_in_all_of_it_leaves_a_recording(monkeypatch):
    def broken(self, *args):
        raise ZeroDivisionError

    monkeypatch.setattr(tensors.Tensors, "facts", broken)
    with pytest.raises(ZeroDivisionError):
        LogReader(Log()).facts()
    monkeypatch.undo()
    calls = []
    whole = tensors.Tensors.facts

    def broken_once(self):
        calls.append(self)
        if len(calls) == 1:
            raise ZeroDivisionError
        return whole(self)

    monkeypatch.setattr(tensors.Tensors, "facts", broken_once)
    recording = record(programs.fan_out)
    assert recording.result == programs.fan_out()
    assert [one.kind for one in recording.unfollowed] == [UNREAD]
