"""Products of matrices for many paths at once: whichever way is taken, each has the bits of one alone."""

import numpy as np
import pytest
import tensorflow as tf

from tests.descent.learner import bits
from widgets.descent.paths.matrix_products import fastest_way

PATHS = 19

SHAPES = {
    "data by a vector": ((23, 3), (PATHS, 3, 1), (False, False)),
    "data by a long vector": ((23, 15), (PATHS, 15, 1), (False, False)),
    "the gradient of that": ((23, 3), (PATHS, 23, 1), (True, False)),
    "data by twenty numbers": ((23, 20), (PATHS, 20, 1), (False, False)),
    "data by forty numbers": ((23, 40), (PATHS, 40, 1), (False, False)),
    "the gradient of much data": ((900, 7), (PATHS, 900, 1), (True, False)),
    "the gradient of much data of one feature": ((900, 1), (PATHS, 900, 1), (True, False)),
    "queries by keys": ((PATHS, 6, 4), (PATHS, 6, 4), (False, True)),
    "queries by keys of twenty numbers": ((PATHS, 6, 20), (PATHS, 6, 20), (False, True)),
    "a vector by data": ((PATHS, 1, 5), (23, 5), (False, True)),
    "one feature": ((23, 1), (PATHS, 1, 1), (False, False)),
    "the gradient of one feature": ((23, 1), (PATHS, 23, 1), (True, False)),
    "a column by a row": ((23, 1), (PATHS, 1, 4), (False, False)),
    "both are a path's own": ((PATHS, 23, 6), (PATHS, 6, 1), (False, False)),
    "two matrices": ((PATHS, 23, 6), (PATHS, 6, 4), (False, False)),
    "a transposed row": ((PATHS, 4, 9), (PATHS, 1, 9), (False, True)),
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", SHAPES)
def test_a_product_has_the_bits_of_each_path_alone(name, dtype):
    *shapes, transposed = SHAPES[name]
    way = fastest_way(dtype, tuple(shapes), transposed, PATHS)
    if way is None:  # nothing is promised of what this build of TensorFlow cannot do at once
        return
    draw = np.random.default_rng(12345)
    left, right = (draw.normal(size=shape) for shape in shapes)
    left[..., :2] *= 0.0  # the sign of 0 is a bit, too
    left, right = left.astype(dtype), right.astype(dtype)
    together = way(tf.constant(left), tf.constant(right), *transposed).numpy()
    for path in range(PATHS):
        sides = [side[path] if side.ndim == 3 else side for side in (left, right)]
        alone = tf.matmul(*sides, transpose_a=transposed[0], transpose_b=transposed[1]).numpy()
        np.testing.assert_array_equal(bits(together[path]), bits(alone))


def test_some_way_is_found_for_what_learners_write():
    known = [fastest_way("float32", tuple(shapes), transposed, PATHS) for *shapes, transposed in SHAPES.values()]
    assert sum(way is not None for way in known) >= len(known) / 2


def test_sums_that_overflow_in_a_chain_spoil_no_other_column():
    """A chain multiplies what it has by 1 and by 0: of 0 * inf no trace must be left in the other columns."""
    shapes, transposed = ((900, 3), (PATHS, 900, 1)), (True, False)
    way = fastest_way("float32", shapes, transposed, PATHS)
    if way is None:
        return
    draw = np.random.default_rng(1)
    data, errors = (draw.normal(size=shape).astype("float32") for shape in shapes)
    data[0, 1], errors[3, 0] = 3e38, 100.0
    with np.errstate(over="ignore"):
        together = way(tf.constant(data), tf.constant(errors), *transposed).numpy()
    alone = tf.matmul(data, errors[3], transpose_a=True).numpy()
    np.testing.assert_array_equal(bits(together[3]), bits(alone))
    assert np.isfinite(alone).ravel().tolist() == [True, False, True]
