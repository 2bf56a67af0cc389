"""The rounds of eager loops: a long loop keeps its first rounds and its last, so that a log stays small.

A loop is seen by where the learner's code stands: it went back in a frame, or the same instruction called the same
function anew. Rounds go only where nothing can miss them: no tape that was open then can still be played backward.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from widgets.tape.call_stack import StackPosition

WHOLE = 10
"""Rounds of a loop that are kept whole; of a longer loop, the first FIRST rounds and the last two stay."""

FIRST = 2

Fold = Callable[[int, int], int | None]
"""Takes a stretch of the log out, from one index to before another; returns how many events are left in its place,
None if it must stay."""


@dataclass
class _Loop:
    """A loop that is running.

    Attributes:
        depth: which of the learner's frames on the stack it runs in, from 0.
        frame: that frame.
        head: the instruction that its rounds begin with.
        starts: the index in the log of the first event of each round that is still whole.
        count: how many rounds have begun.
    """

    depth: int
    frame: FrameType
    head: int
    starts: list[int]
    count: int


class LoopRounds:
    """Finds the rounds of loops while a log grows."""

    def __init__(self, fold: Fold) -> None:
        self._fold = fold
        self._last: StackPosition = ()
        self._loops: list[_Loop] = []  # outermost first

    def at(self, position: StackPosition, length: int) -> None:
        """The learner's code stands at `position`, and the log has `length` events."""
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
                self._begin_round(depth, here.frame, here.instruction, length)
            else:
                self._leave(depth + 1)
        elif depth and here.frame.f_code is before.frame.f_code:
            caller = position[depth - 1]
            self._begin_round(depth - 1, caller.frame, caller.instruction, length)
        else:
            self._leave(depth)

    def _leave(self, depth: int) -> None:
        """The frames from `depth` on are over, and their loops with them."""
        while self._loops and self._loops[-1].depth >= depth:
            self._loops.pop()

    def _begin_round(self, depth: int, frame: FrameType, head: int, length: int) -> None:
        self._leave(depth + 1)
        while self._loops and self._loops[-1].frame is frame and self._loops[-1].head > head:
            self._loops.pop()  # a loop inside this one
        loop = self._loops[-1] if self._loops else None
        if loop is None or loop.frame is not frame or loop.head != head:
            self._loops.append(_Loop(depth, frame, head, [length], 2))  # its first round had no beginning to be seen
            return
        loop.count += 1
        loop.starts.append(length)
        if loop.count > WHOLE:
            self._fold_rounds(loop)

    def _fold_rounds(self, loop: _Loop) -> None:
        """Take out the rounds between the first and the last; the log behind them moves up."""
        first = FIRST - 1  # starts[0] is that of the second round
        for index in range(len(loop.starts) - 3, first - 1, -1):
            start, stop = loop.starts[index], loop.starts[index + 1]
            left = self._fold(start, stop)
            if left is None:
                continue
            shift = stop - start - left
            del loop.starts[index]
            for later in range(index, len(loop.starts)):
                loop.starts[later] -= shift
