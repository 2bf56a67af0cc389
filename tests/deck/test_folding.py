"""A recording without its plumbing: nothing that the learner wrote is missing, and no gradient differs."""

import keras
import pytest
import tensorflow as tf

from tests.tape import programs
from widgets import record
from widgets.deck.folding import folded


def totals(recording):
    """Return what each backward pass comes to at each tensor: the last sum."""
    return [
        {
            one.tensor: one.total
            for one in (*played.seeds, *(one for pullback in played.pullbacks for one in pullback.input_gradients))
            if not one.skipped
        }
        for played in recording.backward_passes
    ]


@pytest.mark.parametrize("program", [*programs.HEALTHY, *programs.FAILING], ids=lambda program: program.__name__)
def test_no_step_is_lost_and_no_sum_differs(program):
    recording = record(program)
    short = folded(recording)
    assert sorted(index for parts in short.parts for index in parts) == list(range(len(recording.steps)))
    assert (
        list(short.stops) == sorted(set(short.stops))
        and short.stops[-1:] == (len(recording.steps),)[: len(short.stops)]
    )
    for few, all_of_them in zip(totals(short.recording), totals(recording), strict=True):
        assert few.items() <= all_of_them.items()
        assert {source.tensor for source in recording.sources} & all_of_them.keys() <= few.keys()
    for played in short.recording.backward_passes:
        seen = {}
        for pullback in played.pullbacks:
            for one in pullback.input_gradients:
                assert one.skipped or seen.get(one.tensor, 0) <= one.nth
                seen[one.tensor] = max(one.nth, seen.get(one.tensor, 0))


def ops_of(program):
    return [entry.op for entry in folded(record(program)).recording.entries]


def test_a_beginner_sees_what_they_wrote():
    def parabola():
        x = tf.Variable(3.0)
        with tf.GradientTape() as tape:
            y = x**2 - 2.0 * x + 1.0
        return tape.gradient(y, x)

    short = folded(record(parabola)).recording
    assert [entry.op for entry in short.entries] == ["Pow", "Mul", "Sub", "AddV2"]
    square, double = short.entries[0], short.entries[1]
    assert square.inputs[0] == double.inputs[1] == short.sources[0].tensor
    arriving = [
        (pullback.op, one.nth, float(one.total.head[0]), float(one.local.head[0]))
        for pullback in short.backward_passes[0].pullbacks
        for one in pullback.input_gradients
        if one.tensor == short.sources[0].tensor
    ]
    assert arriving == [("Pow", 1, 6.0, 6.0), ("Mul", 2, 4.0, 2.0)]


def test_what_the_learner_assigns_and_names_stays():
    def descent():
        w = tf.Variable(1.0)
        with tf.GradientTape() as tape:
            half = tf.cast(w, tf.float16)
            loss = tf.cast(half, tf.float32) ** 2
        w.assign_sub(0.1 * tape.gradient(loss, w))

    assert ops_of(descent) == ["Cast", "Pow", "Mul", "AssignSubVariableOp"]


def test_a_cast_that_ends_the_gradient_stays():
    def through_an_integer():
        x = tf.Variable(3.0)
        with tf.GradientTape() as tape:
            y = tf.cast(tf.cast(x, tf.int32), tf.float32) * x
        return tape.gradient(y, x)

    assert ops_of(through_an_integer) == ["Cast", "Mul"]


def test_a_step_of_an_optimizer_is_one_op():
    w = keras.Variable(2.0, name="w")
    optimizer = keras.optimizers.Adam(0.5)

    def step():
        with tf.GradientTape() as tape:
            loss = w * w
        optimizer.apply([tape.gradient(loss, w)], [w])

    recording = record(step)
    short = folded(recording).recording
    assert [entry.op for entry in short.entries] == ["Mul", "Adam"]
    (update,) = short.optimizer_steps
    assert (update.first, update.last) == (1, 1)
    assert update.parameters == recording.optimizer_steps[0].parameters
    assert float(update.parameters[0].before.head[0]) == 2.0
    assert float(update.parameters[0].after.head[0]) == float(w.numpy())


def test_what_has_no_plumbing_is_itself():
    recording = record(programs.watched_constant)
    assert folded(recording).recording is recording


class Signs(keras.optimizers.Optimizer):
    """An optimizer of the learner's own, whose update names what it reads."""

    def build(self, variables):
        super().build(variables)
        self.means = [self.add_variable_from_reference(one, "mean") for one in variables]

    def update_step(self, gradient, variable, learning_rate):
        mean = self.means[self._get_variable_index(variable)]
        rate = keras.ops.cast(learning_rate, variable.dtype)
        self.assign_sub(variable, rate * keras.ops.sign(0.9 * mean + 0.1 * gradient))


def test_a_variable_of_ones_own_optimizer_is_read_by_name():
    def step():
        w, optimizer = tf.Variable(2.0), Signs(0.125)
        with tf.GradientTape() as tape:
            loss = w * w
        optimizer.apply_gradients([(tape.gradient(loss, w), w)])

    short = folded(record(step)).recording
    reads = [entry for entry in short.entries if entry.op == "ReadVariableOp"]
    assert all(entry.inputs for entry in reads) and short.entries[-1].op == "Signs"
    assert [change.after.head[0] for one in short.optimizer_steps for change in one.parameters] == [1.875]
