"""Parameters of any structure, mini-batches, optimizers, schedules: the paths are those of the learner's own loop."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from widgets.common.errors import FunctionError
from widgets.descent import descend
from widgets.descent.model import PER_RATE, VECTORIZED
from widgets.descent.paths.kernel_trials import same_bits
from widgets.descent.widget import DescentExplorer

MANY = np.geomspace(0.001, 0.3, 14)
DATA = [0.0, 1.0, 2.0, 3.0, 4.0], [1.0, 3.0, 5.0, 7.0, 8.0]
STEPS = 7
K, S = keras.optimizers, keras.optimizers.schedules


def line(w, x, y):
    return tf.reduce_mean(tf.square(w["slope"] * x + w["level"][0] - y))


def batches(data, size, seed):
    rows = tf.data.Dataset.from_tensor_slices(data)
    rows = rows.shuffle(len(data[0]), seed=seed) if seed is not None else rows
    epochs = rows.batch(size)
    while True:
        yield from epochs


def by_hand(f, variables, optimizer, each):
    """Return x, y, and gradient of the loop that a learner writes, with all numbers of a step in one row."""
    steps = []
    while len(steps) <= STEPS:
        batch = next(each)
        with tf.GradientTape() as tape:
            y = f(*batch)
        gradients = tape.gradient(y, variables)
        flat = [np.concatenate([np.ravel(part.numpy()) for part in parts]) for parts in (variables, gradients)]
        steps.append((flat[0], y.numpy(), flat[1]))
        optimizer.apply_gradients(zip(gradients, variables, strict=True))
    return [np.stack(column) for column in zip(*steps, strict=True)]


def agree(paths, at, theirs):
    ours = paths.x[:, at], paths.y[:, at], paths.gradient[:, at]
    return all(same_bits(np.ascontiguousarray(mine), other) for mine, other in zip(ours, theirs, strict=True))


RULES = {
    "sgd": ("sgd", K.SGD, VECTORIZED),
    "adamw": ("AdamW", K.AdamW, VECTORIZED),
    "clipped": (K.SGD(0.5, clipnorm=0.5), lambda rate: K.SGD(rate, clipnorm=0.5), PER_RATE),
    "decay": (K.SGD(S.ExponentialDecay(9.0, 3, 0.8)), lambda rate: K.SGD(S.ExponentialDecay(rate, 3, 0.8)), VECTORIZED),
}


@pytest.mark.parametrize(("size", "seed"), [(None, None), (2, 3)])
@pytest.mark.parametrize("rule", RULES)
def test_a_dict_over_batches_is_the_loop_by_hand(rule, size, seed):
    optimizer, create, how = RULES[rule]
    paths = descend(line, {"slope": 0.5, "level": [0.0]}, MANY, STEPS, optimizer, data=DATA, batch_size=size, seed=seed)
    assert (paths.how, paths.note, paths.parameters.names) == (how, "", ("slope", "level[0]"))
    for at in (0, 13):
        slope, level = tf.Variable(0.5), tf.Variable([0.0])
        each = batches(tuple(map(tf.constant, DATA)), size or 5, seed)
        theirs = by_hand(
            lambda x, y: line({"slope": slope, "level": level}, x, y),  # noqa: B023  # called at once
            [slope, level], create(float(MANY[at])), each,
        )  # fmt: skip
        assert agree(paths, at, theirs)
        found = paths.parameters_at(STEPS, at)
        assert (found["slope"].shape, found["level"].shape) == ((), (1,))


def dense():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.set_weights([np.float32([[0.5]]), np.float32([0.25])])
    return model


X = np.random.default_rng(0).normal(size=(12, 1)).astype(np.float32)
Y = 2 * X + 1


@pytest.mark.parametrize("rates", [MANY, MANY[-1:]])
def test_a_keras_model_is_descended_on_and_left_as_it_was(rates):
    model = dense()
    paths = descend(lambda x, y: tf.reduce_mean(tf.square(model(x) - y)), model, rates, STEPS, "adam", data=(X, Y))
    assert [weights.ravel().tolist() for weights in model.get_weights()] == [[0.5], [0.25]]
    assert (paths.note, paths.parameters.names) == ("", ("kernel[0, 0]", "bias[0]"))
    theirs = by_hand(
        lambda x, y: tf.reduce_mean(tf.square(model(x) - y)), model.trainable_variables, K.Adam(float(rates[-1])),
        batches((X, Y), 12, None),
    )  # fmt: skip
    assert agree(paths, -1, theirs)


def test_keras_fit_without_shuffling_takes_the_same_steps():
    model, seen = dense(), []
    paths = descend(
        lambda x, y: keras.losses.MeanSquaredError()(y, model(x)), model, [0.1], 6, data=(X, Y), batch_size=4
    )
    model.compile(K.SGD(0.1), keras.losses.MeanSquaredError(), run_eagerly=True)
    record = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: seen.append(model.get_weights()))
    model.fit(X, Y, batch_size=4, epochs=2, shuffle=False, verbose=0, callbacks=[record])
    steps = np.stack([np.concatenate([np.ravel(weights) for weights in step]) for step in seen])
    assert same_bits(np.ascontiguousarray(paths.x[1:, 0]), steps)


def test_variables_may_be_read_or_passed():
    w, b = tf.Variable(0.5), tf.Variable([1.0, 2.0])

    def read():
        return (w - 3.0) ** 2 + tf.reduce_sum((b * w) ** 2)

    def passed(parts):
        return (parts[0] - 3.0) ** 2 + tf.reduce_sum((parts[1] * parts[0]) ** 2)

    one, two = (descend(f, [w, b], MANY, STEPS) for f in (read, passed))
    assert one.how == two.how == VECTORIZED and same_bits(one.x, two.x) and same_bits(one.gradient, two.gradient)
    assert w.numpy() == 0.5 and one.parameters.names == ("x[0]", "x[1][0]", "x[1][1]")


def test_a_hundred_thousand_numbers_fit():
    paths = descend(lambda w: tf.reduce_sum(tf.square(w["all"] - 1.0)), {"all": np.zeros((100, 1000))}, [0.25], 3)
    assert paths.x.shape == (4, 1, 100_000) and paths.parameters_at(1)["all"].shape == (100, 1000)
    assert np.all(paths.x[1] == 0.5)


def test_the_explorer_takes_data_models_and_any_optimizer():
    model = dense()
    explorer = DescentExplorer(
        lambda x, y: tf.reduce_mean(tf.square(model(x) - y)), model.trainable_variables, data=(X, Y), batch_size=4,
        seed=1, optimizer=K.Adam(beta_1=0.8),
    )  # fmt: skip
    assert explorer.start == [0.5, 0.25] and explorer.optimizer == "Adam(beta_1=0.8)" in explorer.facts
    assert explorer.paths.x.shape[1:] == (241, 2)
    explorer.optimizer = "sgd"
    explorer.start = [0.0, 0.0]
    assert np.all(explorer.paths.x[0] == 0.0) and [w.item() for w in model.get_weights()] == [0.5, 0.25]


WRONG = {
    "lr": ({"lr": 0.1}, "no argument lr. Did you mean learning_rates"),
    "nonsense": ({"colour": "red"}, "no argument colour"),
    "no rates": ({"learning_rates": ()}, r"for example \[0.01"),
    "a number for a list": ({"start": 0.0}, r"f takes a list of 2: start=\[0.0, 0.0\]"),
    "too few numbers over data": (
        {"f": lambda w, x: tf.reduce_mean(w[0] * x + w[1]), "start": [1.0], "data": [1.0, 2.0]},
        r"f takes a list of 2: start=\[0.0, 0.0\]",
    ),
    "another key": ({"f": lambda w: w["b"] ** 2, "start": {"a": 1.0}}, r"With start=\{'a': 1.0\}: .* raised KeyError"),
    "data without data=": ({"f": lambda w, x: w[0] * x}, r"passed as data=, for example data=\(x, y\)"),
    "text as data": ({"f": lambda w, x: w[0], "data": ["one", "two"]}, "got an array of string"),
    "a list for a number": ({"f": lambda x: x * x, "start": [1.0, 2.0]}, "f takes one number: start=0.0"),
    "an unused part": ({"f": lambda w: w["a"] ** 2, "start": {"a": 1.0, "b": 1.0}}, "with respect to b is None"),
    "nothing": ({"start": {}}, "start must be"),
    "text in a dict": ({"start": {"a": "one"}}, "a must be a number"),
    "Variables and numbers": ({"start": [tf.Variable(1.0), [1.0]]}, "Variables together with other numbers"),
    "too many": ({"start": np.zeros(100_001)}, "up to 100,000"),
    "batches of nothing": ({"batch_size": 3}, "needs data"),
    "rows that differ": ({"data": ([1.0, 2.0], [1.0])}, "arrays with"),
    "too few arguments": ({"data": [1.0, 2.0]}, "called with 2 arguments"),
    "a batch of text": ({"f": lambda w, x: w[0], "data": [1.0], "batch_size": "8"}, "batch_size must be an integer"),
    "a seed alone": ({"f": lambda w, x: w[0], "data": [1.0], "seed": 8}, "batch_size= too"),
    "a model without weights": (
        {"start": tf.keras.Sequential([tf.keras.layers.Dense(1)])},
        "no weights .* call it once",
    ),
    "whole numbers": ({"start": [tf.Variable([1, 2])]}, "a Variable of int32; descend takes"),
    "a dataset": ({"data": tf.data.Dataset.range(3)}, r"Pass what it was made of, for example data=\(x, y\)"),
    "schedule": ({"schedule": "fast"}, '"cosine"'),
    "no schedule": ({"schedule": lambda rate: rate}, "schedule must be"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_used_is_said(name):
    wrong, said = WRONG[name]
    usual = {"f": lambda x: x[0] ** 2 + x[1] ** 2, "start": [1.0, 2.0], "learning_rates": [0.1], "iterations": 2}
    with pytest.raises(FunctionError, match=said):
        descend(**(usual | wrong))
