"""Tapes of every origin come out of the recorder as they went in, and nothing false is said of them."""

import keras
import pytest
import tensorflow as tf

from tests.tape import kinds
from tests.tape.kinds import PROGRAMS
from widgets import TapeDeck, record
from widgets.tape.forward_model import NOT_WATCHED
from widgets.tape.hooks import HOOK_POINTS

by_name = pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)


def bits(result):
    """Return a result as something comparable, whatever it is made of."""
    return [_bits(part) for part in tf.nest.flatten(result, expand_composites=True)]


def _bits(part):
    if part is None or isinstance(part, str):
        return part
    array = tf.convert_to_tensor(part).numpy()
    return str(array.dtype), array.shape, array.tobytes()


def arranged(program):
    keras.backend.clear_session()
    keras.utils.set_random_seed(1)
    return program.before() if program.before else ()


@pytest.fixture(autouse=True)
def nothing_stays_hooked():
    before = [getattr(owner, name) for owner, name, _ in HOOK_POINTS]
    yield
    assert [getattr(owner, name) for owner, name, _ in HOOK_POINTS] == before


@by_name
def test_a_program_comes_to_what_it_comes_to_bare(program):
    bare = bits(program(*arranged(program)))
    recording = record(program, *arranged(program))
    assert recording.error is None
    assert bits(recording.result) == bare
    assert recording.unfollowed == ()
    calls = [one for one in recording.backward_passes if not one.caller or program.kind == kinds.BARE]
    assert program.passes is None or len(calls) == program.passes
    assert {one.note for one in recording.backward_passes if not one.reconciled} <= set(program.notes)
    assert TapeDeck(recording).text


@by_name
def test_whatever_was_played_back_was_recorded(program):
    recording = record(program, *arranged(program))
    for one in recording.backward_passes:
        for pullback in one.pullbacks:
            if pullback.entry >= 0:
                assert one.tape in recording.entries[pullback.entry].recorded_by


@by_name
def test_nothing_is_said_to_be_unwatched_that_its_tape_followed(program):
    """A tape that gives a gradient for a tensor has watched it: an entry that takes it cannot be 'not watched'."""
    recording = record(program, *arranged(program))
    given = {
        (recording.backward_passes[one.backward_pass].tape, one.tensor) for one in recording.sources if one.gradient
    }
    for entry in recording.entries:
        for verdict in entry.verdicts:
            if verdict.reason == NOT_WATCHED and recording.tensors[entry.inputs[0]].kind == "watched":
                assert not any((verdict.tape, tensor) in given for tensor in entry.inputs)


@pytest.mark.parametrize("program", [p for p in PROGRAMS if p.kind == kinds.FORWARD], ids=lambda p: p.__name__)
def test_the_helpers_of_forward_mode_are_not_the_learners_code(program):
    recording = record(program)
    steps = [recording.entries[step.subject] for step in recording.steps if step.kind == "entry"]
    assert not any(entry.is_forward_mode or "jvp" in entry.op for entry in steps)
    assert not any("jvp" in trace.function for trace in recording.traces)
    assert "_jvp" not in TapeDeck(recording).text


def test_of_a_call_that_raised_nothing_is_said_to_be_returned():
    recording = record(kinds.no_gradient_registered)
    failed, (only,) = recording.failed_calls[0], recording.backward_passes
    assert (failed.exception, failed.backward_pass, only.gradients) == ("LookupError", 0, None)
    assert recording.sources == ()
    assert recording.steps[-1].kind == "raised"


def test_a_call_that_never_began_is_a_step_of_its_own():
    recording = record(kinds.used_up)
    assert [(one.call, one.exception, one.backward_pass) for one in recording.failed_calls] == [
        ("gradient", "RuntimeError", -1),
        ("jacobian", "RuntimeError", -1),
    ]
    assert [step.kind for step in recording.steps[-2:]] == ["raised", "raised"]
    assert all(one.place.text in ("tape.gradient(y, x)", "tape.jacobian(y, x)") for one in recording.failed_calls)


def test_an_exception_that_ends_the_run_is_told_once():
    def twice():
        x = tf.Variable(3.0)
        with tf.GradientTape() as tape:
            y = x * x
        tape.gradient(y, x)
        tape.gradient(y, x)

    recording = record(twice)
    assert [step.kind for step in recording.steps if step.kind in ("raised", "error")] == ["error"]
    assert len(recording.failed_calls) == 1


def test_a_variable_as_target_starts_with_ones_like_its_value():
    recording = record(kinds.variables_of_several_shapes)
    seeds = [backward_pass.seeds[0].gradient for backward_pass in recording.backward_passes]
    assert [(seed.dtype, seed.shape, tuple(seed.head)) for seed in seeds] == [
        ("float64", (), (1.0,)),
        ("float32", (1, 2), (1.0, 1.0)),
    ]


def test_what_tensorflow_calls_itself_is_told_apart():
    recording = record(kinds.recomputed_twice)
    assert [one.caller for one in recording.backward_passes].count("") == 1
    assert {one.caller for one in recording.backward_passes} == {"", "tensorflow"}
    assert {one.caller for one in record(kinds.a_step_of_keras).backward_passes} == {"keras"}


def test_in_a_graph_there_are_no_numbers():
    recording = record(kinds.rows_by_vectorized_map)
    (only,) = recording.backward_passes
    assert only.in_graph and only.reconciled
    assert all(value.size == 0 for pullback in only.pullbacks for value in pullback.upstream if value)


def test_what_forward_mode_fills_in_is_not_the_learners_code():
    def product():
        x, w = tf.constant([1.0, 2.0]), tf.constant([0.5, 0.25])
        with tf.autodiff.ForwardAccumulator(x, tf.constant([1.0, 0.0])) as accumulator:
            y = x * w
        return accumulator.jvp(y)

    assert [entry.op for entry in record(product).entries] == ["Mul"]
