"""Convolutions by the filters of many paths: side by side they are those of each path, and so are their descents."""

import numpy as np
import pytest
import tensorflow as tf

from tests.descent.learner import differences
from widgets.descent import descend
from widgets.descent.model import VECTORIZED
from widgets.descent.paths.convolutions import Convolution

PATHS = 14
RATES = np.geomspace(0.001, 1.0, PATHS)

_draw = np.random.default_rng(3)
IMAGES = tf.constant(_draw.normal(size=(4, 6, 7, 2)), tf.float32)
TARGETS = tf.constant(_draw.normal(size=4), tf.float32)


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize("strides", [(1, 1, 1, 1), (1, 2, 1, 1)])
def test_filters_side_by_side_give_what_each_gives_alone(padding, strides):
    filters = tf.constant(_draw.normal(size=(PATHS, 3, 2, 2, 5)), tf.float32)
    together = Convolution(strides, padding, (1, 1, 1, 1)).of_all(IMAGES, filters)
    for path in range(PATHS):
        alone = tf.nn.conv2d(IMAGES, filters[path], strides, padding)
        np.testing.assert_allclose(together[path], alone, rtol=1e-4, atol=1e-5)


def of_data(w):
    hidden = tf.nn.relu(tf.nn.conv2d(IMAGES, tf.reshape(w, (2, 2, 2, 1)), 1, "SAME"))
    return tf.reduce_mean(tf.square(tf.reduce_mean(hidden, (1, 2, 3)) - TARGETS))


def of_what_x_changes(w):
    """As many images as paths, each scaled by a parameter: none are shared."""
    images = tf.tile((w[0] * IMAGES)[:1], (PATHS, 1, 1, 1))
    return tf.reduce_mean(tf.square(tf.nn.conv2d(images, tf.reshape(w, (2, 2, 2, 1)), 1, "SAME")))


@pytest.mark.parametrize("f", [of_data, of_what_x_changes])
def test_a_loss_of_a_convolution_keeps_its_bits_or_says_so(f):
    paths = descend(f, [0.3, -0.2, 0.1, 0.5, -0.4, 0.2, 0.3, 0.1], RATES, 9)
    assert paths.how == VECTORIZED
    if "not bit-identical" in paths.note:
        assert np.isfinite(paths.y).any()
    else:
        assert differences(paths, f, [0, 6, 13]) == [0, 0, 0]
