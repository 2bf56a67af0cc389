"""Lesson 12's tape is short, is plain Python, and agrees with TensorFlow."""

import ast
import math

import pytest
import tensorflow as tf

LONGEST_TAPE = 80  # lines, not counting empty ones


@pytest.fixture(scope="module")
def tape(notebooks):
    """The source of the cells that make the tape, as they are in the solution."""
    cells = notebooks["solutions/12_build_a_tape.ipynb"].cells
    return "\n".join(cell.source for cell in cells if "tape" in cell.metadata.get("tags", []))


@pytest.fixture
def names(tape):
    """What these cells define, run by themselves."""
    found = {"math": math}
    exec(compile(tape, "the tape", "exec"), found)
    return found


def test_the_tape_is_short_and_plain_python(tape):
    code = [line for line in tape.splitlines() if line.strip() and not line.strip().startswith("#")]
    assert 30 < len(code) < LONGEST_TAPE
    used = {node.id for node in ast.walk(ast.parse(tape)) if isinstance(node, ast.Name)}
    assert not used & {"tf", "np", "widgets", "__import__"} and "import" not in tape


def many_ways(x):
    return x * x * x + (x - 2) * (3 - x) + x


def fraction(x):
    return (x**3 - 2 * x) / (x * x + 1) - 1 / x


def looped(x):
    y = x
    for k in range(1, 4):
        y = y * x / (k + y**2) - x
    return -y


@pytest.mark.parametrize("function", [many_ways, fraction, looped])
@pytest.mark.parametrize("x", [-1.5, 0.5, 2.0])
def test_it_agrees_with_tensorflow_in_both_derivatives(function, x, names):
    number = names["Number"](x)
    with names["Tape"]() as outer:
        with names["Tape"]() as inner:
            y = function(number)
        slope = inner.gradient(y, number)
    bend = outer.gradient(slope, number)
    assert (y.value, slope.value, bend.value) == pytest.approx(by_tensorflow(function, x), rel=1e-9)


def test_it_agrees_with_tensorflow_on_sines(names):
    sin, cos = names["sin"], names["cos"]
    number = names["Number"](0.7)
    with names["Tape"]() as tape:
        y = sin(number**2) * cos(number) / number
    due = by_tensorflow(lambda x: tf.sin(x**2) * tf.cos(x) / x, 0.7)[1]
    assert tape.gradient(y, number).value == pytest.approx(due, rel=1e-9)


def by_tensorflow(function, x):
    """Value, first and second derivative in float64."""
    x = tf.Variable(x, dtype=tf.float64)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = function(x)
        slope = inner.gradient(y, x)
    return float(y), float(slope), float(outer.gradient(slope, x))
