"""A compiled loop that is left and taken up again, with another run in between, goes where it goes in one piece."""

import numpy as np
import pytest
import tensorflow as tf

from widgets.descent.losses.batches import Batches
from widgets.descent.losses.loss import Loss, loss_of
from widgets.descent.optimizers import OPTIMIZERS, optimizer_named
from widgets.descent.paths.batching import plan_for
from widgets.descent.schedules import Rates

X = tf.constant(np.random.default_rng(3).normal(size=21), tf.float32)
Y = 3.0 * X + 1.0


def line(w, x, y):
    return tf.reduce_mean(tf.square(w[0] * x + w[1] - y))


def quartic(x):
    return x * x * x * x - 2.0 * x


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("schedule", [None, "cosine"])
@pytest.mark.parametrize("f", [line, quartic])
def test_in_pieces_is_as_in_one(f, optimizer, schedule):
    if f is line:
        loss, start = loss_of(line, [0.0, 0.0], "float32", (X, Y), 8, 1)
        assert isinstance(loss, Loss) and isinstance(loss.batches, Batches)
    else:
        loss, start = loss_of(quartic, 0.5, "float32")
    rates, steps = Rates(np.geomspace(0.001, 0.3, 41), schedule, 60), 60
    plan = plan_for(loss, start, 41)
    loop = plan.loop(optimizer_named(optimizer), "float32", rates.is_scheduled)
    table, rows = rates.table(steps + 1), loss.rows(steps + 1)
    point = start if f is line else start[..., None]
    whole = loop.run(point, table, steps, rows)
    state, pieces, turns = loop.begin(point), [], 0
    for count in (1, 3, 60):
        piece, state = loop.go_on(state, count, table, rows)
        pieces.append(piece)
        turns += count
        loop.run(point + 1, table, 5, rows)  # another run of the same loop
    assert state.turn == turns
    for one, other in zip(whole, zip(*pieces, strict=True), strict=True):
        assert one.tobytes() == np.concatenate(other)[: steps + 1].tobytes()
