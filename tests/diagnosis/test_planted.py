"""A fault planted in a program that nobody thought of: each source that leads to the target gets its code, no other."""

import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tape.test_backward_pass import BINARY, UNARY, a_program
from widgets import record
from widgets.diagnosis.text import explain

FAULTS = {
    "STOPPED_GRADIENT": tf.stop_gradient,
    "NOT_DIFFERENTIABLE": tf.round,
    "INTEGER_DTYPE": lambda y: tf.cast(tf.cast(y, tf.int32), tf.float32),
    "ASSIGNED_IN_TAPE": lambda y: tf.Variable(y) * 1.0,
}


OF_ZERO = ("DEAD_RELU", "SATURATED", "INFINITE_SLOPE", "OVERFLOW", "OUTSIDE_DOMAIN", "ZERO_BY_ZERO", "LOG_OF_NEGATIVE")
"""What may be said of a gradient that is right, and 0, inf or NaN where a random program leads."""


def leads(program):
    """Return the numbers of the sources that the target depends on, by the program alone."""
    count = len(program.leaves)
    depends = [{index} for index in range(count)]
    for op, first, second in program.ops:
        known = len(depends)
        chosen = [first] if op < len(UNARY) else [first, second]
        depends.append(set().union(*(depends[one % known] for one in chosen)))
    return depends[-1]


def codes(recording, sources):
    return [explain(recording, source=source).code for source in sources]


@settings(max_examples=30, deadline=None)
@given(a_program("float32"))
def test_constants_that_nobody_watches(program):
    sources = program.sources()

    def learner():
        with tf.GradientTape() as tape:
            y = program.run(sources)[-1]
        return tape.gradient(y, sources)

    found = codes(record(learner), sources)
    for index, (_value, is_variable) in enumerate(program.leaves):
        if index not in leads(program):
            assert found[index] == "NO_PATH"
        elif is_variable:
            assert found[index] in (None, "TARGET_SUMMED", "NAN_ZERO_TIMES_INF", *OF_ZERO)
        else:
            assert found[index] == "CONSTANT_NOT_WATCHED"


@pytest.mark.parametrize("code", FAULTS)
@settings(max_examples=20, deadline=None)
@given(program=a_program("float32"))
def test_a_fault_on_every_way(code, program):
    sources, fault = program.sources(), FAULTS[code]

    def learner():
        with tf.GradientTape() as tape:
            tape.watch(sources)
            y = fault(program.run(sources)[-1])
        return tape.gradient(y, sources)

    found = codes(record(learner), sources)
    assert found == [code if index in leads(program) else "NO_PATH" for index in range(len(sources))]


@settings(max_examples=30, deadline=None)
@given(program=a_program("float32"), split=st.integers(1, 12))
def test_a_block_that_ends_too_early(program, split):
    sources = program.sources()
    inside, outside = program.ops[:split], program.ops[split:]

    def learner():
        nodes = []
        with tf.GradientTape() as tape:
            tape.watch(sources)
            _go_on(inside, sources, nodes)
        _go_on(outside, sources, nodes)
        return tape.gradient(nodes[-1], sources)

    found = codes(record(learner), sources)
    for index, code in enumerate(found):
        if index not in leads(program):
            assert code == "NO_PATH"
        elif outside:
            assert code == "OUTSIDE_TAPE"


def _go_on(ops, sources, nodes):
    """Run some of a program's ops, as `Program.run` does, after those that made `nodes`."""
    for op, first, second in ops:
        known = [*sources, *nodes]
        chosen = known[first % len(known)], known[second % len(known)]
        nodes.append(UNARY[op](chosen[0]) if op < len(UNARY) else BINARY[op - len(UNARY)](*chosen))
