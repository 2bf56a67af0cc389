"""0 times inf, forward or backward."""

import tensorflow as tf


def must_x_log_x_not_chosen():
    x = tf.Variable(0.0)
    with tf.GradientTape() as tape:
        y = tf.where(x > 0.0, x * tf.math.log(x), 0.0)  # here
    return tape.gradient(y, x)


def must_log_of_zero_not_chosen():
    x = tf.Variable([1.0, 0.0])
    with tf.GradientTape() as tape:
        logs = tf.math.log(x)  # here
        y = tf.reduce_sum(tf.where(x > 0.0, logs, tf.zeros_like(x)))
    return tape.gradient(y, x)


def must_norm_at_zero():
    x = tf.Variable([0.0, 0.0])
    with tf.GradientTape() as tape:
        y = tf.norm(x)  # here
    return tape.gradient(y, x)


def must_entropy():
    p = tf.Variable([0.0, 1.0])
    with tf.GradientTape() as tape:
        logs = tf.math.log(p)
        entropy = -tf.reduce_sum(p * logs)  # here
    return tape.gradient(entropy, p)


def _inverse(value):
    return 1.0 / value  # here


def must_one_over_zero_in_a_helper():
    x = tf.constant(0.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.where(x == 0.0, 0.0, _inverse(x))
    return tape.gradient(y, x)


def must_distance_of_the_same_point():
    a, b = tf.Variable([1.0, 2.0]), tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        squares = (a - b) ** 2
        distance = tf.sqrt(tf.reduce_sum(squares))
        loss = 0.0 * distance + 1.0
    print(float(loss))
    with tf.GradientTape() as tape:
        distance = tf.sqrt(tf.reduce_sum((a - b) * (a - b)))  # here
    return tape.gradient(distance, a)


def must_in_a_long_row():
    x = tf.Variable([1.0] * 20 + [0.0])
    with tf.GradientTape() as tape:
        logs = tf.math.log(x)  # here
        y = tf.reduce_sum(tf.where(x > 0.0, logs, 0.0))
    return tape.gradient(y, x)


def must_sine_over_x_not_chosen():
    x = tf.Variable([0.0, 1.0])
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(tf.where(x == 0.0, 1.0, tf.sin(x) / x))  # here
    return tape.gradient(y, x)


def near_safe_inside_and_outside():
    x = tf.Variable(0.0)
    with tf.GradientTape() as tape:
        safe = tf.where(x > 0.0, x, 1.0)
        y = tf.where(x > 0.0, tf.sqrt(safe), 0.0)
    return tape.gradient(y, x)


def near_infinite_slope():
    x = tf.Variable(0.0)
    with tf.GradientTape() as tape:
        y = tf.sqrt(x)
    return tape.gradient(y, x)


def near_root_of_a_negative_number():
    x = tf.Variable(-1.0)
    with tf.GradientTape() as tape:
        y = tf.sqrt(x) * 2.0
    return tape.gradient(y, x)


def near_arc_that_does_not_exist():
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = tf.where(x > 1.0, 1.0, tf.asin(x))
    return tape.gradient(y, x)


def near_nan_in_the_data():
    w, data = tf.Variable(1.0), tf.constant([1.0, float("nan")])
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(w * data)
    return tape.gradient(loss, w)


def near_inf_minus_inf():
    x = tf.Variable(100.0)
    with tf.GradientTape() as tape:
        big = tf.exp(x)
        y = big - big * 2.0
    return tape.gradient(y, x)


def near_nan_beside_the_way():
    x = tf.Variable(0.0)
    with tf.GradientTape() as tape:
        y = x + 1.0
        print(float(tf.math.log(x) * x))
    return tape.gradient(y, x)


def near_finite():
    x = tf.Variable(1e-6)
    with tf.GradientTape() as tape:
        y = tf.math.log(x) * x
    return tape.gradient(y, x)
