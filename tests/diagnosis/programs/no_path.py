"""Nothing leads from the source to the target."""

import keras
import tensorflow as tf


def must_unused_variable():
    x, w = tf.Variable(2.0), tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y = x * x
    return tape.gradient(y, w)  # here


def must_target_and_source_swapped():
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = x * x
        z = tf.sin(y)
    return tape.gradient(y, z)  # here


def must_layer_that_was_not_called():
    keras.utils.set_random_seed(0)
    used, unused = keras.layers.Dense(1), keras.layers.Dense(1)
    unused.build((None, 2))
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(used(tf.ones((1, 2))))
    return tape.gradient(loss, unused.trainable_variables)  # here


def must_constant_target():
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = tf.constant(4.0)
    return tape.gradient(y, x)  # here


def must_earlier_value_of_a_name():
    x = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y = x * x
        z = tf.constant(0.0)
        for i in range(3):
            z = tf.constant(float(i)) * 2.0
    print(float(y))
    return tape.gradient(z, x)  # here


def must_one_of_two_sources():
    model = {"a": tf.Variable(1.0), "b": tf.Variable(2.0)}
    with tf.GradientTape() as tape:
        y = 3.0 * model["a"]
    return tape.gradient(y, [model["a"], model["b"]])  # here


def must_slope_of_a_line():
    x = tf.Variable(2.0)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = 3.0 * x
        slope = inner.gradient(y, x)
    return outer.gradient(slope, x)  # here


def must_branch_not_taken():
    x, w = tf.Variable(2.0), tf.Variable(5.0)
    with tf.GradientTape() as tape:
        y = x * x if x > 0 else w * x
    return tape.gradient(y, w)  # here


def must_jacobian_of_something_else():
    x, w = tf.Variable([1.0, 2.0]), tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y = x * x
    return tape.jacobian(y, w)  # here


def near_zero_asked_for():
    x, w = tf.Variable(2.0), tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y = x * x
    return tape.gradient(y, w, unconnected_gradients="zero")


def near_zero_slope():
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = x * 0.0
    return tape.gradient(y, x)


def near_not_watched():
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        y = x * x
    return tape.gradient(y, x)


def near_outside():
    x = tf.Variable(2.0)
    y = x * x
    with tf.GradientTape() as tape:
        pass
    return tape.gradient(y, x)


def near_float():
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = tf.constant(float(x)) * 2.0
    return tape.gradient(y, x)


def near_assigned():
    x, memory = tf.Variable(2.0), tf.Variable(0.0)
    with tf.GradientTape() as tape:
        memory.assign(x * x)
        y = memory * 3.0
    return tape.gradient(y, x)


def near_recorded_elsewhere():
    x, kept = tf.Variable(2.0), {}
    with tf.GradientTape() as tape:
        kept["y"] = x * x
    return tape.gradient(kept["y"], x)
