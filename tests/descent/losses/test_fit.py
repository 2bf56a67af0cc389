"""The data under a loss: what is certain is told, against the model written out in NumPy; the rest is left unsaid."""

import numpy as np
import pytest
import tensorflow as tf

from tests.descent.examples import BLOBS, CLASSES, CORNERS, INPUTS, TARGETS
from widgets.descent.losses.fit import find_fit

HALVES = (INPUTS.mean() < INPUTS).astype(np.float32)
THREE = np.random.default_rng(2).normal(size=(40, 3)).astype(np.float32)


def line(w):
    return tf.reduce_mean((w[0] * INPUTS + w[1] - TARGETS) ** 2)


def parabola(p):
    a, b = p
    return tf.reduce_mean(tf.math.squared_difference(TARGETS, a * tf.constant(INPUTS) ** 2 + b * INPUTS))


def logistic(w):
    logits = tf.linalg.matvec(tf.constant(BLOBS), w)
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.constant(CLASSES), logits=logits))


def bent(p):
    return tf.reduce_mean((p[0] * tf.tanh(p[1] * INPUTS) - TARGETS) ** 2)


def two_losses(w):
    return line(w) + tf.reduce_mean(tf.abs(w[0] * INPUTS - TARGETS))


@pytest.mark.parametrize(
    ("f", "model"),
    [(line, lambda w: w[0] * INPUTS + w[1]), (parabola, lambda p: p[0] * INPUTS**2 + p[1] * INPUTS)],
)
def test_predictions_are_those_of_the_model_at_any_parameters(f, model):
    fit = find_fit(f, CORNERS)
    assert np.array_equal(fit.features[:, 0], INPUTS) and np.array_equal(fit.targets, TARGETS)
    assert not fit.is_logit and fit.plane is None and fit.count == 50
    for point in np.float32([[0, 0], [1.5, -2], [3.9, 4.9]]):
        assert np.allclose(fit.at(point), model(point), atol=1e-3)


def test_the_boundary_of_a_logistic_regression_is_where_its_logit_is_0():
    fit = find_fit(logistic, CORNERS)
    assert fit.is_logit and np.array_equal(fit.features, BLOBS) and np.array_equal(fit.targets, CLASSES)
    assert np.allclose(fit.plane, [[0, 0, 0], [0, 1, 0], [0, 0, 1]], atol=1e-4)


def over_columns(*columns):
    table = np.stack(columns, axis=1).astype(np.float32)
    return lambda w: tf.reduce_mean((tf.linalg.matvec(table, w) - TARGETS) ** 2)


def standardized(column):
    return (column - column.mean()) / column.std()


@pytest.mark.parametrize(
    ("columns", "known"),
    [
        ((np.ones_like(INPUTS), INPUTS), INPUTS),
        ((INPUTS**2, INPUTS), INPUTS),
        ((standardized(INPUTS), standardized(INPUTS**2)), standardized(INPUTS)),
        ((INPUTS, np.sin(9 * INPUTS)), None),
        ((INPUTS, THREE[:, 0].repeat(2)[:50]), None),
    ],
)
def test_columns_that_are_polynomials_of_one_are_drawn_over_that(columns, known):
    features = find_fit(over_columns(*columns), CORNERS).features
    assert features.shape == (50, 0) if known is None else np.allclose(features[:, 0], known, atol=1e-5)


@pytest.mark.parametrize("least", [None, 1e-7])
def test_a_cross_entropy_written_by_hand_shows_its_logits(least):
    def by_hand(w):
        p = tf.sigmoid(w[0] * INPUTS + w[1])
        log = tf.math.log if least is None else lambda q: tf.math.log(q + least)
        return -tf.reduce_mean(HALVES * log(p) + (1.0 - HALVES) * log(1.0 - p))

    fit = find_fit(by_hand, (np.float32([-1, -1]), np.float32([1, 1])))
    assert fit.is_logit and np.array_equal(fit.targets, HALVES) and np.array_equal(fit.features[:, 0], INPUTS)
    assert np.allclose(fit.at(np.float32([0.5, -0.25])), 0.5 * INPUTS - 0.25, atol=1e-4)


@pytest.mark.parametrize("f", [bent, two_losses, lambda x: x[0] ** 2 + x[1] ** 2, lambda x: 1 / 0])
def test_what_is_not_certain_is_not_told(f):
    assert find_fit(f, CORNERS) is None


def plane_over(columns):
    features = tf.constant(THREE[:, :columns])
    return lambda w: tf.reduce_mean((tf.linalg.matvec(features, w) - TARGETS[:40]) ** 2)


@pytest.mark.parametrize("columns", [2, 3])
def test_predictions_from_several_features_are_drawn_against_the_targets(columns):
    fit = find_fit(plane_over(columns), (np.float32([-3] * columns), np.float32([4] * columns)))
    assert fit.is_against_targets and np.array_equal(fit.targets, TARGETS[:40])
    point = np.float32([0.5, -1.0, 2.0][:columns])
    assert np.allclose(fit.at(point), THREE[:, :columns] @ point, atol=1e-3)


def test_classes_over_three_features_have_no_picture():
    classes, features = tf.constant(CLASSES[10:50]), tf.constant(THREE)

    def f(w):
        logits = tf.linalg.matvec(features, w)
        return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=classes, logits=logits))

    assert find_fit(f, (np.float32([-3] * 3), np.float32([4] * 3))) is None
