"""A fault of ours costs the rest of a recording, and nothing of the learner's run."""

import pytest
import tensorflow as tf

from tests.tape.test_faithful import bits
from widgets import TapeDeck, record
from widgets.tape import hooks, recorder
from widgets.tape.failures import UNREAD

METHODS = sorted({method for *_, method in (*hooks.HOOK_POINTS, *hooks.GRAPH_HOOK_POINTS)} | {"on_op", "on_pullback"})


@tf.custom_gradient
def doubled(x):
    return 2.0 * x, lambda upstream: 2.0 * upstream


def train():
    w, x = tf.Variable([1.0, 2.0]), tf.constant([3.0, -1.0])

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum((w * x) ** 2)
        w.assign_sub(0.1 * tape.gradient(loss, w))
        return loss

    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = doubled(w) * x + w
        with tape.stop_recording():
            z = y * y
    found = [y, z, *tape.gradient(y, [w, x]), tape.jacobian(y, x)]
    with tf.GradientTape() as once:
        loss = tf.reduce_sum(w * w)
    found += [once.gradient(loss, w), step(), step(), w.read_value()]
    with pytest.raises(RuntimeError, match="non-persistent"):
        once.gradient(loss, w)
    return found


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("method", METHODS)
def test_the_run_goes_on_as_without_it(method, when, monkeypatch):
    faults = []

    def fail(self, below, *args, **kwargs):
        if when == "after" and method != "on_op":
            below(*args, **kwargs)
        faults.append(method)
        raise ZeroDivisionError("a fault of ours")

    monkeypatch.setattr(recorder, "GraphLog", type("FaultyLog", (recorder.GraphLog,), {method: fail}))
    bare, recording = train(), record(train)
    assert recording.error is None, recording.error
    assert bits(recording.result) == bits(bare)
    assert faults
    assert any(one.kind == UNREAD for one in recording.unfollowed)
    assert "ZeroDivisionError" not in str(TapeDeck(recording))
