"""The name of a Variable was given to something else."""

import tensorflow as tf


def must_in_a_loop():
    x = tf.Variable(0.0)
    for _ in range(3):
        with tf.GradientTape() as tape:
            y = (x - 1.0) ** 2
        x = x - 0.1 * tape.gradient(y, x)  # here
    return x


def must_before_the_tape():
    x = tf.Variable(3.0)
    x = x + 1.0  # here
    with tf.GradientTape() as tape:
        y = x * x
    return tape.gradient(y, x)


def must_two_parameters():
    w, b = tf.Variable(1.0), tf.Variable(0.0)
    for _ in range(2):
        with tf.GradientTape() as tape:
            loss = (w * 2.0 + b - 5.0) ** 2
        dw, db = tape.gradient(loss, [w, b])
        w, b = w - 0.01 * dw, b - 0.01 * db  # here
    return w, b


def must_through_another_name():
    x = tf.Variable(0.0)
    for _ in range(2):
        with tf.GradientTape() as tape:
            y = tf.cos(x + 1.0)
        moved = x - 0.1 * tape.gradient(y, x)  # here
        x = moved
    return x


def _step(value):
    with tf.GradientTape() as tape:
        loss = (value - 3.0) ** 2
    return value - 0.1 * tape.gradient(loss, value)  # here


def must_from_a_function():
    x = tf.Variable(0.0)
    for _ in range(2):
        x = _step(x)
    return x


def must_in_a_list():
    weights = [tf.Variable(1.0), tf.Variable(2.0)]
    for _ in range(2):
        with tf.GradientTape() as tape:
            loss = weights[0] ** 2 + weights[1] ** 2
        gradients = tape.gradient(loss, weights)
        weights = [w - 0.1 * g for w, g in zip(weights, gradients, strict=True)]  # here
    return weights


def must_operator_and_equals():
    x = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y = x * x
    x -= 0.1 * tape.gradient(y, x)  # here
    return x


class _Point(tf.Module):
    def __init__(self):
        super().__init__()
        self.x = tf.Variable(0.0)


def must_an_attribute():
    point = _Point()
    for _ in range(2):
        with tf.GradientTape() as tape:
            loss = (point.x - 1.0) ** 2
        point.x = point.x - 0.1 * tape.gradient(loss, point.x)  # here
    return point.x


def near_assign_sub():
    x = tf.Variable(0.0)
    for _ in range(3):
        with tf.GradientTape() as tape:
            y = (x - 1.0) ** 2
        x.assign_sub(0.1 * tape.gradient(y, x))
    return x


def near_new_variable_each_time():
    x = tf.Variable(0.0)
    for _ in range(3):
        with tf.GradientTape() as tape:
            y = (x - 1.0) ** 2
        x = tf.Variable(x - 0.1 * tape.gradient(y, x))
    return x


def near_watched_each_time():
    x = tf.Variable(0.0)
    for _ in range(3):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = (x - 1.0) ** 2
        x = x - 0.1 * tape.gradient(y, x)
    return x


def near_target_reassigned():
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = x * x
        y = y + x
    return tape.gradient(y, x)


def near_constant_moved():
    x = tf.constant(0.0)
    for _ in range(2):
        with tf.GradientTape() as tape:
            y = (x - 1.0) ** 2
        if (slope := tape.gradient(y, x)) is None:
            return None
        x = x - 0.1 * slope
    return x


def near_other_name():
    x = tf.Variable(3.0)
    shifted = x + 1.0
    with tf.GradientTape() as tape:
        y = shifted**2
    return tape.gradient(y, shifted)


def near_reassigned_inside_the_tape():
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        x = x * 2.0
        y = x**2
    return tape.gradient(y, x)
