"""The numbers due in lesson 11 are right: Keras' own losses, steps and `fit` give them too."""

import numpy as np
import pytest
import tensorflow as tf

from tests.exercises.corpora import asked, handed_over
from widgets.answers.model_uses import classifier
from widgets.exercises.closed_forms import cross_entropy, cross_entropy_gradient

ENTROPY = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def compiled(case, rule):
    """A case's model with the optimizer of a rule, as Keras wants it."""
    model, _x, _labels = classifier(*case.described)
    model.compile(handed_over(rule)(), ENTROPY, jit_compile=False)
    return model


def test_mse(seed):
    for question in asked("mse"):
        weight, bias, x, y = question.given
        due = tf.keras.losses.MeanSquaredError()(y[:, None], (x * weight + bias)[:, None])
        assert question.due == pytest.approx((float(due),))


def test_the_gradient_on_paper_is_that_of_differences(seed):
    case, step = asked("accuracy")[0].given[0], 1e-6
    found = [
        (cross_entropy(case.weights + h, case.x, case.labels) - cross_entropy(case.weights - h, case.x, case.labels))
        / (2 * step)
        for h in np.eye(len(case.weights)) * step
    ]
    assert cross_entropy_gradient(case.weights, case.x, case.labels) == pytest.approx(np.array(found), abs=1e-8)


def test_one_step(seed):
    for question in asked("one_step"):
        rule, case = question.given
        model = compiled(case, rule)
        loss = model.train_on_batch(*classifier(*case.described)[1:])
        kernel, bias = model.get_weights()
        assert question.due == pytest.approx((float(loss), kernel[0, 0], bias[0]), abs=1e-5)


def test_my_fit(seed):
    for question in asked("my_fit"):
        rule, case, epochs, size = question.given
        model = compiled(case, rule)
        losses = model.fit(*classifier(*case.described)[1:], size, epochs, verbose=0, shuffle=False).history["loss"]
        assert question.due == pytest.approx((losses[0], losses[-1], model.get_weights()[0][0, 0]), abs=1e-5)


def test_accuracy(seed):
    for question in asked("accuracy"):
        (case,) = question.given
        model, x, labels = classifier(*case.described)
        metric = tf.keras.metrics.SparseCategoricalAccuracy()
        assert question.due == pytest.approx((float(metric(labels, model(x))),))
        assert 0 < question.due[0] < 1
