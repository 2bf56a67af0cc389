"""A tf.function traced for each new Python value."""

import tensorflow as tf


def must_float_in_a_loop():
    @tf.function
    def scaled(x, rate):
        return x * rate

    for rate in (0.1, 0.2, 0.3, 0.4):
        scaled(tf.constant(1.0), rate)  # here


def must_loop_counter():
    x = tf.Variable(0.0)

    @tf.function
    def step(number):
        with tf.GradientTape() as tape:
            y = (x - 1.0) ** 2
        x.assign_sub(0.1 * tape.gradient(y, x))
        return number

    for number in range(5):
        step(number)  # here


def must_under_a_tape():
    @tf.function
    def power(x, n):
        return x**n

    x = tf.Variable(2.0)
    slopes = []
    for n in range(1, 5):
        with tf.GradientTape() as tape:
            y = power(x, n)  # here
        slopes.append(tape.gradient(y, x))
    return slopes


def must_text_argument():
    @tf.function
    def said(x, name):
        return x + 1.0 if name else x

    for name in ("one", "two", "three"):
        said(tf.constant(1.0), name)  # here


@tf.function
def _train(x, epochs):
    for _ in tf.range(epochs):
        x = x * 0.9
    return x


def must_number_of_epochs():
    for epochs in (1, 2, 4, 8):
        _train(tf.constant(1.0), epochs)  # here


def must_keyword():
    @tf.function
    def shifted(x, by=0.0):
        return x + by

    return [shifted(tf.constant(1.0), by=k / 2) for k in range(1, 6)]  # here


def near_tensors():
    @tf.function
    def scaled(x, rate):
        return x * rate

    for rate in (0.1, 0.2, 0.3, 0.4):
        scaled(tf.constant(1.0), tf.constant(rate))


def near_same_value():
    @tf.function
    def scaled(x, rate):
        return x * rate

    for _ in range(5):
        scaled(tf.constant(1.0), 0.1)


def near_two_modes():
    @tf.function
    def layer(x, training):
        return x * 0.5 if training else x

    for training in (True, False, True, False):
        layer(tf.constant(1.0), training)


def near_other_shapes():
    @tf.function
    def total(x):
        return tf.reduce_sum(x)

    for size in (1, 2, 3, 4):
        total(tf.zeros(size))


def near_nested_tapes():
    @tf.function
    def cubed(x):
        return x * x * x

    x = tf.Variable(2.0)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = cubed(x)
        slope = inner.gradient(y, x)
    return outer.gradient(slope, x)


def near_plain_python():
    def scaled(x, rate):
        return x * rate

    for rate in (0.1, 0.2, 0.3, 0.4):
        scaled(tf.constant(1.0), rate)


def near_forward_accumulators():
    x = tf.constant(2.0)
    with tf.autodiff.ForwardAccumulator(x, tf.constant(1.0)) as accumulator:
        y = tf.exp(tf.sin(x) * x) + tf.cos(x) / x
    return accumulator.jvp(y)
