"""The numbers due in lesson 05 are right: Keras' own optimizers and TensorFlow's own floats give them too."""

import numpy as np
import pytest
import tensorflow as tf

from widgets.practice import EXERCISES
from widgets.practice.lesson_05.bounce import _places
from widgets.practice.seeds import generator


def asked(name):
    return EXERCISES[name].questions(generator(name))


def run(optimizer, function, start, iterations):
    """Where eager steps of an optimizer lead, in float64: the paper's own arithmetic, but for the last digits."""
    x = tf.Variable(start, dtype=tf.float64)
    for _ in range(iterations):
        with tf.GradientTape() as tape:
            y = function(x)
        optimizer.apply_gradients([(tape.gradient(y, x), x)])
    return float(x)


def test_walk(seed):
    for question in asked("walk"):
        function, start, rate, iterations = question.given
        assert question.due == pytest.approx(
            (run(tf.keras.optimizers.SGD(rate), function, start, iterations),), rel=1e-6
        )


def test_train(seed):
    for question in asked("train"):
        rule, *given = question.given
        assert question.due == pytest.approx((run(rule.make(), *given),), rel=2e-5)  # Keras keeps 0.999 in float32


@pytest.mark.parametrize("rate, places", [(0.5, 1), (1.99, 1), (2.0, 1), (2.1, 2), (2.5, 2), (3.1, 2), (3.9, 64)])
def test_places_visited_in_a_cosine_valley(rate, places):
    """Counted another way: float32, a hundred starts at once, and how far apart every second place is."""
    x = np.linspace(0.3, 1.2, 100, dtype=np.float32)
    for _ in range(5000):
        x = x - np.float32(rate) * np.sin(x)
    after = x - np.float32(rate) * np.sin(x)
    twice = after - np.float32(rate) * np.sin(after)
    rests, returns = np.abs(after - x) < 0.05, np.abs(twice - x) < 1e-3
    assert {1: rests.all(), 2: returns.all() and not rests.any(), 64: not returns.all()}[places]
    found = [_places(rate, start) for start in (0.3, 0.7, 1.2)]
    assert found == [places] * 3 if places < 64 else min(found) > 2
