"""Feature scaling: which data are features, what they become, and what that changes, by NumPy's own numbers."""

import json

import numpy as np
import pytest
import tensorflow as tf
from traitlets import TraitError

from widgets.common.errors import FunctionError
from widgets.descent import descend
from widgets.descent.losses.feature_scaling import find_features, standardized
from widgets.descent.losses.loss import loss_of
from widgets.descent.surface.conditioning import Conditioning, conditioning_text
from widgets.descent.widget import DescentExplorer

mean = tf.reduce_mean
RANDOM = np.random.default_rng(18)
X = RANDOM.uniform(0, 10, 40).astype(np.float32)
Y = (np.float32(0.6) * X + RANDOM.normal(2, 1, 40)).astype(np.float32)
TABLE = RANDOM.normal(3, 2, (40, 3)).astype(np.float32)
CLASSES, WEIGHTS = (X > 5).astype(np.int32), np.abs(Y) + np.float32(0.1)
FLOATS = CLASSES.astype(np.float32)


def line(w, inputs, targets):
    return mean(tf.square(w[0] * inputs + w[1] - targets))


def logistic_by_hand(w, x, y):
    p = tf.sigmoid(w[0] * x + w[1])
    return -mean(y * tf.math.log(p) + (1.0 - y) * tf.math.log(1.0 - p))


def branching(w, x, y):
    if w[0] > 10.0:
        return mean(tf.abs(w[0] * x + w[1] - y))
    return mean(tf.square(w[0] * x + w[1] - y))


TWO, THREE = [0.0, 0.0], [0.0, 0.0, 0.0]
FEATURES = {
    "line": (line, TWO, (X, Y), (0,)),
    "targets first": (lambda w, y, x: line(w, x, y), TWO, (Y, X), (1,)),
    "matrix": (lambda w, x, y: mean(tf.square(tf.linalg.matvec(x, w) - y)), THREE, (TABLE, Y), (0,)),
    "tensordot": (lambda w, x, y: mean(tf.square(tf.tensordot(x, w, 1) - y)), THREE, (TABLE, Y), (0,)),
    "a column of ones": (
        lambda w, x, y: mean(tf.square(tf.linalg.matvec(tf.stack([x, tf.ones_like(x)], 1), w) - y)), TWO, (X, Y), (0,),
    ),
    "two features": (lambda w, a, b, y: mean(tf.square(w[0] * a + w[1] * b - y)), TWO, (X, WEIGHTS, Y), (0, 1)),
    "powers": (lambda w, x, y: mean(tf.square(w[2] * x**2 + w[1] * x + w[0] - y)), THREE, (X, Y), (0,)),
    "Horner": (lambda w, x, y: mean(tf.square((w[2] * x + w[1]) * x + w[0] - y)), THREE, (X, Y), (0,)),
    "weighted examples": (lambda w, x, y, s: mean(s * tf.square(w[0] * x + w[1] - y)), TWO, (X, Y, WEIGHTS), (0,)),
    "ridge": (lambda w, x, y: line(w, x, y) + 0.1 * tf.reduce_sum(w * w), TWO, (X, Y), (0,)),
    "logits": (
        lambda w, x, y: mean(tf.nn.sigmoid_cross_entropy_with_logits(y, w[0] * x + w[1])), TWO, (X, FLOATS), (0,),
    ),
    "logarithms": (logistic_by_hand, TWO, (X, FLOATS), (0,)),
    "hinge": (lambda w, x, y: mean(tf.nn.relu(1.0 - y * (w[0] * x + w[1]))), TWO, (X, 2 * FLOATS - 1), (0,)),
    "softmax": (
        lambda w, x, y: mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, x @ w)),
        np.zeros((3, 2), np.float32), (TABLE, CLASSES), (0,),
    ),
    "Keras' loss": (lambda w, x, y: tf.keras.losses.MeanSquaredError()(y, w[0] * x + w[1]), TWO, (X, Y), (0,)),
    "a branch": (branching, TWO, (X, Y), (0,)),
    "no targets": (lambda w, x: mean(tf.square(x - w)), 0.0, (X,), ()),
    "a factor": (lambda w, x: mean(tf.square(x * w - 1.0)), 0.0, (X,), ()),
    "a weighted center": (lambda w, x, s: mean(s * tf.square(x - w)), 0.0, (X, WEIGHTS), ()),
    "a product of features": (
        lambda w, a, b, y: mean(tf.square((w[0] * a) * b + w[1] - y)), TWO, (X, WEIGHTS, Y), (),
    ),
    "targets meet the bias": (lambda w, x, y: mean(tf.square((w[1] - y) + w[0] * x)), TWO, (X, Y), ()),
    "whole numbers": (lambda w, x, y: line(w, tf.cast(x, tf.float32), y), TWO, (CLASSES, Y), ()),
}  # fmt: skip


@pytest.mark.parametrize("name", FEATURES)
def test_features_are_what_is_multiplied_with_parameters_where_that_is_certain(name):
    f, start, data, expected = FEATURES[name]
    features = find_features(*loss_of(f, start, "float32", data))
    assert features.positions == expected
    assert bool(features.reason) is not bool(expected)


def test_a_models_features_are_found():
    model = tf.keras.Sequential([tf.keras.Input((3,)), tf.keras.layers.Dense(4, "relu"), tf.keras.layers.Dense(1)])
    loss, start = loss_of(
        lambda x, y: mean(tf.square(model(x)[:, 0] - y)), model.trainable_variables, "float32", (TABLE, Y)
    )
    assert find_features(loss, start).positions == (0,)


def test_an_f_that_no_graph_can_hold_has_no_switch_and_says_why():
    def eager(w, x, y):
        return line(w, x, y) + 0.0 * float(w[0])

    explorer = DescentExplorer(eager, TWO, data=(X, Y), iterations=3)
    facts = json.loads(explorer.facts)
    assert facts["canScale"] is False and facts["scaling"] == explorer.scaling
    assert explorer.scaling == "f does not show which data are features, so there is no switch to scale them."
    assert explorer.scaling in explorer.text
    with pytest.raises(TraitError, match="scaled=True cannot be: f does not show"):
        explorer.scaled = True
    assert explorer.scaled is False
    with pytest.raises(FunctionError, match="scaled=True cannot be: feature scaling needs data, for example"):
        DescentExplorer(lambda x: x * x, 1.0, scaled=True)
    assert DescentExplorer(lambda x: x * x, 1.0).scaling == ""


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_columns_get_mean_0_and_deviation_1_and_constant_ones_stay(dtype):
    table = np.column_stack([TABLE, np.full(40, 0.1), 1000 + X / 1000]).astype(dtype)
    scaled = standardized(tf.constant(table)).numpy()
    assert scaled.dtype == dtype and scaled[:, 3].tobytes() == table[:, 3].tobytes()
    others = np.delete(scaled, 3, axis=1).astype(np.float64)
    assert np.abs(others.mean(0)).max() < 0.05 and np.abs(others.std(0) - 1).max() < 0.01
    assert np.allclose(scaled[:, :3], (table[:, :3] - table[:, :3].mean(0)) / table[:, :3].std(0), atol=1e-5)


def condition_number(inputs):
    """Return that of the Hessian of a line's mean squared error, in closed form."""
    hessian = 2 * np.array([[np.mean(inputs**2), np.mean(inputs)], [np.mean(inputs), 1.0]])
    low, high = np.linalg.eigvalsh(hessian)
    return high / low


def test_the_paths_are_those_of_scaled_data_and_the_sentence_has_numpys_condition_numbers():
    explorer = DescentExplorer(line, TWO, data=(X, Y), learning_rate=0.01)
    before, wide = condition_number(X.astype(float)), explorer.paths
    assert f"The condition number of the Hessian is {before:.3g}." in explorer.scaling
    explorer.scaled = True
    assert (
        f"from {before:.3g} down to 1." in explorer.scaling
        and "now points 0° away from the minimum" in explorer.scaling
    )
    assert "they mean something else" in explorer.scaling and explorer.scaling in explorer.text
    facts = json.loads(explorer.facts)
    assert facts["scaled"] is facts["canScale"] is True and facts["details"] == "scaled features"
    rates = explorer.paths.learning_rates
    expected = descend(line, TWO, rates, 1000, data=((X - X.mean()) / X.std(), Y))
    assert np.allclose(explorer.paths.x[:50, 100], expected.x[:50, 100], atol=1e-4)
    expected = descend(line, TWO, rates, 1000, data=(standardized(tf.constant(X)), Y))
    assert explorer.paths.x.tobytes() == expected.x.tobytes()
    at = rates.tolist().index(explorer.learning_rate)
    assert explorer.paths.verdicts[at].outcome == "converges"  # 0.01 would be slow there
    explorer.scaled = False
    assert explorer.paths.x[:, 100].tobytes() == wide.x[:, 100].tobytes()


def test_a_runs_parameters_are_not_compared_with_those_of_other_features():
    explorer = DescentExplorer(line, TWO, data=(X, Y))
    explorer.keep()
    explorer.scaled = True
    explorer.keep()
    assert [run["scaled"] for run in explorer.kept] == [False, True]
    kept = [text for text in explorer.text.splitlines() if text.startswith("Kept")]
    assert kept[0].endswith("its parameters belong to other features") and "scaled features" in kept[1]
    explorer.function = "plateau"
    assert explorer.kept == [] and explorer.scaling == "" and not json.loads(explorer.facts)["canScale"]
    explorer.function = "yours"
    assert json.loads(explorer.facts)["scaled"] is True


def test_scaled_from_the_beginning_both_numbers_are_known():
    one = DescentExplorer(line, TWO, data=(X, Y))
    one.scaled = True
    assert DescentExplorer(line, TWO, data=(X, Y), scaled=True).scaling == one.scaling


def test_only_what_is_true_is_said():
    before, straight = Conditioning(118.0, 61.0), Conditioning(1.2, 3.0)
    assert conditioning_text(before, straight, 2).startswith(
        "Scaling the features brings the condition number of the Hessian from 118 down to 1.2. At the start, minus the "
        "gradient now points 3° away from the minimum; before, it was 61°."
    )
    assert "up to 118. At the start, minus the gradient now points 61° away from the minimum; before, it was 3°." in (
        conditioning_text(straight, before, 2)
    )
    assert "stays at 118." in conditioning_text(before, Conditioning(118.1), 2)
    meaning = "The start has the same numbers, but they now belong to the scaled features: they mean something else."
    assert conditioning_text(Conditioning(), straight, 2) == conditioning_text(before, straight, 1) == meaning
    assert conditioning_text(Conditioning(), None, 2) == conditioning_text(before, None, 1) == ""


def test_a_loss_whose_hessian_is_singular_has_no_condition_number():
    explorer = DescentExplorer(lambda w, x, y: mean(tf.square((w[0] + w[1]) * x - y)), TWO, data=(X, Y))
    assert json.loads(explorer.facts)["canScale"] is True and "condition number" not in explorer.scaling


# Mini-batches


def test_the_batch_size_can_be_chosen():
    explorer = DescentExplorer(line, TWO, data=(X, Y), learning_rate=0.01, seed=3, batch_size=8)
    menu = json.loads(explorer.facts)["choices"]["batch_size"]
    assert menu == [["", "all 40"], ["32", "32"], ["8", "8"], ["1", "1"]] and explorer.details == "batches of 8"
    explorer.asked = {"batch_size": ["1", 1]}
    rates = explorer.paths.learning_rates
    expected = descend(line, TWO, rates, 1000, data=(X, Y), batch_size=1, seed=3)
    assert explorer.batch_size == 1 and explorer.paths.x.tobytes() == expected.x.tobytes()
    explorer.asked = {"batch_size": ["", 2]}
    assert explorer.batch_size is None and explorer.problem == "" and explorer.seed == 3
    assert explorer.paths.x.tobytes() == descend(line, TWO, rates, 1000, data=(X, Y)).x.tobytes()
    for name, value, message in (
        ("batch_size", 0, "batch_size must be an integer from 1"),
        ("batch_size", "many", "batch_size must be an integer"),
        ("seed", 0.5, "seed must be an integer"),
    ):
        explorer.batch_size = 8
        with pytest.raises(TraitError, match=message):
            setattr(explorer, name, value)
    assert json.loads(DescentExplorer(lambda x: x * x, 1.0).facts)["choices"]["batch_size"] == []
    with pytest.raises(TraitError, match="batch_size= needs data"):
        DescentExplorer(lambda x: x * x, 1.0).batch_size = 4
