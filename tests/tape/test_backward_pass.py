"""Backward passes against an independent witness: bare tapes asked for every tensor, and central differences."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tape import programs
from widgets import record
from widgets.tape import events, hooks, log

UNARY = [tf.sin, tf.cos, tf.tanh, tf.square, tf.negative, tf.identity, tf.sigmoid, lambda x: tf.pow(x, 2)]
BINARY = [tf.add, tf.multiply, tf.subtract, lambda x, y: x * y + x, tf.maximum]


@dataclasses.dataclass(frozen=True)
class Program:
    """A random program: leaves (some Variables, some watched constants), then ops on earlier tensors."""

    leaves: tuple
    ops: tuple
    dtype: str

    def sources(self):
        return [
            tf.Variable(value, dtype=self.dtype) if variable else tf.constant(value, self.dtype)
            for value, variable in self.leaves
        ]

    def run(self, sources):
        """Return all tensors that were made, in order; the last is the target."""
        nodes = []
        for op, first, second in self.ops:
            known = [*sources, *nodes]
            chosen = known[first % len(known)], known[second % len(known)]
            nodes.append(UNARY[op](chosen[0]) if op < len(UNARY) else BINARY[op - len(UNARY)](*chosen))
        return nodes


_numbers = st.floats(-2, 2, width=32)
_leaf = st.tuples(st.one_of(_numbers, st.lists(_numbers, min_size=3, max_size=3)), st.booleans())
_op = st.tuples(st.integers(0, len(UNARY) + len(BINARY) - 1), st.integers(0, 20), st.integers(0, 20))


def a_program(dtype, leaf=_leaf):
    return st.builds(
        Program,
        leaves=st.lists(leaf, min_size=1, max_size=3).map(tuple),
        ops=st.lists(_op, min_size=1, max_size=12).map(tuple),
        dtype=st.just(dtype),
    )


def recorded(program):
    sources = program.sources()

    def learner():
        with tf.GradientTape() as tape:
            for source in sources:
                tape.watch(source)
            nodes = program.run(sources)
        return nodes, tape.gradient(nodes[-1], sources)

    return record(learner)


def bare(program):
    """Return the gradient of every made tensor and of every source, from one bare persistent tape."""
    sources = program.sources()
    with tf.GradientTape(persistent=True) as tape:
        for source in sources:
            tape.watch(source)
        nodes = program.run(sources)
    return tape.gradient(nodes[-1], nodes), tape.gradient(nodes[-1], sources)


def totals(recording):
    """Return the last running sum of every tensor, by the learner's name for it."""
    playback = recording.backward_passes[0]
    hands = [*playback.seeds, *(hand for pullback in playback.pullbacks for hand in pullback.input_gradients)]
    return {recording.tensors[hand.tensor].name: hand for hand in hands if not hand.skipped}


def bits(array):
    return np.asarray(array).tobytes()


def assert_agrees(recording, program):
    """The recording says of every tensor exactly what a bare tape says of it."""
    assert recording.error is None and recording.backward_passes[0].reconciled, recording.backward_passes[0].note
    by_node, by_source = bare(program)
    assert [bits(g) for g in recording.result[1] if g is not None] == [bits(g) for g in by_source if g is not None]
    for source, gradient in zip(recording.sources, by_source, strict=True):
        assert (source.gradient is None) == (gradient is None)
        assert gradient is None or bits(source.gradient.head) == bits(tf.reshape(gradient, [-1]))
    found = totals(recording)
    for index, gradient in enumerate(by_node):
        hand = found.get(f"nodes[{index}]")
        if hand is not None and gradient is not None:
            assert hand.nth == hand.count
            assert bits(hand.total.head) == bits(tf.reshape(gradient, [-1]))


@settings(max_examples=150, deadline=None)
@given(a_program("float32"))
def test_every_gradient_and_running_sum_is_that_of_a_bare_tape(program):
    assert_agrees(recorded(program), program)


@settings(max_examples=60, deadline=None)
@given(a_program("float64", leaf=st.tuples(st.floats(-1.5, 1.5), st.booleans())))
def test_gradients_agree_with_central_differences(program):
    recording = recorded(program)
    values = [value for value, _ in program.leaves]
    kinks = any(op == len(UNARY) + BINARY.index(tf.maximum) for op, _, _ in program.ops)
    if kinks:
        return
    for index, source in enumerate(recording.sources):
        ends = []
        for side in (1e-5, -1e-5):
            leaves = tuple((v + side * (i == index), var) for i, (v, var) in enumerate(program.leaves))
            moved = dataclasses.replace(program, leaves=leaves)
            ends.append(float(moved.run(moved.sources())[-1]))
        estimate = (ends[0] - ends[1]) / 2e-5
        gradient = 0.0 if source.gradient is None else float(source.gradient.head[0])
        scale = max(1.0, abs(gradient), max(map(abs, ends)), max(map(abs, values)))
        assert estimate == pytest.approx(gradient, abs=1e-3 * scale) or not np.isfinite(estimate) or scale > 1e4
        if source.difference and scale < 1e4:
            assert source.difference.estimate == pytest.approx(gradient, abs=1e-3 * scale)


FAN_OUT = Program(leaves=((1.5, True),), ops=((0, 0, 0), (3, 0, 0), (9, 1, 2), (8, 3, 0), (8, 4, 1)), dtype="float32")


def test_the_witness_accepts_the_recorder():
    assert_agrees(recorded(FAN_OUT), FAN_OUT)


def _loses_a_pullback(log_, event):
    return not (isinstance(event, events.PullbackRan) and event.op == "Square")


def _loses_the_sums(log_, event):
    return not isinstance(event, events.GradientsSummed)


def _loses_reads(log_, event):
    return not (isinstance(event, events.Op) and event.op == "ReadVariableOp")


@pytest.mark.parametrize("keeps", [_loses_a_pullback, _loses_reads, _loses_the_sums])
def test_a_recorder_that_loses_something_is_caught(keeps, monkeypatch):
    append = list.append
    monkeypatch.setattr(
        log.Log, "append", lambda self, event, *_: append(self, event) if keeps(self, event) else None, False
    )
    with pytest.raises(AssertionError):
        assert_agrees(recorded(FAN_OUT), FAN_OUT)


def test_a_recorder_that_mixes_up_inputs_is_caught(monkeypatch):
    as_it_is = log.as_tuple
    monkeypatch.setattr(log, "as_tuple", lambda gradients: as_it_is(gradients)[::-1])
    swapped = Program(leaves=((1.5, True), (2.5, True)), ops=((9, 0, 1),), dtype="float32")
    with pytest.raises(AssertionError):
        assert_agrees(recorded(swapped), swapped)


def test_a_recorder_blind_to_hidden_reads_is_caught(monkeypatch):
    monkeypatch.setattr(hooks, "_read_variables_first", hooks._fast_path)
    recording = record(programs.fan_out)
    assert not recording.backward_passes[0].reconciled
    assert recording.result == programs.fan_out()


def test_sums_accumulate_in_order_of_arrival():
    recording = record(programs.fan_out)
    x = recording.sources[0].tensor
    hands = [h for p in recording.backward_passes[0].pullbacks for h in p.input_gradients if h.tensor == x]
    assert [(str(h.gradient.head[0]), str(h.total.head[0]), h.nth, h.count) for h in hands] == [
        ("2.0", "2.0", 1, 2),
        ("-5.4667816", "-3.4667816", 2, 2),
    ]


def test_skipped_inputs_are_told():
    recording = record(programs.fan_out)
    mul = next(p for p in recording.backward_passes[0].pullbacks if p.op == "Mul")
    assert [hand.skipped for hand in mul.input_gradients] == [True, False]


def test_the_call_returns_what_the_learner_got():
    recording = record(programs.several_sources)
    assert recording.backward_passes[0].gradients is recording.result
    assert set(recording.backward_passes[0].gradients) == {"w", "b"}


def test_a_jacobian_is_played_once_for_all_rows():
    playback = record(programs.jacobian).backward_passes[0]
    assert playback.call == "jacobian" and playback.reconciled
    assert all(value.size == 0 for pullback in playback.pullbacks for value in pullback.upstream if value)


def test_each_iteration_has_its_own_value_and_witness():
    sources = record(programs.descent_by_hand).sources
    assert [str(source.value.head[0]) for source in sources] == ["0.0", "0.2", "0.36"]
    for source in sources:
        assert source.difference.estimate == pytest.approx(float(source.gradient.head[0]), abs=1e-3)


def test_there_is_no_central_difference_where_the_source_changed_in_between():
    def assigned():
        x = tf.Variable(2.0)
        with tf.GradientTape() as tape:
            y = x * x
            x.assign_sub(1.0)
            z = y * x
        return tape.gradient(z, x)

    (source,) = record(assigned).sources
    assert source.difference is None and float(source.gradient.head[0]) == 8.0


@pytest.mark.parametrize(
    ("x", "function", "has_difference"),
    [
        (tf.constant(3.0), lambda x: x * x, True),
        (tf.constant(1.0), lambda x: x * x - 2.0 * x, True),
        (tf.constant(3.0), lambda x: x + 1e8, False),
        (tf.constant(3.0, tf.float16), lambda x: x * x, False),
        (tf.constant(3.0, tf.bfloat16), lambda x: x * x, False),
        (tf.constant(2.0), lambda x: tf.floor(x) * 2.0, False),
        (tf.constant(2.5), lambda x: tf.floor(x) * 2.0, True),
        (tf.constant(0.0), lambda x: tf.where(x > 0.0, x + 1.0, x), False),
        (tf.constant(0.0), lambda x: tf.where(x > 0.0, 2.0 * x, x), True),
    ],
    ids=["slope", "slope of 0", "far from 0", "float16", "bfloat16", "on a stair", "beside it", "jump", "kink"],
)
def test_there_is_no_central_difference_without_a_digit_or_where_the_target_jumps(x, function, has_difference):
    def slope():
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = function(x)
        return tape.gradient(y, x)

    (source,) = record(slope).sources
    assert (source.difference is not None) == has_difference
