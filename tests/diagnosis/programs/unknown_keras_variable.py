"""An optimizer was built for other Variables."""

import keras
import tensorflow as tf


def must_second_variable():
    x, z = tf.Variable(1.0), tf.Variable(2.0)
    optimizer = keras.optimizers.SGD(0.1)
    optimizer.apply_gradients([(tf.constant(1.0), x)])
    optimizer.apply_gradients([(tf.constant(1.0), z)])  # here


def must_built_for_another():
    x, z = tf.Variable(1.0), tf.Variable(2.0)
    optimizer = keras.optimizers.Adam(0.1)
    optimizer.build([x])
    with tf.GradientTape() as tape:
        y = z * z
    optimizer.apply_gradients([(tape.gradient(y, z), z)])  # here


def must_new_variable_each_time():
    optimizer = keras.optimizers.SGD(0.1)
    for start in (0.0, 1.0):
        x = tf.Variable(start)
        with tf.GradientTape() as tape:
            y = (x - 3.0) ** 2
        gradient = tape.gradient(y, x)
        optimizer.apply_gradients([(gradient, x)])  # here


def must_second_model():
    keras.utils.set_random_seed(0)
    optimizer = keras.optimizers.RMSprop(0.1)
    for _ in range(2):
        layer = keras.layers.Dense(1)
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(layer(tf.ones((1, 2))) ** 2)
        gradients = tape.gradient(loss, layer.trainable_variables)
        optimizer.apply_gradients(zip(gradients, layer.trainable_variables, strict=True))  # here


def _step(optimizer, variable):
    with tf.GradientTape() as tape:
        loss = variable**2
    optimizer.apply_gradients([(tape.gradient(loss, variable), variable)])  # here


def must_in_a_helper():
    optimizer = keras.optimizers.SGD(0.1)
    _step(optimizer, tf.Variable(1.0))
    _step(optimizer, tf.Variable(2.0))


def must_one_more_later():
    w, b = tf.Variable(1.0), tf.Variable(0.0)
    optimizer = keras.optimizers.Adam(0.01)
    optimizer.apply_gradients([(tf.constant(0.5), w)])
    optimizer.apply_gradients([(tf.constant(0.5), w), (tf.constant(0.1), b)])  # here


def near_same_variable():
    x = tf.Variable(1.0)
    optimizer = keras.optimizers.SGD(0.1)
    for _ in range(2):
        optimizer.apply_gradients([(tf.constant(1.0), x)])


def near_new_optimizer():
    for start in (0.0, 1.0):
        x = tf.Variable(start)
        keras.optimizers.SGD(0.1).apply_gradients([(tf.constant(1.0), x)])


def near_built_for_both():
    x, z = tf.Variable(1.0), tf.Variable(2.0)
    optimizer = keras.optimizers.SGD(0.1)
    optimizer.build([x, z])
    optimizer.apply_gradients([(tf.constant(1.0), z), (tf.constant(1.0), x)])


def near_no_gradient_at_all():
    x = tf.Variable(1.0)
    keras.optimizers.SGD(0.1).apply_gradients([(None, x)])


def near_no_minimize():
    x = tf.Variable(1.0)
    keras.optimizers.SGD(0.1).minimize(lambda: x * x, [x])


def near_a_value_error_of_the_learners():
    raise ValueError("Unknown variable: z")
