"""Healthy training loops, layers x losses x optimizers x ways to run: nothing is said of any, asked or unasked."""

import itertools

import numpy as np
import pytest
import tensorflow as tf

from widgets import record
from widgets.diagnosis.text import automatic_diagnoses, explain

keras = tf.keras
layers = keras.layers
ROWS = 6


def _dense():
    return [layers.Dense(4, activation="relu", kernel_initializer="he_normal")], (3,)


def _normalized():
    return [layers.Dense(4), layers.BatchNormalization(), layers.Activation("tanh")], (3,)


def _with_dropout():
    return [layers.Dense(4, activation="gelu"), layers.Dropout(0.2)], (3,)


def _convolution():
    return [layers.Conv2D(2, 2, activation="relu"), layers.Flatten()], (4, 4, 1)


def _regularized():
    return [layers.Dense(4, activation="tanh", kernel_regularizer="l2"), layers.LayerNormalization()], (3,)


def _embedding():
    return [layers.Embedding(9, 3), layers.GlobalAveragePooling1D()], (5,)


LAYERS = [_dense, _normalized, _with_dropout, _convolution, _regularized, _embedding]
LOSSES = {
    "mse": (1, None, lambda: keras.losses.MeanSquaredError()),
    "binary logits": (1, None, lambda: keras.losses.BinaryCrossentropy(from_logits=True)),
    "binary": (1, "sigmoid", lambda: keras.losses.BinaryCrossentropy()),
    "sparse logits": (3, None, lambda: keras.losses.SparseCategoricalCrossentropy(from_logits=True)),
    "one-hot": (3, "softmax", lambda: keras.losses.CategoricalCrossentropy()),
    "huber": (2, None, lambda: keras.losses.Huber()),
}
OPTIMIZERS = [
    lambda: keras.optimizers.SGD(0.01, momentum=0.9),
    lambda: keras.optimizers.Adam(0.01),
    lambda: keras.optimizers.RMSprop(0.001),
]


def _data(shape, kind, units):
    generator = np.random.default_rng(0)
    whole = shape == (5,)
    x = generator.integers(0, 9, (ROWS, 5)) if whole else generator.normal(size=(ROWS, *shape)).astype("float32")
    classes = np.arange(ROWS) % max(units, 2)
    if kind.startswith("binary"):
        return x, classes[:, None].astype("float32")
    if kind == "sparse logits":
        return x, classes
    if kind == "one-hot":
        return x, np.eye(3, dtype="float32")[classes]
    return x, generator.normal(size=(ROWS, units)).astype("float32")


def _loop(make, kind, optimizer, way):
    units, activation, loss = LOSSES[kind]
    hidden, shape = make()
    keras.utils.set_random_seed(3)
    net = keras.Sequential([keras.Input(shape), *hidden, layers.Dense(units, activation=activation)])
    x, y = _data(shape, kind, units)
    optimizer, measure = optimizer(), loss()
    if "fit" in way:
        net.compile(optimizer, measure, run_eagerly=way == "eager fit")
        return lambda: net.fit(x, y, batch_size=3, epochs=1, verbose=0)
    x, y = tf.constant(x), tf.constant(y)

    def step(x, y):
        with tf.GradientTape() as tape:
            guess = net(x, training=True)
            total = measure(y, guess)
            if net.losses:
                total += tf.add_n(net.losses)
        gradients = tape.gradient(total, net.trainable_variables)
        optimizer.apply_gradients(zip(gradients, net.trainable_variables, strict=True))
        return total

    run = tf.function(step) if way == "compiled" else step

    def loop():
        return [run(x, y) for _ in range(2)]

    return loop


def _matrix():
    """Layers x losses once and half of them with another optimizer; few as a graph, which takes long to be traced."""
    pairs = [*itertools.product(LAYERS, LOSSES)]
    for nth, (make, kind) in enumerate([*pairs, *pairs[::3], *pairs[1::3]]):
        way = {8: "compiled", 21: "compiled", 35: "fit"}.get(nth, "eager fit" if nth % 9 == 4 else "eager")
        optimizer = OPTIMIZERS[(nth + nth // 36) % 3]
        yield pytest.param(make, kind, optimizer, way, id=f"{nth}-{make.__name__[1:]}-{kind}-{way}".replace(" ", "_"))


@pytest.mark.parametrize(("make", "kind", "optimizer", "way"), _matrix())
def test_nothing_is_said_of_a_healthy_loop(make, kind, optimizer, way):
    _silent(record(_loop(make, kind, optimizer, way)))


def _silent(recording):
    diagnosis = explain(recording)
    assert recording.error is None
    assert diagnosis.code is None and not diagnosis.cause, str(diagnosis)
    assert automatic_diagnoses(recording) == []
