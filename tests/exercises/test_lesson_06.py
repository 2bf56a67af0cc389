"""What float32 does in lesson 06, by hand in NumPy, is what TensorFlow and Keras do."""

import numpy as np
import pytest
import tensorflow as tf

from tests.exercises.corpora import asked
from widgets.exercises.lesson_06 import float32_stall, float32_step


def path(rate, start, iterations):
    """The places that steps of Keras' SGD lead to on the lesson's parabola, in float32."""
    x, optimizer = tf.Variable(start), tf.keras.optimizers.SGD(rate)
    places = [float(x)]
    for _ in range(iterations):
        with tf.GradientTape() as tape:
            y = x**2 - 2 * x + 1
        optimizer.apply_gradients([(tape.gradient(y, x), x)])
        places.append(float(x))
    return places


def trained(rate, start, iterations):
    return path(rate, start, iterations)[-1]


@pytest.mark.parametrize("rate, steps", [(0.01, 659), (0.1, 71)])
def test_it_stalls_where_keras_does(rate, steps):
    place, counted = float32_stall(rate)
    assert counted == steps
    *_, before, there, still = path(rate, 0.0, steps + 1)
    assert before != there == still == place


@pytest.mark.parametrize("rate", [0.0104, 0.0105, 0.011, 0.02, 0.1])
def test_one_more_step_is_that_of_keras(rate):
    place, _ = float32_stall(0.01)
    assert trained(rate, place, 1) == float(float32_step(place, rate))
    assert (trained(rate, place, 1) != place) == (rate > 1 / 96)


def test_needed_is_the_rate_at_which_a_step_begins_to_move(seed):
    for question in asked("needed"):
        (x, gradient), (rate,) = question.given, question.due
        more, less = (x - np.float32(rate * factor) * gradient for factor in (1.001, 0.999))
        assert less == x != more


def test_stops(seed):
    for question in asked("stops"):
        (rate,), (ticks,) = question.given, question.due
        assert trained(rate, 1 - ticks * 2.0**-24, 2) == 1 - ticks * 2.0**-24
        assert trained(rate, 1 - (ticks + 1) * 2.0**-24, 1) != 1 - (ticks + 1) * 2.0**-24
