"""The numbers due in lesson 10 are right: Keras' own optimizers in float64, and trying, give them too."""

import numpy as np
import pytest
import tensorflow as tf

from tests.exercises.corpora import asked


def run(optimizer, function, start, iterations):
    """Where eager steps of an optimizer lead, in float64."""
    x = tf.Variable(start, dtype=tf.float64)
    for _ in range(iterations):
        with tf.GradientTape() as tape:
            y = function(x)
        optimizer.apply_gradients([(tape.gradient(y, x), x)])
    return x.numpy()


def test_best_rate(seed):
    for question in asked("best_rate"):
        low, high = question.given
        rates = np.linspace(0, 2 / high, 100_001)
        slowest = np.maximum(abs(1 - rates * low), abs(1 - rates * high))
        assert question.due == pytest.approx((rates[slowest.argmin()],), abs=1e-5)


def test_roll(seed):
    for question in asked("roll"):
        function, start, rate, keep, iterations = question.given
        arrived = run(tf.keras.optimizers.SGD(rate, momentum=keep), function, start, iterations)
        assert question.due == pytest.approx(arrived, rel=1e-6, abs=1e-7)


def test_cool(seed):
    for question in asked("cool"):
        function, start, schedule, iterations = question.given
        rates = tf.constant([schedule(step) for step in range(iterations)], tf.float32)
        optimizer = tf.keras.optimizers.SGD(Listed(rates))
        assert question.due == pytest.approx(run(optimizer, function, start, iterations), rel=1e-6, abs=1e-6)


class Listed(tf.keras.optimizers.schedules.LearningRateSchedule):
    """The rates in a list, one for each step."""

    def __init__(self, rates):
        self.rates = rates

    def __call__(self, step):
        return self.rates[int(step)]


def test_epoch(seed):
    """Keras' own `fit`, one epoch without shuffling, on the same data."""
    for question in asked("epoch"):
        start, xs, ys, size, rate = question.given
        model = tf.keras.Sequential([tf.keras.Input((1,)), tf.keras.layers.Dense(1)])
        model.set_weights([np.array([[start[0]]]), np.array([start[1]])])
        model.compile(tf.keras.optimizers.SGD(rate), "mse", jit_compile=False)
        model.fit(xs[:, None], ys[:, None], batch_size=size, shuffle=False, verbose=0)
        assert question.due == pytest.approx([float(w.numpy().item()) for w in model.weights], abs=1e-5)
