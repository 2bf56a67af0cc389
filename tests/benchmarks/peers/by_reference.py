"""The explorer with all that it can draw: a logistic regression over two features, its data, and kept runs."""

import numpy as np
import picture
import tensorflow as tf

from widgets import DescentExplorer

KEPT = 3
draw = np.random.default_rng(0)
POINTS = np.concatenate([draw.normal(-1, 1.2, (25, 2)), draw.normal(1, 1.2, (25, 2))]).astype("float32")
CLASSES = np.repeat([0.0, 1.0], 25).astype("float32")


def loss(w, points, classes):
    """Return the mean cross-entropy of a logistic regression."""
    logits = tf.linalg.matvec(points, w)
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=classes, logits=logits))


def show():
    """Return the explorer, with as many steps of a path as the others draw."""
    explorer = DescentExplorer(loss, [-1.0, 2.0], data=(POINTS, CLASSES), iterations=picture.ITERATIONS)
    rates = explorer.loss_surface.learning_rates
    for rate in rates[:: len(rates) // KEPT][:KEPT]:
        explorer.learning_rate = float(rate)
        explorer.keep()
    explorer.learning_rate = float(rates[len(rates) // 2])
    return explorer
