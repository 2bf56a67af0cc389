"""Rounds of loops, found from where real Python code stands while it runs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection
from typing import Any

import pytest
import tensorflow as tf

from tests.tape.test_faithful import bits
from widgets import TapeDeck
from widgets.tape.call_stack import CallStack
from widgets.tape.loop_rounds import WHOLE, LoopRounds
from widgets.tape.recorder import Recorder

Say = Callable[[Any], None]


def folded(
    code: Callable[[Say], None],
    may_fold: Callable[[list[Any]], bool] = lambda events: True,
    asked: Collection[int] = (),
) -> list[Any]:
    """Run `code`, which says what it does, and return what is left of it.

    "…" stands for folded rounds; a number, for the beginning of a round that was asked for.
    """
    log: list[Any] = []

    def fold(loop: object, start: int, stop: int, mark: Any) -> int | None:
        assert mark == log[start] or log[start] in asked, "a round begins where it was marked"
        if not may_fold(log[start:stop]):
            return None
        left = [] if log[start - 1] == "…" else ["…"]
        log[start:stop] = left
        return len(left)

    stack, rounds = CallStack(), LoopRounds(fold, asked, log.append)

    def say(event: Any) -> None:
        stack.walk(sys._getframe(1))
        rounds.at(stack.position, len(log), lambda: event)
        log.append(event)

    code(say)
    stack.forget()
    return log


def loop(say: Say, rounds: int) -> None:
    say("before")
    for i in range(rounds):
        say(f"a{i}")
        say(f"b{i}")
    say("after")


def test_a_short_loop_stays_whole() -> None:
    assert folded(lambda say: loop(say, WHOLE)) == [
        "before",
        *(event for i in range(WHOLE) for event in (f"a{i}", f"b{i}")),
        "after",
    ]


@pytest.mark.parametrize("rounds", [WHOLE + 1, 50, 1000])
def test_a_long_loop_keeps_the_first_two_rounds_and_the_last_two(rounds: int) -> None:
    kept = [0, 1, rounds - 2, rounds - 1]
    events = [event for i in kept for event in (f"a{i}", f"b{i}")]
    assert folded(lambda say: loop(say, rounds)) == ["before", *events[:4], "…", *events[4:], "after"]


def test_rounds_that_call_a_function_are_rounds_too() -> None:
    def step(say: Say, i: int) -> None:
        say(f"a{i}")
        say(f"b{i}")

    def code(say: Say) -> None:
        for i in range(100):
            step(say, i)

    assert folded(code) == ["a0", "b0", "a1", "b1", "…", "a98", "b98", "a99", "b99"]


def loop_in_a_loop(say: Say) -> None:
    for i in range(30):
        say(f"epoch {i}")
        for j in range(40):
            say(f"{i}.{j}")
            say(f"{i}.{j} done")


def test_a_loop_in_a_loop() -> None:
    left = folded(loop_in_a_loop)
    assert len(left) < 60
    assert [event for event in left if event.startswith("epoch")] == ["epoch 0", "epoch 1", "epoch 28", "epoch 29"]
    assert left[-1] == "29.39 done"
    assert left.count("…") == 5  # one in each epoch that is left, and one for the epochs that are not


def test_what_must_stay_stays() -> None:
    left = folded(lambda say: loop(say, 40), may_fold=lambda events: "a17" not in events)
    assert {"a17", "b17"} < set(left)
    assert "a16" not in left
    assert left[-1] == "after"
    assert left.index("a17") < left.index("a38")


def test_calls_of_two_functions_on_one_line_are_no_rounds() -> None:
    def one(say: Say) -> None:
        say("one")

    def two(say: Say) -> None:
        say("two")

    def code(say: Say) -> None:
        for call in [one, two] * 3:
            (lambda: call(say))()

    assert folded(code) == ["one", "two"] * 3


def test_a_generator_that_moves_between_callers() -> None:
    def numbers(say: Say) -> Any:
        for i in range(40):
            say(f"a{i}")
            say(f"b{i}")
            yield i

    def code(say: Say) -> None:
        generator = numbers(say)
        next(generator)
        for i in generator:
            say(f"got {i}")

    left = folded(code)
    assert left[:2] == ["a0", "b0"]
    assert left[-3:] == ["a39", "b39", "got 39"]


def test_rounds_that_were_asked_for_stay_too() -> None:
    left = folded(lambda say: loop(say, 1000), asked=[17, 18, 500])
    kept = [0, 1, "…", 17, 18, "…", 500, "…", 998, 999]
    names = [one if one == "…" else [one] * (one in (17, 18, 500)) + [f"a{one}", f"b{one}"] for one in kept]
    assert left == ["before", *(event for one in names for event in (one if isinstance(one, list) else [one])), "after"]
    whole = folded(lambda say: loop(say, 7), asked=[1, 5, 9])
    assert [event for event in whole if isinstance(event, int)] == [1, 5]


def test_each_loop_counts_its_own_rounds() -> None:
    left = [event for event in folded(loop_in_a_loop, asked=[17]) if isinstance(event, str)]
    assert [event for event in left if event.startswith("epoch")] == [f"epoch {i}" for i in (0, 1, 17, 28, 29)]
    for i in (0, 1, 17, 28, 29):
        assert [event for event in left if event.startswith(f"{i}.") and "done" not in event] == [
            f"{i}.{j}" for j in (0, 1, 17, 38, 39)
        ]


def test_rounds_may_begin_in_several_ways() -> None:
    def code(say: Say) -> None:
        for i in range(300):
            if i % 100 == 50:
                say(f"sometimes {i}")
            say(f"a{i}")
            say(f"b{i}")
            if i % 3 == 0:
                continue
            say(f"c{i}")

    def waiting(say: Say) -> None:
        i = 0
        while i < 300:
            if i == 120:
                say("once")
            for j in range(2):
                say(f"{i}.{j}")
            say(f"a{i}")
            i += 1

    left = folded(code, asked=[120, 222])
    firsts = [left[index + 1] for index, event in enumerate(left) if isinstance(event, int)]
    assert firsts == ["a120", "a222"] and len(left) < 25
    left = folded(waiting, asked=[120, 222])
    assert {"once", "a120", "a222", "222.0", "222.1", "a299"} < set(left) and len(left) < 60


def descend(rounds: int, then: Callable[[], object] = lambda: None) -> list[float]:
    """Descend, and do something in each round; returns the value of x before each round."""
    x, values = tf.Variable(1.0), []
    for _ in range(rounds):
        values.append(float(x.numpy()))
        with tf.GradientTape() as tape:
            y = x * x
        x.assign_sub(0.01 * tape.gradient(y, x))
        then()
    return values


def test_a_recording_keeps_the_rounds_that_were_asked_for() -> None:
    bare = descend(60)
    with Recorder("cell", rounds=[0, 17, 40, 60]) as recorder:
        values = descend(60)
    recording = recorder.recording()
    assert bits(values) == bits(bare)
    shown = [float(one.value.head[0]) for one in recording.sources if one.value]
    assert bits(shown) == bits([bare[i] for i in (0, 1, 17, 40, 58, 59)])
    assert [step.subject for step in recording.steps if step.kind == "rounds"] == [15, 22, 17]
    assert all(one.reconciled for one in recording.backward_passes)
    assert recording.missed_rounds == (60,)
    deck = TapeDeck(recording)
    assert "60" in deck.text.splitlines()[-1] and "Round 60" in deck.facts


def test_a_call_that_was_asked_for_stays_with_its_round() -> None:
    w = tf.Variable(1.0)

    @tf.function
    def train() -> Any:
        with tf.GradientTape() as tape:
            loss = w * w
        w.assign_sub(0.1 * tape.gradient(loss, w))
        return loss

    def step() -> None:
        train()
        w.assign_add(0.0)

    with Recorder("cell", step=20, rounds=[30]) as recorder:
        for _ in range(40):
            step()
    recording = recorder.recording()
    (opened,) = (entry.opened for entry in recording.entries if entry.opened)
    assert opened.call == 20 and len(recording.backward_passes) == 1
    assert [entry.op for entry in recording.entries].count("train") == 6
    assert recording.missed_rounds == () and "--step" not in TapeDeck(recording).text
    with Recorder("cell", rounds=[4]) as recorder:
        train()
    assert "--step" in TapeDeck(recorder.recording()).text


def test_rounds_of_one_call_of_a_compiled_function_are_left_out_too() -> None:
    @tf.function
    def step(x: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            tape.watch(x)
            loss = x * x
        return tape.gradient(loss, x)

    batches = [(tf.constant(float(n)),) for n in range(WHOLE + 10)]

    def train() -> tf.Tensor:
        for batch in batches:
            slope = step(*batch)
        return slope

    def once(x: tf.Tensor) -> tf.Tensor:  # twelve calls in one of the learner's: no rounds
        return tf.nest.map_structure(step, [x] * (WHOLE + 2))[-1]

    with (looped := Recorder("cell")):
        slope = train()
    recording = looped.recording(slope)
    calls = [entry for entry in recording.entries if entry.op == "step"]
    assert slope == 38.0 and len(calls) < WHOLE
    assert sum(one.subject for one in recording.steps if one.kind == "rounds") + len(calls) == len(batches)
    assert recording.sources[-1].gradient.head == (38.0,) and calls[-1].opened.call == len(batches) - 1
    with (single := Recorder("cell")):
        once(tf.constant(1.0))
    assert len([entry for entry in single.recording().entries if entry.op == "step"]) == WHOLE + 2
