"""One program for each kind of fault in code: calls that raise, and gradients that are None."""

import pytest
import tensorflow as tf

from tests.diagnosis.faults import X, Y, a_model, check_fault, gradients_of, registry

keras = tf.keras
FAULTS, fault = registry()


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


@fault("NOT_IMPORTED", "`plt`", "import matplotlib.pyplot as plt")
def a_library_that_no_cell_imported():
    plt.plot([1.0, 2.0])  # noqa: F821  # here


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


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_at_its_line(fault):
    check_fault(fault)
