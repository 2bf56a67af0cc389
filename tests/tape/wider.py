"""Corners of TensorFlow that a learner reaches one day: the recorder must neither change nor misread them."""

import sys

import keras
import numpy as np
import tensorflow as tf


def _slope(function, start):
    x = tf.Variable(start)
    with tf.GradientTape() as tape:
        y = function(x)
    return tape.gradient(y, x)


def py_function():
    return _slope(lambda x: tf.py_function(lambda t: t * t, [x], tf.float32), 2.0)


def numpy_function():
    return _slope(lambda x: tf.numpy_function(lambda t: t * t, [x], tf.float32), 2.0)


def map_fn():
    return _slope(lambda x: tf.map_fn(lambda t: t * t, x), [1.0, 2.0])


def vectorized_map():
    return _slope(lambda x: tf.vectorized_map(lambda t: t * t, x), [1.0, 2.0])


def while_loop():
    return _slope(lambda x: tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, y * x), (0, 1.0))[1], 2.0)


def cond():
    return _slope(lambda x: tf.cond(x > 0, lambda: x * x, lambda: -x), 2.0)


def recompute_grad():
    return _slope(lambda x: tf.recompute_grad(lambda t: tf.sin(t * t))(x), 2.0)


def ragged():
    return _slope(lambda x: tf.reduce_sum(tf.ragged.constant([[1.0, 2.0], [3.0]]) * x), 2.0)


def sparse():
    matrix = tf.sparse.from_dense([[0.0, 1.0], [2.0, 0.0]])
    return _slope(lambda x: tf.reduce_sum(tf.sparse.sparse_dense_matmul(matrix, tf.reshape(x, (2, 1)))), [1.0, 2.0])


def convolution():
    return _slope(lambda x: tf.nn.conv2d(x, tf.ones((2, 2, 1, 1)), 1, "SAME"), np.ones((1, 3, 3, 1), "float32"))


def brain_floats():
    return _slope(lambda x: tf.cast(x, tf.bfloat16) * 2, 2.0)


def strings_and_printing():
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        tf.print("x is", x, tf.strings.as_string(x), output_stream=sys.stdout)
        y = x * x
    return tape.gradient(y, x)


def tensor_array():
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        array = tf.TensorArray(tf.float32, 3)
        for i in range(3):
            array = array.write(i, x * float(i))
        y = tf.reduce_sum(array.stack())
    return tape.gradient(y, x)


def data_set():
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = 0.0
        for number in tf.data.Dataset.range(3):
            y = y + tf.cast(number, tf.float32) * x
    return tape.gradient(y, x)


def assigned_in_between():
    x = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        x.assign(5.0)
        y = x * x
        x.assign_add(1.0)
        z = y * x
    return tape.gradient(z, x)


def forward_accumulator():
    x = tf.constant(2.0)
    with tf.autodiff.ForwardAccumulator(x, tf.constant(1.0)) as accumulator:
        y = x * x
    return accumulator.jvp(y)


def custom_gradient_with_a_variable():
    w = tf.Variable(2.0)

    @tf.custom_gradient
    def scaled(x):
        def backward(upstream, variables=None):
            return upstream * w, [upstream * x for _ in variables]

        return w * x, backward

    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = scaled(x)
    return tape.gradient(y, [x, w])


def second_order_through_a_function():
    @tf.function
    def square(x):
        return x * x

    x = tf.Variable(3.0)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = square(x)
        slope = inner.gradient(y, x)
    return outer.gradient(slope, x)


def jacobian_inside_a_function():
    @tf.function
    def rows(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x * x
        return tape.jacobian(y, x)

    return rows(tf.constant([1.0, 2.0]))


def function_that_returns_nothing():
    x = tf.Variable(2.0)

    @tf.function
    def doubled():
        x.assign(2.0 * x)

    doubled()
    with tf.GradientTape() as tape:
        doubled()
        y = x * x
    return tape.gradient(y, x)


def _trained(model, inputs):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(model(inputs, training=True))
    return tape.gradient(loss, model.trainable_variables)


def dropout_and_batch_norm():
    keras.utils.set_random_seed(1)
    layers = [keras.Input((4,)), keras.layers.Dense(3), keras.layers.BatchNormalization(), keras.layers.Dropout(0.5)]
    return _trained(keras.Sequential(layers), tf.ones((2, 4)))


def lstm():
    keras.utils.set_random_seed(1)
    return _trained(keras.Sequential([keras.Input((3, 2)), keras.layers.LSTM(2)]), tf.ones((2, 3, 2)))


def embedding_with_adam():
    keras.utils.set_random_seed(1)
    layer = keras.layers.Embedding(5, 2)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer(tf.constant([1, 1, 2])))
    gradients = tape.gradient(loss, layer.trainable_variables)
    keras.optimizers.Adam().apply_gradients(zip(gradients, layer.trainable_variables, strict=True))
    return layer.get_weights()


def fit():
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(np.ones((4, 2), "float32"), np.ones((4, 1), "float32"), epochs=1, verbose=0)
    return model.get_weights()


WIDER = [
    value
    for name, value in list(globals().items())
    if callable(value) and getattr(value, "__module__", "") == __name__ and name[0] != "_"
]
