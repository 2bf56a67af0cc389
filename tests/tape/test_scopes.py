"""Whose work an op is: layers, losses, optimizers, modules; and what is plumbing."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

from widgets import record
from widgets.tape.forward_model import Entry
from widgets.tape.model import Recording


def path(recording: Recording, entry: Entry) -> list[str]:
    """Return the kinds and names of the scopes around an entry, outermost first."""
    found, index = [], entry.scope
    while index >= 0:
        scope = recording.scopes[index]
        found.insert(0, f"{scope.kind} {scope.name}")
        index = scope.outer
    return found


def keras_step() -> Recording:
    keras.utils.set_random_seed(1)
    layers = [keras.layers.Dense(8, "relu", name="hidden"), keras.layers.Dense(3, name="out")]
    model = keras.Sequential([keras.Input((4,)), *layers], name="net")
    optimizer = keras.optimizers.Adam(0.01, name="adam")
    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True, name="crossentropy")
    optimizer.build(model.trainable_variables)
    x, y = tf.constant(np.ones((5, 4), "float32")), tf.constant([0, 1, 2, 0, 1])

    def step() -> list[np.ndarray]:
        before = [variable.numpy() for variable in model.trainable_variables]
        with tf.GradientTape() as tape:
            loss = loss_of(y, model(x, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return [before, [variable.numpy() for variable in model.trainable_variables]]

    return record(step)


def test_the_ops_of_a_layer_are_under_its_name() -> None:
    recording = keras_step()
    paths = {entry.op: path(recording, entry) for entry in recording.entries if entry.recorded_by}
    assert paths["Relu"] == ["layer net", "layer hidden"]
    matmuls = [path(recording, entry)[-1] for entry in recording.entries if entry.op == "MatMul" and entry.recorded_by]
    assert matmuls == ["layer hidden", "layer out"]
    assert paths["SparseSoftmaxCrossEntropyWithLogits"] == ["loss crossentropy"]


def test_the_inside_of_an_optimizer_is_plumbing() -> None:
    recording = keras_step()
    inside = [entry for entry in recording.entries if entry.plumbing == "optimizer"]
    assert len(inside) > 50
    assert {path(recording, entry)[0] for entry in inside} == {"optimizer adam"}


def test_a_read_serves_the_op_that_uses_the_variable() -> None:
    recording = keras_step()
    reads = [e for e in recording.entries if e.plumbing == "read" and e.recorded_by]
    assert [recording.entries[read.serves].op for read in reads] == ["MatMul", "BiasAdd", "MatMul", "BiasAdd"] or [
        recording.entries[read.serves].op for read in reads
    ] == ["MatMul", "AddV2", "MatMul", "AddV2"]


def test_an_optimizer_step_has_each_parameter_before_and_after() -> None:
    recording = keras_step()
    (step,) = recording.optimizer_steps
    assert recording.scopes[step.scope].name == "adam"
    assert len(step.parameters) == 4  # two kernels and two biases, and none of Adam's moments
    before, after = recording.result
    for change, old, new in zip(step.parameters, before, after, strict=True):
        assert change.before is not None
        assert change.after is not None
        assert change.before.head == tuple(old.flat[: len(change.before.head)])
        assert change.after.head == tuple(new.flat[: len(change.after.head)])


def test_modules_and_plain_loss_functions() -> None:
    class Line(tf.Module):
        def __init__(self) -> None:
            super().__init__(name="line")
            self.w = tf.Variable(2.0)

        def __call__(self, x: tf.Tensor) -> tf.Tensor:
            return self.w * x

    line = Line()

    def slope() -> tf.Tensor:
        with tf.GradientTape() as tape:
            loss = keras.losses.mean_squared_error(tf.constant([1.0]), line(tf.constant([3.0])))
        return tape.gradient(loss, line.w)

    recording = record(slope)
    scopes = {entry.op: path(recording, entry) for entry in recording.entries if entry.recorded_by}
    assert scopes["Mul"] == ["layer line"]
    assert scopes["Mean"] == ["loss mean_squared_error"]


def test_a_slice_of_data_is_no_plumbing_and_a_slice_of_a_shape_is() -> None:
    def code() -> tf.Tensor:
        x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
        return x[0] * tf.cast(tf.shape(x)[0], tf.float32)

    entries = record(code).entries
    assert [(entry.op, entry.plumbing) for entry in entries] == [
        ("StridedSlice", ""),
        ("Shape", "shape"),
        ("StridedSlice", "shape"),
        ("Cast", "cast"),
        ("Mul", ""),
    ]
    assert all(entry.serves == 4 for entry in entries if entry.plumbing)


def test_a_long_loop_of_steps_is_folded_and_its_variable_ends_where_a_bare_run_does() -> None:
    def train() -> float:
        x = tf.Variable(5.0)
        for _ in range(200):
            with tf.GradientTape() as tape:
                y = x * x
            x.assign_sub(0.01 * tape.gradient(y, x))
        return float(x.numpy())

    recording = record(train)
    (rounds,) = [step for step in recording.steps if step.kind == "rounds"]
    assert rounds.subject == 196
    assert rounds.place is not None
    assert len(recording.backward_passes) == 4
    assert all(backward_pass.reconciled for backward_pass in recording.backward_passes)
    assert recording.result == train()
    assert len(recording.entries) < 60


def test_the_round_in_which_a_number_stops_being_finite_is_kept() -> None:
    def diverge() -> None:
        x = tf.Variable(1.0)
        for _ in range(300):
            with tf.GradientTape() as tape:
                y = x * x
            x.assign_sub(3.0 * tape.gradient(y, x))

    recording = record(diverge)
    values = [value for entry in recording.entries for value in entry.values if value.dtype == "float32"]
    infinite = [value for value in values if not np.isfinite(float(value.head[0]))]
    assert infinite
    assert len([step for step in recording.steps if step.kind == "rounds"]) == 2


def test_rounds_whose_tapes_are_kept_stay() -> None:
    def keep() -> list[tf.Tensor]:
        x, kept = tf.Variable(2.0), []
        for _ in range(20):
            with tf.GradientTape() as tape:
                y = x * x
            kept.append((tape, y))
        return [tape.gradient(y, x) for tape, y in kept]

    recording = record(keep)
    assert not [step for step in recording.steps if step.kind == "rounds"]
    assert len(recording.backward_passes) == 20
    assert all(backward_pass.reconciled for backward_pass in recording.backward_passes)


def test_a_constant_made_after_the_rounds_left_out_is_still_a_constant() -> None:
    def add() -> tf.Tensor:
        total = tf.constant(0.0)
        for i in range(30):
            total = total + tf.constant(float(i))
            total = total * 1.0
        return total

    recording = record(add)
    last_sum = [entry for entry in recording.entries if entry.op == "AddV2"][-1]
    assert [recording.tensors[tensor].kind for tensor in last_sum.inputs] == ["result", "constant"]


def test_looking_rows_up_leaves_a_table_known() -> None:
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Embedding(5, 3)])
    optimizer = keras.optimizers.SGD(0.1)
    optimizer.build(model.trainable_variables)

    def step() -> None:
        model.trainable_variables[0].numpy()
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(model(tf.constant([[1, 2]])))
        optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)

    (optimizer_step,) = record(step).optimizer_steps
    assert optimizer_step.parameters[0].before is not None
