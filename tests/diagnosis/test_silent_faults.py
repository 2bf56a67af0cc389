"""Faults that leave code running without a sign: a batch that is mixed, data that ended, steps that are never taken."""

import importlib.util
import linecache

import numpy as np
import pytest
import tensorflow as tf

from tests.diagnosis.faults import X, Y, a_model, check_fault, registry
from widgets import record
from widgets.diagnosis.text import explain

keras = tf.keras
FAULTS, fault = registry()
CLASSES = tf.one_hot([0, 1, 2, 0, 1, 2], 3)
WITH_NAN = np.array([[1.0], [np.nan], [2.0]], "float32")


@fault("WRONG_AXIS", "(6, 3)", "(3,)")
def probabilities_that_are_added_over_the_batch():
    w = tf.Variable(tf.random.normal([3, 3], seed=3))
    with tf.GradientTape() as tape:
        chosen = tf.reduce_sum(tf.nn.softmax(X @ w) * CLASSES, axis=0)  # here
        loss = -tf.reduce_mean(tf.math.log(chosen))
    return tape.gradient(loss, w)


@fault("WRONG_AXIS", "(6, 4)", "(4,)")
def distances_that_are_added_over_the_batch():
    w = tf.Variable(tf.random.normal([3, 4], seed=3))
    with tf.GradientTape() as tape:
        anchor, other = X @ w, X[::-1] @ w
        distance = tf.reduce_sum(tf.square(anchor - other), axis=0)  # here
        loss = tf.reduce_mean(tf.maximum(1.0 - distance, 0.0))
    return tape.gradient(loss, w)


@fault("WRONG_AXIS", "(6, 4)", "axis=-1")
def columns_that_are_normalized():
    w = tf.Variable(tf.random.normal([3, 4], seed=3))
    with tf.GradientTape() as tape:
        one = tf.math.l2_normalize(X @ w, axis=0)  # here
        other = tf.math.l2_normalize(X[::-1] @ w, axis=0)
        loss = -tf.reduce_mean(tf.reduce_sum(one * other, axis=1))
    return tape.gradient(loss, w)


@fault("TARGET_OUT_OF_RANGE", "sigmoid", "between 0 and 1")
def targets_that_a_sigmoid_cannot_reach():
    w = tf.Variable(tf.ones([3, 1]))
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(tf.sigmoid(X @ w) - (Y + 100.0)))  # here
    return tape.gradient(loss, w)


@fault("IMAGINARY_LOST", "complex64", "tf.abs")
def an_imaginary_part_that_is_cast_away():
    w = tf.Variable([1.0, 2.0, 4.0])
    with tf.GradientTape() as tape:
        spectrum = tf.signal.fft(tf.cast(w, tf.complex64))
        loss = tf.reduce_sum(tf.cast(spectrum, tf.float32) ** 2)  # here
    return tape.gradient(loss, w)


@fault("NOT_APPLIED", "`opt`", "apply_" + "gradients")
def gradients_that_are_never_used():
    model, opt = a_model(), keras.optimizers.SGD(0.1)
    for _ in range(5):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(model(X) - Y))
        gradients = tape.gradient(loss, model.trainable_variables)  # here
    return opt, gradients


@fault("OPTIMIZER_IN_LOOP", "`opt`")
def an_optimizer_for_each_step():
    w = tf.Variable(1.0)
    for _ in range(5):
        opt = keras.optimizers.Adam(0.1)  # here
        with tf.GradientTape() as tape:
            loss = (w - 3.0) ** 2
        opt.apply_gradients([(tape.gradient(loss, w), w)])


@fault("DATA_USED_UP", "`batches`", "a generator")
def a_generator_for_several_epochs():
    w, batches = tf.Variable(tf.zeros([3, 1])), ((X[i : i + 2], Y[i : i + 2]) for i in range(0, 6, 2))
    for _epoch in range(3):
        for x, y in batches:  # here
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(tf.square(x @ w - y))
            w.assign_sub(0.1 * tape.gradient(loss, w))


@fault("DATA_USED_UP", "`batches`", "repeat()")
def an_iterator_that_came_to_its_end():
    batches = iter(tf.data.Dataset.from_tensor_slices(X).batch(3))
    for _step in range(3):
        next(batches)  # here


@fault("OSCILLATES", "jumps back")
def steps_back_and_forth():
    w = tf.Variable(3.0)
    for _ in range(8):
        with tf.GradientTape() as tape:
            loss = w**2
        w.assign_sub(1.0 * tape.gradient(loss, w))  # here


@fault("NAN_IN_DATA", "1 of the 3 numbers", "the inputs")
def data_with_nan_in_fit():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse")
    model.fit(WITH_NAN, np.ones([3, 1]), epochs=2, verbose=0)  # here


@fault("DIVERGES", "3.", "inf")
def a_fit_that_diverges():
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
    x = np.linspace(0, 100, 20, dtype="float32")[:, None]
    model.fit(x, 3 * x + 2, epochs=20, verbose=0)  # here


@fault("ALL_FROZEN", "frozen")
def a_fit_with_nothing_to_train():
    model = a_model()
    model.trainable = False
    model.compile(optimizer="sgd", loss="mse")
    model.fit(X, Y, verbose=0)  # here


@fault("GRADIENT_SHAPE", "(4, 3)", "(3, 4)")
def gradients_in_another_order():
    first, second = tf.Variable(tf.ones([3, 4])), tf.Variable(tf.ones([4, 3]))
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(X @ first @ second - X))
    gradients = tape.gradient(loss, [second, first])
    keras.optimizers.Adam().apply_gradients(zip(gradients, [first, second], strict=True))  # here


@fault("SAMPLE_CANCELS", "subtracted from itself")
def a_ratio_to_itself():
    w = tf.Variable(tf.ones([3, 2]))
    with tf.GradientTape() as tape:
        new = tf.nn.log_softmax(X @ w)[:, 0]
        old = new
        loss = -tf.reduce_mean(tf.exp(new - old))  # here
    return tape.gradient(loss, w)


@fault("MAXIMIZED", "minus sign")
def a_likelihood_that_is_minimized():
    w = tf.Variable(tf.zeros([3, 3]))
    for _ in range(4):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.reduce_sum(CLASSES * tf.nn.log_softmax(X @ w), axis=1))  # here
        w.assign_sub(tape.gradient(loss, w))


@fault("MADE_EACH_ROUND", "`w`")
def a_variable_for_each_round():
    for _ in range(5):
        w = tf.Variable(tf.zeros([3, 1]))  # here
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(X @ w - Y))
        w.assign_sub(0.1 * tape.gradient(loss, w))


@fault("FLAT", "`tf.sign`")
def the_sign_of_the_output():
    w = tf.Variable(tf.ones([3, 1]))
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(tf.sign(X @ w) - 3.0))  # here
    return tape.gradient(loss, w)


def is_positive(y, p):
    return tf.reduce_sum(tf.cast(tf.logical_and(y > 0.5, p > 0.5), tf.float32))  # here


@fault("NOT_DIFFERENTIABLE", "comparison")
def a_comparison_in_a_helper_of_the_loss():
    model = a_model()
    model.compile(optimizer="sgd", loss=lambda y, p: 1.0 - is_positive(y, p))
    model.fit(X, Y, verbose=0)


@fault("DIVIDED_BY_ZERO", "divide_no_nan")
def a_division_by_zero():
    w = tf.Variable([1.0, 1.0])
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(w / tf.constant([0.0, 2.0]))  # here
    return tape.gradient(total, w)


class Normalizing(keras.Model):
    def __init__(self):
        super().__init__()
        self.normal, self.out = keras.layers.BatchNormalization(), keras.layers.Dense(1)

    def call(self, x, training=False):
        return self.out(self.normal(x, training=training))


@fault("TRAINING_FLAG", "`batch_normalization", mend="guess = model(X, training=True)  # here")
def a_flag_that_the_model_would_hand_on():
    model, opt = Normalizing(), keras.optimizers.SGD(0.01)
    for _ in range(2):
        with tf.GradientTape() as tape:
            guess = model(X)  # here
            loss = tf.reduce_mean(tf.square(guess - Y))
        gradients = tape.gradient(loss, model.trainable_variables)
        opt.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
    return model(X, training=False)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_silent_fault_is_named_at_its_line(fault):
    check_fault(fault)


def skipped_on_purpose():
    used, unused = a_model(), a_model()
    weights = used.trainable_variables + unused.trainable_variables
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(used(X) ** 2)
    gradients = tape.gradient(loss, weights)
    return [(g, v) for g, v in zip(gradients, weights, strict=True) if g is not None]


def normalized_rows():
    w = tf.Variable(tf.random.normal([3, 4], seed=3))
    with tf.GradientTape() as tape:
        one, other = (tf.math.l2_normalize(x @ w, axis=-1) for x in (X, X[::-1]))
        loss = -tf.reduce_mean(tf.reduce_sum(one * other, axis=1))
    return tape.gradient(loss, w)


def an_error_for_each_output():
    w = tf.Variable(tf.random.normal([3, 4], seed=3))
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.sqrt(tf.reduce_mean(tf.square(X @ w - 1.0), axis=0)))
    return tape.gradient(loss, w)


def a_start_for_each_rate():
    for rate in (0.1, 0.2, 0.3, 0.4):
        w = tf.Variable(1.0)
        with tf.GradientTape() as tape:
            loss = (w - 3.0) ** 2
        w.assign_sub(rate * tape.gradient(loss, w))


def columns_that_must_vary():
    w = tf.Variable(tf.random.normal([3, 4], seed=3))
    with tf.GradientTape() as tape:
        out = X @ w
        variance = tf.reduce_mean(tf.square(out - tf.reduce_mean(out, axis=0)), axis=0)
        loss = tf.reduce_mean(tf.nn.relu(4.0 - variance))
    return tape.gradient(loss, w)


def an_optimizer_for_each_rate():
    w = tf.Variable(1.0)
    for rate in (0.1, 0.2):
        opt = keras.optimizers.Adam(rate)
        for _ in range(5):
            with tf.GradientTape() as tape:
                loss = (w - 3.0) ** 2
            opt.apply_gradients([(tape.gradient(loss, w), w)])


HEALTHY = (
    skipped_on_purpose,
    normalized_rows,
    an_error_for_each_output,
    a_start_for_each_rate,
    columns_that_must_vary,
    an_optimizer_for_each_rate,
)


@pytest.mark.parametrize("healthy", HEALTHY)
def test_what_only_looks_alike_is_left_alone(healthy):
    recording = record(healthy)
    assert recording.error is None and explain(recording).code is None


def test_two_causes_stand_side_by_side_each_with_its_line():
    model, opt = a_model(keras.layers.BatchNormalization(), keras.layers.Dense(1)), keras.optimizers.SGD(0.01)

    def train():
        with tf.GradientTape() as tape:
            guess = model(X)
            loss = tf.reduce_mean(tf.square(guess - Y[:, 0]))
        gradients = tape.gradient(loss, model.trainable_variables)
        opt.apply_gradients(zip(gradients, model.trainable_variables, strict=True))

    both = explain(record(train))
    assert (both.code, both.second.code) == ("BROADCAST", "TRAINING_FLAG")
    assert both.second.line[1] == "guess = model(X)" and both.second.cause in str(both)
    assert explain(record(skipped_on_purpose)).second is None


def test_a_file_that_was_changed_since_is_not_quoted(tmp_path):
    file, text = (
        tmp_path / "of_a_learner.py",
        "\n".join(
            ["import tensorflow as tf", "def run():", "    x = tf.constant(1.0)", "    with tf.GradientTape() as tape:"]
            + ["        y = x * x", "    return tape.gradient(y, x)", ""]
        ),
    )
    file.write_text(text)
    spec = importlib.util.spec_from_file_location("of_a_learner", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert explain(record(module.run)).code == "CONSTANT_NOT_WATCHED"
    file.write_text("# a new line\n" + text)
    linecache.checkcache()
    said = explain(record(module.run))
    assert (said.code, said.line) == ("SOURCE_CHANGED", None) and "of_a_learner.py" in said.cause


def test_a_tape_itself_is_refused_with_what_to_explain_instead():
    with tf.GradientTape() as tape:
        pass
    with pytest.raises(TypeError, match=r"tape.*record\(f\)"):
        explain(tape)
