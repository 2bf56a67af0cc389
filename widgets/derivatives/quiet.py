"""Keep TensorFlow's remarks from a learner who did not ask for them."""

import contextlib
import logging

import tensorflow as tf


@contextlib.contextmanager
def quiet(level=logging.ERROR):
    """Let TensorFlow log what is at least as grave as `level`: neither advice on speed nor that it traces again."""
    log = tf.get_logger()
    before = log.level
    log.setLevel(level)
    try:
        yield
    finally:
        log.setLevel(before)
