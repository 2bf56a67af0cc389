"""Entries: what ran, where, under which name, and which tape recorded it or why not."""

import tensorflow as tf

from tests.tape import programs
from widgets import record
from widgets.tape.forward_model import INTEGER, NO_GRADIENT, NOT_WATCHED, OUTSIDE, STOPPED


def ops_of(recording, backward_pass=-1):
    return [entry.op for entry in recording.entries if entry.backward_pass == backward_pass]


def named(recording, name):
    return next(i for i, tensor in enumerate(recording.tensors) if tensor.name == name)


def verdicts(recording, text):
    entry = next(e for e in recording.entries if e.place.text == text and e.op != "ReadVariableOp")
    return [(v.recorded, v.reason) for v in entry.verdicts]


def test_a_read_hidden_in_cpp_is_seen():
    recording = record(programs.fan_out)
    assert ops_of(recording)[2:] == ["ReadVariableOp", "Pow", "Sin", "ReadVariableOp", "Mul", "AddV2"]
    assert ops_of(record(programs.read_twice_by_one_op)).count("ReadVariableOp") == 6


def test_every_reason_is_told():
    def every_reason():
        x, n = tf.Variable(2.5), tf.Variable(2)
        u = tf.constant(1.0)
        with tf.GradientTape() as tape:
            a = u * 3.0
            b = n * 3
            c = tf.zeros_like(x)
            with tape.stop_recording():
                d = x * 4.0
            e = c * 5.0
        f = e * 6.0
        return a, b, d, f

    recording = record(every_reason)
    assert verdicts(recording, "u * 3.0") == [(False, NOT_WATCHED)]
    assert verdicts(recording, "n * 3") == [(False, INTEGER)]
    assert verdicts(recording, "tf.zeros_like(x)") == [(True, NO_GRADIENT)]
    assert verdicts(recording, "x * 4.0") == [(False, STOPPED)]
    assert verdicts(recording, "c * 5.0") == [(True, "")]
    assert verdicts(recording, "e * 6.0") == []
    assert recording.entries[-1].verdict(0).reason == OUTSIDE


def test_a_loop_names_each_value_and_points_at_its_line():
    recording = record(programs.python_loop_and_branch)
    made = [entry for entry in recording.entries if entry.op in ("Mul", "AddV2")]
    lines = recording.listings[made[0].place.listing]
    assert all("y = y * x if i % 2 else y + x" in lines.lines[e.place.line - lines.first] for e in made)
    assert recording.tensors[named(recording, "x")].kind == "variable"


def test_names_come_from_the_learner():
    recording = record(programs.several_sources)
    names = [recording.tensors[source.tensor].name for source in recording.sources]
    assert names == ["b", "b", "w"] or names == ["w", "b", "b"]
    assert recording.tapes[0].name == "tape"


def test_keras_variables_have_their_own_names():
    recording = record(programs.keras_training_step)
    names = [recording.tensors[source.tensor].name for source in recording.sources]
    assert all(name.endswith(("kernel", "bias")) for name in names) and len(set(names)) == 4


def test_a_function_is_one_entry_that_opens_into_its_graph():
    recording = record(programs.function_under_a_tape)
    call = next(entry for entry in recording.entries if entry.graph)
    assert call.op == "_cubed"
    assert len(call.outputs) == 1
    assert call.recorded_by == (0,)
    assert [inner.op for inner in call.graph].count("Mul") == 2
    assert all(number < index for index, inner in enumerate(call.graph) for number in inner.inputs)


def test_a_tape_inside_a_function_opens_too():
    recording = record(programs.tape_inside_a_function)
    call = next(entry for entry in recording.entries if entry.graph)
    assert [inner.op for inner in call.graph].count("Mul") >= 2


def test_the_inner_gradient_is_recorded_by_the_outer_tapes():
    recording = record(programs.third_order)
    inner = [entry for entry in recording.entries if entry.backward_pass == 0]
    assert inner and all(set(entry.recorded_by) == {0, 1} for entry in inner)
    assert all(entry.backward_pass != 2 for entry in recording.entries)


def test_large_arrays_are_summarised():
    recording = record(lambda: tf.zeros((1000, 3)) + 1.0)
    value = recording.entries[-1].values[0]
    assert (value.shape, value.dtype, value.size, len(value.head)) == ((1000, 3), "float32", 3000, 6)


def test_tapes_one_after_the_other_share_a_lane_and_nested_ones_do_not():
    assert [tape.lane for tape in record(programs.descent_by_hand).tapes] == [0, 0, 0]
    assert [tape.lane for tape in record(programs.third_order).tapes] == [0, 1, 2]


def test_tapes_can_move():
    def kinds(program):
        return [step.kind for step in record(program).steps if step.kind not in ("entry", "pullback")]

    assert kinds(programs.stop_recording) == ["open", "stop", "resume", "close", "seed", "gradients"]
    assert kinds(programs.reset) == ["open", "reset", "close", "seed", "gradients"]
    assert kinds(programs.watched_constant) == ["open", "watch", "close", "seed", "gradients"]
    assert kinds(programs.wrong_shapes) == ["open", "close", "error"]
    assert kinds(programs.jacobian) == ["open", "watch", "close", "seed", "gradients"]
