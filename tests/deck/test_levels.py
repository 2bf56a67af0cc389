"""The levels of a recording: each is the same run, in which no step, no gradient and no sum is lost."""

import keras
import pytest
import tensorflow as tf

from tests.tape import kinds, programs
from widgets import record
from widgets.deck.grouping import Box
from widgets.deck.level_text import LevelText
from widgets.deck.levels import levels, opening_level
from widgets.deck.text import deck_text

WITHOUT_PREPARATION = [program for program in kinds.PROGRAMS if program.before is None]
FEW_KINDS = {program.kind: program for program in WITHOUT_PREPARATION}
ALL = [*programs.HEALTHY, *programs.FAILING, *FEW_KINDS.values()]

SECOND = """
def second():
    x = tf.Variable(2.0)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as tape:
            y = x * x * x
        slope = tape.gradient(y, x)
    return outer.gradient(slope, x)
"""


def recorded(program):
    try:
        return record(program)
    except Exception:  # of some kinds the call for gradients raises
        pytest.skip("This program raises, and record raises with it.")


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


@pytest.mark.parametrize("program", ALL, ids=lambda program: program.__name__)
def test_each_level_is_the_whole_run(program):
    recording = recorded(program)
    whole = totals(recording)
    some = levels(recording)
    assert opening_level(some) in some
    for level in some:
        shown, parts, stops = level.shown.recording, level.shown.parts, level.shown.stops
        assert sorted(index for part in parts for index in part) == list(range(len(recording.steps)))
        assert list(stops) == sorted(set(stops))
        assert not stops or stops[-1] == len(recording.steps)
        assert len(parts) == len(stops) == len(shown.steps)
        for few, all_of_them in zip(totals(shown), whole, strict=True):
            assert few.items() <= all_of_them.items()
            assert {source.tensor for source in recording.sources} & all_of_them.keys() <= few.keys()
        for played in shown.backward_passes:
            assert_sums_are_in_order(played, is_renumbered=level.key in ("lines", "layers"))
        told = [step.subject for step in shown.steps if step.kind == "entry"]
        assert len(told) == len(set(told))
        assert [entry.index for entry in shown.entries] == list(range(len(shown.entries)))


def assert_sums_are_in_order(played, is_renumbered):
    seen = {}
    for one in (*played.seeds, *(one for pullback in played.pullbacks for one in pullback.input_gradients)):
        if one.skipped or one.tensor < 0:
            continue
        before = seen.get(one.tensor, 0)
        assert one.nth == before + 1 if is_renumbered else one.nth >= before
        seen[one.tensor] = one.nth


@pytest.mark.parametrize("program", ALL, ids=lambda program: program.__name__)
def test_a_box_is_what_its_ops_are(program):
    """What a box takes was there before it, and what others take of it, it makes."""
    for level in levels(recorded(program)):
        makers = {}
        for entry in level.shown.recording.entries:
            for tensor in entry.outputs:
                makers.setdefault(tensor, entry.index)
        for entry in level.shown.recording.entries:
            assert len(entry.values) == len(entry.outputs)
            if entry.backward_pass < 0 and not entry.is_forward_mode:
                assert all(makers.get(tensor, -1) < entry.index or tensor in entry.outputs for tensor in entry.inputs)
        for played in level.shown.recording.backward_passes:
            for pullback in played.pullbacks:
                if pullback.entry >= 0:
                    assert len(pullback.upstream) == len(level.shown.recording.entries[pullback.entry].outputs)


def shown_on(recording, key):
    (level,) = (level for level in levels(recording) if level.key == key)
    return level.shown.recording


def titles(recording, key):
    """Return what stands on the rows of a level: what a box is called, or an op, and which one it is of several."""
    shown = shown_on(recording, key)
    names = LevelText(shown)
    rows = [shown.entries[step.subject] for step in shown.steps if step.kind == "entry"]
    called = [names.entry_label(row) if isinstance(row, Box) else row.op for row in rows]
    numbers = map(names.number, rows)
    return [f"{name} {'/'.join(map(str, nth))}" if nth else name for name, nth in zip(called, numbers, strict=True)]


def opens_on(recording):
    return opening_level(levels(recording)).key


def a_model():
    return keras.Sequential(
        [
            keras.Input((3,)),
            keras.layers.Dense(4, activation="relu", name="hidden"),
            keras.layers.Dense(2, name="logits"),
        ],
        name="model",
    )


def test_a_beginner_sees_operations_and_no_other_level():
    assert [level.key for level in levels(record(programs.parabola))] == ["ops", "all"]


def test_a_keras_step_opens_at_its_layers():
    model, optimizer = a_model(), keras.optimizers.Adam(0.1)
    loss_of = keras.losses.MeanSquaredError()

    def step(x, y):
        with tf.GradientTape() as tape:
            out = model(x)
            loss = loss_of(y, out)
        grads = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(grads, model.trainable_variables, strict=True))

    recording = record(step, tf.ones((5, 3)), tf.ones((5, 2)))
    assert opens_on(recording) == "layers"
    assert titles(recording, "layers") == ["hidden", "logits", "MeanSquaredError", "Adam"]
    assert titles(recording, "lines") == [
        "out = model(x)",
        "loss = loss_of(y, out)",
        "optimizer.apply_gradients(zip(grads, model.trainable_variab…",
    ]
    shown = shown_on(recording, "layers")
    hidden, logits = shown.entries[:2]
    assert hidden.outputs[0] in logits.inputs and len(hidden.outputs) == len(logits.outputs) == 1
    names = [
        {recording.tensors[one.tensor].name for one in pullback.input_gradients if not one.skipped}
        for pullback in shown.backward_passes[0].pullbacks
    ]
    assert names == [
        {"out"},
        {"", "model/logits/kernel", "model/logits/bias"},
        {"model/hidden/kernel", "model/hidden/bias"},
    ]
    (update,) = shown.optimizer_steps
    assert update.first == update.last == 3


def test_a_weight_that_a_layer_uses_often_gets_one_gradient_from_it():
    """A layer that makes its Variables in the recording loses none of their gradients; its cell is no box."""

    def unrolled():
        model = keras.Sequential([keras.Input((5, 3)), keras.layers.LSTM(4, name="lstm"), keras.layers.Dense(1)])
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(model(tf.ones((2, 5, 3))) ** 2)
        return tape.gradient(loss, model.trainable_variables)

    recording = record(unrolled)
    layers = titles(recording, "layers")
    assert layers.count("lstm") == 1 and len(layers) <= 6
    played = shown_on(recording, "layers").backward_passes[0]
    (lstm,) = (pullback for pullback in played.pullbacks if pullback.op == "LSTM")
    passed = [one for one in lstm.input_gradients if not one.skipped]
    assert [(one.nth, one.count) for one in passed] == [(1, 1)] * 3
    wanted = {source.tensor: source.gradient for source in recording.sources}
    assert all(one.gradient == wanted[one.tensor] for one in passed)


def test_two_models_are_boxes_and_a_call_on_another_line_is_another_box():
    inner = [keras.layers.Dense(3, name=f"d{number}") for number in range(15)]
    one = keras.Sequential([keras.Input((3,)), *inner[:9]], name="one")
    two = keras.Sequential([keras.Input((3,)), *inner[9:]], name="two")

    def step(x):
        with tf.GradientTape() as tape:
            a = two(one(x))
            b = two(x)
            loss = tf.reduce_sum(a * b)
        return tape.gradient(loss, one.trainable_variables)

    assert titles(record(step, tf.ones((2, 3))), "layers")[:3] == ["one", "two 1/2", "two 2/2"]


class _Affine(tf.Module):
    def __init__(self, name):
        super().__init__(name=name)
        self.w = tf.Variable(tf.ones((2, 2)))

    @tf.Module.with_name_scope
    def __call__(self, x):
        y = x @ self.w
        return tf.nn.relu(y)


def test_modules_and_functions_are_boxes_too():
    first, second = _Affine("first"), _Affine("second")

    def squared_error(y, wanted):
        difference = y - wanted
        return tf.reduce_mean(difference**2)

    def step(x):
        with tf.GradientTape() as tape:
            loss = squared_error(second(first(x)), 1.0)
        return tape.gradient(loss, [first.w, second.w])

    assert titles(record(step, tf.ones((3, 2))), "layers") == ["first", "second", "squared_error()"]


def test_a_line_that_raised_has_not_made_anything():
    def failing():
        a = tf.ones((2, 3)) * 2.0 + 1.0
        b = a * 2.0 + tf.zeros((2, 3))
        return a * b - tf.ones((5, 5)) - a

    rows = titles(record(failing), "lines")
    assert rows[:2] == ["a = tf.ones((2, 3)) * 2.0 + 1.0", "b = a * 2.0 + tf.zeros((2, 3))"]
    assert rows[2:] == ["Mul", "Fill"]


def test_a_long_loop_is_five_boxes_of_its_rounds():
    def chain():
        x = tf.Variable(0.5)
        with tf.GradientTape() as tape:
            y = x * 1.0
            for _ in range(50):
                u = tf.sin(y)
                y = u + 1.0
        return tape.gradient(y, x)

    recording = record(chain)
    rows = titles(recording, "lines")
    assert rows[0] == "y = x * 1.0" and rows[5] == "for _ in range(50):, 46 times"
    rounds = [f"{line} {nth}/50" for nth in (1, 2, 49, 50) for line in ("u = tf.sin(y)", "y = u + 1.0")]
    assert rows[1:5] + rows[6:] == rounds
    assert opens_on(recording) == "lines"


def test_rounds_that_take_different_branches_are_folded_too():
    def branches():
        y = x = tf.Variable(0.5)
        with tf.GradientTape() as tape:
            for k in range(30):
                y = tf.sin(y)
                if k % 3 == 0 or k == 7:
                    y = y + 1.0
        return tape.gradient(y, x)

    rows = titles(record(branches), "lines")
    assert rows[3] == "for k in range(30):, 26 times" and len(rows) == 6
    assert rows[0] == "y = tf.sin(y) 1/30" and rows[-1] == "y = tf.sin(y) 30/30"


def test_calls_that_are_written_alike_have_numbers():
    def jacobian():
        z, rows = tf.Variable([1.0, 2.0]), []
        with tf.GradientTape(persistent=True) as tape:
            parts = [z[0] * z[1], z[0] - z[1]]
        for part in parts:
            rows.append(tape.gradient(part, z))
        return rows

    recording = record(jacobian)
    names = LevelText(recording)
    calls = [names.call_text(one) for one in recording.backward_passes]
    assert len({*calls}) == 2 and all(call.startswith("tape.gradient(part, z)") for call in calls)
    assert [line.startswith(call) for line, call in zip(deck_text(recording).splitlines()[-2:], calls, strict=True)]


def test_lines_that_are_not_known_lose_no_operation():
    made = {"tf": tf}
    exec(compile(SECOND, "<typed in>", "exec"), made)
    recording = record(made["second"])
    for level in levels(recording):
        boxes = level.shown.recording.entries
        assert sum(box.count if isinstance(box, Box) else 1 for box in boxes) >= level.rows
    assert "tape.gradient()" in {box.title for box in shown_on(recording, "lines").entries if isinstance(box, Box)}


def test_a_value_that_is_only_looked_at_is_no_step():
    w = tf.Variable(2.0)

    def step():
        with tf.GradientTape() as tape:
            y = w * w
        w.assign_sub(tape.gradient(y, w))
        str(w), w.numpy()
        return tf.identity(w)

    assert titles(record(step), "ops") == ["Mul", "AssignSubVariableOp", "Identity"]


def test_a_call_of_many_operations_is_one_of_the_operations():
    def points():
        x = tf.Variable(2.0)
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(tf.linspace(0.0, x, 5) ** 2)
        return tape.gradient(y, x)

    recording = record(points)
    assert titles(recording, "ops") == ["tf.linspace(0.0, x, 5)", "Pow", "Sum"]
    (box,) = (entry for entry in shown_on(recording, "ops").entries if isinstance(entry, Box))
    assert box.count > 20


def test_the_arithmetic_of_an_inner_backward_pass_is_one_box():
    rows = titles(record(programs.third_order), "lines")
    assert len(rows) == len(set(rows)) or len(rows) < 8
