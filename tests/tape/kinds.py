"""Programs by kind: tapes of every origin, targets of every sort, calls that fail. Each runs bare and recorded.

A program is a function with a `kind`; `before` makes what it gets, outside of the recording; `passes` is how many
backward passes there must be (None: any number); `notes` are those that an unreconciled pass may have.
"""

import threading
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import tensorflow as tf
from tensorflow.python.eager import backprop
from tensorflow.python.eager import tape as tape_lib
from tensorflow.python.eager.imperative_grad import imperative_grad

from widgets.tape.model import BEFORE_RECORDING, FAILED

PROGRAMS = []


def program(kind, before=None, passes=None, notes=()):
    def added(function):
        function.kind, function.before, function.passes, function.notes = kind, before, passes, notes
        PROGRAMS.append(function)
        return function

    return added


GRAPH = "an eager tape asked in a graph"


@program(GRAPH, passes=1)
def rows_by_vectorized_map():
    x = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
    with tf.GradientTape(persistent=True) as tape:
        y = tf.linalg.matmul(x, x)
    return tf.vectorized_map(lambda row: tape.gradient(y, x, output_gradients=row), tf.ones((3, 2, 2)))


@program(GRAPH)
def rows_by_map_fn_in_a_function():
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.exp(x) * x

    @tf.function
    def rows(seeds):
        return tf.map_fn(lambda seed: tape.gradient(y, x, output_gradients=seed), seeds)

    return rows(tf.eye(2))


@program(GRAPH, passes=2)
def without_output_gradients_in_a_function():
    x = tf.Variable(3.0)
    with tf.GradientTape(persistent=True) as tape:
        y = x * x + x

    @tf.function
    def slope():
        return tape.gradient(y, x)

    return slope(), slope(), tape.gradient(y, x)


@program(GRAPH, passes=2)
def in_both_branches_of_a_cond():
    x = tf.constant(0.5)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y, z = tf.sin(x), tf.cos(x)

    @tf.function
    def either(first):
        return tf.cond(first, lambda: tape.gradient(y, x), lambda: tape.gradient(z, x))

    return either(tf.constant(True)), either(tf.constant(False))


@program(GRAPH)
def in_a_while_loop():
    x = tf.constant(2.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x**3

    @tf.function
    def total():
        return tf.while_loop(lambda i, s: i < 3, lambda i, s: (i + 1, s + tape.gradient(y, x)), (0, 0.0))[1]

    return total()


@program(GRAPH)
def of_several_targets_and_sources_in_a_function():
    a, b = tf.Variable(2.0), tf.Variable(3.0)
    with tf.GradientTape(persistent=True) as tape:
        y, z = a * b, a + b

    @tf.function
    def slopes(seed):
        return tape.gradient([y, z], {"a": a, "b": b}, output_gradients=[seed, None])

    return slopes(tf.constant(2.0))


@program(GRAPH, passes=2)
def an_outer_eager_tape_over_a_function_that_asks():
    x = tf.constant(2.0)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = x**3
        slope = tape.gradient(y, x)
    return outer.gradient(slope, x)


@program(GRAPH)
def a_jacobian_in_a_function():
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * tf.reverse(x, [0])

    @tf.function
    def rows():
        return tape.jacobian(y, x)

    return rows()


BEFORE = "a tape from before"


def _open(persistent=True, **kinds):
    tape = tf.GradientTape(persistent=persistent, **kinds)
    tape.__enter__()
    return tape


def _open_with_product():
    x = tf.Variable(2.0)
    tape = _open()
    return tape, x, x * x


def _closed_with_product(persistent=True):
    x = tf.Variable(2.0)
    with tf.GradientTape(persistent=persistent) as tape:
        y = x * x
    return tape, x, y


@program(BEFORE, before=_open_with_product, passes=1, notes=(BEFORE_RECORDING,))
def goes_on_recording(tape, x, y):
    z = y * 3.0
    tape.__exit__(None, None, None)
    return tape.gradient(z, x)


@program(BEFORE, before=_open_with_product, passes=1)
def records_only_what_is_new(tape, x, y):
    z = x * 5.0
    tape.__exit__(None, None, None)
    return tape.gradient(z, x)


@program(BEFORE, before=lambda: (_open(),), passes=2)
def watches_and_stops_and_plays_twice(tape):
    x = tf.constant(3.0)
    tape.watch(x)
    y = x * x
    with tape.stop_recording():
        z = y * 2.0
    z = z + y
    tape.__exit__(None, None, None)
    return tape.gradient(z, x), tape.gradient(y, x)


@program(BEFORE, before=lambda: (_open(watch_accessed_variables=False), tf.Variable(3.0)), passes=2)
def watches_one_variable_of_two(tape, x):
    w = tf.Variable(2.0)
    tape.watch(w)
    y = w * x
    tape.__exit__(None, None, None)
    return tape.gradient(y, [w, x]), tape.gradient(y, w)


@program(BEFORE, before=lambda: (_open(persistent=False),), passes=1)
def is_asked_while_it_records(tape):
    x = tf.constant(3.0)
    tape.watch(x)
    return tape.gradient(x * x, x)


@program(BEFORE, before=lambda: (_open(),), passes=1)
def is_reset(tape):
    x = tf.Variable(3.0)
    x * x
    tape.reset()
    y = x**3
    tape.__exit__(None, None, None)
    return tape.gradient(y, x)


@program(BEFORE, before=_closed_with_product, passes=3, notes=(BEFORE_RECORDING,))
def is_asked_for_everything(tape, x, y):
    return tape.gradient(y, x), tape.gradient(y, [x, y]), tape.gradient(y, x, output_gradients=tf.constant(2.0))


@program(BEFORE, before=_closed_with_product, passes=1, notes=(BEFORE_RECORDING,))
def jacobian_of_a_vector(tape, x, y):
    v = tf.Variable([1.0, 2.0])
    with tape:
        z = v * y
    return tape.jacobian(z, [v, x])


@program(BEFORE, before=_closed_with_product, passes=1, notes=(BEFORE_RECORDING,))
def batch_jacobian_of_a_matrix(tape, x, y):
    v = tf.constant([[1.0, 2.0]])
    with tape:
        tape.watch(v)
        z = v * y
    return tape.batch_jacobian(z, v)


@program(BEFORE, before=lambda: (_open(), tf.constant([1.0, 2.0])), passes=1)
def follows_only_what_is_watched(tape, old):
    new = tf.constant([3.0, 4.0])
    y = old * new
    tape.watch(new)
    z = tf.reduce_sum(new * new)
    tape.__exit__(None, None, None)
    return y, tape.gradient(z, new)


@program(BEFORE, before=lambda: _open_with_product(), passes=3, notes=(BEFORE_RECORDING,))
def is_outside_of_two_new_ones(tape, x, y):
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            z = x**3
        slope = inner.gradient(z, x)
    curvature = outer.gradient(slope, x)
    tape.__exit__(None, None, None)
    return curvature, tape.gradient(slope, x)


BARE = "a tape without tf.GradientTape"


@program(BARE, passes=1)
def gradients_function_of_several():
    slopes = backprop.gradients_function(lambda a, b: tf.sin(a) * b**2)
    return slopes(tf.constant(0.5), tf.constant(2.0))


@program(BARE, passes=2)
def second_derivative_by_functions():
    first = backprop.gradients_function(lambda a: a**4)
    second = backprop.gradients_function(lambda a: first(a)[0])
    return second(tf.constant(1.5))


@program(BARE, passes=2)
def a_pullback_kept_for_later():
    value, pullback = backprop.make_vjp(lambda a: tf.exp(a) * a)(tf.constant([0.5, 1.0]))
    return value, pullback(), pullback(tf.constant([1.0, -1.0]))


@program(BARE, before=lambda: backprop.make_vjp(lambda a: a * a)(tf.constant(3.0)), notes=(BEFORE_RECORDING,))
def a_pullback_from_before(value, pullback):
    return value, pullback()


@program(BARE, passes=1)
def value_and_gradient_of_variables():
    w, b = tf.Variable(2.0), tf.Variable(1.0)
    value, pairs = backprop.implicit_val_and_grad(lambda x: w * x + b)(tf.constant(3.0))
    return value, [gradient for gradient, _ in pairs]


@program(BARE, passes=1)
def pushed_by_hand():
    x = tf.constant(3.0)
    tape = tape_lib.push_new_tape(persistent=True)
    tape_lib.watch(tape, x)
    y = x * x * x
    tape_lib.pop_tape(tape)
    return imperative_grad(tape, [y], [x])


@program(BARE, passes=2)
def pushed_again_by_hand():
    x = tf.Variable(3.0)
    tape = tape_lib.push_new_tape(persistent=True)
    y = x * x
    tape_lib.pop_tape(tape)
    z = y * 2.0
    tape_lib.push_tape(tape)
    u = y * x
    tape_lib.pop_tape(tape)
    return z, imperative_grad(tape, [u], [x.handle]), imperative_grad(tape, [z], [x.handle])


@program(BARE, passes=2)
def a_gradient_tape_inside_one():
    def slope(a):
        with tf.GradientTape() as tape:
            tape.watch(a)
            b = a**3
        return tape.gradient(b, a)

    return backprop.gradients_function(slope)(tf.constant(2.0))


FORWARD = "forward mode"


def _pushed(primals, tangents, function):
    with tf.autodiff.ForwardAccumulator(primals, tangents) as accumulator:
        result = function()
    return result, accumulator.jvp(result)


@program(FORWARD, passes=0)
def through_a_custom_gradient_of_two():
    @tf.custom_gradient
    def product(a, b):
        return a * b, lambda upstream: (upstream * b, upstream * a)

    x = tf.constant(2.0)
    return _pushed(x, tf.constant(1.0), lambda: product(x, x * 3.0))


@program(FORWARD, passes=0)
def through_a_function():
    @tf.function
    def cubed(x):
        return x**3

    x = tf.constant(2.0)
    return _pushed(x, tf.constant(1.0), lambda: cubed(x) + x)


@program(FORWARD, passes=0)
def through_a_keras_layer():
    layer = keras.layers.Dense(2, kernel_initializer="ones")
    x = tf.ones((1, 3))
    layer(x)
    kernel = layer.kernel.value
    return _pushed(kernel, tf.ones((3, 2)), lambda: tf.tanh(layer(x)))


@program(FORWARD, passes=1)
def forward_over_backward():
    x = tf.Variable([1.0, 2.0])
    with tf.autodiff.ForwardAccumulator(x, tf.constant([1.0, 0.0])) as accumulator:
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(tf.sin(x) * x**2)
        slope = tape.gradient(y, x)
    return slope, accumulator.jvp(slope)


@program(FORWARD, passes=1)
def forward_over_backward_of_a_custom_gradient():
    @tf.custom_gradient
    def squared(x):
        return x * x, lambda upstream: upstream * 2.0 * x

    x = tf.constant(3.0)
    with tf.autodiff.ForwardAccumulator(x, tf.constant(1.0)) as accumulator:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = squared(x) * x
        slope = tape.gradient(y, x)
    return slope, accumulator.jvp(slope)


@program(FORWARD, passes=1)
def backward_over_forward():
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        with tf.autodiff.ForwardAccumulator(x, tf.constant([1.0, 1.0])) as accumulator:
            y = tf.reduce_sum(x**3)
        slope = accumulator.jvp(y)
    return slope, tape.gradient(slope, x)


@program(FORWARD, passes=1)
def backward_over_forward_through_a_variable():
    w, x = tf.Variable([[1.0, 2.0], [3.0, 4.0]]), tf.constant([[0.5, 0.25]])
    with tf.GradientTape() as tape:
        with tf.autodiff.ForwardAccumulator(w, tf.ones((2, 2))) as accumulator:
            y = tf.reduce_sum(tf.tanh(x @ w))
        slope = accumulator.jvp(y)
    return slope, tape.gradient(slope, w)


@program(FORWARD, passes=0)
def with_inputs_that_have_no_tangent():
    x, w = tf.constant([1.0, 2.0]), tf.constant([0.5, 0.25])
    return _pushed(x, tf.constant([1.0, 0.0]), lambda: tf.stack([x * w, w * w, tf.maximum(w, x)]))


@program(FORWARD, passes=0)
def two_accumulators():
    x = tf.constant(1.5)
    with tf.autodiff.ForwardAccumulator(x, tf.constant(1.0)) as outer:
        with tf.autodiff.ForwardAccumulator(x, tf.constant(1.0)) as inner:
            y = x**3.5
        first = inner.jvp(y)
    return first, outer.jvp(first)


TARGETS = "targets"


@program(TARGETS, passes=2)
def variables_of_several_shapes():
    x, m = tf.Variable(2.0, dtype=tf.float64), tf.Variable([[1.0, 2.0]])
    with tf.GradientTape(persistent=True) as tape:
        x * 2.0, m * 2.0
    return tape.gradient(x, x), tape.gradient(m, [m, x])


@program(TARGETS, passes=1)
def a_variable_and_what_depends_on_it():
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = x * x
    return tape.gradient([x, y, x], x)


@program(TARGETS, passes=1)
def a_variable_that_is_no_source():
    x, w = tf.Variable(2.0), tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = x * 2.0
    return tape.gradient([w, y], x)


@program(TARGETS, passes=1)
def the_larger_of_two_variables():
    a, b = tf.Variable(1.0), tf.Variable(2.0)
    with tf.GradientTape() as tape:
        best = a if a > b else b
    return tape.gradient(best, [a, b])


@program(TARGETS, passes=1)
def a_keras_variable():
    weight = keras.Variable(np.array([1.0, 2.0], "float32"))
    with tf.GradientTape() as tape:
        y = weight * 3.0
    return tape.gradient([weight.value, y], weight.value)


@program(TARGETS, passes=1)
def a_structure_with_one_twice():
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = {"a": x * x, "b": [x * 2.0]}
        y["b"].append(y["a"])
    return tape.gradient(y, {"only": x})


@program(TARGETS, passes=2)
def a_target_inside_a_path():
    x = tf.Variable(3.0)
    with tf.GradientTape(persistent=True) as tape:
        y = x * x
        z = y * y
    return tape.gradient([y, z], [x, y]), tape.gradient([z, y, y], y)


@program(TARGETS, passes=3)
def integers_and_truth():
    x, n = tf.Variable([2.5, 1.5]), tf.Variable(3)
    with tf.GradientTape(persistent=True) as tape:
        whole = tf.cast(x, tf.int32)
        order = tf.argmax(x)
        large = x > 2.0
    return tape.gradient(whole, x), tape.gradient([order, n], [x, n]), tape.gradient(large, x)


@program(TARGETS, passes=3)
def zeros_where_nothing_is_connected():
    x, w, n = tf.Variable(3.0), tf.Variable([1.0, 2.0]), tf.Variable(2)
    with tf.GradientTape(persistent=True) as tape:
        y = x * x
    zeros = [tape.gradient(y, each, unconnected_gradients="zero") for each in ([x, w], {"n": n})]
    return zeros, tape.gradient([w, y], [w, x], unconnected_gradients=tf.UnconnectedGradients.ZERO)


@program(TARGETS, passes=3)
def output_gradients_of_several_lengths():
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        y, z = x * x, x * 3.0
    seed = tf.constant([2.0, -1.0])
    return (
        tape.gradient([y, z], x, output_gradients=[seed, -seed]),
        tape.gradient([y, z], x, output_gradients=[seed, seed, seed]),
        tape.gradient(y, x, output_gradients=seed),
    )


@program(TARGETS)
def complex_and_half():
    z = tf.Variable([1.0 + 1.0j, 2.0 - 1.0j])
    h = tf.Variable([0.1, 65000.0], dtype=tf.float16)
    with tf.GradientTape(persistent=True) as tape:
        a = tf.reduce_sum(z * tf.math.conj(z))
        b = tf.reduce_sum(h * h)
    return tape.gradient(a, z), tape.gradient(b, h), tape.gradient(z, z)


@program(TARGETS, passes=1)
def ragged_targets_and_sources():
    x = tf.ragged.constant([[1.0, 2.0], [3.0]])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    return tape.gradient(y, x).to_list()


@program(TARGETS, passes=2, notes=(FAILED,))
def tables_text_and_quantized_numbers():
    x, y = tf.Variable([1.0, 2.0]), tf.Variable(3.0)
    keys = tf.lookup.KeyValueTensorInitializer(["a", "b"], [1.0, 5.0])
    table = tf.lookup.StaticHashTable(keys, 0.0)
    with tf.GradientTape(persistent=True) as tape:
        z = tf.reduce_sum(table.lookup(tf.constant(["b", "c"])) * x)
        tf.quantization.quantize(x, 0.0, 2.0, tf.quint8)
        text = tf.strings.as_string(y)
    return tape.gradient(z, x), tape.gradient(text, y)


@program(TARGETS, passes=1, notes=(FAILED,))
def gradients_of_several_shapes():
    x = tf.Variable([1.0, 2.0], shape=tf.TensorShape([None]))
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(x)
        x.assign([1.0, 2.0, 3.0])
        y += tf.reduce_sum(x)
    return _caught(lambda: tape.gradient(y, x))


FAILURES = "calls that raise"


def _caught(call):
    try:
        return call()
    except Exception as error:
        return type(error).__name__, str(error)


@program(FAILURES, passes=1)
def used_up():
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = x * x
    return tape.gradient(y, x), _caught(lambda: tape.gradient(y, x)), _caught(lambda: tape.jacobian(y, x))


@program(FAILURES, passes=1, notes=(FAILED,))
def no_gradient_registered():
    x = tf.Variable([3.0, 1.0])
    with tf.GradientTape() as tape:
        y = tf.raw_ops.Bincount(arr=tf.constant([0, 1]), size=2, weights=tf.raw_ops.Unique(x=x)[0])
    return _caught(lambda: tape.gradient(y, x))


@program(FAILURES, passes=2, notes=(FAILED,))
def a_pullback_of_ones_own_that_raises():
    @tf.custom_gradient
    def refusing(x):
        def backward(upstream):
            raise ValueError("not backward")

        return x * 2.0, backward

    x = tf.Variable(3.0)
    with tf.GradientTape(persistent=True) as tape:
        y = refusing(x) * x
        z = x * x
    return _caught(lambda: tape.gradient(y, x)), tape.gradient(z, x)


@program(FAILURES)
def bad_arguments():
    x = tf.Variable(3.0)
    with tf.GradientTape(persistent=True) as tape:
        y = x * x
    return (
        _caught(lambda: tape.gradient(None, x)),
        _caught(lambda: tape.gradient(y, x, unconnected_gradients="nothing")),
        _caught(lambda: tape.gradient(y.numpy(), x)),
        _caught(lambda: tape.batch_jacobian(y, x)),
        tape.gradient(y, x),
    )


@program(FAILURES, notes=(FAILED,))
def an_output_gradient_of_the_wrong_shape():
    x = tf.Variable([[1.0, 2.0]])
    with tf.GradientTape(persistent=True) as tape:
        y = x @ tf.ones((2, 3))
    return _caught(lambda: tape.gradient(y, x, output_gradients=tf.ones((5, 5))))


@program(FAILURES, passes=2)
def an_exception_between_two_tapes():
    x = tf.Variable(3.0)
    try:
        with tf.GradientTape() as lost:
            x * x
            raise ValueError
    except ValueError:
        first = lost.gradient(x, x)
    with tf.GradientTape() as tape:
        y = x**3
    return first, tape.gradient(y, x)


@program(FAILURES, passes=0)
def a_tape_pushed_twice():
    with tf.GradientTape() as tape:
        said = _caught(tape.__enter__)
    return said, _caught(lambda: tape.__exit__(None, None, None))


THREADS = "threads"


def _in_threads(*functions):
    found = [None] * len(functions)

    def run(index):
        found[index] = functions[index]()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(functions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def _slope(start, power):
    x = tf.Variable(start)
    with tf.GradientTape() as tape:
        y = x**power
    return tape.gradient(y, x)


@program(THREADS, passes=3)
def three_at_once():
    return _in_threads(*(lambda power=power: _slope(2.0, float(power)) for power in (1, 2, 3)))


@program(THREADS, passes=3)
def beside_a_tape_of_ones_own():
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = x * x
        found = _in_threads(lambda: _slope(2.0, 3.0), lambda: _slope(1.0, 2.0))
        z = y * x
    return found, tape.gradient(z, x)


@program(THREADS, passes=1)
def opened_here_and_asked_there():
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = x * x

    def ask():
        with tf.GradientTape():
            return tape.gradient(y, x)

    return _in_threads(ask)


@program(THREADS, passes=1)
def asked_in_a_thread_without_tapes():
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = x * x
    return _in_threads(lambda: tape.gradient(y, x))


@program(THREADS, passes=4)
def a_pool_of_the_cell():
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda power: _slope(2.0, float(power)), range(4)))


@program(THREADS, passes=2)
def a_thread_with_nested_tapes():
    def second():
        x = tf.Variable(2.0)
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                y = x**4
            slope = inner.gradient(y, x)
        return outer.gradient(slope, x)

    return _in_threads(second)


@program(THREADS, passes=2)
def replicas():
    strategy = tf.distribute.MirroredStrategy(["/cpu:0"])
    with strategy.scope():
        w = tf.Variable([1.0, 2.0])

    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(w * w * x)
        return tape.gradient(loss, w)

    runs = [strategy.run(step, args=(tf.constant(scale),)) for scale in (1.0, 2.0)]
    return [strategy.reduce("SUM", run, axis=None) for run in runs]


@program(THREADS, passes=2)
def replicas_that_update_together():
    strategy = tf.distribute.MirroredStrategy(["/cpu:0"])
    with strategy.scope():
        w = tf.Variable(2.0, aggregation=tf.VariableAggregation.MEAN)

    def step(x):
        with tf.GradientTape() as tape:
            loss = w * w * x
        w.assign_sub(0.1 * tape.gradient(loss, w))
        return loss

    losses = [strategy.run(step, args=(tf.constant(scale),)) for scale in (1.0, 2.0)]
    return [strategy.reduce("SUM", loss, axis=None) for loss in losses], w.read_value()


@program(THREADS, passes=1)
def one_device():
    strategy = tf.distribute.OneDeviceStrategy("/cpu:0")
    with strategy.scope():
        w = tf.Variable(2.0)
    return strategy.run(lambda: _slope(2.0, 2.0)), w.read_value()


INSIDE = "what TensorFlow calls itself"


@program(INSIDE)
def recomputed_twice():
    w = tf.Variable(0.5)
    block = tf.recompute_grad(lambda t: tf.tanh(t * w))
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(block(block(x)))
    return tape.gradient(y, [x, w])


@program(INSIDE)
def python_in_between():
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = tf.py_function(lambda t: t**3, [x], tf.float32) * x
    return tape.gradient(y, x)


@program(INSIDE)
def a_step_of_keras():
    keras.utils.set_random_seed(2)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse", run_eagerly=True)
    model.train_on_batch(np.ones((4, 2), "float32"), np.ones((4, 1), "float32"))
    return model.get_weights()
