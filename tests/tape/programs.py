"""Programs that learners write: each runs bare and recorded, and must come to the same in both, to the bit.

Every function makes its own variables, prints what it likes, and returns what a learner would look at.
"""

import keras
import tensorflow as tf


def parabola():
    a, b, c = tf.constant(1.0), tf.constant(-2.0), tf.constant(1.0)
    x = tf.Variable(0.0, name="x")
    with tf.GradientTape() as tape:
        y = a * tf.pow(x, 2) + b * x + c
    return tape.gradient(y, x)


def fan_out():
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        z = tf.sin(tf.pow(x, 2)) + 2 * x
    return tape.gradient(z, x)


def watched_constant():
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    return tape.gradient(y, x)


def several_sources():
    w, b = tf.Variable([[1.0, 2.0], [3.0, 4.0]]), tf.Variable([0.5, -0.5])
    x = tf.constant([[1.0, -1.0]])
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(x @ w + b))
    return tape.gradient(loss, {"w": w, "b": [b, b]})


def persistent():
    x = tf.Variable(2.0)
    with tf.GradientTape(persistent=True) as tape:
        y = x * x
        z = y * y
    return tape.gradient(z, x), tape.gradient(y, x), tape.gradient(z, y)


def gradient_inside_a_persistent_tape():
    x = tf.Variable(2.0)
    with tf.GradientTape(persistent=True) as tape:
        y = x * x * x
        first = tape.gradient(y, x)
    return first, tape.gradient(first, x)


def third_order():
    x = tf.Variable(2.0)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as middle:
            with tf.GradientTape() as inner:
                y = x * x * x * x
            first = inner.gradient(y, x)
        second = middle.gradient(first, x)
    return first, second, outer.gradient(second, x)


def stop_recording():
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = x * x
        with tape.stop_recording():
            print("y is", float(y * 10))
        y = y + x
    return tape.gradient(y, x)


def reset():
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = x * x
        tape.reset()
        z = y * x
    return tape.gradient(z, x)


def chosen_variables():
    x, y = tf.Variable(2.0), tf.Variable(3.0)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(x)
        z = x * y
    return tape.gradient(z, [x, y]), tape.watched_variables()


def stop_gradient():
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = tf.stop_gradient(x * x) * x
    return tape.gradient(y, x)


def custom_gradient():
    @tf.custom_gradient
    def clipped(x):
        def backward(upstream):
            return tf.clip_by_norm(upstream, 0.5)

        return tf.identity(x), backward

    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = 3.0 * clipped(x * x)
    return tape.gradient(y, x)


def python_loop_and_branch():
    x = tf.Variable(0.5)
    with tf.GradientTape() as tape:
        y = tf.constant(1.0)
        for i in range(5):
            y = y * x if i % 2 else y + x
    return tape.gradient(y, x)


@tf.function
def _cubed(x):
    return x * x * x


def function_under_a_tape():
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = _cubed(x) + x
    return tape.gradient(y, x)


@tf.function
def _slope(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    return tape.gradient(y, x)


def tape_inside_a_function():
    return _slope(tf.constant(3.0))


def tape_inside_a_function_under_a_tape():
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        slope = _slope(x)
    return slope, tape.gradient(slope, x)


def loop_in_a_function():
    @tf.function
    def power(x, n):
        y = tf.ones_like(x)
        for _ in tf.range(n):
            y = y * x
        return y

    x = tf.Variable(1.5)
    with tf.GradientTape() as tape:
        y = power(x, tf.constant(4))
    return tape.gradient(y, x)


def function_that_uses_a_variable():
    w = tf.Variable(3.0)

    @tf.function
    def scaled(x):
        return w * x

    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = scaled(x) * scaled(x)
    return tape.gradient(y, [x, w])


def vector_target():
    x = tf.Variable([1.0, 2.0, 3.0])
    with tf.GradientTape() as tape:
        y = x * x
    return tape.gradient(y, x)


def several_targets():
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y, z = x * x, 3.0 * x
    return tape.gradient([y, z, y], x)


def output_gradients():
    x = tf.Variable([1.0, 2.0, 3.0])
    with tf.GradientTape() as tape:
        y = x * x
    return tape.gradient(y, x, output_gradients=tf.constant([1.0, 0.0, -1.0]))


def jacobian():
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.stack([x[0] * x[1], tf.sin(x[0])])
    return tape.jacobian(y, x)


def jacobian_row_by_row():
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
    return tape.jacobian(y, x, experimental_use_pfor=False)


def batch_jacobian():
    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    return tape.batch_jacobian(y, x)


def hessian():
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = x[0] ** 3 * x[1]
        slope = inner.gradient(y, x)
    return outer.jacobian(slope, x)


def gathered_rows():
    table = tf.Variable([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(tf.gather(table, [0, 2, 0]) ** 2)
    return tape.gradient(y, table)


def keras_training_step():
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.layers.Dense(3, activation="tanh"), keras.layers.Dense(1)])
    model.build((None, 2))
    optimizer = keras.optimizers.Adam(0.1)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(tf.constant([[1.0, 2.0]])) - 1.0))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
    return loss, gradients, [tf.convert_to_tensor(variable) for variable in model.trainable_variables]


def descent_by_hand():
    x = tf.Variable(0.0)
    for _ in range(3):
        with tf.GradientTape() as tape:
            y = x * x - 2.0 * x + 1.0
        x.assign_sub(0.1 * tape.gradient(y, x))
    return x.read_value()


def unconnected():
    x, w = tf.Variable(2.0), tf.Variable(1.0)
    with tf.GradientTape(persistent=True) as tape:
        y = x * x
    return tape.gradient(y, w), tape.gradient(y, w, unconnected_gradients="zero")


def not_watched():
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        y = x * x
    return tape.gradient(y, x)


def through_an_integer():
    x = tf.Variable(2.7)
    with tf.GradientTape() as tape:
        y = tf.cast(tf.cast(x, tf.int32) * 2, tf.float32)
    return tape.gradient(y, x)


def rounded():
    x = tf.Variable(2.7)
    with tf.GradientTape() as tape:
        y = tf.round(x) * x
    return tape.gradient(y, x)


def not_a_number():
    x = tf.Variable(0.0)
    with tf.GradientTape() as tape:
        y = tf.math.log(x) * x
    return y, tape.gradient(y, x)


def seeded_noise():
    tf.random.set_seed(7)
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = x * tf.random.normal(())
    return y, tape.gradient(y, x)


def complex_numbers():
    x = tf.Variable(1.0 + 2.0j)
    with tf.GradientTape() as tape:
        y = tf.math.real(x * tf.math.conj(x))
    return tape.gradient(y, x)


def half_precision():
    x = tf.Variable(1.5, dtype=tf.float16)
    with tf.GradientTape() as tape:
        y = tf.exp(x) * x
    return tape.gradient(y, x)


def read_twice_by_one_op():
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = tf.add_n([x, x]) + tf.stack([x, x])[0] + tf.multiply(x, x)
    return tape.gradient(y, x)


def forward_only():
    x = tf.Variable(3.0)
    with tf.GradientTape():
        return x * x


def no_tape():
    return tf.constant(2.0) * 3.0


def source_is_the_target():
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
    return tape.gradient(x, x)


def a_number_for_each_row():
    """TensorFlow takes the first number of such a list, and drops the rest."""
    x = tf.Variable([1.0, 2.0, 3.0])
    with tf.GradientTape() as tape:
        y = x * x
    return tape.gradient(y, x, output_gradients=[1.0, 10.0, 100.0])


HEALTHY = [
    value
    for name, value in list(globals().items())
    if callable(value) and value.__module__ == __name__ and name[0] != "_"
]


def used_twice():
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = x * x
    tape.gradient(y, x)
    return tape.gradient(y, x)


def wrong_shapes():
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = x * tf.constant([1.0, 2.0, 3.0])
    return tape.gradient(y, x)


def no_gradient_for_this_op():
    x = tf.Variable([3.0, 1.0])
    with tf.GradientTape() as tape:
        y = tf.raw_ops.Unique(x=x)[0]
        z = tf.raw_ops.Bincount(arr=tf.constant([0, 1]), size=2, weights=y)
    return tape.gradient(z, x)


def target_is_no_tensor():
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = x.numpy() * 2.0
    return tape.gradient(y, x)


def plain_python_error():
    tf.constant(1.0) + 1.0
    return {}["missing"]


FAILING = [
    used_twice,
    wrong_shapes,
    no_gradient_for_this_op,
    target_is_no_tensor,
    plain_python_error,
]
