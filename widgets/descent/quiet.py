"""Keep TensorFlow's advice on speed from a learner who did not ask for it."""

import contextlib
import logging

import tensorflow as tf


@contextlib.contextmanager
def quiet():
    """Let TensorFlow log errors only: many functions are traced here, each of them once."""
    logger = tf.get_logger()
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
