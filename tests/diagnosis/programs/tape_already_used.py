"""A tape that is not persistent was asked twice."""

import tensorflow as tf


def must_same_twice():
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = x * x
    tape.gradient(y, x)
    return tape.gradient(y, x)  # here


def must_two_sources():
    a, b = tf.Variable(3.0), tf.Variable(4.0)
    with tf.GradientTape() as tape:
        y = a * b
    da = tape.gradient(y, a)
    db = tape.gradient(y, b)  # here
    return da, db


def must_in_a_loop():
    weights = [tf.Variable(1.0), tf.Variable(2.0)]
    with tf.GradientTape() as tape:
        loss = weights[0] * weights[1]
    return [tape.gradient(loss, weight) for weight in weights]  # here


def must_inside_the_block():
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = x**3
        first = tape.gradient(y, x)
    second = tape.gradient(first, x)  # here
    return second


def must_jacobian_after_gradient():
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = x * x
    tape.gradient(y, x)
    return tape.jacobian(y, x)  # here


def _slope(tape, y, x):
    return tape.gradient(y, x)  # here


def must_in_a_helper():
    x = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y, z = x * 2.0, x * 3.0
    return _slope(tape, y, x), _slope(tape, z, x)


def near_persistent():
    x = tf.Variable(3.0)
    with tf.GradientTape(persistent=True) as tape:
        y = x * x
    return tape.gradient(y, x), tape.gradient(y, x)


def near_list_of_sources():
    a, b = tf.Variable(3.0), tf.Variable(4.0)
    with tf.GradientTape() as tape:
        y = a * b
    return tape.gradient(y, [a, b])


def near_two_tapes():
    x = tf.Variable(3.0)
    with tf.GradientTape() as first, tf.GradientTape() as second:
        y = x * x
    return first.gradient(y, x), second.gradient(y, x)


def near_new_tape_each_time():
    x = tf.Variable(3.0)
    for _ in range(2):
        with tf.GradientTape() as tape:
            y = x * x
        x.assign_sub(0.1 * tape.gradient(y, x))
    return x


def near_another_runtime_error():
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = x * x
    tape.gradient(y, x)
    raise RuntimeError("the tape measure is used up")
