"""'Copy as code' of objects: models, layers, losses, callable objects, Variables. Each program is run by itself."""

import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

from widgets.descent.text import readout
from widgets.descent.widget import DescentExplorer

KERAS = tf.keras
RANDOM = np.random.default_rng(1)
X = RANDOM.normal(size=(12, 2)).astype("float32")
Y = (X @ np.float32([[2.0], [-1.0]]) + 0.5).astype("float32")
TARGETS = (Y[:, 0] > 0).astype("float32")
STEPS, RATE = 4, 0.05


def dense(*layers):
    KERAS.utils.set_random_seed(0)
    return KERAS.Sequential([KERAS.Input((2,)), *layers])


line = dense(KERAS.layers.Dense(1))
net = dense(
    KERAS.layers.Dense(3, activation="tanh"), KERAS.layers.Dense(1, kernel_regularizer=KERAS.regularizers.L2(0.1))
)
inputs = KERAS.Input((2,))
functional = KERAS.Model(inputs, KERAS.layers.Dense(1)(inputs) + KERAS.layers.Dense(1, use_bias=False)(inputs))
layer = KERAS.layers.Dense(1)
layer.build((None, 2))
huber = KERAS.losses.Huber(delta=0.5)
cross_entropy = KERAS.losses.BinaryCrossentropy(from_logits=True)
weights, level = tf.Variable([0.5, -0.5]), tf.Variable(0.25)
parameters = {"w": tf.Variable([0.5, -0.5]), "b": tf.Variable(0.25)}


def of_line(x, y):
    return huber(y, line(x))


def of_net(x, targets):
    return cross_entropy(targets[:, None], net(x)) + tf.add_n(net.losses)


def of_functional(x, y):
    return tf.reduce_mean(tf.square(functional(x) - y))


def of_layer(x, y):
    return tf.reduce_mean(tf.square(layer(x) - y))


def of_variables(x, y):
    return tf.reduce_mean(tf.square(tf.linalg.matvec(x, weights) + level - y[:, 0]))


def of_a_dict(x, y):
    return tf.reduce_mean(tf.square(tf.linalg.matvec(x, parameters["w"]) + parameters["b"] - y[:, 0]))


class Error:
    """A loss that knows its data."""

    def __init__(self, x, y, power=2):
        self.x, self.y, self.power = tf.constant(x), y, power

    def __call__(self, w):
        return tf.reduce_mean(self.residuals(w) ** self.power)

    def residuals(self, w):
        return tf.linalg.matvec(self.x, w) - self.y

    def largest(self, w):
        return tf.reduce_max(tf.abs(self.residuals(w)))


class Shifted(Error):
    shift = 0.25

    def residuals(self, w):
        return super().residuals(w) + self.shift


error = Error(X, Y[:, 0])


def of_an_object(w):
    return error(w) + KERAS.losses.mse(w, error.residuals(w)[:2])


class Holder:
    def __init__(self):
        self.w = tf.Variable([0.25, 0.5])

    def loss(self, x, y):
        return tf.reduce_mean(tf.square(tf.linalg.matvec(x, self.w) - y[:, 0]))


holder = Holder()


CASES = {
    "model with a start that was moved": (of_line, line, {"data": (X, Y)}),
    "model, loss object": (of_line, line, {"data": (X, Y)}),
    "weights, mini-batches, a global seed": (of_line, line.weights, {"data": (X, Y), "batch_size": 5, "seed": 3}),
    "model with hidden units": (of_net, net, {"data": (X, TARGETS), "optimizer": "adam"}),
    "functional model": (of_functional, functional, {"data": (X, Y)}),
    "layer": (of_layer, layer.trainable_variables, {"data": (X, Y), "scaled": True}),
    "Variables": (of_variables, [weights, level], {"data": (X, Y)}),
    "Variables in a dict": (of_a_dict, parameters, {"data": (X, Y)}),
    "object": (error, [0.0, 0.5], {}),
    "object of a class with a base": (Shifted(X, Y[:, 0], power=4), [0.0, 0.5], {}),
    "method": (error.largest, [0.0, 0.5], {}),
    "uses an object": (of_an_object, [0.0, 0.5], {}),
    "method of an object with Variables": (holder.loss, [holder.w], {"data": (X, Y), "optimizer": "momentum"}),
}


ALL = """
import runpy, sys
import tensorflow as tf
for name in sys.argv[1:]:
    runpy.run_path(name)
    tf.print("end of", name)
"""


@pytest.fixture(scope="module")
def programs(tmp_path_factory):
    """Return the code of all, the x that each explorer shows, and that its program prints where nothing is known."""
    folder, code, shown = tmp_path_factory.mktemp("programs"), {}, {}
    tf.random.set_seed(7)
    for name, (f, start, more) in CASES.items():
        explorer = DescentExplorer(f, start, learning_rate=RATE, iterations=STEPS, **more)
        if "moved" in name:
            explorer.start = [0.5, 0.25, -0.125]
        paths, at = explorer.paths, explorer.paths.learning_rates.tolist().index(RATE)
        code[name], shown[name] = explorer.code, readout(paths.y[STEPS, at], paths.x[STEPS, at]).partition(" ; ")[2]
        (folder / name).write_text(explorer.code)
    (folder / "all.py").write_text(ALL)
    command = [sys.executable, "all.py", *CASES]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    lines = done.stderr.splitlines()
    printed = {name: lines[at - 1] for name in CASES for at, line in enumerate(lines) if line == f"end of {name}"}
    return code, shown, printed, done.stderr[-2000:]


@pytest.mark.parametrize("name", CASES)
def test_the_program_prints_what_the_explorer_shows(name, programs):
    code, shown, printed, log = programs
    assert printed.get(name, log).endswith(f" ; {shown[name]}"), code[name]


class Own(KERAS.Model):
    def __init__(self, units):
        super().__init__()
        self.hidden = KERAS.layers.Dense(units)

    def call(self, x):
        return self.hidden(x)


class Module(tf.Module):
    def __init__(self):
        super().__init__()
        self.w = tf.Variable([0.25, 0.5])

    def __call__(self, x, y):
        return tf.reduce_mean(tf.square(tf.linalg.matvec(x, self.w) - y[:, 0]))


own, module = Own(1), Module()
own(X)


def of_own(x, y):
    return tf.reduce_mean(tf.square(own(x) - y))


@pytest.mark.parametrize(("f", "start"), [(of_own, own), (module, [module.w])], ids=["own model", "tf.Module"])
def test_what_cannot_be_made_again_is_said(f, start):
    code = DescentExplorer(f, start, data=(X, Y)).code
    assert code.startswith("# No code can be given here") and len(code.splitlines()) == 1
