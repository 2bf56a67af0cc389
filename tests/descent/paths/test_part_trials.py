"""Operations with the parts of many paths, and which of them are found to keep each path's bits."""

import pytest
import tensorflow as tf

from widgets.descent.paths.part_trials import parts_alike

PATHS = 14


def found(op, *shapes):
    """Return what is found of an operation of tensors, all of which depend on x."""
    with tf.Graph().as_default():
        inputs = [tf.compat.v1.placeholder(tf.float32, shape) for shape in shapes]
        result = tf.nest.flatten(op(*inputs))[0].op
    return parts_alike(result, {tensor.op for tensor in inputs}, PATHS, {})


@pytest.mark.parametrize("op", [tf.linalg.cholesky, tf.linalg.inv, tf.linalg.slogdet])
def test_matrices_are_taken_one_by_one(op):
    assert found(op, (PATHS, 3, 3))


def test_a_sum_over_the_paths_is_none_of_each():
    assert not found(lambda x: tf.einsum("ij,ik->jk", x, x), (PATHS, PATHS))


def test_what_has_no_part_for_each_path_is_not_known():
    assert not found(tf.linalg.cholesky, (PATHS + 1, 3, 3))
    assert not found(tf.linalg.cholesky, (None, 3, 3))
