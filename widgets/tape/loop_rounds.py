"""The rounds of eager loops: a long loop keeps its first rounds and its last, so that a log stays small.

A loop is seen by where the learner's code stands: it went back in a frame, or the same instruction called the same
function anew. Rounds go only where nothing can miss them: no tape that was open then can still be played backward.
A round that was asked for stays too. Each loop counts its own, from 0: of a loop inside another, each time it runs.
"""

from __future__ import annotations

import dis
import functools
from collections.abc import Callable, Collection
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import Any, TypeAlias

from widgets.tape.call_stack import StackPosition
from widgets.tape.running_code import PastFrame

WHOLE = 10
"""Rounds of a loop that are kept whole; of a longer loop, the first FIRST rounds and the last two stay."""

FIRST = 2

_JUMPS = {*dis.hasjrel, *dis.hasjabs}

Fold: TypeAlias = Callable[[object, int, int, Any], "int | None"]
"""Takes a round of a loop out of the log: from one index to before another, with the mark made when it began. Returns
how many events more than before stand in its place; None if the round must stay."""


@dataclass
class _Loop:
    """A loop that is running.

    Attributes:
        depth: which of the learner's frames on the stack it runs in, from 0.
        frame: that frame.
        head: the instruction that its rounds begin with, or that calls a function once for each.
        starts: where in the log each round begins that may still go, the caller's mark, and the round's number; first,
            the second round.
        count: how many rounds have begun.
    """

    depth: int
    frame: FrameType | PastFrame
    head: int
    starts: list[tuple[int, Any, int]]
    count: int


class LoopRounds:
    """Finds the rounds of loops while a log grows.

    Args:
        fold: takes a round out of the log.
        asked: the rounds of each loop that stay, by number.
        begin: told the number of such a round, before the log has any of its events.
    """

    def __init__(
        self, fold: Fold, asked: Collection[int] = (), begin: Callable[[int], object] = lambda number: None
    ) -> None:
        self._fold, self._asked, self._begin = fold, asked, begin
        self._last: StackPosition = ()
        self._loops: list[_Loop] = []  # outermost first

    def at(self, position: StackPosition, length: int, mark: Callable[[], Any]) -> None:
        """The learner's code stands at `position`, and the log has `length` events; `fold` gets `mark()`."""
        last = self._last
        if position == last:
            return
        depth = next((i for i, (a, b) in enumerate(zip(last, position, strict=False)) if a != b), None)
        if depth is None:  # deeper in the same call; or back from it, perhaps to call the same function again
            self._last = max(last, position, key=len)
            return
        self._last = position
        here, before = position[depth], last[depth]
        if here.frame is before.frame:
            if here.instruction < before.instruction:
                head = _head(here.frame.f_code, here.instruction, before.instruction)
                self._begin_round(depth, here.frame, head, length, mark)
            else:
                self._leave(depth + 1)
        elif depth and here.frame.f_code is before.frame.f_code:
            caller = position[depth - 1]
            self._begin_round(depth - 1, caller.frame, caller.instruction, length, mark)
        else:
            self._leave(depth)

    def again(self, position: StackPosition, length: int, mark: Callable[[], Any]) -> None:
        """The learner's code calls once more from the very `position` where it stood: a round is this one call."""
        if position and position == self._last:
            depth = len(position) - 1
            self._begin_round(depth, position[depth].frame, position[depth].instruction, length, mark)

    def _leave(self, depth: int) -> None:
        """The frames from `depth` on are over, and their loops with them."""
        while self._loops and self._loops[-1].depth >= depth:
            self._loops.pop()

    def _begin_round(
        self, depth: int, frame: FrameType | PastFrame, head: int, length: int, mark: Callable[[], Any]
    ) -> None:
        marked = mark()
        self._leave(depth + 1)
        while self._loops and self._loops[-1].frame is frame and self._loops[-1].head > head:
            self._loops.pop()  # a loop inside this one
        loop = self._loops[-1] if self._loops else None
        if loop is None or loop.frame is not frame or loop.head != head:
            loop = _Loop(depth, frame, head, [], 1)  # its first round had no beginning to be seen
            self._loops.append(loop)
        number, loop.count = loop.count, loop.count + 1
        loop.starts.append((length, marked, number))
        if number in self._asked:
            self._begin(number)
        if loop.count > WHOLE:
            self._fold_rounds(loop)

    def _fold_rounds(self, loop: _Loop) -> None:
        """Take out the rounds between the first and the last; the log behind them moves up."""
        while len(loop.starts) > FIRST + 1:
            (start, mark, number), (stop, _, _) = loop.starts[1], loop.starts[2]
            left = None if number in self._asked else self._fold(loop, start, stop, mark)
            del loop.starts[1]
            if left is not None:
                shift = stop - start - left
                loop.starts[1:] = [
                    (later - shift, its_mark, its_number) for later, its_mark, its_number in loop.starts[1:]
                ]


@functools.lru_cache(maxsize=256)
def _loops_in(code: CodeType) -> list[tuple[int, int]]:
    """Return the first and the last instruction of each loop in a function, the shortest first."""
    ends: dict[int, int] = {}
    for one in dis.get_instructions(code):
        if one.opcode in _JUMPS and one.argval < one.offset:
            ends[one.argval] = one.offset
    return sorted(ends.items(), key=lambda loop: loop[1] - loop[0])


def _head(code: CodeType, here: int, before: int) -> int:
    """Return where the loop begins in which a function went back to `here`: rounds may begin with different ops."""
    return next((first for first, last in _loops_in(code) if first <= here and before <= last), here)
