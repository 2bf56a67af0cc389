"""Make what the unit tests of the front end read, as Python sends it: `python -m tests.view.make_payloads`."""

import json
import pathlib
import tempfile

import keras
import numpy as np
import tensorflow as tf

import widgets
from tests.saved_pages import state_in

keras.utils.set_random_seed(1)
MODEL = keras.Sequential(
    [
        keras.Input((2,)),
        keras.layers.Dense(3, activation="tanh", name="hidden"),
        keras.layers.Dense(2, name="logits"),
    ],
    name="model",
)
FOLDER = pathlib.Path(__file__).with_name("payloads")
NUMBERS = [0.0, -0.0, 1.0, -2.5, 0.1, 1 / 3, 2 / 3, 114.0, 1e-4, 1e-5, 123456.0, 1234567.0, 1e6, 1e7, 16777216.0, 0.15]
NUMBERS += [2.0**-126, 2.0**-127, -(2.0**-130), 2.0**-1022, 5e-324, 3.4e38, 1e300, 0.5, 2.5e-7, 100000.5, 8388609.5]
NUMBERS += [float("inf"), float("-inf"), float("nan"), -float("nan"), 0.99999994, 1.0000001, 1 - 2.0**-53, 33554434.0]


def joins(x):
    """Return the gradient of u² + u for u = x²: three gradients arrive at u."""
    with tf.GradientTape() as tape:
        tape.watch(x)
        u = x * x
        y = u * u + u
    return tape.gradient(y, x)


def nested(x):
    """Return a second derivative: one tape inside another."""
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = x * x * x
        slope = inner.gradient(y, x)
    return outer.gradient(slope, x)


def step(x):
    """Return the gradients of a loss of two layers."""
    with tf.GradientTape() as tape:
        out = MODEL(x)
        loss = tf.reduce_mean(out**2)
    return tape.gradient(loss, MODEL.trainable_variables)


def products():
    """Return the gradients of a product of matrices, one of them transposed, to which a row is added."""
    x, w, b = tf.Variable([[1.0, 2.0], [3.0, -4.0], [0.5, 0.0]]), tf.Variable(tf.ones((4, 2))), tf.Variable(tf.zeros(4))
    with tf.GradientTape() as tape:
        z = tf.matmul(x, w, transpose_b=True)
        y = z + b
        loss = tf.reduce_sum(y * y)
    return tape.gradient(loss, [x, w, b])


def parabola(x):
    """Return (x − 1)²."""
    return (x - 1.0) ** 2.0


def payloads():
    """Return what each view's model starts with, by name."""
    return {
        "deck": state_of(widgets.TapeDeck(joins, x=3.0)),
        "nested": state_of(widgets.TapeDeck(nested, x=3.0)),
        "layers": state_of(widgets.TapeDeck(step, x=[[1.0, 2.0], [3.0, -1.0], [0.5, 0.0]])),
        "products": state_of(widgets.TapeDeck(products)),
        "microscope": state_of(
            widgets.PrecisionMicroscope(parabola, 0.0, 0.1, learning_rates=[0.1, 0.25], iterations=120)
        ),
    }


def state_of(view):
    """Return the traits that a saved page of a view has."""
    with tempfile.TemporaryDirectory() as folder:
        page = pathlib.Path(view.save_html(pathlib.Path(folder, "page.html"))).read_text("utf-8")
    return state_in(page)


def printed():
    """Return numbers as tf.print writes them: for each dtype [bytes in hex, text]."""
    found = {}
    for dtype in (np.float32, np.float64):
        with np.errstate(over="ignore", under="ignore"):
            numbers = np.unique(np.array(NUMBERS, dtype).view(f"u{dtype().itemsize}")).view(dtype)
        found[dtype.__name__] = [[number.tobytes().hex(), tf_text(number)] for number in numbers]
    return found


def tf_text(number):
    """Return what tf.print writes for a number."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "text")
        tf.print(tf.constant([number]), output_stream=f"file://{path}")  # of scalars, TensorFlow takes -0.0 for 0.0
        return path.read_text("utf-8").strip("[]\n")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, payload in (payloads() | {"printed": printed()}).items():
        (FOLDER / f"{name}.json").write_text(json.dumps(payload, ensure_ascii=False, indent=1) + "\n", "utf-8")
