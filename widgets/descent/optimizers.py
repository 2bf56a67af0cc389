"""The optimizers to descend by: Keras' own objects, by name, for one learning rate or for many at once."""

import functools

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.common.errors import FunctionError

RULES = {
    "sgd": tf.keras.optimizers.SGD,
    "momentum": functools.partial(tf.keras.optimizers.SGD, momentum=0.9),
    "nesterov": functools.partial(tf.keras.optimizers.SGD, momentum=0.9, nesterov=True),
    "rmsprop": tf.keras.optimizers.RMSprop,
    "adam": tf.keras.optimizers.Adam,
}
"""Each works number by number, so that one object serves any number of paths: nothing in it mixes them."""


def rule(optimizer):
    """Return what makes the optimizer of this name from a learning rate. Raises FunctionError for any other name."""
    if isinstance(optimizer, str) and optimizer in RULES:
        return RULES[optimizer]
    raise FunctionError(
        _("optimizer must be one of {names}; got {optimizer!r}.").format(
            names=", ".join(f'"{name}"' for name in RULES), optimizer=optimizer
        )
    )


class RatePerPath(tf.keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate for each path. Keras multiplies it with the gradients, whose last axis is that of the paths."""

    def __init__(self, rates):
        self.rates = tf.Variable(np.asarray(rates), dtype=tf.keras.backend.floatx(), trainable=False)

    def __call__(self, step):
        """Return the rates, in the dtype in which Keras would keep one."""
        return self.rates

    def get_config(self):
        """Return what a copy needs."""
        return {"rates": self.rates.numpy().tolist()}
