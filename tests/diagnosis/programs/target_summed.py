"""Several numbers as target: their gradients are added up."""

import tensorflow as tf


def must_one_x_for_three_numbers():
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = x * tf.constant([1.0, 2.0, 3.0])
    return tape.gradient(y, x)  # here


def must_loss_not_reduced():
    w = tf.Variable([[1.0], [2.0]])
    inputs = tf.constant([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    with tf.GradientTape() as tape:
        loss = tf.square(inputs @ w - 1.0)
    return tape.gradient(loss, w)  # here


def must_softmax():
    logits = tf.Variable([1.0, 2.0, 3.0])
    with tf.GradientTape() as tape:
        probabilities = tf.nn.softmax(logits)
    return tape.gradient(probabilities, logits)  # here


def must_powers():
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        powers = tf.stack([x**n for n in range(4)])
    return tape.gradient(powers, x)  # here


def _curve(x):
    times = tf.linspace(0.0, 1.0, 5)
    return x * times**2


def must_in_a_helper():
    acceleration = tf.Variable(9.81)
    with tf.GradientTape() as tape:
        path = _curve(acceleration)
    return tape.gradient(path, acceleration)  # here


def must_bias_of_a_batch():
    bias = tf.Variable([0.0, 0.0])
    with tf.GradientTape() as tape:
        outputs = tf.ones((4, 2)) + bias
    return tape.gradient(outputs, bias)  # here


def near_element_by_element():
    x = tf.Variable([1.0, 2.0, 3.0])
    with tf.GradientTape() as tape:
        y = tf.sin(x) * x
    return tape.gradient(y, x)


def near_reduced():
    w = tf.Variable([[1.0], [2.0]])
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(tf.eye(2) @ w - 1.0))
    return tape.gradient(loss, w)


def near_jacobian():
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = x * tf.constant([1.0, 2.0, 3.0])
    return tape.jacobian(y, x)


def near_one_number_in_a_list():
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = tf.reshape(x * x, (1, 1))
    return tape.gradient(y, x)


def near_output_gradients():
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = x * tf.constant([1.0, 2.0, 3.0])
    return tape.gradient(y, x, output_gradients=tf.constant([0.0, 1.0, 0.0]))


def near_none():
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        y = x * tf.constant([1.0, 2.0, 3.0])
    return tape.gradient(y, x)
