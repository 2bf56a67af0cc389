"""The way goes into a Variable."""

import tensorflow as tf


def must_assigned():
    x, memory = tf.Variable(2.0), tf.Variable(0.0)
    with tf.GradientTape() as tape:
        memory.assign(x * x)  # here
        y = memory * 3.0
    return tape.gradient(y, x)


def must_collected():
    x, total = tf.Variable(2.0), tf.Variable(0.0)
    with tf.GradientTape() as tape:
        for _ in range(3):
            total.assign_add(x**2)  # here
        y = total.read_value()
    return tape.gradient(y, x)


def must_new_variable():
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = tf.Variable(x * x)  # here
        z = y + 1.0
    return tape.gradient(z, x)


def must_taken_away():
    x, left = tf.constant(2.0), tf.Variable(10.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        left.assign_sub(3.0 * x)  # here
        y = tf.square(left)
    return tape.gradient(y, x)


def _remember(memory, value):
    memory.assign(value)  # here


def must_in_a_helper():
    state, x = tf.Variable([0.0, 0.0]), tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        _remember(state, tf.tanh(x))
        y = tf.reduce_sum(state)
    return tape.gradient(y, x)


def must_running_mean():
    x, mean = tf.Variable(4.0), tf.Variable(0.0, trainable=False)
    with tf.GradientTape() as tape:
        mean.assign(0.9 * mean + 0.1 * x)  # here
        loss = (mean - 1.0) ** 2
    return tape.gradient(loss, x)


def must_into_a_row():
    x, rows = tf.Variable(2.0), tf.Variable([0.0, 0.0])
    with tf.GradientTape() as tape:
        rows[0].assign(x * x)  # here
        y = tf.reduce_sum(rows)
    return tape.gradient(y, x)


def near_a_number_assigned():
    x = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        x.assign(5.0)
        y = x * x
    return tape.gradient(y, x)


def near_assigned_after_use():
    x, memory = tf.Variable(2.0), tf.Variable(0.0)
    with tf.GradientTape() as tape:
        y = x * x
        memory.assign(y)
    return tape.gradient(y, x)


def near_step_inside_the_block():
    x = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y = x * x
        x.assign_sub(0.1 * tape.gradient(y, x))
    return x


def near_counter():
    x, calls = tf.Variable(1.0), tf.Variable(0.0, trainable=False)
    with tf.GradientTape() as tape:
        calls.assign_add(1.0)
        y = x * calls
    return tape.gradient(y, x)


def near_overwritten():
    x, w, memory = tf.Variable(2.0), tf.Variable(1.0), tf.Variable(0.0)
    with tf.GradientTape() as tape:
        memory.assign(x * x)
        memory.assign(1.0)
        y = memory * w
    return tape.gradient(y, x)


def near_source_is_the_memory():
    x, memory = tf.Variable(2.0), tf.Variable(0.0)
    with tf.GradientTape() as tape:
        memory.assign(x * x)
        y = memory * 3.0
    return tape.gradient(y, memory)
