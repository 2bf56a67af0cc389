"""Names are the learner's own, right at the moment at which they are used, and never a value."""

import linecache
import re

import keras
import pytest
import tensorflow as tf
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

import widgets
from widgets import record
from widgets.deck.grouping import Box
from widgets.deck.levels import levels, opening_level
from widgets.deck.text import deck_text
from widgets.tape.held_objects import paths
from widgets.tape.text import RecordingText

EARLIER = """
import tensorflow as tf
class Linear(tf.Module):
    def __init__(self):
        self.w = tf.Variable(5.0)
        self.b = tf.Variable(0.0)
    def __call__(self, x):
        return self.w * x + self.b
model = Linear()
layers = [Linear(), Linear()]
params = {"w": tf.Variable(2.0), "b": tf.Variable(1.0)}
xs, ys = tf.constant([1.0, 2.0]), tf.constant([3.0, 5.0])
class Answers:
    def __getattr__(self, name):
        return Answers()
anything = Answers()
"""


@pytest.fixture(scope="module")
def shell():
    shell = InteractiveShell()
    widgets.load_ipython_extension(shell)
    yield shell
    widgets.unload_ipython_extension(shell)


@pytest.fixture
def run(shell, monkeypatch):
    """Run cells; returns the recording of the last one."""
    shown = []
    monkeypatch.setattr("widgets.deck.magic.display", shown.append)

    def run_cells(*cells):
        for cell in cells:
            with capture_output():
                result = shell.run_cell(cell)
            result.raise_error()
        return shown[-1].recording

    return run_cells


def names(recording, kind="variable"):
    return {RecordingText(recording).tensor_name(i) for i, one in enumerate(recording.tensors) if one.kind == kind}


def sources(recording):
    return [RecordingText(recording).tensor_name(source.tensor) for source in recording.sources]


def test_variables_that_an_object_holds_are_called_by_their_source(run):
    step = """%%tape
with tf.GradientTape() as t:
    loss = tf.reduce_mean((model(xs) - ys) ** 2)
dw, db = t.gradient(loss, [model.w, model.b])"""
    recording = run(EARLIER, step)
    assert sources(recording) == ["model.w", "model.b"]
    assert names(recording) == {"model.w", "model.b"}


def test_two_objects_with_the_same_attribute_are_told_apart(run):
    step = """%%tape
with tf.GradientTape() as t:
    y = xs
    for layer in layers:
        y = layer(y)
grads = t.gradient(y, [v for layer in layers for v in layer.trainable_variables])"""
    assert names(run(EARLIER, step)) == {f"layers[{i}].{name}" for i in (0, 1) for name in "wb"}


def test_a_dictionary_of_variables(run):
    step = """%%tape
with tf.GradientTape() as t:
    y = params["w"] * xs + params["b"]
grads = t.gradient(y, params)"""
    recording = run(EARLIER, step)
    assert names(recording) == {"params['w']", "params['b']"}
    assert {one.name for one in recording.tensors if one.name.startswith("grads")} <= {"grads['w']", "grads['b']"}


def test_a_loop_variable_names_nothing_that_it_no_longer_means(run):
    step = """%%tape
for epoch in range(3):
    with tf.GradientTape() as t:
        loss = tf.reduce_mean((model(xs) - ys) ** 2)
    grads = t.gradient(loss, model.trainable_variables)
    for g, v in zip(grads, model.trainable_variables):
        v.assign_sub(0.1 * g)"""
    recording = run(EARLIER, step)
    assert names(recording) == {"model.w", "model.b"}
    assert not {"g", "v"} & {one.name for one in recording.tensors}
    assert [tape.name for tape in recording.tapes] == ["t", "t", "t"]


def test_a_keras_model_and_its_optimizer():
    model = tf.keras.Sequential([tf.keras.layers.Dense(2), tf.keras.layers.Dense(1)])
    model.build((None, 3))
    optimizer = tf.keras.optimizers.Adam(0.01)
    optimizer.build(model.trainable_variables)

    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x) - y) ** 2)
        grads = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(grads, model.trainable_variables, strict=True))
        return loss

    recording = record(step, tf.ones((4, 3)), tf.ones((4, 1)))
    own = names(recording)
    paths_of = {variable.path for variable in (*model.trainable_variables, *optimizer.variables)}
    assert own <= paths_of and len(own) == len({one for one in recording.tensors if one.kind == "variable"})
    assert not re.search(r"\d = |handle at|\bv\b", deck_text(recording))


def test_what_a_function_is_given_keeps_its_name_outside(run):
    step = """%%tape
def update(variables, gradients):
    for i, (variable, gradient) in enumerate(zip(variables, gradients)):
        v = tf.Variable(tf.zeros_like(variable))
        velocities.append(v)
        velocities[i].assign(0.9 * velocities[i] + gradient)
        variable.assign_sub(0.1 * velocities[i])
velocities = []
with tf.GradientTape() as t:
    loss = tf.reduce_mean((model(xs) - ys) ** 2)
update(model.trainable_variables, t.gradient(loss, model.trainable_variables))"""
    assert names(run(EARLIER, step)) == {"model.w", "model.b", "velocities[0]", "velocities[1]"}


def test_what_a_function_returns_is_called_as_where_it_was_returned_to(run):
    step = """%%tape
def net(x):
    for scale in (2.0, 3.0):
        x = tf.tanh(x * scale * model.w)
    return x
for _ in range(2):
    with tf.GradientTape() as t:
        out = net(xs)
        loss = tf.reduce_mean((out - ys) ** 2)
    t.gradient(loss, model.w)"""
    recording = run(EARLIER, step)
    tanhs = [recording.tensors[entry.outputs[0]].name for entry in recording.entries if entry.op == "Tanh"]
    assert tanhs == ["x", "out"] * 2


def test_a_gradient_is_called_by_what_the_call_for_it_is_assigned_to_and_by_nothing_around_it(run):
    step = """%%tape
x = tf.Variable(2.0)
with tf.GradientTape() as t:
    y = x * x * 3.0
ask = t.gradient
{statement}
tf.raw_ops.Neg(x=[{gradient}][0])"""
    for statement, gradient, expected in (
        ("g = ask(y, x)", "g", "g"),
        ("(g,) = t.gradient(y, [x])", "g", "g"),
        ("h = list(map(ask, [y], [x]))", "h[0]", "h[0]"),
    ):
        recording = run(EARLIER, step.format(statement=statement, gradient=gradient))
        assert recording.tensors[recording.sources[0].gradient_tensor].name == expected, statement

    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")

    def training():
        h = model.fit(tf.ones((4, 3)), tf.ones((4, 1)), verbose=0)
        return h

    recording = record(training)
    assert "h[0]" not in {one.name for one in recording.tensors}
    shown = opening_level(levels(recording)).shown.recording
    calls = [one for one in shown.entries if one.graph and not one.has_no_tape]
    assert calls and not any(isinstance(one, Box) for one in calls)  # what a step returns is not what is before it


def test_a_variable_with_no_name_anywhere_is_called_by_its_shape():
    def step():
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(made.pop() * 2.0)
        return tape.gradient(y, tape.watched_variables())

    made = [tf.Variable([1.0, 2.0])]
    assert "a Variable of shape (2,)" in deck_text(record(step))


def test_variables_of_one_path_are_told_apart():
    """Keras gives the kernels of a subclassed model's layers the same path."""

    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.first, self.others = keras.layers.Dense(2), [keras.layers.Dense(1)]

        def call(self, inputs):
            return self.others[0](self.first(inputs))

    net, inputs = Net(), tf.ones((1, 3))
    net(inputs)

    def step():
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(net(inputs))
        return tape.gradient(y, net.trainable_variables)

    recording = record(step)
    names = [recording.tensors[source.tensor].name for source in recording.sources]
    assert names == ["net.first.kernel", "net.first.bias", "net.others[0].kernel", "net.others[0].bias"]

    def step_with_a_list():
        variables = [*net.trainable_variables]
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(net(inputs))
        return tape.gradient(y, variables)

    recording = record(step_with_a_list)
    names = [recording.tensors[source.tensor].name for source in recording.sources]
    assert names[:2] == [variable.path for variable in net.first.trainable_variables]  # not `variables[0]`


def test_a_traced_function_finds_names_in_its_module(run):
    define = """class Line(tf.Module):
    def __init__(self):
        self.w = tf.Variable(2.0, name="w")
        self.inner = tf.Variable(1.0, name="w")
line = Line()
@tf.function
def step(x):
    with tf.GradientTape() as tape:
        loss = line.w * line.inner * x
    return tape.gradient(loss, line.trainable_variables)"""
    recording = run(f"import tensorflow as tf\n{define}", "%%tape\nstep(tf.constant(3.0))")
    names = {recording.tensors[source.tensor].name for source in recording.sources}
    assert names == {"line.w", "line.inner"}


def test_rounds_of_a_loop_share_their_names(run):
    step = """%%tape
losses = []
for x_batch, y_batch in tf.data.Dataset.from_tensor_slices((xs, ys)).batch(1):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x_batch) - y_batch) ** 2)
    losses.append(loss)
    tape.gradient(loss, model.w)"""
    recording = run(EARLIER, step)
    targets = [recording.tensors[one.targets[0]].name for one in recording.backward_passes]
    assert targets == ["loss", "loss"]
    batches = [one.name for one in recording.tensors if one.name in ("x_batch", "y_batch")]
    assert batches == ["x_batch", "y_batch"] * 2


@pytest.mark.parametrize("line", ["y = y * x", "y *= x", "y = tf.multiply(y, x)"])
def test_a_loop_of_one_line_names_each_value(line):
    scope = {}
    text = f"def f(y, x):\n    for _ in range(3):\n        {line}\n    return y\n"
    linecache.cache["<names test>"] = (len(text), None, text.splitlines(keepends=True), "<names test>")
    exec(compile(text, "<names test>", "exec"), {"tf": tf}, scope)
    recording = record(scope["f"], tf.constant(2.0), tf.constant(3.0))
    made = [recording.tensors[entry.outputs[0]].name for entry in recording.entries if entry.op == "Mul"]
    assert made == ["y"] * 3


def test_the_result_of_a_call_is_not_its_last_operation_if_another_is_returned():
    def measured(x):
        y = tf.sin(x)
        return (y, tf.cos(x))[0]

    def f():
        x = tf.constant(1.0)
        z = measured(x)
        return z

    recording = record(f)
    named = {recording.tensors[entry.outputs[0]].name: entry.op for entry in recording.entries}
    assert named == {"z": "Sin", "": "Cos"} or named == {"y": "Sin", "": "Cos"}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("with tf.GradientTape() as t1, tf.GradientTape() as t2:\n    x * x", ["t1", "t2"]),
        ("g = tf.GradientTape(persistent=True)\nwith g:\n    y = x * x\ng.gradient(y, x)\ndel g", ["g"]),
        (
            "with tf.GradientTape() as hessian_tape:\n    y = x * x\nhessian_tape.gradient(y, x)\ndel hessian_tape",
            ["hessian_tape"],
        ),
        ("class A: pass\na = A()\nwith tf.GradientTape() as a.tape:\n    x * x", ["a.tape"]),
        ("for i in range(2):\n    with tf.GradientTape() as t:\n        x * x", ["t", "t"]),
    ],
)
def test_tapes_are_called_by_their_with_statement(run, code, expected):
    recording = run(EARLIER, f"%%tape\nx = tf.Variable(3.0)\n{code}")
    assert [tape.name for tape in recording.tapes] == expected


def test_an_iterator_is_no_variable(run):
    recording = run(EARLIER, "%%tape\nfor x in tf.data.Dataset.from_tensor_slices(xs):\n    x * 2.0")
    text = "\n".join(map(RecordingText(recording).step_text, recording.steps))
    assert "Variable" not in text and "?" not in text and "a handle" in text


def test_an_object_that_answers_every_attribute_is_no_variable(run):
    recording = run(
        EARLIER, "%%tape\nwith tf.GradientTape() as t:\n    y = model(xs)\nanything\nt.gradient(y, model.w)"
    )
    assert sources(recording) == ["model.w"]


def test_looking_into_objects_runs_no_code_of_theirs():
    class Loud:
        def __init__(self):
            self.w = tf.Variable(1.0)

        @property
        def loud(self):
            raise AssertionError("a property ran")

        def __eq__(self, other):
            raise AssertionError("compared")

    class Bare:
        __slots__ = ("unset", "v")

    loud, bare = Loud(), Bare()
    loud.myself, loud.bare, bare.v = loud, bare, tf.Variable(2.0)
    found = dict(paths([("loud", loud)], {0}))
    assert list(found) == ["loud.w", "loud.bare.v"]


def test_constants_keep_their_values():
    def f():
        x = tf.Variable(2.0)
        with tf.GradientTape() as tape:
            y = 3.0 * x
        return tape.gradient(y, x)

    recording = record(f)
    product = next(entry for entry in recording.entries if entry.op == "Mul")
    assert RecordingText(recording).tensor_name(product.inputs[0]) == "3.0"


def test_what_a_structure_holds_is_called_by_the_way_to_it():
    def program():
        rows = tf.ragged.constant([[1.0], [2.0, 3.0]])
        things = {"w": tf.constant([1.0, 2.0]), "b": (tf.constant(0.5),), "rows": rows}
        with tf.GradientTape() as tape:
            tape.watch(things)
            tape.watch([tf.constant(7.0)])
            y = tf.reduce_sum(things["w"]) * things["b"][0] + tf.reduce_sum(things["rows"].flat_values)
        return tape.gradient(y, things)

    recording = record(program)
    names = [recording.tensors[source.tensor].name for source in recording.sources]
    assert names == ["things['b'][0]", "things['rows'].flat_values", "things['w']"]
    watches = [RecordingText(recording).step_text(step) for step in recording.steps if step.kind == "watch"]
    assert any("a tensor of shape ()" in text for text in watches) and not any("7.0" in text for text in watches)


def test_a_recording_says_what_it_is_in_one_line():
    said = repr(record(lambda: tf.constant(1.0) + 1.0))
    assert said == "Recording of <lambda> (operations: 1, tapes: 0, backward passes: 0): show it with TapeDeck(...)"
