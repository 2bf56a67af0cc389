"""Paths in pieces: left after any of them, interrupted in one, and where an operation fails at some learning rates."""

import numpy as np
import pytest
import tensorflow as tf

from tests.descent.learner import by_hand, differences
from widgets.descent import descend
from widgets.descent.losses.loss import loss_of
from widgets.descent.model import PER_RATE, VECTORIZED
from widgets.descent.optimizers import optimizer_named
from widgets.descent.paths.batching import plan_for
from widgets.descent.paths.path_runs import PathRuns
from widgets.descent.schedules import Rates

X = tf.constant(np.random.default_rng(5).normal(size=31), tf.float32)
RATES = np.geomspace(0.01, 0.4, 21)


def line(w):
    return tf.reduce_mean(tf.square(w[0] * X + w[1] - 3.0 * X))


def by_python(x):
    return x * x if float(x) > -9 else x


def runs_of(f, start, optimizer="sgd", iterations=300):
    loss, x = loss_of(f, start, "float32")
    plan = plan_for(loss, x, RATES.size)
    return PathRuns(loss, plan, x, Rates(RATES, None, iterations), iterations, optimizer_named(optimizer))


@pytest.mark.parametrize(
    ("f", "start", "iterations"), [(line, [0.0, 1.0], 300), (tf.square, 1.5, 300), (by_python, 1.5, 20)]
)
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_what_is_left_and_taken_up_again_is_what_it_is_in_one_piece(f, start, iterations, optimizer):
    runs, pieces = runs_of(f, start, optimizer, iterations), 0
    while not runs.is_done:
        work = runs.work()
        next(work, None)
        work.close()
        pieces += 1
        if runs.points:
            (x, y, _gradient), positions = runs.known()
            assert x.shape[:2] == y.shape == (len(y), len(positions))
    whole = descend(f, start, RATES, iterations, optimizer)
    ours = runs.paths()
    assert pieces > 2 and ours.how == whole.how
    for name in ("x", "y", "gradient"):
        assert getattr(ours, name).tobytes() == getattr(whole, name).tobytes()


def test_an_interrupted_call_is_made_again_and_what_was_done_stays():
    calls, fatal = [], 45

    def f(x):
        calls.append(float(x))
        if len(calls) == fatal:
            raise KeyboardInterrupt
        return x * x

    loss, x = loss_of(f, 1.0, "float32")
    plan = plan_for(loss, x, 3)
    calls.clear()
    runs = PathRuns(loss, plan, x, Rates(np.array([0.1, 0.2, 0.3]), None, 20), 20, optimizer_named("sgd"))
    with pytest.raises(KeyboardInterrupt):
        for _piece in runs.work():
            pass
    assert len(runs.in_turn.done) == 2
    for _piece in runs.work():
        pass
    assert differences(runs.paths(), lambda x: x * x) == [0, 0, 0] and len(calls) == 21 + 21 + 3 + 21


def test_the_learners_own_variables_have_their_values_between_steps():
    own = tf.Variable([1.0, 2.0])

    def f():
        return tf.reduce_sum(own * own) if float(own[0]) > -9 else own[0]

    loss, x = loss_of(f, [own], "float32")
    plan = plan_for(loss, x, 2)
    runs = PathRuns(loss, plan, x, Rates(np.array([0.1, 0.2]), None, 4), 4, optimizer_named("adam"))
    for _piece in runs.work():
        assert own.numpy().tolist() == [1.0, 2.0]
    alone = by_hand(lambda x: tf.reduce_sum(x * x), [1.0, 2.0], 0.2, 4, "adam")
    assert runs.paths().x[:, 1].tobytes() == alone[0].tobytes()


TABLE = tf.constant([1.0, 2.0, 3.0])


@pytest.mark.parametrize(
    ("f", "start"),
    [
        (lambda x: tf.gather(TABLE, tf.cast(x, tf.int32)) * x * x, 1.5),
        (lambda w: tf.gather(TABLE, tf.cast(w[0], tf.int32)) * tf.reduce_sum(w * w), [1.5, 1.0]),
    ],
)
@pytest.mark.parametrize("rates", [np.geomspace(0.01, 5.0, 21), [0.01, 5.0]])
def test_an_operation_that_fails_at_some_rates_ends_those_paths_alone(f, start, rates):
    paths = descend(f, start, rates, 100)
    assert paths.how == PER_RATE and "index" not in paths.note.split("Where f raises")[0]
    assert "Where f raises an exception, the path ends with y = nan: first at learning rate" in paths.note
    ends = np.isnan(paths.y[-1])
    assert not ends[0] and ends[-1] and np.isfinite(paths.y[0]).all()
    assert differences(paths, f, np.flatnonzero(~ends)[::3]) == [0, 0, 0]
    last = int(np.flatnonzero(np.isnan(paths.y[:, -1]))[0])
    alone = by_hand(f, start, float(paths.learning_rates[-1]), last - 1)
    assert paths.x[:last, -1].tobytes() == alone[0].tobytes()
    with pytest.raises(tf.errors.InvalidArgumentError):
        f(tf.constant(paths.x[last, -1]))


def test_it_is_mapped_where_nothing_fails():
    assert descend(lambda w: tf.gather(TABLE, tf.cast(w[0], tf.int32)) * tf.reduce_sum(w * w), [1.5, 1.0], RATES / 9,
                   20).how == VECTORIZED  # fmt: skip
