"""An independent check: gradient descent as a learner writes it, eagerly, and functions that hypothesis writes."""

import numpy as np
import tensorflow as tf
from hypothesis import strategies as st

OPTIMIZERS = {
    "sgd": lambda rate: tf.keras.optimizers.SGD(learning_rate=rate),
    "momentum": lambda rate: tf.keras.optimizers.SGD(learning_rate=rate, momentum=0.9),
    "nesterov": lambda rate: tf.keras.optimizers.SGD(learning_rate=rate, momentum=0.9, nesterov=True),
    "rmsprop": lambda rate: tf.keras.optimizers.RMSprop(learning_rate=rate),
    "adam": lambda rate: tf.keras.optimizers.Adam(learning_rate=rate),
}


"""A row for each record in widgets/descent/optimizers.py, written out."""


def by_hand(f, start, rate, iterations, optimizer="sgd", dtype="float32"):
    """Return x, y and gradient at every step of one path."""
    x = tf.Variable(start, dtype=dtype)
    opt = OPTIMIZERS[optimizer](rate)
    seen = []
    for _ in range(iterations + 1):
        with tf.GradientTape() as tape:
            y = f(x)
        gradient = tape.gradient(y, x)
        seen.append([np.array(x), np.array(y), np.array(tf.convert_to_tensor(gradient))])
        opt.apply_gradients([(gradient, x)])
    return [np.stack(column) for column in zip(*seen, strict=True)]


def bits(array):
    """Return the bits of every number, with one nan for all (a nan's sign is nobody's business)."""
    array = np.asarray(array)
    return np.where(np.isnan(array), 1, array.view({4: np.int32, 8: np.int64}[array.dtype.itemsize]))


def differences(paths, f, which=None):
    """Return how many bits-and-all numbers of x, y and gradient differ from paths taken by hand, for some rates."""
    which = range(len(paths.learning_rates)) if which is None else which
    count = np.zeros(3, int)
    for nth in which:
        rate = float(paths.learning_rates[nth])
        alone = by_hand(f, paths.start, rate, paths.iterations, paths.optimizer, paths.dtype)
        ours = paths.x[:, nth], paths.y[:, nth], paths.gradient[:, nth]
        count += [int((bits(mine) != bits(theirs)).sum()) for mine, theirs in zip(ours, alone, strict=True)]
    return count.tolist()


ARITHMETIC = [
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * b,
    lambda a, b: a * 0.5 - 2 * b,
    lambda a, b: a / (1 + b * b),
    lambda a, b: tf.where(a > b, a, b * 0.25),
    lambda a, b: tf.sqrt(1 + tf.square(a)) - b,
    lambda a, b: tf.pow(a, 2) + b,
    lambda a, b: a**2 - b**2,
    lambda a, b: tf.math.squared_difference(a, b),
]
APPROXIMATIONS = [
    lambda a, b: tf.sin(a) + b,
    lambda a, b: a * tf.exp(-b * b),
    lambda a, b: tf.tanh(a) * b,
    lambda a, b: tf.math.log(1 + a * a) - b,
    lambda a, b: tf.pow(a, 3) - b,
    lambda a, b: tf.maximum(a, b),
    lambda a, b: tf.abs(a) + tf.nn.relu(b),
    lambda a, b: tf.sigmoid(a) - tf.nn.softplus(b),
]


def functions(operations):
    """Hypothesis writes functions of a list of leaves: each step joins two numbers made before."""
    steps = st.lists(
        st.tuples(st.sampled_from(operations), st.integers(0, 99), st.integers(0, 99)), min_size=1, max_size=6
    )
    return steps.map(_function)


def _function(steps):
    def f(*leaves):
        made = list(leaves)
        for operation, a, b in steps:
            made.append(operation(made[a % len(made)], made[b % len(made)]))
        return made[-1] + 0.01 * made[0] * made[0]

    return f
