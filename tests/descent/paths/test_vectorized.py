"""Losses over data, at more rates than are computed one by one: every path is the learner's own eager loop."""

import numpy as np
import pytest
import tensorflow as tf

from tests.descent.learner import bits, differences
from widgets.descent import descend
from widgets.descent.model import EAGER, VECTORIZED
from widgets.descent.paths.batching import values_of
from widgets.descent.paths.kernel_trials import same_bits

RATES = np.geomspace(0.001, 3.0, 14)
SOME = [0, 8, 13]

_draw = np.random.default_rng(7)
X = tf.constant(_draw.normal(size=(11, 3)), tf.float32)  # eleven: a SIMD register, and a remainder
Y = tf.constant(_draw.normal(size=11), tf.float32)
CLASSES = tf.constant(_draw.integers(0, 3, 11))
LABEL = "not bit-identical"


def line(w):
    return tf.reduce_mean((w[0] * X[:, 0] + w[1] - Y) ** 2)


def logistic(w):
    logits = tf.linalg.matvec(X, w)
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(tf.cast(CLASSES > 1, w.dtype), logits))


def softmax(w):
    logits = X @ tf.reshape(w, (3, 3))
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(CLASSES, logits))


def soft_targets(w):
    targets = tf.nn.softmax(X, axis=1)
    return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(targets, X @ tf.reshape(w, (3, 3))))


def attention(w):
    queries, keys, values = tf.unstack(tf.reshape(tf.concat([w, w, w], 0), (3, 3, 3)))
    weights = tf.nn.softmax(X @ queries @ tf.transpose(X @ keys))
    return tf.reduce_mean(tf.square(weights @ (X @ values) - X))


def survival(w):
    """Cox's partial likelihood. tf.vectorized_map does not know how to map a cumulative logsumexp."""
    risk = tf.linalg.matvec(X, w)
    return tf.reduce_mean(tf.math.cumulative_logsumexp(risk, reverse=True) - risk)


def network(w):
    hidden = tf.nn.relu(X[:, :1] * w[:3] + w[3:6])
    return tf.reduce_mean(tf.square(tf.linalg.matvec(hidden, w[6:]) - Y))


def branches(w):
    slope, level = w
    error = tf.reduce_mean(tf.square(slope * X[:, 0] + level - Y))
    if error > 2.0:
        return tf.sqrt(error)
    return error * error if slope > 0 and error < 1.0 else error


def rounds(w):
    for _ in range(2):
        if tf.reduce_sum(w * w) > 0.5:
            w = 0.5 * w
    return tf.reduce_sum(w * w * X[0, :2])


def poisson(w):
    rate = tf.exp(tf.tensordot(X, w, 1))
    return tf.reduce_mean(rate - tf.maximum(Y, 0.0) * tf.math.log(rate))


def keras_loss(w):
    return tf.keras.losses.MeanSquaredError()(Y[:, None], (w[0] * X[:, 0] + w[1])[:, None])


BIG = tf.constant(_draw.normal(size=(200, 3)), tf.float32)


def large_data(w):
    return tf.reduce_mean(tf.square(tf.linalg.matvec(BIG[:150], w) - BIG[:150, 0]))


WIDE = tf.constant(_draw.normal(size=(11, 17)), tf.float32)


def wide_data(w):
    return tf.reduce_mean(tf.square(tf.linalg.matvec(WIDE[:, : w.shape[0]], w) - Y))


def read_often(w):
    spread = tf.math.reduce_variance(w) + tf.math.reduce_std(w * X[0])  # a mean and deviations of one read
    return spread + tf.reduce_sum(w * w) + tf.reduce_sum(tf.gather(w, [0, 2, 2, 1]) * Y[:4])


def decomposed(w):
    distances = tf.square(X[:, :1] - X[None, :, 0])
    kernel = tf.exp(w[0] - distances * tf.exp(w[1])) + tf.exp(w[2]) * tf.eye(11)
    factor = tf.linalg.cholesky(kernel)
    solved = tf.linalg.triangular_solve(factor, Y[:, None])
    return tf.reduce_sum(solved**2) + tf.reduce_sum(tf.math.log(tf.linalg.diag_part(factor)))


def eigenvalues(w):
    return tf.linalg.eigvalsh(tf.tensordot(tf.sin(w), w, 0) + tf.linalg.diag([1.0, 2.0, 3.0]))[-1]


def filtered(w):
    filtered = tf.nn.conv1d(X[None, :, :1], w[:, None, None], 1, "SAME")
    return tf.reduce_mean(tf.square(tf.nn.relu(filtered[0, :, 0]) - Y))


def pooled(w):
    image = tf.reshape(w[0] * X[:9, 0] + w[1], (1, 3, 3, 1))
    return tf.reduce_sum(tf.nn.max_pool2d(image, 2, 1, "VALID") ** 2) + tf.reduce_sum(
        tf.nn.avg_pool2d(image, 2, 1, "VALID")
    )


def middle(w):
    errors = tf.sort(tf.abs(w[0] * X[:, 0] + w[1] - Y))
    return errors[5] + tf.reduce_sum(tf.math.cumprod(w) ** 2)


def spectrum(w):
    bands = tf.signal.rfft(w[0] * Y + w[1] * X[:, 0])
    return tf.reduce_sum(tf.square(tf.math.real(bands)) + tf.square(tf.math.imag(bands)))


def special(w):
    return tf.reduce_mean(tf.math.bessel_i0(w[0] * X[:, 0]) - w[1] * tf.math.special.dawsn(X[:, 1] * w[1]))


def hazards(w):
    risk = tf.gather(tf.linalg.matvec(X, w), tf.argsort(Y))
    return -tf.reduce_mean(risk - tf.math.cumulative_logsumexp(risk, reverse=True))


LOSSES = {
    "a decomposition": (decomposed, [0.1, 0.2, 0.3], "adam"),
    "eigenvalues": (eigenvalues, [0.3, -0.2, 0.1], "sgd"),
    "a filter": (filtered, [0.3, -0.2, 0.1], "sgd"),
    "pooling": (pooled, [0.3, -0.2], "sgd"),
    "a median": (middle, [0.3, -0.2], "sgd"),
    "a spectrum": (spectrum, [0.3, -0.2], "sgd"),
    "special functions": (special, [0.3, -0.2], "sgd"),
    "hazards": (hazards, [0.3, -0.2, 0.0], "sgd"),
    "Variables read in several ways": (read_often, [2.0, -1.0, 0.5], "sgd"),
    "four features": (wide_data, [0.1] * 4, "sgd"),
    "fifteen features": (wide_data, [0.1] * 15, "sgd"),
    "seventeen features": (wide_data, [0.1] * 17, "sgd"),
    "a loss of Keras": (keras_loss, [0.5, 0.0], "sgd"),
    "a part of much data": (large_data, [0.5, 0.0, 0.1], "sgd"),
    "a line": (line, [0.5, 0.0], "sgd"),
    "logistic regression": (logistic, [0.0, 0.0, 0.0], "adam"),
    "softmax": (softmax, [0.1] * 9, "sgd"),
    "softmax of soft targets": (soft_targets, [0.1] * 9, "sgd"),
    "attention": (attention, [0.1, -0.2, 0.3, 0.1, -0.4, 0.3, 0.0, 0.2, 0.1], "sgd"),
    "survival": (survival, [0.1, -0.2, 0.3], "sgd"),
    "a network": (network, [0.0, 0.5, -1.0, 0.0, 0.1, 0.2, 0.3, -0.4, 0.5], "momentum"),
    "branches": (branches, [2.0, 1.0], "sgd"),
    "rounds": (rounds, [2.0, 1.0], "sgd"),
    "counts": (poisson, [0.1, 0.2, -0.1], "rmsprop"),
}


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_over_data_keeps_its_bits(name):
    f, start, optimizer = LOSSES[name]
    paths = descend(f, start, RATES, 9, optimizer)
    assert paths.how == VECTORIZED
    if name == "a filter" and paths.note:  # without oneDNN the kernel of its gradient adds up in another order
        assert LABEL in paths.note and "Conv2DBackpropFilter" in paths.note
        return
    assert paths.note == ""
    assert differences(paths, f, SOME) == [0, 0, 0]


def test_values_at_other_places_have_their_bits_too():
    points = np.random.default_rng(0).normal(size=(30, 3)).astype(np.float32)
    values = values_of(logistic, points, len(RATES))
    assert same_bits(values, np.stack([logistic(tf.constant(point)).numpy() for point in points]))


def test_data_in_numpy_that_are_filled_anew_count():
    data = np.ones(3, np.float32)

    def f(w):
        return tf.reduce_sum(tf.square(w - data))

    before = descend(f, [0.0, 0.0, 0.0], RATES, 2)
    data[:] = 2.0
    after = descend(f, [0.0, 0.0, 0.0], RATES, 2)
    assert (before.y[0, 0], after.y[0, 0]) == (3.0, 12.0)


def test_what_may_differ_is_said():
    @tf.function
    def error(w):
        return tf.reduce_mean(tf.square(tf.linalg.matvec(X, w) - Y))

    losses = {
        "a graph of its own": lambda w: error(w),
        "what runs as one": lambda w: tf.reduce_mean(tf.vectorized_map(lambda row: tf.reduce_sum(row * w) ** 2, X)),
        "a sparse gradient": lambda w: tf.reduce_sum(tf.square(tf.gather(w, [0, 2, 0]))),
        "random numbers": lambda w: tf.reduce_mean(tf.square(w + tf.random.normal([3]))),
    }
    for name, f in losses.items():
        paths = descend(f, [0.1, 0.2, 0.3], RATES, 3)
        assert (paths.how, LABEL in paths.note) == (VECTORIZED, True), name


def test_what_changes_at_every_call_is_said():
    calls = tf.Variable(0.0)

    def f(x):
        calls.assign_add(1.0)
        return x * x + calls * x

    paths = descend(f, 1.0, RATES, 1)
    assert (paths.how, LABEL in paths.note) == (EAGER, True)


def test_a_loop_without_a_known_end_is_run_eagerly():
    def f(x):
        while x > 0.5:
            x = x * 0.9
        return x * x

    assert descend(f, 1.0, RATES, 1).how == EAGER


def test_two_losses_that_differ_in_a_constant_are_two():
    def loss(scale):
        return lambda w: tf.reduce_sum(tf.square(scale * w - X[0]))

    one, two = (descend(loss(scale), [0.1, 0.2, 0.3], RATES, 2) for scale in (1.0, 2.0))
    assert differences(two, loss(2.0), SOME) == [0, 0, 0]
    assert not np.array_equal(one.y, two.y)


def test_the_sign_of_zero_is_compared_and_that_of_nan_is_not():
    assert not same_bits(np.float32([0.0]), np.float32([-0.0]))
    assert same_bits(np.float32([np.nan, 1.0]), -np.float32([np.nan, -1.0]))
    assert bits(np.float32([-0.0])) != bits(np.float32([0.0]))
