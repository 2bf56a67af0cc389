"""Functions that explorers are tried on, and what tests read of an explorer and ask it for."""

import json

import numpy as np
import tensorflow as tf

from widgets.descent.text import readout


def parabola(x):
    return tf.pow(x, 2) - 2.0 * x + 1.0


def squared(x):
    return x * x


SETTINGS = ("learning_rate", "iterations", "optimizer", "dtype", "function", "start", "kept", "facts", "first", "rest")


def state(explorer):
    return {name: getattr(explorer, name) for name in (*SETTINGS, "paths", "loss_surface")}


def sent(explorer):
    """Return which steps are sent; x, y, gradient, and that in the plane as a browser has them, the steps first."""
    facts = json.loads(explorer.facts)
    explorer.wants_rest = True
    steps, rates, sizes = facts["steps"], len(facts["rates"]), facts["perStep"]
    columns = []
    for data, count in ((explorer.first, facts["first"]), (explorer.rest, len(steps) - facts["first"])):
        if count == 0:  # no more of them are computed yet
            continue
        numbers, each = np.frombuffer(data, facts["dtype"]), count * rates
        ends = np.cumsum([each * size for size in (sizes["x"], 1, sizes["gradient"])])
        x, y, gradient, in_plane = np.split(numbers, ends)
        shaped = (
            x.reshape(rates, count, -1),
            y.reshape(rates, count),
            *(part.reshape(rates, count, -1) for part in (gradient, in_plane)),
        )
        columns.append([np.moveaxis(part, 1, 0) for part in shaped])
    return steps, *(np.concatenate(pieces) for pieces in zip(*columns, strict=True))


def ask(explorer, **fields):
    """Ask for something as a view's fields do, and see it answered."""
    number = explorer.answered + 1
    explorer.asked = {name: [value, number] for name, value in fields.items()}
    assert explorer.answered == number


def shown(explorer):
    """Return what is printed for the run shown."""
    at = explorer.paths.learning_rates.tolist().index(explorer.learning_rate)
    return readout(explorer.paths.y[explorer.iterations, at], explorer.paths.x[explorer.iterations, at])
