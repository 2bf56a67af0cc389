"""Answers to the exercises of lesson 01: right ones written differently, and wrong ones with the reason due to each."""

import math

import numpy as np
import tensorflow as tf

NAMES = ("flat", "wave", "by_hand", "both", "derivative")


def gradient(function, start):
    x = tf.Variable(start)
    with tf.GradientTape() as tape:
        y = function(x)
    return tape.gradient(y, x)


def two(start, persistent=True, targets=lambda y, z: (y, z), source=lambda x, y: x):
    """The answer to `both`, with one thing or another to get wrong."""
    x = tf.Variable(start)
    with tf.GradientTape(persistent=persistent) as tape:
        y = tf.pow(x, 2)
        z = tf.sin(y)
    first, second = targets(y, z)
    return tape.gradient(first, x), tape.gradient(second, source(x, y))


def two_by_two_tapes(start):
    return gradient(lambda x: x * x, start), gradient(lambda x: tf.sin(x * x), start)


def two_watching_a_constant(start):
    x = tf.constant(start, dtype=tf.float64)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x**2
        z = tf.math.sin(y)
    return [tape.gradient(y, x), tape.gradient(z, x)]


def two_unwatched(start):
    x = tf.constant(start)
    with tf.GradientTape(persistent=True) as tape:
        y = tf.pow(x, 2)
        z = tf.sin(y)
    return tape.gradient(y, x), tape.gradient(z, x)


def two_summed(start):
    x = tf.Variable(start)
    with tf.GradientTape() as tape:
        y = tf.pow(x, 2)
        z = tf.sin(y)
    return tape.gradient([y, z], x)


def watching_a_constant(function, start):
    x = tf.constant(start)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
    return tape.gradient(y, x)


def in_double_precision(function, start):
    return (function(np.float64(start + 1e-5)) - function(np.float64(start - 1e-5))) / 2e-5


def unwatched(function, start):
    x = tf.constant(start)
    with tf.GradientTape() as tape:
        y = function(x)
    return tape.gradient(y, x)


def outside(function, start):
    x = tf.Variable(start)
    y = function(x)
    with tf.GradientTape() as tape:
        pass
    return tape.gradient(y, x)


def with_another_variable(function, start):
    x = tf.Variable(start)
    with tf.GradientTape() as tape:
        y = function(tf.Variable(start))
    return tape.gradient(y, x)


def without_return(function, start):
    gradient(function, start)


def tape_but_no_question(function, start):
    with tf.GradientTape():
        function(tf.Variable(start))


def with_a_list(function, start):
    x = tf.Variable(start)
    with tf.GradientTape() as tape:
        y = function(x)
    return tape.gradient(y, [x])


def with_one_in_a_row(function, start):
    x = tf.Variable([start])
    with tf.GradientTape() as tape:
        y = function(x)
    return tape.gradient(y, x)


def of_x_by_x(function, start):
    x = tf.Variable(start)
    with tf.GradientTape() as tape:
        function(x)
    return tape.gradient(x, x)


def wave_with_print(x):
    print("x is", x)
    return tf.sin(x) * x


@tf.function
def wave_as_graph(x):
    return tf.math.multiply(x, tf.math.sin(x))


RIGHT = {
    "flat": [1.0, 1, np.float32(1), tf.constant(1.0), tf.Variable(0.99999994), 2.0 / 2.0],
    "wave": [
        lambda x: x * tf.sin(x),
        wave_with_print,
        wave_as_graph,
        lambda x: tf.cast(x, tf.float64) * tf.sin(tf.cast(x, tf.float64)),
    ],
    "by_hand": [
        lambda x: 2 * x * tf.cos(x**2) + 2,
        lambda x: 2 * (1 + x * math.cos(x * x)),
        lambda x: np.cos(x**2) * 2 * x + 2.0,
        lambda x: gradient(lambda v: tf.sin(v**2) + 2 * v, x),
    ],
    "both": [two, two_by_two_tapes, two_watching_a_constant, lambda x: np.array([2 * x, 2 * x * np.cos(x * x)])],
    "derivative": [lambda function, start: gradient(function, start), watching_a_constant, in_double_precision],
}

WRONG = {
    "flat": [
        ("SLOPE_NOT_PLACE", -2.0),
        ("ZERO_IS_THE_SLOPE", 0),
        ("STILL_FALLS", 0.5),
        ("ALREADY_CLIMBS", tf.constant(2.0)),
        ("NOT_A_NUMBER", "1.0"),
        ("NOT_A_NUMBER", True),
        ("NOT_A_NUMBER", lambda: 1.0),
        ("NONE", None),
        ("A_LIST", [1.0]),
        ("SHAPE", tf.constant([1.0])),
        ("NOT_FINITE", math.nan),
    ],
    "wave": [
        ("LEFT_TENSORFLOW", lambda x: x * np.sin(x)),
        ("LEFT_TENSORFLOW", lambda x: x * math.sin(x)),
        ("LEFT_TENSORFLOW", lambda x: x.numpy() * tf.sin(x)),
        ("LEFT_TENSORFLOW", lambda x: float(x) * math.sin(float(x))),
        ("LEFT_TENSORFLOW", lambda x: tf.constant(x.numpy() * np.sin(x.numpy()))),
        ("LEFT_TENSORFLOW", lambda x: 3.0),
        ("SINE_ALONE", tf.sin),
        ("SUM_NOT_PRODUCT", lambda x: x + tf.sin(x)),
        ("SINE_OF_SQUARE", lambda x: tf.sin(x * x)),
        ("DERIVATIVE_NOT_FUNCTION", lambda x: tf.sin(x) + x * tf.cos(x)),
        ("COSINE", lambda x: x * tf.cos(x)),
        ("SIGN", lambda x: -x * tf.sin(x)),
        ("FACTOR", lambda x: x * tf.sin(x) / 2),
        ("OFFSET", lambda x: x * tf.sin(x) + 1),
        ("NEARLY", lambda x: x * tf.sin(x) * (1 + 0.001 * x)),
        ("DIFFERENT", lambda x: x * tf.sin(x) + x**2),
        ("NOT_FINITE", lambda x: x * tf.sin(x) / (x - x)),
        ("NONE", lambda x: None),
        ("SHAPE", lambda x: tf.reshape(x * tf.sin(x), [1])),
        ("ERROR", lambda x: x * tf.sine(x)),
        ("ERROR", lambda: 0.0),
        ("NOT_A_FUNCTION", tf.constant(1.0)),
    ],
    "by_hand": [
        ("ONE_PATH", lambda x: 2 * x * tf.cos(x**2)),
        ("ONE_PATH", lambda x: 2),
        ("INNER_FORGOTTEN", lambda x: tf.cos(x**2) + 2),
        ("INNER_INSIDE", lambda x: tf.cos(2 * x) + 2),
        ("PATHS_MULTIPLIED", lambda x: 2 * x * tf.cos(x**2) * 2),
        ("COSINE_SIGN", lambda x: -2 * x * tf.cos(x**2) + 2),
        ("VALUE_NOT_DERIVATIVE", lambda x: tf.sin(x**2) + 2 * x),
        ("X_KEPT", lambda x: 2 * x * tf.cos(x**2) + 2 * x),
        ("SIGN", lambda x: -2 * x * tf.cos(x**2) - 2),
        ("FACTOR", lambda x: x * tf.cos(x**2) + 1),
        ("SAME_FOR_ALL", lambda x: -3.4667816),
        ("NONE", lambda x: None),
        ("INTEGER_DTYPE", lambda x: gradient(lambda v: v * v, 3)),
        ("ERROR", lambda x: x.numpy()),
    ],
    "both": [
        ("TAPE_ALREADY_USED", lambda start: two(start, persistent=False)),
        ("TARGETS_SUMMED", two_summed),
        ("SWAPPED", lambda start: two(start)[::-1]),
        ("WRONG_SOURCE", lambda start: two(start, source=lambda x, y: y)),
        ("SAME_TARGET", lambda start: two(start, targets=lambda y, z: (y, y))),
        ("SAME_TARGET", lambda start: two(start, targets=lambda y, z: (z, z))),
        ("VALUE_NOT_DERIVATIVE", lambda start: (start**2, tf.sin(start**2))),
        ("CONSTANT_NOT_WATCHED", two_unwatched),
        ("HOW_MANY", lambda start: two(start)[0]),
        ("HOW_MANY", lambda start: (*two(start), 0.0)),
        ("SAME_FOR_ALL", lambda start: two(3.0)),
    ],
    "derivative": [
        ("VALUE_NOT_DERIVATIVE", lambda function, start: function(tf.constant(start))),
        ("FUNCTION_IGNORED", lambda function, start: gradient(lambda x: x**2 - 2 * x + 1, start)),
        ("CONSTANT_NOT_WATCHED", unwatched),
        ("OUTSIDE_TAPE", outside),
        ("NO_PATH", with_another_variable),
        ("NO_RETURN", without_return),
        ("NOT_ASKED", tape_but_no_question),
        ("A_LIST", with_a_list),
        ("SHAPE", with_one_in_a_row),
        ("SAME_FOR_ALL", of_x_by_x),
        ("NONE", lambda function, start: None),
        ("NEARLY", lambda function, start: gradient(function, start + 0.002)),
        ("DIFFERENT", lambda function, start: gradient(function, start + 1)),
        ("FACTOR", lambda function, start: gradient(function, start) / 2),
        ("NOT_A_NUMBER", lambda function, start: tf.GradientTape()),
        ("ERROR", lambda function: 0.0),
    ],
}
