"""The learner's own loop, for an f that cannot be traced: right by definition, and slow."""

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.common.errors import FunctionError


def paths(f, start, rates, iterations, make):
    """Return x, y and gradient at steps 0 to iterations, the steps first, then the rates.

    `make` makes an optimizer from its learning rate.
    """
    each = [_path(f, start, make(learning_rate=float(rate)), iterations) for rate in rates]
    return [np.stack(column, axis=1) for column in zip(*each, strict=True)]


def _path(f, start, optimizer, iterations):
    x, seen = tf.Variable(start), []
    while len(seen) <= iterations:
        with tf.GradientTape() as tape:
            y = f(x)
        gradient = tape.gradient(y, x)
        if gradient is None:
            raise FunctionError(_("f has no gradient at x = {x}, where the path led.").format(x=x.numpy().tolist()))
        seen.append((x.numpy(), np.asarray(y), tf.convert_to_tensor(gradient).numpy()))
        optimizer.apply_gradients([(gradient, x)])
    return [np.stack(column) for column in zip(*seen, strict=True)]
