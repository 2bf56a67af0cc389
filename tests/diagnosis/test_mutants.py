"""Mutants of healthy training loops: each with one fault planted in its text, which is named, and at its line."""

import importlib.util
import linecache

import pytest

from widgets import record
from widgets.diagnosis.text import explain

HEAD = """
import numpy as np
import tensorflow as tf

keras = tf.keras
X = np.linspace(-1, 1, 24).reshape(8, 3).astype("float32")
y = (X @ np.array([[1.0], [-2.0], [0.5]], "float32") + 0.3).astype("float32")
labels = (y > 0).astype("float32")
classes = np.arange(8) % 3
onehot = np.eye(3, dtype="float32")[classes]
"""

LOOP = """
def program():
    keras.utils.set_random_seed(1)
    model = keras.Sequential([
        keras.Input((3,)),
        {hidden},
        keras.layers.Dense({units}),
    ])
    optimizer = {optimizer}
    variables = model.trainable_variables
    for step in range(4):
        with tf.GradientTape() as tape:
            guess = model(X, training=True)
            loss = {loss}
        gradients = tape.gradient(loss, variables)
        optimizer.apply_gradients(zip(gradients, variables))
    return loss
"""

RELU = 'keras.layers.Dense(4, activation="relu", kernel_initializer="he_normal")'
TANH = 'keras.layers.Dense(4, activation="tanh"), keras.layers.LayerNormalization()'
NORMAL = "keras.layers.Dense(4), keras.layers.BatchNormalization()"
PENALTY = 'keras.layers.Dense(4, kernel_regularizer="l2")'
SGD, ADAM, RMSPROP = (f"keras.optimizers.{one}(0.01)" for one in ("SGD", "Adam", "RMSprop"))
MSE = "tf.reduce_mean(tf.square(guess - y))"
BINARY = "keras.losses.BinaryCrossentropy(from_logits=True)(labels, guess)"
SIGMOID = "tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=guess))"
ONE_HOT = "-tf.reduce_mean(tf.reduce_sum(onehot * tf.math.log(tf.nn.softmax(guess, axis=-1)), axis=1))"
SPARSE = "tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(classes, guess))"

LOSSES = {
    "mse": (MSE, 1),
    "binary": (BINARY, 1),
    "sigmoid": (SIGMOID, 1),
    "one_hot": (ONE_HOT, 3),
    "sparse": (SPARSE, 3),
}
HIDDEN = {"relu": RELU, "tanh": TANH, "normal": NORMAL}
OPTIMIZERS = {"sgd": SGD, "adam": ADAM, "rmsprop": RMSPROP}

ASK, GUESS, TAKE = (
    "tape.gradient(loss, variables)",
    "model(X, training=True)",
    "optimizer.apply_gradients(zip(gradients, variables))",
)
BEFORE = "        with tf.GradientTape() as tape:\n            guess = model(X, training=True)\n"
AFTER = "        guess = model(X, training=True)\n        with tf.GradientTape() as tape:\n"

MUTANTS = [
    ("BROADCAST", "relu", "mse", "sgd", "guess - y", "guess - y[:, 0]"),
    ("TRAINING_FLAG", "normal", "mse", "adam", GUESS, "model(X)"),
    ("PAIRS_MISSING", "relu", "sparse", "adam", TAKE, "optimizer.apply_gradients(gradients, variables)"),
    ("PAIRS_SWAPPED", "tanh", "mse", "sgd", "zip(gradients, variables)", "zip(variables, gradients)"),
    ("PAIRS_NESTED", "relu", "mse", "adam", "zip(gradients, variables)", "zip([gradients], [variables])"),
    ("STOPPED_GRADIENT", "tanh", "binary", "adam", GUESS, f"tf.stop_gradient({GUESS})"),
    ("LEFT_TENSORFLOW", "relu", "mse", "rmsprop", "guess - y", "guess.numpy() - y"),
    ("OUTSIDE_TAPE", "relu", "mse", "sgd", BEFORE, AFTER),
    ("NOT_DIFFERENTIABLE", "tanh", "mse", "adam", "guess - y", "tf.round(guess) - y"),
    ("NOT_DIFFERENTIABLE", "relu", "binary", "sgd", "(labels, guess)", "(labels, tf.cast(guess > 0, tf.float32))"),
    ("MODEL_AS_SOURCE", "relu", "sparse", "sgd", ASK, "tape.gradient(loss, model)"),
    ("WEIGHTS_AS_NUMPY", "tanh", "mse", "adam", ASK, "tape.gradient(loss, model.get_weights())"),
    ("KERAS_WEIGHT_WATCHED", "relu", "mse", "sgd", f"guess = {GUESS}", f"tape.watch(variables); guess = {GUESS}"),
    ("TAPE_ALREADY_USED", "relu", "mse", "sgd", TAKE, f"tape.gradient(loss, model.weights); {TAKE}"),
    ("CLIP_RETURNS_TWO", "tanh", "mse", "adam", TAKE, f"gradients = tf.clip_by_global_norm(gradients, 1.0); {TAKE}"),
    ("FROM_PYTORCH", "relu", "mse", "adam", ASK, "loss.backward()"),
    ("NOT_BUILT_YET", "relu", "mse", "sgd", "        keras.Input((3,)),\n", ""),
    ("ALL_FROZEN", "relu", "mse", "adam", "    variables = ", "    model.trainable = False\n    variables = "),
    ("DEAD_RELU", "relu", "mse", "sgd", 'kernel_initializer="he_normal"', 'kernel_initializer="zeros"'),
    (
        "DEAD_RELU",
        "relu",
        "mse",
        "adam",
        'kernel_initializer="he_normal"',
        "bias_initializer=keras.initializers.Constant(-9.0)",
    ),
    ("DIVERGES", "tanh", "mse", "sgd", "SGD(0.01)", "SGD(20.0)"),
    ("GOES_UPHILL", "tanh", "mse", "sgd", f"gradients = {ASK}", f"gradients = [-g for g in {ASK}]"),
    ("MAXIMIZED", "tanh", "mse", "adam", f"loss = {MSE}", f"loss = -{MSE}"),
    ("RATE_ZERO", "tanh", "mse", "sgd", "SGD(0.01)", "SGD(0.0)"),
    ("TOO_SLOW", "tanh", "mse", "adam", "Adam(0.01)\n", "Adam(1e-6)\n"),
    ("LOGITS_AS_PROBABILITIES", "tanh", "binary", "adam", "from_logits=True", ""),
    ("PROBABILITIES_AS_LOGITS", "relu", "sigmoid", "adam", "logits=guess", "logits=tf.sigmoid(guess)"),
    ("PROBABILITIES_AS_LOGITS", "tanh", "sparse", "sgd", "(classes, guess)", "(classes, tf.nn.softmax(guess))"),
    ("LABELS_OUT_OF_RANGE", "tanh", "binary", "sgd", "(labels, guess)", "(2 * labels - 1, guess)"),
    ("LABELS_OUT_OF_RANGE", "relu", "sigmoid", "adam", "labels=labels", "labels=2 * labels - 1"),
    ("LABEL_OUT_OF_RANGE", "relu", "sparse", "adam", "(classes, guess)", "(classes + 1, guess)"),
    ("WRONG_AXIS", "tanh", "one_hot", "adam", "axis=-1", "axis=0"),
    ("SUM_OF_SOFTMAX", "relu", "one_hot", "sgd", ONE_HOT, "tf.reduce_mean(tf.nn.softmax(guess))"),
    ("SOFTMAX_OF_ONE", "relu", "mse", "adam", GUESS, f"tf.nn.softmax({GUESS})"),
    (
        "SHUFFLED_APART",
        "tanh",
        "mse",
        "sgd",
        f"guess = {GUESS}",
        "guess = model(X[np.random.permutation(8)], training=True)",
    ),
    ("LOG_OF_NEGATIVE", "tanh", "one_hot", "sgd", "tf.nn.softmax(guess, axis=-1)", "guess"),
    ("TENSOR_CANNOT_CHANGE", "relu", "mse", "sgd", TAKE, "guess.assign_sub(0.1 * guess)"),
    ("MISSPELT", "relu", "mse", "adam", "optimizer.apply_gradients(", "optimizer.apply_gradient("),
]


def program_of(path, name, text):
    """Return the program of a text, as one that was imported from a file."""
    file = path / f"{name}.py"
    file.write_text(HEAD + text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    linecache.checkcache(str(file))
    return module.program


def loop(hidden, loss, optimizer):
    code, units = LOSSES[loss]
    return LOOP.format(hidden=HIDDEN[hidden], units=units, optimizer=OPTIMIZERS[optimizer], loss=code)


@pytest.mark.parametrize(
    ("code", "hidden", "loss", "optimizer", "old", "new"),
    [pytest.param(*one, id=f"{one[0].lower()}-{one[2]}") for one in MUTANTS],
)
def test_the_one_fault_is_named(tmp_path, code, hidden, loss, optimizer, old, new):
    text = loop(hidden, loss, optimizer)
    assert text.count(old) == 1
    rounds = "range(12)" if code == "TOO_SLOW" else "range(4)"
    diagnosis = explain(record(program_of(tmp_path, "mutant", text.replace(old, new).replace("range(4)", rounds))))
    assert diagnosis.code == code, str(diagnosis)
