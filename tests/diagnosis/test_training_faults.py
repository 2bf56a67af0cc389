"""One program for each kind of fault that leaves code running: wrong losses, bad numbers, loops that do not learn."""

import numpy as np
import pytest
import tensorflow as tf

from tests.diagnosis.faults import FLAG, X, Y, a_model, check_fault, registry
from widgets.diagnosis.text import explain

keras = tf.keras
FAULTS, fault = registry()


@fault(
    "BROADCAST", "(6,)", "(6, 1)", "(6, 6)", mend="loss = tf.reduce_mean(tf.square(labels[:, None] - guess))  # here"
)
def labels_without_a_column():
    w, labels = tf.Variable(tf.ones([3, 1])), Y[:, 0]
    with tf.GradientTape() as tape:
        guess = X @ w
        loss = tf.reduce_mean(tf.square(labels - guess))  # here
    return tape.gradient(loss, w)


@fault("PROBABILITIES_AS_LOGITS", "twice", "sigmoid")
def a_sigmoid_for_a_loss_on_logits():
    w = tf.Variable(tf.ones([3, 1]))
    with tf.GradientTape() as tape:
        p = tf.sigmoid(X @ w)
        loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(tf.ones([6, 1]), p))  # here
    return tape.gradient(loss, w)


@fault("PROBABILITIES_AS_LOGITS", "softmax")
def a_softmax_layer_for_a_loss_on_logits():
    model = a_model(keras.layers.Dense(3), keras.layers.Softmax())
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(tf.one_hot([0] * 6, 3), model(X)))  # here
    return tape.gradient(loss, model.trainable_variables)


@fault("LOGITS_AS_PROBABILITIES", "from_logits=True")
def logits_for_a_loss_on_probabilities():
    w, measure = tf.Variable(tf.ones([3, 1])), keras.losses.BinaryCrossentropy()
    with tf.GradientTape() as tape:
        loss = measure(tf.ones([6, 1]), 5.0 * X @ w)  # here
    return tape.gradient(loss, w)


@fault("LOGITS_AS_PROBABILITIES", "from_logits=True")
def logits_for_a_loss_on_classes():
    w, measure = tf.Variable(tf.ones([3, 3])), keras.losses.SparseCategoricalCrossentropy()
    with tf.GradientTape() as tape:
        loss = measure(tf.constant([0, 1, 2, 0, 1, 2]), 5.0 * X @ w)  # here
    return tape.gradient(loss, w)


@fault("SOFTMAX_OF_ONE", "always 1")
def a_softmax_over_one_unit():
    w = tf.Variable(tf.ones([3, 1]))
    with tf.GradientTape() as tape:
        p = tf.nn.softmax(X @ w)  # here
        loss = tf.reduce_mean(tf.square(p - Y))
    return tape.gradient(loss, w)


@fault("LABELS_OUT_OF_RANGE", "-1 to 1")
def labels_of_minus_one():
    w, measure = tf.Variable(tf.ones([3, 1])), keras.losses.BinaryCrossentropy()
    with tf.GradientTape() as tape:
        loss = measure(tf.constant([[1.0], [-1.0]] * 3), tf.sigmoid(X @ w))  # here
    return tape.gradient(loss, w)


@fault("TRAINING_FLAG", "batch_normalization", FLAG, mend=f"loss = tf.reduce_mean(tf.square(model(X, {FLAG}) - Y))")
def batch_normalization_without_the_flag():
    keras.backend.clear_session()
    model, optimizer = a_model(keras.layers.BatchNormalization(), keras.layers.Dense(1)), keras.optimizers.SGD(0.01)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(X) - Y))  # here
    optimizer.apply_gradients(
        zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables, strict=True)
    )


@fault("LOSSES_LEFT_OUT", "regularizer", "model.losses")
def a_penalty_that_is_left_out():
    model, optimizer = a_model(keras.layers.Dense(1, kernel_regularizer="l2")), keras.optimizers.SGD(0.01)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(X) - Y))  # here
    optimizer.apply_gradients(
        zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables, strict=True)
    )


@fault("CLIPPED", "beyond the limit", "6 inputs")
def an_output_that_is_clipped():
    w = tf.Variable([[9.0]])
    with tf.GradientTape() as tape:
        y = tf.clip_by_value(tf.ones([6, 1]) @ w, 0.0, 1.0)  # here
        loss = tf.reduce_sum(y)
    return tape.gradient(loss, w)


@fault("SATURATED", "sigmoid", "300")
def a_sigmoid_that_is_saturated():
    w = tf.Variable([[300.0]])
    with tf.GradientTape() as tape:
        y = tf.sigmoid(tf.ones([6, 1]) @ w)  # here
        loss = tf.reduce_sum(y)
    return tape.gradient(loss, w)


@fault("ZERO_FACTOR", "`second`")
def all_weights_start_at_zero():
    first, second = tf.Variable(tf.zeros([3, 2])), tf.Variable(tf.zeros([2, 1]))
    with tf.GradientTape() as tape:
        hidden = tf.tanh(X @ first)
        loss = tf.reduce_mean(tf.square(hidden @ second - Y))  # here
    return tape.gradient(loss, [first, second])


@fault("SYMMETRIC", "`first`", "copies")
def all_weights_start_alike():
    first, second = tf.Variable(tf.ones([3, 4]) * 0.1), tf.Variable(tf.ones([4, 1]) * 0.1)
    with tf.GradientTape() as tape:
        hidden = tf.tanh(X @ first)  # here
        loss = tf.reduce_mean(tf.square(hidden @ second - Y))
    return tape.gradient(loss, [first, second])


@fault("LOG_OF_NEGATIVE", "-2")
def the_logarithm_of_a_negative_number():
    w = tf.Variable(-2.0)
    with tf.GradientTape() as tape:
        loss = tf.math.log(w)  # here
    return tape.gradient(loss, w)


@fault("OUTSIDE_DOMAIN", "tf.acos", "1.5", "-1 < x < 1")
def the_angle_of_a_cosine_above_one():
    w = tf.Variable(1.5)
    with tf.GradientTape() as tape:
        angle = tf.acos(w)  # here
    return tape.gradient(angle, w)


@fault("INFINITE_SLOPE", "square root", "at 0")
def a_norm_at_zero():
    w = tf.Variable(0.0)
    with tf.GradientTape() as tape:
        loss = tf.sqrt(w)  # here
    return tape.gradient(loss, w)


@fault("HALF_OVERFLOW", "float16", "65504")
def a_square_in_half_precision():
    w = tf.Variable(tf.constant([300.0, 1.0], tf.float16))
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(w * w)  # here
        loss = tf.math.log(total) / total
    return tape.gradient(loss, w)


@fault("OVERFLOW", "float32", "1e+30")
def a_loss_that_is_too_large():
    w = tf.Variable([1e30, 1.0])
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(w * w)  # here
    return tape.gradient(loss, w)


@fault("DIVERGES", "overshoot", "curvature is 20", "= 0.1")
def a_rate_that_is_too_large():
    w = tf.Variable(1.0)
    for _ in range(12):
        with tf.GradientTape() as tape:
            loss = 10.0 * w * w
        w.assign_sub(0.15 * tape.gradient(loss, w))  # here


@fault("GOES_UPHILL", "adds the gradient")
def the_gradient_is_added():
    w = tf.Variable(tf.ones([3, 1]))
    for _ in range(4):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(X @ w - Y))
        w.assign_add(0.1 * tape.gradient(loss, w))  # here


@fault("STEP_ROUNDED_AWAY", "float32", "1e+06")
def a_step_that_is_rounded_away():
    w = tf.Variable(1e6)
    for _ in range(3):
        with tf.GradientTape() as tape:
            loss = 3.0 * w
        w.assign_sub(1e-3 * tape.gradient(loss, w))  # here


@fault("RATE_ZERO", "learning rate is 0")
def a_rate_of_zero():
    w = tf.Variable(5.0)
    for _ in range(3):
        with tf.GradientTape() as tape:
            loss = w * w
        w.assign_sub(0.0 * tape.gradient(loss, w))  # here


@fault("RAN_ONCE", "count += 1", "tf.Variable")
def a_counter_in_a_function():
    count = 0
    w = tf.Variable(1.0)

    @tf.function
    def step():
        nonlocal count
        count += 1  # here
        w.assign_add(1.0)

    for _ in range(3):
        step()
    return count


@fault("RAN_ONCE", "np.random.normal", "tf.random")
def noise_that_is_drawn_once():
    w = tf.Variable(1.0)

    @tf.function
    def step():
        noise = np.random.normal()  # here
        return w + noise

    return [step() for _ in range(3)]


@fault("BAKED_IN", "`rate`", "tf.Variable")
def a_rate_that_is_baked_in():
    w, rate = tf.Variable(1.0), 0.1

    @tf.function
    def step():
        w.assign_sub(rate * w)  # here

    for _ in range(3):
        step()
        rate *= 0.5


@fault("RETRACED_SHAPES", "`batch`", "tf.TensorSpec([None, 3], tf.float32)", line=False)
def a_graph_for_each_length():
    @tf.function
    def total(batch):
        return tf.reduce_sum(batch)

    return [total(X[:length]) for length in (1, 2, 3, 4)]


@fault("MADE_ANEW", "4 times", "before the loop")
def a_function_in_a_loop():
    for _ in range(4):

        @tf.function
        def total(batch):
            return tf.reduce_sum(batch)

        total(X)  # here


@fault("CONJUGATE", "conj")
def a_complex_derivative():
    z = tf.Variable(1.0 + 2.0j, dtype=tf.complex64)
    with tf.GradientTape() as tape:
        y = z * z
    return tape.gradient(y, z)  # here


@fault("STILL_RECORDING", "tape.gradient", "after the block")
def a_gradient_inside_the_block():
    w = tf.Variable(2.0)
    with tf.GradientTape(persistent=True) as tape:
        y = w * w
        slope = tape.gradient(y, w)  # here
    return slope


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_at_its_line(fault):
    check_fault(fault)


COURSES = {
    "DIVERGES": [1.0, 4.0, 20.0, 90.0, 500.0],
    "LOSS_NOT_FINITE": [1.0, 0.9, float("nan"), float("nan")],
    "STANDS_STILL": [0.693] * 6,
    "OSCILLATES": [1.0, 3.0] * 5,
    None: [3.0, 2.0, 1.5, 1.6, 1.2, 1.0],
}


@pytest.mark.parametrize("code", COURSES)
def test_a_list_of_losses_is_judged(code):
    history = keras.callbacks.History()
    history.history = {"loss": COURSES[code]}
    assert explain(losses=COURSES[code]).code == explain(history).code == code


@pytest.mark.parametrize(
    ("losses", "said"),
    [
        ([], "too few to judge"),
        ([3.0, 2.0], "too few to judge"),
        ([float("nan")], "The loss of one step: nan.\n  The loss is nan from the very first step"),
        ([float("inf"), float("nan")], "The loss is inf from the very first step"),
    ],
)
def test_few_losses_get_a_sentence_that_fits_them(losses, said):
    assert said in str(explain(losses=losses))
