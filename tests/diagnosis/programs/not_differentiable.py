"""An operation without a gradient lies on the way."""

import tensorflow as tf


def must_rounded():
    x = tf.Variable(2.7)
    with tf.GradientTape() as tape:
        y = tf.round(x)  # here
        z = y * 2.0
    return tape.gradient(z, x)


def must_compared():
    x = tf.Variable([1.0, -1.0])
    with tf.GradientTape() as tape:
        hits = x > 0.0  # here
        y = tf.reduce_mean(tf.cast(hits, tf.float32))
    return tape.gradient(y, x)


def must_floored_constant():
    x = tf.constant(2.7)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.floor(x) + 1.0  # here
    return tape.gradient(y, x)


def must_largest_place():
    logits = tf.Variable([[0.1, 0.9], [0.8, 0.2]])
    with tf.GradientTape() as tape:
        labels = tf.argmax(logits, axis=1)  # here
        loss = tf.reduce_sum(tf.cast(labels, tf.float32))
    return tape.gradient(loss, logits)


def _step(value):
    return tf.where(value > 0.0, 1.0, 0.0)  # here


def must_step_function_in_a_helper():
    x = tf.Variable(0.5)
    with tf.GradientTape() as tape:
        y = 3.0 * _step(x)
    return tape.gradient(y, x)


def must_accuracy_as_loss():
    weights, labels = tf.Variable([[1.0], [-1.0]]), tf.constant([[1.0], [0.0]])
    with tf.GradientTape() as tape:
        guesses = tf.math.sigmoid(tf.constant([[1.0, 0.0], [0.0, 1.0]]) @ weights)
        right = tf.equal(tf.cast(guesses > 0.5, tf.float32), labels)  # here
        loss = 1.0 - tf.reduce_mean(tf.cast(right, tf.float32))
    return tape.gradient(loss, weights)


def must_registry_has_none():
    x = tf.Variable([3.0, 1.0])
    with tf.GradientTape() as tape:
        y = tf.raw_ops.Bincount(arr=tf.constant([0, 1]), size=2, weights=x * 1.0)  # here
    return tape.gradient(y, x)


def near_relu():
    x = tf.Variable([1.0, -1.0])
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(tf.nn.relu(x))
    return tape.gradient(y, x)


def near_rounded_beside():
    x = tf.Variable(2.7)
    with tf.GradientTape() as tape:
        y = tf.round(x) * x
    return tape.gradient(y, x)


def near_sign_which_gives_zero():
    x = tf.Variable(2.7)
    with tf.GradientTape() as tape:
        y = tf.sign(x)
    return tape.gradient(y, x)


def near_straight_through():
    x = tf.Variable(2.7)
    with tf.GradientTape() as tape:
        y = x + tf.stop_gradient(tf.round(x) - x)
    return tape.gradient(y, x)


def near_chosen_by_a_comparison():
    x = tf.Variable(2.7)
    with tf.GradientTape() as tape:
        y = tf.where(x > 0.0, x * x, -x)
    return tape.gradient(y, x)


def near_cast_to_integers():
    x = tf.Variable(2.7)
    with tf.GradientTape() as tape:
        y = tf.cast(tf.cast(x, tf.int64), tf.float32)
    return tape.gradient(y, x)


def near_sorted():
    x = tf.Variable([2.0, 1.0])
    with tf.GradientTape() as tape:
        y = tf.sort(x)[0] + tf.reduce_max(x)
    return tape.gradient(y, x)
