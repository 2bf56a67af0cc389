"""Places on paths are compared with f run eagerly: all over what is new, and a single wrong bit there is found."""

import numpy as np
import pytest
import tensorflow as tf

from widgets.descent.engine import descend
from widgets.descent.losses.loss import loss_of
from widgets.descent.paths.spot_check import Agreement, spot_check

X = tf.constant(np.random.default_rng(5).normal(size=20), tf.float32)


def line(w):
    return tf.reduce_mean(tf.square(w[0] * X + w[1] - 3.0 * X))


LOSS = loss_of(line, [0.0, 1.0], "float32")[0]
PATHS = descend(line, [0.0, 1.0], np.geomspace(0.01, 0.2, 30), 100)


@pytest.mark.parametrize("known", [0, 60])
def test_paths_of_the_eager_loop_agree(known):
    assert spot_check(LOSS, PATHS.x, PATHS.y, PATHS.gradient, known) is Agreement.EQUAL


@pytest.mark.parametrize(
    ("change", "found"), [(lambda y: np.nextafter(y, np.inf), Agreement.CLOSE), (lambda y: y + 1, Agreement.WRONG)]
)
@pytest.mark.parametrize("known", [0, 60])
def test_what_is_new_is_compared_and_nothing_else(change, found, known):
    new, old = PATHS.y.copy(), PATHS.y.copy()
    new[60:], old[:60] = change(PATHS.y[60:]), change(PATHS.y[:60])
    assert spot_check(LOSS, PATHS.x, new, PATHS.gradient, known, 20) is found
    assert spot_check(LOSS, PATHS.x, old, PATHS.gradient, 60, 20) is Agreement.EQUAL
