"""Answers to the exercises of lesson 06: right ones written differently, and wrong ones with the reason due to each."""

import math

import numpy as np
import tensorflow as tf

NAMES = ("needed", "again", "stops", "honest")


def needed(x, gradient):
    return np.spacing(x) / 2 / abs(gradient)


def needed_from_the_neighbour(x, gradient):
    above = np.nextafter(x, np.float32(np.inf))
    return (float(above) - float(x)) / (2 * abs(float(gradient)))


def needed_from_the_exponent(x, gradient):
    return 2.0 ** (math.frexp(x)[1] - 25) / math.fabs(gradient)


def needed_with_tensorflow(x, gradient):
    return tf.constant(np.spacing(x)) / tf.abs(2 * gradient)


def stalled(learning_rate, number=np.float32):
    x, rate = number(0), number(learning_rate)
    while x - rate * (2 * x - 2) != x:
        x = x - rate * (2 * x - 2)
    return x


def stalled_by_a_tape(learning_rate):
    x, before = tf.Variable(0.0), -1.0
    while x.numpy() != before:
        before = x.numpy()
        with tf.GradientTape() as tape:
            y = x**2 - 2 * x + 1
        x.assign_sub(learning_rate * tape.gradient(y, x))
    return x


def stalled_in_a_graph(learning_rate):
    @tf.function
    def loop(x):
        for _ in tf.range(1_000):
            x = x - learning_rate * (2.0 * x - 2.0)
        return x

    return loop(tf.constant(0.0))


def stalled_in_an_array(learning_rate):
    x, rate = np.zeros(1, np.float32), np.float32(learning_rate)
    for _ in range(1000):
        x -= rate * 2 * (x - 1)
    return float(x[0])


def count_of_steps(learning_rate):
    x, rate, steps = np.float32(0), np.float32(learning_rate), 0
    while x - rate * (2 * x - 2) != x:
        x, steps = x - rate * (2 * x - 2), steps + 1
    return steps


def some_steps(learning_rate, count=60):
    x, rate = np.float32(0), np.float32(learning_rate)
    for _ in range(count):
        x = x - rate * (2 * x - 2)
    return x


RIGHT = {
    "needed": [needed, needed_from_the_neighbour, needed_from_the_exponent, needed_with_tensorflow],
    "again": [0.0105, np.float32(0.0106), tf.constant(0.0108)],
    "stops": [stalled, stalled_by_a_tape, stalled_in_a_graph, stalled_in_an_array],
    "honest": [
        lambda x: (x - 1) ** 2,
        lambda x: tf.square(1 - x),
        lambda x: (x.numpy() - np.float32(1)) * (x.numpy() - np.float32(1)),
        lambda x: tf.cast(x, tf.float64) ** 2 - 2 * tf.cast(x, tf.float64) + 1,
    ],
}

WRONG = {
    "needed": [
        ("WHOLE_ULP", lambda x, gradient: np.spacing(x) / abs(gradient)),
        ("SIGN_OF_GRADIENT", lambda x, gradient: np.spacing(x) / 2 / gradient),
        ("GRADIENT_FORGOTTEN", lambda x, gradient: np.spacing(x) / 2),
        ("MULTIPLIED", lambda x, gradient: np.spacing(x) / 2 * abs(gradient)),
        ("UPSIDE_DOWN", lambda x, gradient: abs(gradient) / np.spacing(x) * 2),
        ("FLOAT64_ULP", lambda x, gradient: np.spacing(float(x)) / 2 / abs(float(gradient))),
        ("SAME_ULP_EVERYWHERE", lambda x, gradient: np.finfo(np.float32).eps / 2 / abs(gradient)),
        ("SAME_FOR_ALL", lambda x, gradient: 0.01),
        ("SIGN", lambda x, gradient: -needed(x, gradient)),
        ("FACTOR", lambda x, gradient: needed(x, gradient) / 2),
        ("NONE", lambda x, gradient: None),
        ("ERROR", lambda x: 0.0),
        ("NOT_A_FUNCTION", 0.0104166),
    ],
    "again": [
        ("STAYS", 0.01),
        ("STAYS", 0.0104),
        ("STAYS", 0.001),
        ("SMALLER_MOVES_TOO", 0.011),
        ("SMALLER_MOVES_TOO", 0.02),
        ("SMALLER_MOVES_TOO", 1.0),
        ("NOT_A_NUMBER", "0.0105"),
        ("NOT_FINITE", math.nan),
        ("NONE", None),
    ],
    "stops": [
        ("FLOOR_NOT_STALL", lambda learning_rate: 1.0),
        ("FLOAT64_RUN", lambda learning_rate: stalled(learning_rate, np.float64)),
        ("FLOAT64_RUN", lambda learning_rate: stalled(learning_rate, float)),
        ("COUNT_NOT_PLACE", count_of_steps),
        ("STOPPED_EARLY", some_steps),
        ("STOPPED_EARLY", lambda learning_rate: 0.999),
        ("NONE", lambda learning_rate: None),
        ("SHAPE", lambda learning_rate: np.array([stalled(learning_rate)])),
        ("NOT_FINITE", lambda learning_rate: math.nan),
        ("DIFFERENT", lambda learning_rate: stalled(learning_rate * 2)),
        ("ERROR", lambda: 1.0),
    ],
    "honest": [
        ("CANCELLED", lambda x: x**2 - 2 * x + 1),
        ("CANCELLED", lambda x: x * (x - 2) + 1),
        ("CANCELLED", lambda x: 1 - x * (2 - x)),
        ("CANCELLED", lambda x: tf.cast(x**2 - 2 * x + 1, tf.float64)),
        ("DERIVATIVE_NOT_FUNCTION", lambda x: 2 * (x - 1)),
        ("ONE_FACTOR", lambda x: x - 1),
        ("DIFFERENT", lambda x: tf.abs(x - 1)),
        ("SIGN", lambda x: -((x - 1) ** 2)),
        ("FACTOR", lambda x: (x - 1) ** 2 / 2),
        ("FACTOR", lambda x: 0.0 * x),
        ("NONE", lambda x: None),
        ("ERROR", lambda x: x.nonsense),
    ],
}
