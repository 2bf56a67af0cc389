"""A list of events that several threads may append to, and that cannot grow without end."""

from __future__ import annotations

import contextlib
import itertools
import math
import sys
import threading
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from widgets.common.arrays import Tensor
from widgets.tape import hooks
from widgets.tape.call_stack import CallStack, StackPosition
from widgets.tape.events import (
    Event,
    FunctionCalled,
    FunctionTraced,
    Op,
    RoundAsked,
    RoundsFolded,
    TapeToggled,
    ThreadSwitched,
    Watched,
)
from widgets.tape.iterator_handles import IteratorHandles
from widgets.tape.loop_rounds import LoopRounds
from widgets.tape.running_code import CodeLocation
from widgets.tape.tape_key import TapeKey

LARGEST_LOOKED_AT = 2**18
"""Bytes of a tensor that is looked at for NaN while the learner's code runs, at most."""

MOST_EVENTS = 250_000
MOST_BYTES = 2 * 1024**3
"""A list holds so many events at most, and tensors of so many bytes: what comes later is counted, and not kept."""


class ThreadState:
    """What is going on in one thread of a run.

    Attributes:
        number: the thread's number in the list, from 0; -1 before its first event.
        called_at: where the learner's code called the `tape.gradient` that is running, None if none is.
        called: the C++ tapes of the gradient calls that are running, outermost first.
        passes: the backward passes that are running, outermost first: whether each is listened to.
        forward_mode: the op whose tangent a ForwardAccumulator is computing; "" for none.
        is_moving: whether a `tf.GradientTape` is being pushed or popped.
        stack: the thread's call stack, as its last event found it.
    """

    def __init__(self) -> None:
        self.number = -1
        self.called_at: CodeLocation | None = None
        self.called: list[Any] = []
        self.passes: list[bool] = []
        self.forward_mode = ""
        self.is_moving = False
        self.stack = CallStack()

    @property
    def hears_backward(self) -> bool:
        """Whether what a pullback does now belongs to a backward pass that is listened to."""
        return bool(self.passes) and self.passes[-1] and not self.forward_mode


class _Threads(threading.local):
    """The ThreadState of each thread: in an attribute, since all attributes of a `threading.local` are slow."""

    def __init__(self) -> None:
        self.state = ThreadState()


class EventList(list[Event]):
    """Events in the order of time; a ThreadSwitched stands wherever the next one happened in another thread.

    Args:
        rounds: the rounds of each long loop that stay beside its first two and its last two, by number.
    """

    def __init__(self, rounds: Collection[int] = ()) -> None:
        super().__init__()
        self.rounds = rounds
        self.is_over = False
        """Whether the run has ended: threads that run on are not heard any more."""
        self.is_deaf = False
        """Whether what runs now is no part of the run: a recording inside it is being read."""
        self.faults = 0
        """How often a fault of ours kept something from being heard. After the first, nothing is."""
        self.left_out = 0
        """How many events came after the list was full."""
        self.errors: list[BaseException] = []
        self.iterators = IteratorHandles()
        self.may_hold_tape: dict[str, bool] = {}
        """By the name of each traced function that was called: whether there may be a tape in it."""
        self.first_tensor_id = self.last_tensor_id = 0
        self._threads = _Threads()
        self.open_tapes: set[TapeKey] = set()
        """The tapes that are recording now, in any thread."""
        self._loops = LoopRounds(_stay)
        self._position: StackPosition = ()  # the last that it was told
        self._has_shown_not_finite = False
        self._bytes = 0
        self._lock = threading.RLock()  # a finalizer may append in the middle of an append
        self._numbers = itertools.count()
        self._last_thread = self.here.number = next(self._numbers)

    @property
    def here(self) -> ThreadState:
        """What is going on in the current thread."""
        return self._threads.state

    def begin(self) -> None:
        """The run begins."""
        self.first_tensor_id = hooks.newest_tensor_id()
        self._loops = LoopRounds(self._fold, self.rounds, lambda number: self.append(RoundAsked(number)))

    def end(self) -> None:
        """The run is over."""
        with self._lock:
            self.is_over = True
        self.here.stack.forget()
        self._loops, self._position = LoopRounds(_stay), ()  # no cycle is left: tensors go when the log does
        self.last_tensor_id = hooks.newest_tensor_id()

    def append(self, event: Event) -> None:
        """Append an event, unless nothing is to be heard, or the list is full."""
        with self._lock:
            if self.is_over or self.is_deaf:
                return
            if len(self) >= MOST_EVENTS or self._bytes > MOST_BYTES:
                self.left_out += 1
                return
            here = self._threads.state
            if here.number != self._last_thread:
                self._switch(here)
            super().append(event)
            if type(event) is Op:
                for tensor in event.outputs:
                    self._bytes += hooks.byte_count(tensor)

    def _switch(self, thread: ThreadState) -> None:
        if thread.number < 0:
            thread.number = next(self._numbers)
        self._last_thread = thread.number
        super().append(ThreadSwitched(thread.number))

    def on_fault(self) -> None:
        """A fault of ours: the log ends here, since what follows could be misread without what is missing."""
        self.faults += 1
        self.is_deaf = True

    def hold_error(self, error: BaseException) -> int:
        """Keep an exception; returns its index in `errors`."""
        with self._lock:
            self.errors.append(error)
            return len(self.errors) - 1

    def locate(self) -> CodeLocation | None:
        """Return where the learner's code stands; a loop that begins a round there may lose an earlier one."""
        here = self._threads.state
        here.stack.walk(sys._getframe(2))  # the caller is ours
        position = here.stack.position
        is_new = position is not self._position and here.number == self._last_thread == 0
        if is_new and not (here.called or here.passes or self.is_over or self.is_deaf):
            self._position = position
            with contextlib.suppress(Exception):  # a fault of ours costs memory, and not the learner's run
                self._loops.at(position, len(self), self.open_tapes.copy)
        return here.stack.location

    def _fold(self, loop: object, start: int, stop: int, open_then: set[TapeKey]) -> int | None:
        """Leave out a round of a loop, unless a tape that heard it may still be asked, or something broke in it.

        The call of a function that was asked for stays too.
        """
        events = self[start:stop]
        if any(isinstance(event, FunctionCalled) and event.call.is_asked for event in events):
            return None
        tapes = {*open_then, *(event.tape for event in events if isinstance(event, (TapeToggled, Watched)))}
        outputs = [tensor for event in events if isinstance(event, Op) for tensor in event.outputs]
        if any(tape.may_be_asked or tape in self.open_tapes for tape in tapes) or self._shows_not_finite(outputs):
            return None
        numbers = [hooks.tensor_id(tensor) for tensor in outputs]
        folded = self[start - 1]
        is_next = isinstance(folded, RoundsFolded) and folded.loop is loop
        if not (isinstance(folded, RoundsFolded) and is_next):
            folded = RoundsFolded(loop, 0, min(numbers, default=0), 0, self.here.stack.location)
        last = max(numbers, default=folded.last_tensor_id)
        folded = folded._replace(rounds=folded.rounds + 1, last_tensor_id=last)
        left = [event for event in events if isinstance(event, FunctionTraced)]
        with self._lock:
            self._bytes -= sum(map(hooks.byte_count, outputs))
            self[start - is_next : stop] = [*left, folded]
        return len(left) + 1 - is_next

    def _shows_not_finite(self, outputs: Sequence[Tensor]) -> bool:
        """Say whether a round is the first of the run in which a number was not finite: it tells what went wrong."""
        if self._has_shown_not_finite:
            return False
        self._has_shown_not_finite = any(map(_is_not_finite, outputs))
        return self._has_shown_not_finite


def _stay(loop: object, start: int, stop: int, mark: Any) -> None:
    """Take no round out of a log whose run has not begun, or is over."""


def _is_not_finite(tensor: Tensor) -> bool:
    """Say whether an eager tensor of floats, if it is not too large to look at, holds NaN or an infinite number."""
    if not tensor.dtype.is_floating or hooks.byte_count(tensor) > LARGEST_LOOKED_AT or not hasattr(tensor, "numpy"):
        return False
    numbers = tensor.numpy()
    return not (np.isfinite(numbers).all() if numbers.ndim else math.isfinite(numbers))  # NumPy is slow with one number
