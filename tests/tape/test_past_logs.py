"""A tape in one recording and its gradient in the next are read as one, for as long as the tape lives."""

import gc

import numpy as np
import pytest
import tensorflow as tf

from widgets import record
from widgets.tape import past_logs
from widgets.tape.forward_model import NOT_WATCHED, UNKNOWN
from widgets.tape.model import BEFORE_RECORDING


@pytest.fixture(autouse=True)
def nothing_is_kept():
    """Other tests may have left tapes behind."""
    past_logs._kept.clear()
    yield
    past_logs._kept.clear()


class Cells:
    """What a notebook does: cells that share their names, each recorded or not."""

    def __init__(self):
        self.names = {"tf": tf}

    def bare(self, source):
        exec(compile(source, "<bare cell>", "exec"), self.names)

    def recorded(self, source):
        recording = record(lambda: self.bare(source))
        assert recording.error is None, recording.error
        assert recording.unfollowed == ()
        return recording

    def __getitem__(self, name):
        return self.names[name]


TAPE = """
x = tf.Variable(3.0)
with tf.GradientTape({kind}) as tape:
    y = x * x
    z = tf.sin(y) * x
"""
ONCE, OFTEN = TAPE.format(kind=""), TAPE.format(kind="persistent=True")


def kinds(recording):
    return [step.kind for step in recording.steps if step.kind not in ("entry", "pullback")]


@pytest.mark.parametrize("tape", [ONCE, OFTEN])
def test_the_gradient_in_the_next_cell_is_whole(tape):
    cells, both = Cells(), Cells()
    first = cells.recorded(tape)
    second = cells.recorded("slope = tape.gradient(z, x)")
    both.bare(tape + "slope = tape.gradient(z, x)")
    assert kinds(first) == ["open", "close"]
    assert kinds(second) == ["open", "close", "seed", "gradients"]
    (only,), (source,) = second.backward_passes, second.sources
    assert only.reconciled and all(pullback.entry >= 0 for pullback in only.pullbacks)
    assert source.gradient.head[0] == cells["slope"].numpy() == both["slope"].numpy()
    assert source.difference.estimate == pytest.approx(float(cells["slope"]), abs=1e-2)


def test_the_steps_of_the_earlier_cell_come_first_and_are_counted():
    cells = Cells()
    cells.recorded("c = tf.constant(1.0) + 1.0\n" + OFTEN + "tape.gradient(y, x)\nafter = c * 2.0")
    second = cells.recorded("slope = tape.gradient(z, x)")
    earlier = second.steps[: second.earlier_steps]
    assert [step.kind for step in earlier if step.kind != "entry"] == ["open", "close"]
    told = [second.entries[step.subject] for step in earlier if step.kind == "entry"]
    assert [entry.op for entry in told] == ["ReadVariableOp", "ReadVariableOp", "Mul", "Sin", "ReadVariableOp", "Mul"]
    assert len(second.backward_passes) == 1
    assert {step.kind for step in second.steps[second.earlier_steps :]} == {"seed", "pullback", "gradients"}


def test_names_and_places_are_those_of_the_earlier_cell():
    cells = Cells()
    cells.recorded(OFTEN + "del y")
    second = cells.recorded("slope = tape.gradient(z, x)")
    assert {"x", "z"} <= {tensor.name for tensor in second.tensors}
    pullbacks = [second.entries[pullback.entry] for pullback in second.backward_passes[0].pullbacks]
    assert all(entry.place.line in (4, 5) for entry in pullbacks)


def test_a_jacobian_in_a_later_cell():
    cells = Cells()
    cells.recorded("x = tf.Variable([1.0, 2.0])\nwith tf.GradientTape(persistent=True) as tape:\n    y = x * x")
    second = cells.recorded("rows = tape.jacobian(y, x)")
    assert second.backward_passes[0].reconciled
    assert np.array_equal(cells["rows"], [[2.0, 0.0], [0.0, 4.0]])
    assert not any(verdict.reason == NOT_WATCHED for entry in second.entries for verdict in entry.verdicts)


def test_a_jacobian_of_a_tape_from_an_unrecorded_cell_is_said_to_be_from_before():
    cells = Cells()
    cells.bare("x = tf.Variable([1.0, 2.0])\nwith tf.GradientTape(persistent=True) as tape:\n    y = x * x")
    recording = cells.recorded("rows = tape.jacobian(y, x)")
    assert recording.backward_passes[0].note == BEFORE_RECORDING
    assert not any(verdict.reason == NOT_WATCHED for entry in recording.entries for verdict in entry.verdicts)


def test_three_cells_with_one_tape():
    cells = Cells()
    cells.recorded(OFTEN)
    cells.recorded("with tape:\n    u = z * y")
    third = cells.recorded("slopes = tape.gradient(u, [x, y])")
    assert third.backward_passes[0].reconciled
    assert kinds(third) == ["open", "close", "open", "close", "seed", "gradients"]


def test_an_unrecorded_cell_in_between_is_missed_honestly():
    cells = Cells()
    cells.recorded(OFTEN)
    cells.bare("with tape:\n    u = z * y")
    third = cells.recorded("with tape:\n    v = u * 2.0\nslope = tape.gradient(v, x)\nother = tape.gradient(z, x)")
    assert [one.note for one in third.backward_passes] == [BEFORE_RECORDING, ""]
    bare = cells["tape"].gradient(cells["v"], cells["x"])
    assert cells["slope"].numpy() == bare.numpy()


def test_of_an_unseen_tensor_it_is_not_known_whether_it_is_followed():
    cells = Cells()
    cells.recorded(OFTEN)
    cells.bare("with tape:\n    u = z * y")
    third = cells.recorded("c = tf.constant(2.0)\nwith tape:\n    v = u * 2.0\n    w = c * 2.0")
    reasons = [entry.verdicts[0].reason for entry in third.entries if entry.index >= len(third.entries) - 2]
    assert reasons == [UNKNOWN, NOT_WATCHED]


def test_a_tape_that_was_reset_in_between_has_forgotten():
    cells = Cells()
    cells.recorded("x = tf.Variable(3.0)\ntape = tf.GradientTape(persistent=True)\nwith tape:\n    y = x * x")
    cells.bare("with tape:\n    tape.reset()\n    u = x * 5.0")
    third = cells.recorded("a, b = tape.gradient(y, x), tape.gradient(u, x)")
    assert cells["a"] is None and cells["b"].numpy() == 5.0
    assert [one.reconciled for one in third.backward_passes] == [True, False]


def test_own_pullbacks_and_functions_are_heard_in_the_next_cell():
    cells = Cells()
    cells.recorded(
        "@tf.function\n"
        "def cubed(t):\n"
        "    return t * t * t\n"
        "@tf.custom_gradient\n"
        "def doubled(t):\n"
        "    return t * 2.0, lambda upstream: upstream * 2.0\n"
        "x = tf.Variable(3.0)\n"
        "with tf.GradientTape(persistent=True) as tape:\n"
        "    y = cubed(doubled(x))"
    )
    second = cells.recorded("slope = tape.gradient(y, x)")
    assert second.backward_passes[0].reconciled and second.sources[0].gradient.head[0] == 216.0
    assert {"doubled", "cubed"} <= {pullback.op for pullback in second.backward_passes[0].pullbacks}


def test_nested_tapes_across_cells():
    cells = Cells()
    cells.recorded(
        "x = tf.Variable(3.0)\n"
        "with tf.GradientTape() as outer:\n"
        "    with tf.GradientTape() as inner:\n"
        "        y = x**3\n"
        "    slope = inner.gradient(y, x)\n"
    )
    second = cells.recorded("curvature = outer.gradient(slope, x)")
    assert [one.reconciled for one in second.backward_passes] == [True, True]
    assert cells["curvature"].numpy() == 18.0


def test_the_log_goes_when_the_tape_is_used_up_or_gone():
    cells = Cells()
    cells.recorded(ONCE)
    assert len(past_logs._kept) == 1
    cells.recorded("slope = tape.gradient(z, x)")
    past_logs.forget_dead()
    assert past_logs._kept == []
    cells.recorded(OFTEN)
    assert len(past_logs._kept) == 1
    cells.bare("del tape")
    gc.collect()
    assert past_logs._kept == []


def test_a_tape_in_a_function_does_not_outlive_it():
    def learner():
        x = tf.Variable(3.0)
        with tf.GradientTape(persistent=True) as tape:
            y = x * x
        return tape.gradient(y, x)

    record(learner)
    gc.collect()
    assert past_logs._kept == []


def test_no_more_is_kept_than_fits(monkeypatch):
    monkeypatch.setattr(past_logs, "MOST_EVENTS", 20)
    cells = [Cells() for _ in range(5)]
    for one in cells:
        one.recorded(OFTEN)
    assert 1 <= len(past_logs._kept) < 5
    assert cells[-1].recorded("slope = tape.gradient(z, x)").backward_passes[0].reconciled
