"""Integers as source, on the way, or where a float was needed."""

import tensorflow as tf


def must_integer_variable():
    x = tf.Variable(3)  # here
    with tf.GradientTape() as tape:
        y = x * x
    return tape.gradient(y, x)


def must_integer_constant_watched():
    x = tf.constant([1, 2, 3])  # here
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(x * x)
    return tape.gradient(y, x)


def must_cast_to_integers():
    x = tf.Variable(2.7)
    with tf.GradientTape() as tape:
        steps = tf.cast(x, tf.int32)  # here
        y = tf.cast(steps, tf.float32) * 3.0
    return tape.gradient(y, x)


def _square(value):
    return value * value


def must_in_a_helper():
    side = tf.Variable(4)  # here
    with tf.GradientTape() as tape:
        area = _square(side)
    return tape.gradient(area, side)


def must_cast_afterwards():
    count = tf.Variable(5)  # here
    with tf.GradientTape() as tape:
        y = tf.cast(count, tf.float32) ** 2
    return tape.gradient(y, count)


def must_times_a_float():
    x = tf.Variable(3)
    with tf.GradientTape() as tape:
        y = 0.5 * tf.cast(x, tf.float32) + x * 0.5  # here
    return tape.gradient(y, x)


def must_sine_of_an_integer():
    x = tf.constant(1)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.sin(x)  # here
    return tape.gradient(y, x)


def must_integer_meets_float():
    w, n = tf.Variable(0.5), tf.constant(2)
    with tf.GradientTape() as tape:
        y = w * n  # here
    return tape.gradient(y, w)


def near_float_variable():
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = x * 2
    return tape.gradient(y, x)


def near_integer_power():
    x, n = tf.Variable(3.0), 2
    with tf.GradientTape() as tape:
        y = x**n
    return tape.gradient(y, x)


def near_integer_indices():
    table = tf.Variable([[1.0], [2.0]])
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(tf.gather(table, tf.constant([0, 0])))
    return tape.gradient(y, table)


def near_divided_by_a_count():
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(x) / tf.cast(tf.size(x), tf.float32)
    return tape.gradient(y, x)


def near_rounded():
    x = tf.Variable(2.7)
    with tf.GradientTape() as tape:
        y = tf.round(x)
    return tape.gradient(y, x)


def near_double_meets_float():
    x = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y = x * tf.constant(2.0, tf.float64)
    return tape.gradient(y, x)


def near_integer_beside():
    x, step = tf.Variable(1.0), tf.Variable(0)
    with tf.GradientTape() as tape:
        y = x * x
        step.assign_add(1)
    return tape.gradient(y, x)
