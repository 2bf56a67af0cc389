"""What the engine takes for granted of TensorFlow's kernels, measured on the machine that runs this."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
import tensorflow as tf

from tests.descent.learner import bits, differences
from widgets.descent import descend
from widgets.descent.paths import batch_exactness
from widgets.descent.paths.batch_exactness import BatchEffect, apply_in_chunks, batch_effect, simd_width
from widgets.descent.paths.graph_rewrites import add_in_eager_order, grappler_disabled

EXACT, SQUARE, SCALAR_ONLY = BatchEffect

DTYPES = pytest.mark.parametrize("dtype", ["float32", "float64"])

ONE = ["Neg", "Square", "Sqrt", "Abs", "Floor", "Ceil", "Rint"]
TWO = ["Add", "AddV2", "Sub", "Mul", "RealDiv", "Div", "DivNoNan", "SquaredDifference"]
TWO += ["Less", "LessEqual", "Greater", "GreaterEqual", "Equal", "NotEqual"]
OTHERWISE = {"SelectV2": lambda x, y: tf.where(x > y, x, y), "AddN": lambda x, y: tf.add_n([x, y])}
NO_FLOATS = {"LogicalAnd", "LogicalOr", "LogicalNot", "Select"}
"""These only look at truth values; Select is SelectV2 without broadcasting."""


def numbers(dtype, count=1_200):
    """Pairs of ordinary numbers, of all sizes and close to each other, and all pairs of special ones."""
    limits, draw = np.finfo(dtype), np.random.default_rng(5)
    special = [0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, 0.5, 2.5, 1e-30, 1e20, limits.max, limits.tiny]
    pairs = np.array(list(itertools.product(special, repeat=2)))
    sizes = np.exp(draw.uniform(-60, 60, (count, 2))) * draw.choice([-1, 1], (count, 2))
    sizes[::2, 1] = sizes[::2, 0] * draw.uniform(0.5, 2, len(sizes[::2]))
    return [tf.constant(column, dtype) for column in np.concatenate([pairs, sizes]).T]


def alone(op, *columns):
    return np.array([op(*row).numpy() for row in zip(*map(tf.unstack, columns), strict=True)])


def equal(left, right):
    return np.array_equal(left, right) if left.dtype == bool else np.array_equal(bits(left), bits(right))


@DTYPES
@pytest.mark.parametrize("name", ONE)
def test_what_is_called_exact_is_the_same_in_batch_effect(name, dtype):
    x, _ = numbers(dtype)
    assert batch_effect(name) == EXACT
    op = getattr(tf.raw_ops, name)
    assert equal(op(x=x).numpy(), alone(lambda x: op(x=x), x))


@DTYPES
@pytest.mark.parametrize("name", [*TWO, *OTHERWISE])
def test_what_is_called_exact_of_two_is_the_same_in_batch_effect(name, dtype):
    x, y = numbers(dtype)
    assert batch_effect(name) == EXACT
    op = OTHERWISE.get(name) or (lambda x, y: getattr(tf.raw_ops, name)(x=x, y=y))
    assert equal(op(x, y).numpy(), alone(op, x, y))


def test_every_exact_operation_is_measured_or_copies():
    measured = {*ONE, *TWO, *OTHERWISE} | NO_FLOATS
    exact = {name for name, effect in batch_exactness.EFFECTS.items() if effect == EXACT}
    assert exact == measured | set(batch_exactness.COPIES.split())


@DTYPES
def test_a_first_power_is_the_number_itself(dtype):
    x = tf.concat(numbers(dtype, 20_000), 0)
    assert batch_effect("Pow", 1.0) == EXACT
    assert equal(tf.pow(x, 1.0).numpy(), x.numpy())
    assert equal(apply_in_chunks(lambda x: tf.pow(x, 1.0), x, simd_width(dtype)), x.numpy())


def test_a_first_power_is_the_number_itself_for_every_float32_mantissa():
    x = (np.arange(2**23, dtype=np.uint32) | np.uint32(0x3F80_0000)).view(np.float32)
    assert np.array_equal(tf.pow(x, 1.0).numpy(), x)


@DTYPES
def test_company_changes_what_is_approximated(dtype):
    """The reason for all this: if it ever fails, TensorFlow has become simpler, and so may we."""
    if simd_width(dtype) == 1 or not batch_exactness.pow_is_trusted(dtype):
        pytest.skip("this machine computes batches as single numbers, or has another C library")
    x = tf.constant(np.linspace(-3, 3, 500), dtype)
    for op in (tf.exp, tf.sigmoid, lambda x: tf.pow(x, 2), lambda x: tf.pow(x, 3)):
        assert not equal(op(x).numpy(), alone(op, x))


@DTYPES
@pytest.mark.parametrize(
    "op",
    [tf.exp, tf.sin, tf.tanh, tf.sigmoid, tf.math.log, tf.math.rsqrt, tf.nn.relu, tf.atan, lambda x: x**3, tf.sign],
)
def test_as_many_as_lanes_are_computed_one_at_a_time(op, dtype):
    x = tf.concat(numbers(dtype, 500), 0)
    assert equal(apply_in_chunks(op, x, simd_width(dtype)), alone(op, x))


def test_the_rest_has_its_kind():
    assert {batch_effect("Sin"), batch_effect("Pow"), batch_effect("Pow", 3.0)} == {SCALAR_ONLY}
    assert batch_effect("Pow", 2.0) == SQUARE
    assert batch_effect("MatMul") is batch_effect("Sum") is batch_effect("Reshape") is None


@DTYPES
def test_squares_near_a_tie_are_marked(dtype):
    draw = np.random.default_rng(3)
    x = np.concatenate([draw.normal(size=1500), np.exp(draw.uniform(-30, 30, 1500)), 1 - 2.0**-52 * np.arange(300)])
    for number, doubted in zip(x.astype(dtype), batch_exactness.near_tie(x.astype(dtype)), strict=True):
        assert doubted or _from_the_middle(number) >= batch_exactness.TIE_DISTANCE[np.dtype(dtype)]


def _from_the_middle(number):
    """Return how far from the middle between two floats a number's true square lies, in the distance of the two."""
    true, rounded = Fraction(float(number)) ** 2, number * number
    other = np.nextafter(rounded, np.array(np.inf if Fraction(float(rounded)) <= true else 0, number.dtype))
    low, high = sorted([Fraction(float(rounded)), Fraction(float(other))])
    return abs(true - (low + high) / 2) / (high - low)


@DTYPES
def test_other_squares_are_powers(dtype):
    if not batch_exactness.pow_is_trusted(dtype):
        pytest.skip("this machine's pow is less exact, so its squares are not batched")
    x = np.random.default_rng(4).normal(size=12_000).astype(dtype)
    x = x[~batch_exactness.near_tie(x)]
    assert 0.9 < len(x) / 12_000 < 1
    assert equal(apply_in_chunks(lambda x: tf.pow(x, 2), tf.constant(x), simd_width(dtype)), np.square(x))


@pytest.mark.parametrize("count", [2, 3, 5, 8, 9, 10, 11, 16, 17, 18, 27])
def test_pairs_add_up_as_addn_does_eagerly(count):
    columns = [tf.constant(column) for column in np.random.default_rng(6).normal(size=(count, 4_000)).astype("float32")]
    graph = tf.Graph()
    with graph.as_default():
        leaves = [tf.compat.v1.placeholder(tf.float32, 4_000, name=f"leaf{nth}") for nth in range(count)]
        tf.add_n(leaves, name="total")
    definition = graph.as_graph_def()
    add_in_eager_order(definition)
    assert all(len(node.input) <= 2 for node in definition.node)

    def total(*leaves):
        given = {f"leaf{nth}:0": leaf for nth, leaf in enumerate(leaves)}
        return tf.graph_util.import_graph_def(definition, given, ["total:0"])[0]

    with grappler_disabled():  # TensorFlow's graph optimizer makes one AddN of a tree of them
        assert equal(tf.function(total)(*columns).numpy(), tf.add_n(columns).numpy())


def test_a_function_with_many_uses_of_x_is_added_up_as_eagerly():
    def f(x):
        return sum((x - 0.1 * nth) * 0.3 * nth for nth in range(27)) + x * x * 40

    paths = descend(f, 0.7, [0.01, 0.003, 0.02] * 4, 40)
    assert differences(paths, f, [0, 1, 2]) == [0, 0, 0]
