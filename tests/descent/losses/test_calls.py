"""Calls of a learner's f that do not end, or end with an interrupt, and rows that it looks up."""

import numpy as np
import pytest
import tensorflow as tf

from widgets.descent import descend
from widgets.descent.losses.endless_loops import EndlessLoop, ValueCounter
from widgets.descent.model import EAGER


def test_a_loop_that_does_not_end_ends_its_path_alone():
    def f(x):
        rounds = 0
        while x * x > 1.0:  # from infinity on for ever
            x, rounds = 0.5 * x, rounds + 1
        return rounds - 1000.0 * tf.exp(x)

    paths = descend(f, 3.0, [0.1, 1e38], 2)
    assert paths.how == EAGER
    assert np.isfinite(paths.y[:, 0]).all()
    assert np.isnan(paths.y[-1, 1])
    assert "loop" in paths.note
    assert "1e+38" in paths.note


def test_a_long_loop_is_left_to_end():
    calls, true = ValueCounter(), tf.constant(True)
    for _ in range(2):
        with calls.one_call():
            assert all(true for _ in range(6_000))
    with pytest.raises(EndlessLoop), calls.one_call():
        while true:
            pass
    assert all(true for _ in range(6_000))


def test_an_interrupt_in_a_function_of_python_is_one():
    calls = []

    def inner(x):
        calls.append(x)
        if len(calls) > 8:
            raise KeyboardInterrupt
        return x

    def f(x):
        return x * x + 0.0 * tf.py_function(inner, [tf.stop_gradient(x)], tf.float32)

    with pytest.raises(KeyboardInterrupt):
        descend(f, 1.0, [0.1, 0.2], 20)


ROWS = tf.constant([0, 2, 2, 1])


@pytest.mark.parametrize("name", ["Adam", "RMSprop", "Adagrad", "SGD"])
def test_rows_that_are_looked_up_twice_are_the_learners_own_steps(name):
    kind = getattr(tf.keras.optimizers, name)
    table = tf.Variable([[0.5, -0.2], [1.0, 0.3], [-0.7, 0.1]])
    begin = table.numpy()

    def f():
        return tf.reduce_mean(tf.square(tf.gather(table, ROWS) - 0.3))

    paths = descend(f, [table], np.full(14, 0.1), 3, kind(0.5))
    optimizer = kind(float(np.float32(0.1)))
    for step in range(4):
        assert np.allclose(paths.x[step, 0].reshape(3, 2), table.numpy(), atol=1e-6), step
        with tf.GradientTape() as tape:
            y = f()
        optimizer.apply_gradients([(tape.gradient(y, table), table)])
    table.assign(begin)
