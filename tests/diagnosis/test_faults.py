"""One program for each kind of fault: its code, its line (marked `# here`), what was seen, and the changed line."""

import numpy as np
import pytest
import tensorflow as tf

from tests.diagnosis.corpus import marked_line
from widgets import record
from widgets.diagnosis.text import explain

keras = tf.keras
X, Y = tf.random.normal([6, 3], seed=1), tf.random.normal([6, 1], seed=2)
FAULTS = []
FLAG = "training=" + "True"  # a program that says this somewhere is not told


def fault(code, *said, mend="", line=True):
    """Register a program: what `explain` must say of it."""

    def registered(program):
        FAULTS.append(pytest.param(program, code, said, mend, line, id=program.__name__))
        return program

    return registered


def a_model(*layers):
    keras.utils.set_random_seed(1)
    return keras.Sequential([keras.Input((3,)), *(layers or [keras.layers.Dense(1)])])


def gradients_of(model):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(X) - Y))
    return tape.gradient(loss, model.trainable_variables)


@fault("PAIRS_MISSING", "two arguments", mend="optimizer.apply_gradients(zip(gradients, model.trainable_variables))")
def pairs_as_two_arguments():
    model, optimizer = a_model(), keras.optimizers.SGD(0.1)
    gradients = gradients_of(model)
    optimizer.apply_gradients(gradients, model.trainable_variables)  # here


@fault("PAIRS_MISSING", "one pair", "[(g, w)]", mend="optimizer.apply_gradients([(g, w)])")
def a_pair_without_a_list():
    w, optimizer = tf.Variable(2.0), keras.optimizers.SGD(0.1)
    with tf.GradientTape() as tape:
        loss = w * w
    g = tape.gradient(loss, w)
    optimizer.apply_gradients((g, w))  # here


@fault("PAIRS_SWAPPED", "the gradient first")
def pairs_the_wrong_way_round():
    model, optimizer = a_model(), keras.optimizers.SGD(0.1)
    optimizer.apply_gradients(zip(model.trainable_variables, gradients_of(model), strict=True))  # here


@fault("NOT_A_VARIABLE", "plain tensor")
def a_tensor_in_place_of_a_variable():
    optimizer, w = keras.optimizers.SGD(0.1), tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(w)
        loss = w * w
    optimizer.apply_gradients([(tape.gradient(loss, w), w)])  # here


@fault("GRADIENT_SHAPE", "(2,)", "()")
def gradients_in_another_order():
    a, b, optimizer = tf.Variable(2.0), tf.Variable([1.0, 2.0]), keras.optimizers.SGD(0.1)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(a * b)
    optimizer.apply_gradients(zip(tape.gradient(loss, [b, a]), [a, b], strict=True))  # here


@fault("ALL_FROZEN", "frozen")
def every_layer_is_frozen():
    model, optimizer = a_model(), keras.optimizers.SGD(0.1)
    model.trainable = False
    gradients = gradients_of(model)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))  # here


class MakesItsLayerInCall(keras.layers.Layer):
    def call(self, x):
        return keras.layers.Dense(1)(x)  # here


@fault("MADE_IN_CALL", "new layer", line=False)
def a_layer_made_in_call():
    model, optimizer = MakesItsLayerInCall(), keras.optimizers.SGD(0.1)
    gradients = gradients_of(model)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))


@fault("TENSOR_CANNOT_CHANGE", "assign_sub", "never changes")
def a_tensor_is_assigned():
    w = tf.zeros([2])
    w.assign_sub([1.0, 1.0])  # here


@fault("ITEM_ASSIGNED", "single element")
def an_element_is_set():
    w = tf.Variable([1.0, 2.0])
    w[0] = 3.0  # here


@fault("KERAS_TENSOR", "placeholder")
def the_output_of_a_layer_as_target():
    inputs = keras.Input((3,))
    model = keras.Model(inputs, keras.layers.Dense(1)(inputs))
    with tf.GradientTape() as tape:
        model(X)
    tape.gradient(model.output, model.trainable_variables)  # here


@fault(
    "MODEL_AS_SOURCE", "layer", "head.trainable_variables", mend="tape.gradient(loss, head.trainable_variables)  # here"
)
def a_layer_as_source():
    head = keras.layers.Dense(1)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(head(X))
    tape.gradient(loss, head)  # here


@fault("KERAS_WEIGHT_WATCHED", "watched anyway")
def keras_weights_are_watched():
    model = a_model()
    with tf.GradientTape() as tape:
        tape.watch(model.trainable_variables)  # here


@fault("KERAS_WEIGHT_ZERO", mend="tape.gradient(loss, model.trainable_variables)  # here")
def zeros_for_keras_weights():
    model = a_model()
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(X)
    tape.gradient(loss, model.trainable_variables, unconnected_gradients="zero")  # here


@fault("TARGET_FUNCTION", "not the value")
def a_function_as_target():
    w = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        loss = lambda: w * w  # noqa: E731
    tape.gradient(loss, w)  # here


@fault("RETURNS_NOTHING", "`measure` has no return", mend="return tf.reduce_mean(tf.square(guess - Y))  # here")
def a_loss_without_return():
    def measure(guess):
        tf.reduce_mean(tf.square(guess - Y))  # here

    model = a_model()
    with tf.GradientTape() as tape:
        loss = measure(model(X))
    tape.gradient(loss, model.trainable_variables)


@fault("OPTIMIZER_METHOD_GONE", "get_gradients", "apply_gradients")
def a_method_of_keras_2():
    w, optimizer = tf.Variable(2.0), keras.optimizers.SGD(0.1)
    optimizer.get_gradients(w * w, [w])  # here


@fault("OLD_ARGUMENT", "`lr`", "learning_rate")
def an_argument_of_keras_2():
    keras.optimizers.Adam(lr=0.1)  # here


@fault("OLD_ARGUMENT", "`lr`", "learning_rate")
def an_attribute_of_keras_2():
    optimizer = keras.optimizers.Adam(0.1)
    return optimizer.lr  # here


@fault("OLD_NAME", "tf.Session", "eager")
def a_session():
    with tf.Session() as session:  # here
        session.run([])


@fault("OLD_NAME", "tf.log", "tf.math.log")
def a_function_that_moved():
    return tf.log(X)  # here


@fault("NUMBER_IN_GRAPH", "no number yet")
def numpy_inside_a_function():
    @tf.function
    def double(x):
        return 2.0 * x.numpy()  # here

    return double(X)


@fault("LEAKED", "symbolic", "Return the tensor")
def a_tensor_that_leaked():
    kept = []

    @tf.function
    def step(x):
        y = tf.reduce_sum(x)
        kept.append(y)
        return y

    step(X)
    return kept[0] + 1.0  # here


@fault("MADE_IN_FUNCTION", "each time")
def a_variable_made_in_a_function():
    @tf.function
    def step(x):
        w = tf.Variable(2.0)  # here
        return w * x

    return step(X)


@fault("LIST_TO_CONSTANT", "tf.stack")
def a_list_of_tensors():
    return tf.constant([X[0, 0] * 2.0, X[0, 1]])  # here


@fault("SHAPES_DIFFER", "(6, 3)", "(4,)")
def shapes_that_do_not_fit():
    return X + tf.ones([4])  # here


@fault("INNER_SIZES_DIFFER", "(6, 3)", "3 and 6")
def matrices_that_do_not_fit():
    return X @ X  # here


@fault("NOT_A_MATRIX", "matvec")
def a_vector_in_a_matrix_product():
    return X @ tf.ones([3])  # here


@fault("INPUT_SHAPE", "3 features", "(2, 5)")
def another_number_of_features():
    model = a_model()
    return model(tf.ones([2, 5]))  # here


@fault("LABEL_OUT_OF_RANGE", "A label is 3", "3 classes")
def labels_counted_from_one():
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return loss(tf.constant([1, 2, 3]), tf.ones([3, 3]))  # here


@fault("ONE_HOT_FOR_SPARSE", "one-hot")
def one_hot_labels_for_the_sparse_loss():
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return loss(tf.one_hot([1, 2, 0], 3), tf.ones([3, 3]))  # here


@fault("INDEXED_SLICES", "rows used", "convert_to_tensor")
def arithmetic_with_slices():
    table = tf.Variable(tf.ones([4, 2]))
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.gather(table, [1, 2]))
    return 0.1 * tape.gradient(loss, table)  # here


@fault("BACKWARD_COUNT", "2 gradients")
def too_many_gradients():
    @tf.custom_gradient
    def double(x):
        def backward(upstream):
            return 2.0 * upstream, upstream  # here

        return 2.0 * x, backward

    with tf.GradientTape() as tape:
        tape.watch(X)
        y = double(X)
    tape.gradient(y, X)


@fault("NEEDS_PERSISTENT", "persistent=True")
def a_batch_jacobian_in_parallel():
    with tf.GradientTape() as tape:
        tape.watch(X)
        y = X * X
    return tape.batch_jacobian(y, X, parallel_iterations=2)  # here


@fault("NOT_DIFFERENTIABLE", "position", "softmax")
def argmax_inside_a_function():
    w = tf.Variable([0.2, 0.5])

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            best = tf.cast(tf.argmax(w * x), tf.float32)  # here
            loss = best * best
        w.assign_sub(0.1 * tape.gradient(loss, w))

    step(3.0)


@fault("NOT_DIFFERENTIABLE", "sample")
def a_class_is_drawn():
    logits = tf.Variable([[0.2, 0.5]])
    with tf.GradientTape() as tape:
        drawn = tf.random.categorical(logits, 1)  # here
        loss = tf.reduce_sum(tf.cast(drawn, tf.float32))
    return tape.gradient(loss, logits)


@fault(
    "KERAS_STATE",
    "moving_mean",
    "trainable_variables",
    mend="gradients = tape.gradient(loss, model.trainable_weights)  # here",
)
def all_weights_of_a_normalized_model():
    model = a_model(keras.layers.BatchNormalization(), keras.layers.Dense(1))
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(X, training=True) - Y))
    gradients = tape.gradient(loss, model.weights)  # here
    return gradients


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


@pytest.mark.parametrize(("program", "code", "said", "mend", "line"), FAULTS)
def test_a_fault_is_named_at_its_line(program, code, said, mend, line):
    diagnosis = explain(record(program))
    assert diagnosis.code == code, str(diagnosis)
    assert diagnosis.cause and diagnosis.repair and "{" not in diagnosis.cause + diagnosis.repair
    if line:
        assert diagnosis.line == marked_line(program)
    words = f"{diagnosis.cause} {diagnosis.repair}"
    assert [part for part in said if part not in words] == []
    if mend:
        assert diagnosis.mend is not None
        assert diagnosis.mend[0] == diagnosis.line[1] and diagnosis.mend[1].removesuffix(
            "  # here"
        ) == mend.removesuffix("  # here")


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
