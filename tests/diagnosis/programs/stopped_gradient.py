"""The way was cut on purpose."""

import keras
import tensorflow as tf


def must_stopped():
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = tf.stop_gradient(x * x)  # here
    return tape.gradient(y, x)


def must_paused():
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        with tape.stop_recording():
            y = x * x  # here
        z = y + 1.0
    return tape.gradient(z, x)


def must_target_network():
    keras.utils.set_random_seed(0)
    layer = keras.layers.Dense(1)
    with tf.GradientTape() as tape:
        aim = tf.stop_gradient(layer(tf.ones((1, 2))))  # here
        loss = tf.reduce_mean(tf.square(aim - 1.0))
    return tape.gradient(loss, layer.trainable_variables)


def _frozen(value):
    return tf.stop_gradient(value)  # here


def must_in_a_helper():
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(_frozen(tf.sin(x)) * 3.0)
    return tape.gradient(y, x)


def must_on_every_way():
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        still = tf.stop_gradient(x)  # here
        y = still * still + tf.exp(still)
    return tape.gradient(y, x)


def must_by_keras():
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(keras.ops.stop_gradient(x * x))  # here
    return tape.gradient(y, x)


def near_one_way_open():
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = tf.stop_gradient(x) * x
    return tape.gradient(y, x)


def near_something_else_stopped():
    x, w = tf.Variable(2.0), tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = tf.stop_gradient(w) * x
    return tape.gradient(y, x)


def near_paused_for_a_look():
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = x * x
        with tape.stop_recording():
            print(float(y * 2.0))
    return tape.gradient(y, x)


def near_outside():
    x = tf.Variable(2.0)
    y = x * x
    with tf.GradientTape() as tape:
        z = y * 1.0
    return tape.gradient(z, x)


def near_frozen_variable():
    x = tf.Variable(2.0, trainable=False)
    with tf.GradientTape() as tape:
        y = x * x
    return tape.gradient(y, x)


def near_reset():
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = x * x
        tape.reset()
        z = y * 2.0
    return tape.gradient(z, x)


def near_own_gradient():
    @tf.custom_gradient
    def clipped(x):
        return tf.identity(x), lambda upstream: tf.clip_by_value(upstream, -1.0, 1.0)

    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = clipped(x * x)
    return tape.gradient(y, x)
