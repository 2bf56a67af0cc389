"""The value went through Python or NumPy."""

import math

import keras
import numpy as np
import tensorflow as tf


def must_numpy_sine():
    x = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y = tf.constant(np.sin(x))  # here
    return tape.gradient(y, x)


def must_number_of_a_tensor():
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
        z = tf.convert_to_tensor(y.numpy() + 1.0)  # here
    return tape.gradient(z, x)


def must_python_float():
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        value = float(x)  # here
        y = tf.constant(3.0) * value
    return tape.gradient(y, x)


def must_math_module():
    x = tf.Variable(0.5)
    with tf.GradientTape() as tape:
        y = tf.sqrt(math.exp(x))  # here
    return tape.gradient(y, x)


def _rooted(value):
    return np.sqrt(value)  # here


def must_in_a_helper():
    x = tf.Variable(4.0)
    with tf.GradientTape() as tape:
        y = tf.constant(1.0) * _rooted(x)
    return tape.gradient(y, x)


def must_target_is_a_float():
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = float(x) ** 2  # here
    return tape.gradient(y, x)


def must_target_is_an_array():
    w = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        loss = np.mean((w.numpy() - 1.0) ** 2)  # here
    return tape.gradient(loss, w)


def must_predict_of_keras():
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    inputs = tf.ones((2, 2))
    with tf.GradientTape() as tape:
        guesses = model.predict(inputs, verbose=0)  # here
        loss = tf.reduce_mean(tf.square(guesses - 1.0))
    return tape.gradient(loss, model.trainable_variables)


def must_list_of_numbers():
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        powers = []
        for power in range(3):
            powers.append(x.numpy() ** power)  # here
        y = tf.reduce_sum(tf.stack(powers))
    return tape.gradient(y, x)


def must_factor_beside_a_tensor():
    x = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y = x * np.sin(x)  # here
        z = y**2
    return tape.gradient(z, x)


class _Line(tf.Module):
    def __init__(self):
        super().__init__()
        self.slope = tf.Variable(2.0)

    def __call__(self, x):
        return float(self.slope) * x  # here


def must_in_a_method():
    line = _Line()
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((line(tf.constant([1.0, 2.0])) - 3.0) ** 2)
    return tape.gradient(loss, line.slope)


def near_rate_from_the_loss():
    x = tf.Variable(1.0)
    for _ in range(3):
        with tf.GradientTape() as tape:
            y = (x - 2.0) ** 2
        gradient = tape.gradient(y, x)
        rate = 0.1 * min(float(y), 1.0)
        x.assign_sub(rate * gradient)
    return x


def near_numpy_constant():
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = x * np.sin(1.0)
    return tape.gradient(y, x)


def near_printed_on_the_way():
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = x * x
        print("so far", float(y), y.numpy())
    return tape.gradient(y, x)


def near_kept_for_a_plot():
    x, seen = tf.Variable(1.0), []
    for _ in range(3):
        with tf.GradientTape() as tape:
            y = (x - 2.0) ** 2
        seen.append(float(x))
        x.assign_sub(0.1 * tape.gradient(y, x))
    return np.array(seen)


def near_left_by_something_else():
    x, w = tf.Variable(2.0), tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = x * x
        size = float(y)
        z = x * size
    return tape.gradient(z, w)


def near_constant_of_the_same_numbers():
    x = tf.constant(np.array([1.0, 2.0], "float32"))
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(x**2)
    return tape.gradient(y, x)


def near_numpy_of_tensorflow():
    import tensorflow.experimental.numpy as np

    x, w = tf.Variable(2.0), tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = np.sin(x)
    return tape.gradient(y, w)


def near_a_mistake_of_the_learners():
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = x.shapely
    return tape.gradient(y, x)


def near_another_of_the_same_list_leads_there():
    sources = [tf.Variable(2.0), tf.Variable(3.0)]
    with tf.GradientTape() as tape:
        y = sources[0] * 2.0
        if y < 0.0:
            y = tf.constant(float(sources[1]))
    return tape.gradient(y, sources)
