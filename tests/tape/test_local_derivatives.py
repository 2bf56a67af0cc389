"""Local derivatives against independent witnesses: a tape on the op alone, and closed forms in float64."""

import math

import numpy as np
import pytest
import tensorflow as tf

from tests.tape import programs
from tests.tape.test_faithful import bits
from tests.tape.test_graph_replay import (
    a_tape_in_a_callee,
    eagerly,
    newton,
    persistent_in_a_graph,
    simple_step,
)
from widgets import TapeDeck, record
from widgets.tape import local_derivatives

UNARY = [
    ("Sin", tf.sin, 0.7, math.cos),
    ("Exp", tf.exp, 0.7, math.exp),
    ("Log", tf.math.log, 0.7, lambda x: 1 / x),
    ("Sqrt", tf.sqrt, 0.7, lambda x: 0.5 / math.sqrt(x)),
    ("Tanh", tf.tanh, 0.7, lambda x: 1 - math.tanh(x) ** 2),
    ("Sigmoid", tf.sigmoid, 0.7, lambda x: math.exp(-x) / (1 + math.exp(-x)) ** 2),
    ("Square", tf.square, 0.7, lambda x: 2 * x),
    ("Reciprocal", tf.math.reciprocal, 0.7, lambda x: -1 / x**2),
    ("Abs", tf.abs, -0.7, lambda x: -1.0),
    ("Erf", tf.math.erf, 0.7, lambda x: 2 / math.sqrt(math.pi) * math.exp(-(x**2))),
    ("Relu", tf.nn.relu, -0.7, lambda x: 0.0),
    ("Softplus", tf.nn.softplus, 0.7, lambda x: 1 / (1 + math.exp(-x))),
    ("Neg", tf.negative, 0.7, lambda x: -1.0),
    ("Identity", tf.identity, 0.7, lambda x: 1.0),
    ("Reshape", lambda x: tf.reshape(x, [1, 1]), 0.7, lambda x: 1.0),
    ("Sum", tf.reduce_sum, 0.7, lambda x: 1.0),
]
BINARY = [
    ("Mul", tf.multiply, lambda x, y: (y, x)),
    ("RealDiv", tf.divide, lambda x, y: (1 / y, -x / y**2)),
    ("Sub", tf.subtract, lambda x, y: (1.0, -1.0)),
    ("AddV2", tf.add, lambda x, y: (1.0, 1.0)),
    ("Pow", tf.pow, lambda x, y: (y * x ** (y - 1), x**y * math.log(x))),
    ("Maximum", tf.maximum, lambda x, y: (0.0, 1.0)),
    ("SquaredDifference", tf.math.squared_difference, lambda x, y: (2 * (x - y), 2 * (y - x))),
    ("Atan2", tf.atan2, lambda x, y: (y / (x * x + y * y), -x / (x * x + y * y))),
]


def edges(recording):
    """Yield the op, the upstream gradients and what one input gets, for each edge of each backward pass."""
    for backward_pass in recording.backward_passes:
        for pullback in backward_pass.pullbacks:
            for contribution in pullback.input_gradients:
                yield pullback.op, pullback.upstream, contribution


def locals_of(recording, op):
    return [one.local and one.local.head[0] for name, _, one in edges(recording) if name == op]


@pytest.mark.parametrize(("dtype", "factor"), [("float32", -2.6), ("float64", 1.0), ("float64", 0.0)])
def test_each_op_has_the_derivative_that_a_tape_on_it_alone_finds(dtype, factor):
    cases = [(op, function, (x,), lambda x, f=form: (f(x),)) for op, function, x, form in UNARY]
    for op, function, numbers, form in cases + [(op, function, (0.7, 1.3), form) for op, function, form in BINARY]:
        inputs = [tf.constant(number, dtype) for number in numbers]

        def scaled(function=function, inputs=inputs):
            with tf.GradientTape() as tape:
                tape.watch(inputs)
                z = tf.raw_ops.Minimum(x=tf.constant(factor, dtype) * function(*inputs), y=tf.constant(9.0, dtype))
            return tape.gradient(z, inputs)

        with tf.GradientTape() as alone:
            alone.watch(inputs)
            y = function(*inputs)
        witness = alone.gradient(y, inputs)
        found = [local for local in locals_of(record(scaled), op) if local is not None][-len(inputs) :]
        assert [one.tobytes() for one in found] == [one.numpy().tobytes() for one in witness], op
        digits = 1e-5 if dtype == "float32" else 1e-12
        assert [float(one) for one in found] == pytest.approx(form(*numbers), rel=digits), op


SCALAR = [programs.fan_out, programs.third_order, programs.descent_by_hand]
MIXED = [programs.custom_gradient, programs.half_precision, programs.not_a_number, programs.keras_training_step]


def test_upstream_times_local_is_what_comes_back():
    known = 0
    for program in SCALAR + MIXED:
        for op, upstream, one in edges(record(program)):
            if one.local is not None:
                (given,) = filter(None, upstream)
                with np.errstate(invalid="ignore"):
                    product = np.float64(given.head[0]) * np.float64(one.local.head[0])
                digits = 0.02 if "16" in one.gradient.dtype else 1e-5
                close = np.isclose(product, np.float64(one.gradient.head[0]), digits, 1e-30, equal_nan=True)
                assert close, (program, op)
                assert one.local.size == one.gradient.size == given.size == 1
                known += 1
    assert known > 50


def test_every_edge_of_a_scalar_program_is_known():
    for program in SCALAR:
        for op, _, one in edges(record(program)):
            assert one.skipped or one.local is not None, (program, op)


def test_in_a_graph_they_are_those_of_the_eager_step():
    for program in (simple_step, persistent_in_a_graph, newton, a_tape_in_a_callee):
        inside, outside = [*edges(record(program))], [*edges(eagerly(lambda program=program: record(program)))]
        ops = {op for op, _, _ in inside} & {op for op, _, _ in outside}
        inside, outside = ([(op, one.local) for op, _, one in some if op in ops] for some in (inside, outside))
        assert inside == outside and len(inside) > 1, program
        assert sum(local is not None for _, local in inside) > 1, program


def test_where_it_is_no_number_there_is_none():
    def arrays():
        x, s = tf.Variable([1.0, 2.0]), tf.Variable(3.0)
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(x * s) * s
        return tape.gradient(y, [x, s])

    recording = record(arrays)
    vectors, scalars = [locals_of(recording, op) for op in ("Sum", "Mul")]
    assert vectors == [None, None] or vectors == [None]
    assert scalars[0] == 3.0 and scalars[1] == 9.0 and scalars[2:] == [None, None]

    def several_outputs():
        x = tf.constant([2.0])
        with tf.GradientTape() as tape:
            tape.watch(x)
            values, _ = tf.math.top_k(x, 1)
            z = tf.complex(values[0], 1.0)
            y = tf.abs(z) * 3.0
        return tape.gradient(y, x)

    for op, upstream, one in edges(record(several_outputs)):
        assert one.local is None or sum(value is not None for value in upstream) == 1
        assert one.local is None or op not in ("Complex", "ComplexAbs")


def test_a_gradient_function_of_the_learners_own_is_not_run_again():
    runs = []

    @tf.custom_gradient
    def square(x):
        def backward(upstream):
            runs.append(float(upstream))
            return upstream * 2.0 * x

        return tf.square(x), backward

    def learner():
        x = tf.constant(3.0)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = 2.0 * square(x)
        return tape.gradient(y, x)

    recording = record(learner)
    assert runs == [2.0] and float(recording.result) == 12.0
    known = {op: one.local for op, _, one in edges(recording) if not one.skipped}
    assert known["square"] is None and known["Mul"].head[0] == 2.0


def test_the_state_of_the_learners_randomness_stays():
    def learner():
        alpha = tf.constant(2.0)
        with tf.GradientTape() as tape:
            tape.watch(alpha)
            y = 3.0 * tf.random.gamma([], alpha)
        return tape.gradient(y, alpha), tf.random.normal([])

    draws = []
    for run in (learner, lambda: record(learner).result):
        tf.random.set_seed(7)
        draws.append((bits(run()), bits(tf.random.normal([]))))
    assert draws[0] == draws[1]
    assert set(locals_of(record(learner), "RandomGamma")) == {None}


def test_a_derivative_that_leaves_the_range_of_the_dtype_is_not_known():
    def learner():
        x = tf.constant(1e-30)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.math.rsqrt(x) * 1e-10
        return tape.gradient(y, x)

    recording = record(learner)
    assert locals_of(recording, "Rsqrt") == [None] and np.isfinite(recording.result)


def test_so_many_are_run_again_and_no_more(monkeypatch):
    def learner():
        x = tf.Variable(0.5)
        with tf.GradientTape() as tape:
            y = x
            for _ in range(4):
                y = tf.sin(2.0 * y)
        return tape.gradient(y, x)

    whole = record(learner)
    monkeypatch.setattr(local_derivatives, "MOST_RUNS", 2)
    short = record(learner)
    assert None not in locals_of(whole, "Sin") and locals_of(short, "Sin").count(None) >= 1
    assert bits(whole.result) == bits(short.result)
    for (_, _, one), (_, _, other) in zip(edges(whole), edges(short), strict=True):
        assert other.local in (None, one.local)


def test_the_text_says_the_product():
    text = TapeDeck(record(programs.fan_out)).text
    assert "passes back -5.4667816 = -0.91113025 × 6.0 to" in text
    assert "passes back 2.0 to" in text, "there is nothing to say of a factor 1"
