"""Part of the calculation ran outside the with block."""

# ruff: noqa: SIM117 - learners nest their tapes, and the lessons do

import keras
import tensorflow as tf


def must_before_the_block():
    x = tf.Variable(3.0)
    y = x * x  # here
    with tf.GradientTape() as tape:
        z = y + 1.0
    return tape.gradient(z, x)


def must_after_the_block():
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = x * x
    z = tf.sin(y)  # here
    return tape.gradient(z, x)


def must_empty_block():
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        pass
    loss = tf.reduce_sum(x**2)  # here
    return tape.gradient(loss, x)


def must_loss_outside():
    keras.utils.set_random_seed(0)
    layer = keras.layers.Dense(1)
    inputs, labels = tf.ones((2, 3)), tf.zeros((2, 1))
    with tf.GradientTape() as tape:
        predictions = layer(inputs)
    loss = tf.reduce_mean(tf.square(predictions - labels))  # here
    return tape.gradient(loss, layer.trainable_variables)


def _prepared(x):
    return tf.exp(x)  # here


def must_helper_before_the_block():
    x = tf.Variable(0.5)
    grown = _prepared(x)
    with tf.GradientTape() as tape:
        y = grown * 2.0
    return tape.gradient(y, x)


def must_wrong_one_of_two_tapes():
    x = tf.Variable(2.0)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = x * x
        z = y * y  # here
    outer.gradient(z, x)
    return inner.gradient(z, x)


def must_watched_but_outside():
    x = tf.constant(1.5)
    with tf.GradientTape() as tape:
        tape.watch(x)
    y = tf.cos(x)  # here
    return tape.gradient(y, x)


def must_in_the_second_round():
    x = tf.Variable(1.0)
    total = tf.constant(0.0)
    for _ in range(2):
        with tf.GradientTape() as tape:
            pass
        total = total + x * x  # here
    return tape.gradient(total, x)


def near_all_inside():
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = x * x
        z = tf.sin(y)
    return tape.gradient(z, x)


def near_something_else_outside():
    x = tf.Variable(3.0)
    scale = tf.constant(2.0) * 3.0
    with tf.GradientTape() as tape:
        y = scale * x
    print(float(y + 1.0))
    return tape.gradient(y, x)


def near_stop_recording():
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape, tape.stop_recording():
        y = x * x
    return tape.gradient(y, x)


def near_second_derivative():
    x = tf.Variable(3.0)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = x**3
    slope = inner.gradient(y, x)
    return outer.gradient(slope, x)


def near_source_made_outside():
    x = tf.Variable(3.0)
    shifted = x + 1.0
    with tf.GradientTape() as tape:
        tape.watch(shifted)
        y = shifted**2
    return tape.gradient(y, shifted)


def near_not_connected_at_all():
    x, w = tf.Variable(3.0), tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = x * x
    z = y * 2.0
    return tape.gradient(z, w)
