"""A plain tensor is the source, and the tape was not told in time."""

import keras
import tensorflow as tf


def must_constant():
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        y = x * x  # here
    return tape.gradient(y, x)


def must_one_of_three():
    a, b, x = tf.constant(1.0), tf.Variable(-2.0), tf.Variable(0.5)
    with tf.GradientTape() as tape:
        y = a * x**2 + b * x  # here
    return tape.gradient(y, [a, b, x])


def must_watched_too_late():
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(tf.sin(x))  # here
        tape.watch(x)
    return tape.gradient(y, x)


def _area(radius):
    return 3.14159 * radius**2  # here


def must_in_a_helper():
    radius = tf.constant(2.0)
    with tf.GradientTape() as tape:
        area = _area(radius)
    return tape.gradient(area, radius)


def must_input_of_a_keras_layer():
    layer = keras.layers.Dense(2)
    layer.build((None, 3))
    image = tf.ones((1, 3))
    with tf.GradientTape() as tape:
        score = tf.reduce_sum(layer(image))  # here
    return tape.gradient(score, image)


def must_result_of_a_calculation():
    start = tf.range(3.0) / 2.0
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(start * start)  # here
    return tape.gradient(y, start)


def must_watched_by_the_inner_tape_only():
    x = tf.constant(2.0)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = x**3  # here
        slope = inner.gradient(y, x)
    return outer.gradient(slope, x)


def must_in_a_loop():
    x = tf.constant(1.0)
    with tf.GradientTape() as tape:
        y = tf.constant(0.0)
        for power in range(3):
            y += x**power  # here
    return tape.gradient(y, x)


def must_jacobian():
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = tf.sin(x)  # here
    return tape.jacobian(y, x)


def must_batches_of_a_data_set():
    w = tf.constant([1.0, 2.0])
    for batch in tf.data.Dataset.from_tensor_slices(tf.ones((4, 2))).batch(2):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(batch, w) - 1.0) ** 2)  # here
        gradient = tape.gradient(loss, w)
    return gradient


def near_watched():
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    return tape.gradient(y, x)


def near_variable():
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = x * x
    return tape.gradient(y, x)


def near_constant_that_is_not_used():
    x, k = tf.Variable(3.0), tf.constant(1.0)
    with tf.GradientTape() as tape:
        y = x * x
    return tape.gradient(y, k)


def near_constant_in_the_calculation():
    a, x = tf.constant(2.0), tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = a * x
    return tape.gradient(y, x)


def near_integer_constant():
    x = tf.constant(3)
    with tf.GradientTape() as tape:
        y = x * x
    return tape.gradient(y, x)


def near_frozen_variable():
    x = tf.Variable(3.0, trainable=False)
    with tf.GradientTape() as tape:
        y = x * x
    return tape.gradient(y, x)


def near_watched_and_rounded():
    x = tf.constant(3.2)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.floor(x)
    return tape.gradient(y, x)
