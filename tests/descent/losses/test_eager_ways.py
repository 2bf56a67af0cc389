"""Losses that TensorFlow traces into other operations than it runs eagerly: each path has the eager loop's bits."""

import numpy as np
import pytest
import tensorflow as tf

from tests.descent.learner import by_hand, differences
from widgets.descent import descend
from widgets.descent.model import BATCHED, VECTORIZED

RATES = np.geomspace(0.001, 0.5, 14)
SOME = [0, 8, 13]

_draw = np.random.default_rng(11)
X = tf.constant(_draw.normal(size=(11, 3)), tf.float32)
Y = tf.constant(_draw.normal(size=11), tf.float32)
CLASS = tf.cast(Y > 0, tf.float32)
ONE_OF_THREE = tf.one_hot(_draw.integers(0, 3, 11), 3)


def cross_entropy_of_probabilities(w):
    return tf.keras.losses.BinaryCrossentropy()(CLASS, tf.sigmoid(tf.linalg.matvec(X, w)))


def cross_entropy_of_classes(w):
    return tf.keras.losses.CategoricalCrossentropy()(ONE_OF_THREE, tf.nn.softmax(X @ tf.reshape(w, (3, 3))))


def condition(w):
    return tf.cond(w[0] > 0.3, lambda: tf.reduce_sum(w * w), lambda: tf.reduce_sum(tf.abs(w)) + w[0])


def simulation(w):
    def step(count, place, speed):
        return count + 1, place + 0.1 * speed, speed - 0.1 * (w[0] * place + w[1] * speed)

    start = tf.constant(0), tf.constant(1.0), tf.constant(0.0)
    _, place, speed = tf.while_loop(lambda count, *_: count < 6, step, start)
    return place * place + speed * speed


def at_most(w):
    (place,) = tf.while_loop(lambda _: True, lambda at: (at - 0.3 * tf.sin(at),), (w[0] + w[1],), maximum_iterations=4)
    return tf.square(place)


def recurrence(w):
    states = tf.scan(lambda state, row: tf.tanh(w[0] * state + w[1] * row), Y, initializer=tf.constant(0.0))
    backward = tf.scan(lambda state, row: w[0] * state + row, Y, reverse=True)
    return tf.reduce_mean(tf.square(states - backward))


def mapped(w):
    errors = tf.map_fn(
        lambda pair: tf.square(w[0] * pair[0] + w[1] - pair[1]), (X[:, 0], Y), fn_output_signature="float32"
    )
    return tf.reduce_mean(errors)


def folded(w):
    there = tf.foldl(lambda sum_, row: w[0] * sum_ + row, Y)
    back = tf.foldr(lambda sum_, row: w[1] * sum_ + row, Y, initializer=tf.constant(0.5))
    return tf.square(there) + tf.square(back)


LOSSES = {
    "the cross-entropy of a sigmoid": (cross_entropy_of_probabilities, [0.1, 0.2, -0.1]),
    "the cross-entropy of a softmax": (cross_entropy_of_classes, [0.1, -0.2, 0.3] * 3),
    "tf.cond": (condition, [0.5, 0.2]),
    "tf.while_loop": (simulation, [1.0, 0.5]),
    "tf.while_loop so many times": (at_most, [1.0, 0.5]),
    "tf.scan": (recurrence, [0.5, 0.3]),
    "tf.map_fn": (mapped, [0.5, 0.3]),
    "tf.foldl and tf.foldr": (folded, [0.5, 0.3]),
}


@pytest.mark.parametrize("name", LOSSES)
def test_what_a_graph_does_in_another_way_is_done_as_eagerly(name):
    f, start = LOSSES[name]
    paths = descend(f, start, RATES, 9)
    assert paths.how in (BATCHED, VECTORIZED)
    assert paths.note == ""
    assert differences(paths, f, SOME) == [0, 0, 0]


def test_rows_that_a_mask_of_data_chooses_are_known():
    def f(w):
        return tf.reduce_mean(tf.boolean_mask(tf.square(w[0] * X[:, 0] + w[1] - Y), Y > 0))

    paths = descend(f, [0.5, 0.1], RATES, 9)
    assert (paths.how, paths.note) == (VECTORIZED, "")
    assert differences(paths, f, SOME) == [0, 0, 0]


@tf.function
def _robust(error):
    return tf.reduce_mean(tf.square(error)) if tf.reduce_mean(error) > 0.0 else tf.reduce_mean(tf.abs(error))


def test_a_branch_in_a_graph_of_the_learners_is_followed_and_labelled():
    def f(w):
        return _robust(w[0] * X[:, 0] + w[1] - Y)

    paths = descend(f, [0.5, 0.1], RATES, 9)
    assert (paths.how, "not bit-identical" in paths.note) == (VECTORIZED, True)
    x, y, _gradient = by_hand(f, [0.5, 0.1], float(paths.learning_rates[8]), 9)
    np.testing.assert_allclose(paths.x[:, 8], x, rtol=1e-5)
    np.testing.assert_allclose(paths.y[:, 8], y, rtol=1e-5)


def test_a_small_difference_between_calls_is_said():
    calls = []

    def f(x):
        calls.append(x)
        return x * x + 1e-5 * len(calls)

    assert "not bit-identical" in descend(f, 1.0, RATES, 1).note


def test_a_loop_as_long_as_x_says_is_a_graph_of_its_own():
    def f(x):
        (x,) = tf.while_loop(lambda at: at > 0.5, lambda at: (at * 0.9,), (x,))
        return x * x

    paths = descend(f, 1.0, RATES[:2], 1)
    assert differences(paths, f) == [0, 0, 0]


def test_functions_of_tensorflow_are_left_as_they_were():
    before = tf.cond, tf.while_loop, tf.scan, tf.nn.softmax
    descend(condition, [0.5, 0.2], RATES, 1)
    assert (tf.cond, tf.while_loop, tf.scan, tf.nn.softmax) == before
