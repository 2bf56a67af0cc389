"""Rounds of loops, found from where real Python code stands while it runs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from widgets.tape.call_stack import CallStack
from widgets.tape.loop_rounds import WHOLE, LoopRounds

Say = Callable[[Any], None]


def folded(code: Callable[[Say], None], may_fold: Callable[[list[Any]], bool] = lambda events: True) -> list[Any]:
    """Run `code`, which says what it does, and return what is left of it; "…" stands for folded rounds."""
    log: list[Any] = []

    def fold(loop: object, start: int, stop: int, mark: Any) -> int | None:
        assert mark == log[start], "a round begins where it was marked"
        if not may_fold(log[start:stop]):
            return None
        left = [] if log[start - 1] == "…" else ["…"]
        log[start:stop] = left
        return len(left)

    stack, rounds = CallStack(), LoopRounds(fold)

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


def test_a_loop_in_a_loop() -> None:
    def code(say: Say) -> None:
        for i in range(30):
            say(f"epoch {i}")
            for j in range(40):
                say(f"{i}.{j}")
                say(f"{i}.{j} done")

    left = folded(code)
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
