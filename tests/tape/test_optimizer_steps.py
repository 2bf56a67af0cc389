"""An optimizer's step inside a graph has the parameters that the same step has eagerly, and that the Variables had."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.tape.test_faithful import bits
from tests.tape.test_graph_calls import opened
from tests.tape.test_graph_replay import eagerly
from widgets import record


def values(recording):
    """Return each step's parameters before and after."""
    return [[(change.before, change.after) for change in step.parameters] for step in recording.optimizer_steps]


def rows_of_a_table():
    model = keras.Sequential([keras.Input((3,), dtype="int32"), keras.layers.Embedding(5, 2), keras.layers.Flatten()])
    return model, tf.constant([[1, 2, 1]])


def dense():
    return keras.Sequential([keras.Input((2,)), keras.layers.Dense(2), keras.layers.Dense(1)]), tf.constant(
        [[1.0, 2.0]]
    )


def trained(model_of, optimizer, calls=2):
    def program():
        keras.utils.set_random_seed(1)
        chosen = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
        model, x = model_of()
        chosen.build(model.trainable_variables)

        @tf.function
        def step():
            with tf.GradientTape() as tape:
                loss = chosen.scale_loss(tf.reduce_sum(model(x) ** 2))
            chosen.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)

        kept = []
        for _ in range(calls):
            before = [variable.numpy() for variable in model.trainable_variables]
            step()
            kept.append((before, [variable.numpy() for variable in model.trainable_variables]))
        return kept

    return program


OPTIMIZERS = [
    (dense, keras.optimizers.Adam(0.1, clipnorm=1.0)),
    (dense, keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.01))),
    (rows_of_a_table, keras.optimizers.SGD(0.1)),
]


@pytest.mark.parametrize(("model_of", "optimizer"), OPTIMIZERS, ids=lambda one: type(one).__name__)
def test_a_step_in_a_graph_is_the_eager_step(model_of, optimizer):
    program = trained(model_of, optimizer)
    recording, eager = record(program), eagerly(lambda: record(program))
    assert values(recording) == values(eager)[-1:]  # of calls from one line the last is shown
    before, after = recording.result[-1]
    for change, old, new in zip(values(recording)[0], before, after, strict=True):
        np.testing.assert_allclose([one.numbers for one in change], [old, new], rtol=1e-5)


def test_each_round_of_a_loop_is_a_step_of_its_own():
    w, optimizer = tf.Variable([1.0, 2.0]), keras.optimizers.SGD(0.1)
    optimizer.build([w])

    @tf.function
    def train():
        for _ in tf.range(5):
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum(w * w)
            optimizer.apply_gradients([(tape.gradient(loss, w), w)])

    first, second, last = values(record(train))
    assert first[0][1] == second[0][0] != last[0][0]
    assert last[0][1].head == tuple(w.numpy())


def test_a_step_that_cannot_be_run_again_has_what_the_variables_held():
    w, other, optimizer = tf.Variable(1.0), tf.Variable(1.0), keras.optimizers.SGD(0.1)
    optimizer.build([w, other])
    noise = tf.function(lambda: tf.random.normal(()))  # whose numbers the call does not return

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            loss = w * other * noise()
        optimizer.apply_gradients(zip(tape.gradient(loss, [w, other]), [w, other], strict=True))

    tf.random.set_seed(None)
    recording = record(step)
    (call,) = opened(recording)
    assert call.opened.missing == (("RandomStandardNormal", "random"),)
    (parameters,) = values(recording)
    assert [(before.head[0], after.head[0]) for before, after in parameters] == [(1.0, w.numpy()), (1.0, other.numpy())]


@pytest.mark.parametrize("strategy", [tf.distribute.MirroredStrategy, lambda: tf.distribute.OneDeviceStrategy("cpu:0")])
@pytest.mark.parametrize("is_eager", [False, True])
def test_a_strategy_of_one_device_runs_the_same_step(strategy, is_eager):
    def program(strategy):
        with strategy.scope():
            w, optimizer = tf.Variable([1.0, 2.0]), keras.optimizers.Adam(0.1)
            optimizer.build([w])

        def step(x):
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum(w * w * x)
            optimizer.apply_gradients([(tape.gradient(loss, w), w)])
            return loss

        def run(x):
            return strategy.run(step, (x,))

        run = run if is_eager else tf.function(run)
        return [run(x) for x in tf.constant([1.0, 2.0])], w.numpy()

    bare, recording = program(tf.distribute.get_strategy()), record(program, strategy())
    assert bits(recording.result) == bits(bare)
    assert recording.unfollowed == ()
    assert recording.backward_passes and all(one.reconciled for one in recording.backward_passes)
    (before, after), *more = values(recording)[-1]
    assert not more and before.head != after.head == tuple(bare[1])
