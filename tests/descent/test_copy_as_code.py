"""'Copy as code' is run, as a learner would run it, and prints what the explorer shows."""

import functools
import math
import textwrap

import numpy as np
import pytest
import tensorflow as tf

from widgets.descent import descend
from widgets.descent.copy_as_code import ITERATIONS, code_template, filled_in
from widgets.descent.optimizers import LEARNING_RATE, OPTIMIZERS
from widgets.descent.text import readout
from widgets.descent.widget import DescentExplorer

HALF = 0.5
WEIGHTS = np.array([1.0, 3.0], np.float32)
NUMBERS = tf.float32
tape = 2.0  # the name of one of the loop's own variables


def course(x):
    return tf.pow(x, 2) - 2.0 * x + 1.0


def helped(x):
    return HALF * doubled(x) * x


def doubled(z):
    return tf.multiply(z, 2.0)


def with_inner(x, times=2):
    """A docstring with {braces} and «learning_rate in it."""

    def inner(z):
        return z * HALF

    return inner(x) * x * sum(1.0 for _ in range(times))


def weighted(x):
    weights = tf.constant(WEIGHTS, NUMBERS)
    return weights[0] * x[0] * x[0] + weights[1] * x[1] * x[1]


def clashing(x):
    return x * x * tape


def y(x):
    return x * x - x


@tf.function
def graph(x):
    return x * x - HALF


def closure():
    centre, bowl = tf.constant(0.75), tf.Variable(2.0)

    def around(x):
        return bowl * (x - centre) * (x - centre)

    return around


def by_partial(power, x, *, shift):
    return tf.pow(x - shift, power)


def by_math(x):
    return x * x * math.pi + np.float32(0.1) * x


square = tf.square


def by_another_name(x):
    return square(x) + HALF


def typed(x: tf.Tensor, by: float = HALF) -> tf.Tensor:
    return x * x * by


USUAL = {"learning_rate": 0.1, "iterations": 30, "optimizer": "sgd", "dtype": "float32"}
RUNS = {
    "course": (course, 0.0, {}),
    "course, stalled": (course, 0.0, {"learning_rate": 0.01, "iterations": 670}),
    "no step": (course, 0.5, {"iterations": 0}),
    "helpers": (helped, 3.0, {"optimizer": "momentum"}),
    "inner function and default": (with_inner, 1.5, {"optimizer": "nesterov"}),
    "list, NumPy array": (weighted, [1.0, -2.0], {"optimizer": "rmsprop", "learning_rate": 0.02}),
    "a name of the loop's": (clashing, 1.0, {}),
    "called as one of the loop's": (y, 1.0, {}),
    "tf.function": (graph, 1.0, {"optimizer": "adam"}),
    "closure with tensors": (closure(), 3.0, {}),
    "lambda": (lambda x: x * x * HALF - x, 0.3, {"dtype": "float64", "learning_rate": 1 / 3}),
    "lambda over lines": (
        lambda x, a=2.0: (
            x * x  # the square
            + a
        ),
        0.3,
        {},
    ),
    "partial": (functools.partial(by_partial, 2, shift=0.25), 1.0, {}),
    "modules": (by_math, 1.0, {"learning_rate": 1e-05}),
    "TensorFlow's under another name": (by_another_name, 1.0, {}),
    "annotated": (typed, 1.0, {"dtype": "float64", "optimizer": "adam"}),
    "built in": (abs, -2.0, {}),
    "overflows": (helped, 3.0, {"learning_rate": 3.9, "iterations": 100}),
}


@pytest.mark.parametrize("name", RUNS)
def test_code_prints_what_the_explorer_shows(name, capfd):
    """It is run where no name is known: all that it needs, it brings along."""
    f, start, others = RUNS[name]
    run = USUAL | others
    paths = descend(f, start, [run["learning_rate"]], max(1, run["iterations"]), run["optimizer"], run["dtype"])
    code = code_template(f, start, OPTIMIZERS[run["optimizer"]], run["dtype"])
    code = filled_in(code, run["learning_rate"], run["iterations"])
    assert f"import {__name__}" not in code  # which a learner's own program could not
    capfd.readouterr()
    exec(code, {})
    shown = readout(paths.y[run["iterations"], 0], paths.x[run["iterations"], 0])
    assert capfd.readouterr().err.splitlines()[-1:] == [shown], code  # where tf.print writes


def test_code_calls_the_value_what_the_explorer_calls_it(capfd):
    def valley(p):
        x, y = p[0], p[1]
        return x * x + 4.0 * y * y

    explorer = DescentExplorer(valley, [2.0, 1.0], learning_rate=0.1, iterations=3)
    capfd.readouterr()
    exec(explorer.code, {})
    printed = capfd.readouterr().err.splitlines()[-1]
    at = int(np.flatnonzero(explorer.paths.learning_rates == 0.1)[0])
    assert printed.startswith("f = ") and float(printed[4:].split()[0]) == pytest.approx(explorer.paths.y[3, at])


def test_the_explorers_code_is_that_of_the_run_shown():
    explorer = DescentExplorer(closure(), 3.0, learning_rate=0.05, iterations=7)
    assert explorer.code == filled_in(code_template(closure(), 3.0, OPTIMIZERS["sgd"], "float32"), 0.05, 7)
    explorer.optimizer, explorer.iterations, explorer.start = "adam", 3, 2.0
    assert explorer.code == filled_in(code_template(closure(), 2.0, OPTIMIZERS["adam"], "float32"), 0.05, 3)


def test_code_of_the_course_is_what_one_would_write():
    assert filled_in(code_template(course, 0.0, OPTIMIZERS["sgd"], "float32"), 0.1, 30) == textwrap.dedent(
        """\
        import tensorflow as tf


        def course(x):
            return tf.pow(x, 2) - 2.0 * x + 1.0


        x = tf.Variable(0.0, dtype="float32")
        optimizer = tf.keras.optimizers.SGD(learning_rate=0.1)
        for _ in range(30):
            with tf.GradientTape() as tape:
                y = course(x)
            gradient = tape.gradient(y, x)
            optimizer.apply_gradients([(gradient, x)])
        tf.print("y =", course(x), "; x =", x)
        """
    )


def without_source():
    names = {}
    exec("def f(x):\n    return x * x", names)
    return names["f"]


def with_a_local_default(factor):
    bowl = tf.constant(factor)

    def inner(x, other=bowl):
        return other * x * x

    return inner


@pytest.mark.parametrize("f", [without_source(), with_a_local_default(2.0)], ids=["no source", "default"])
def test_what_cannot_be_said_is_left_to_the_learner(f):
    code = code_template(f, 1.0, OPTIMIZERS["sgd"], "float32")
    assert "= ...  # put your function here" in code
    compile(filled_in(code, 0.1, 3), "code", "exec")


def test_every_optimizers_code_has_both_placeholders():
    for optimizer in OPTIMIZERS.values():
        template = code_template(course, 0.0, optimizer, "float32")
        assert template.count(LEARNING_RATE) == template.count(ITERATIONS) == 1


def line(weights, inputs, targets):
    return tf.reduce_mean(tf.square(weights["slope"] * inputs + weights["level"] - targets))


def flat_line(w, inputs, targets):
    return tf.reduce_mean(tf.square(w[0] * inputs + w[1] - targets))


INPUTS = np.linspace(0, 1, 20, dtype=np.float32)
DATA = INPUTS, np.float32(2.0) * INPUTS + np.sin(9 * INPUTS)
DECAY = tf.keras.optimizers.schedules.ExponentialDecay(0.5, 10, 0.7)
PIECES = tf.keras.optimizers.schedules.PiecewiseConstantDecay([5, 9], [0.3, 0.1, 0.02])


def halved(rate):
    return tf.keras.optimizers.schedules.PiecewiseConstantDecay([4], [rate, HALF * rate])


HALF = 0.5


@pytest.mark.parametrize(
    ("f", "start", "more"),
    [
        (flat_line, [0.0, 0.5], {}),
        (line, {"slope": 0.25, "level": 0.0}, {"batch_size": 8, "seed": 3, "optimizer": "adam"}),
        (line, {"slope": 0.25, "level": 0.0}, {"batch_size": 6, "optimizer": tf.keras.optimizers.SGD(DECAY)}),
        (flat_line, [0.0, 0.5], {"optimizer": tf.keras.optimizers.Adam(PIECES)}),
        (flat_line, [0.0, 0.5], {"schedule": "cosine", "iterations": 20}),
        (line, {"slope": 0.25, "level": 0.0}, {"schedule": "inverse time", "batch_size": 8, "optimizer": "adam"}),
        (flat_line, [0.0, 0.5], {"schedule": halved, "optimizer": "momentum"}),
        (flat_line, [0.0, 0.5], {"schedule": PIECES}),
        (flat_line, [0.0, 0.5], {"scaled": True}),
        (line, {"slope": 0.25, "level": 0.0}, {"scaled": True, "batch_size": 8, "seed": 1, "dtype": "float64"}),
    ],
)
def test_code_over_data_prints_what_the_explorer_shows(f, start, more, capfd):
    explorer = DescentExplorer(f, start, data=DATA, learning_rate=0.3, **more)
    explorer.iterations = 13
    capfd.readouterr()
    exec(explorer.code, {})
    at = explorer.paths.learning_rates.tolist().index(0.3)
    shown = readout(explorer.paths.y[13, at], explorer.paths.x[13, at])
    assert capfd.readouterr().err.splitlines()[-1:] == [shown], explorer.code
