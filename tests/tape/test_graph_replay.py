"""A tape inside a `tf.function` is played with its numbers: those of the same step run eagerly, to the bit."""

import pytest
import tensorflow as tf

from tests.tape.test_faithful import bits
from widgets import record
from widgets.tape.forward_model import OUTSIDE
from widgets.tape.text import REASONS, RecordingText


def eagerly(program):
    """Run a program with every `tf.function` run as plain Python."""
    tf.config.run_functions_eagerly(True)
    try:
        return program()
    finally:
        tf.config.run_functions_eagerly(False)


def passes(recording):
    """Return what is shown of each backward pass, without the places and without the indices."""
    return [
        (
            backward_pass.call,
            backward_pass.reconciled,
            [(pullback.op, pullback.upstream) for pullback in backward_pass.pullbacks],
        )
        for backward_pass in recording.backward_passes
    ]


def gradients(recording):
    return [(source.value, source.gradient) for source in recording.sources]


def simple_step():
    w, b = tf.Variable(2.0), tf.Variable(0.5)

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = (w * x + b - y) ** 2
        slopes = tape.gradient(loss, [w, b])
        w.assign_sub(0.1 * slopes[0])
        b.assign_sub(0.1 * slopes[1])
        return loss

    return step(tf.constant(3.0), tf.constant(1.0)), w.read_value(), b.read_value()


def watched_argument():
    @tf.function
    def slope(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.sin(x) * x
        return tape.gradient(y, x)

    return slope(tf.constant(3.0))


def persistent_in_a_graph():
    @tf.function
    def slopes(x):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = x * x
            z = tf.exp(y)
        return tape.gradient(z, x), tape.gradient(y, x), tape.gradient(z, y)

    return slopes(tf.constant(0.5))


def newton():
    @tf.function
    def move(x):
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = x**4 - 3.0 * x
            first = inner.gradient(y, x)
        return first / outer.gradient(first, x)

    return move(tf.constant(2.0))


def custom_gradient_in_a_graph():
    @tf.custom_gradient
    def clipped(x):
        return tf.identity(x), lambda upstream: tf.clip_by_norm(upstream, 0.5)

    x = tf.Variable(2.0)

    @tf.function
    def slope():
        with tf.GradientTape() as tape:
            y = 3.0 * clipped(x * x)
        return tape.gradient(y, x)

    return slope()


def nested_functions():
    w = tf.Variable(1.5)

    @tf.function
    def model(x):
        return tf.tanh(w * x)

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            loss = model(x) ** 2 + model(2.0 * x)
        return loss, tape.gradient(loss, w)

    return step(tf.constant(0.3))


def a_tape_in_a_callee():
    @tf.function
    def slope(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x**3
        return tape.gradient(y, x)

    @tf.function
    def both(x):
        return slope(x) + slope(x * 2.0)

    return both(tf.constant(2.0))


def a_branch_under_a_tape():
    @tf.function
    def slope(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            if x > 0.0:  # noqa: SIM108 - AutoGraph makes a branch of it
                y = x * x
            else:
                y = -x
        return tape.gradient(y, x)

    return slope(tf.constant(3.0)), slope(tf.constant(-3.0))


def a_loop_under_a_tape():
    @tf.function
    def slope(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x
            for _ in tf.range(3):
                y = y * x
        return tape.gradient(y, x)

    return slope(tf.constant(1.5))


def tapes_in_a_loop():
    w = tf.Variable(3.0)

    @tf.function
    def descend():
        for _ in tf.range(5):
            with tf.GradientTape() as tape:
                loss = w * w
            w.assign_sub(0.1 * tape.gradient(loss, w))
        return w.read_value()

    return descend()


def none_in_a_graph():
    w, v = tf.Variable(3.0), tf.Variable(1.0)

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            loss = w * w
        slopes = tape.gradient(loss, [w, v])
        assert slopes[1] is None
        return slopes[0]

    return step()


def a_method():
    class Model(tf.Module):
        def __init__(self):
            super().__init__()
            self.w = tf.Variable([[1.0, -2.0], [0.5, 0.25]])

        @tf.function
        def step(self, x):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(tf.square(tf.nn.relu(x @ self.w)))
            slope = tape.gradient(loss, self.w)
            self.w.assign_sub(0.1 * slope)
            return loss

    model = Model()
    return model.step(tf.constant([[1.0, 2.0]])), model.w.read_value()


def mapped():
    @tf.function
    def slope(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.reduce_sum(tf.map_fn(lambda t: t * t, x))
        return tape.gradient(y, x)

    return slope(tf.constant([1.0, 2.0, 3.0]))


def scanned():
    @tf.function
    def slope(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.scan(lambda a, b: a * x + b, tf.constant([1.0, 2.0, 3.0]))[-1]
        return tape.gradient(y, x)

    return slope(tf.constant(0.5))


def gathered():
    table = tf.Variable([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(tf.gather(table, [0, 2, 0]) ** 2)
        return tf.convert_to_tensor(tape.gradient(y, table))

    return step()


def a_loop_a_branch_and_a_line_with_one_variable():
    w = tf.Variable(0.5)

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            y = x * w
            for _ in tf.range(3):
                y = y * w if tf.reduce_sum(y) > 0.5 else y + w
            if tf.reduce_sum(y) > 0.0:
                y = y + w
            loss = tf.reduce_sum(y * w)
        return tape.gradient(loss, w)

    return step(tf.constant([1.0, 2.0]))


def text_beside_a_gradient():
    @tf.function
    def slope(x, name):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x * x
        return tape.gradient(y, x), tf.strings.join([name, name]), tf.strings.join([[name], ["b"]])

    return slope(tf.constant(3.0), tf.constant("a"))


def forward_over_reverse_in_a_graph():
    x = tf.Variable([1.0, 2.0])

    @tf.function
    def product(direction):
        with tf.autodiff.ForwardAccumulator(x, direction) as accumulator:
            with tf.GradientTape() as tape:
                y = tf.reduce_sum(x**3)
            slope = tape.gradient(y, x)
        return accumulator.jvp(slope)

    return product(tf.constant([1.0, -1.0]))


PROGRAMS = [
    simple_step,
    watched_argument,
    persistent_in_a_graph,
    newton,
    custom_gradient_in_a_graph,
    nested_functions,
    a_tape_in_a_callee,
    a_branch_under_a_tape,
    a_loop_under_a_tape,
    tapes_in_a_loop,
    none_in_a_graph,
    a_method,
    mapped,
    scanned,
    gathered,
    a_loop_a_branch_and_a_line_with_one_variable,
    text_beside_a_gradient,
    forward_over_reverse_in_a_graph,
]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_a_tape_in_a_graph_has_the_numbers_of_the_eager_step(program):
    bare = program()
    recording = record(program)
    assert recording.error is None
    assert bits(recording.result) == bits(bare)
    opened = [entry.opened for entry in recording.entries if entry.opened]
    assert opened and all(one.difference < 1e-6 and not one.missing for one in opened)
    assert all(backward_pass.reconciled for backward_pass in recording.backward_passes)
    assert not any("_jvp" in entry.op for entry in recording.entries)
    eager = eagerly(lambda: record(program))
    assert gradients(recording) == gradients(eager) or program is tapes_in_a_loop


def test_what_xla_draws_from_a_seed_is_drawn_by_xla_again():
    w = tf.Variable(2.0)

    @tf.function(jit_compile=True)
    def slope(seed):
        with tf.GradientTape() as tape:
            y = w * tf.reduce_sum(tf.random.stateless_uniform((3,), seed))
        return tape.gradient(y, w)

    recording = record(lambda: slope(tf.constant([1, 2])))
    assert [entry.opened.difference < 1e-6 for entry in recording.entries if entry.opened] == [True]


def test_a_row_of_a_vectorized_map_has_no_numbers_and_nothing_is_blamed():
    w = tf.Variable(2.0)

    def slope(x):
        with tf.GradientTape() as tape:
            y = w * x
        return tape.gradient(y, w)

    recording = record(lambda: tf.vectorized_map(slope, tf.constant([1.0, 2.0])))
    (backward_pass,) = recording.backward_passes
    assert backward_pass.in_graph and backward_pass.note == ""
    assert not any("None" in RecordingText(recording).step_text(step) for step in recording.steps)


def test_of_what_is_inside_a_loop_nothing_is_said_that_is_true_of_the_loop_only():
    recording = record(a_loop_under_a_tape)
    names = RecordingText(recording)
    inside = [entry for entry in recording.entries if entry.iteration >= 0]
    assert inside and all(recording.whole(entry).op in ("While", "StatelessWhile") for entry in inside)
    assert not any("TensorList" in entry.op for entry in inside)  # which only the gradient of the loop needs
    words = [names.step_text(step) for step in recording.steps if step.kind == "entry"]
    assert not any(REASONS[OUTSIDE] in words[entry.index] for entry in inside)
