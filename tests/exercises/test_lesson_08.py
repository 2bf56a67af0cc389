"""The numbers due in lesson 08 are right: central differences in float64 give the slopes, and lead to the places."""

import pytest
import tensorflow as tf

from tests.exercises.corpora import asked


def value(curve, x):
    return float(curve(tf.constant(x, tf.float64)))


def slope(curve, x, h=1e-5):
    return (value(curve, x + h) - value(curve, x - h)) / (2 * h)


def test_slope_and_value(seed):
    for question in asked("slope_and_value"):
        curve, x = question.given
        assert question.due == pytest.approx((slope(curve, x), value(curve, x), 1), rel=1e-6)


def test_steady(seed):
    for question in asked("steady"):
        curve, *numbers = question.given
        assert question.due == pytest.approx((*(slope(curve, x) for x in numbers), 1), rel=1e-6)


def test_make_train(seed):
    for question in asked("make_train"):
        curve, x, rate = question.given
        places = []
        for _step in range(13):
            x -= rate * slope(curve, x)
            places.append(x)
        assert question.due == pytest.approx((places[4], places[12], 0), rel=1e-6)
