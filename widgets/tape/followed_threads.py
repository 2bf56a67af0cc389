"""The threads that a listener hears: its own, and those started since, each from its first act with a tape."""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Callable
from typing import Any, cast

from widgets.tape.listener import Listener

_WITH_A_TAPE = ("on_push", "on_new_c_tape", "on_add_c_tape", "on_watch_call", "on_gradient_call", "on_backward_pass")
_FIRST = (*_WITH_A_TAPE, "on_trace", "on_function_call")
"""What a thread may do first with a tape, perhaps with one inside a traced function."""


class _Once:
    """A function of TensorFlow, to be called once, and what came of it: that stays, if its listener fails after it.

    Args:
        function: the function.

    Attributes:
        result: what it returned.
        error: what it raised; None if nothing.
        has_run: whether it has returned.
    """

    result: Any = None
    error: BaseException | None = None
    has_run = False

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    @property
    def __name__(self) -> str:
        name: str = self._function.__name__
        return name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function."""
        try:
            self.result = self._function(*args, **kwargs)
        except BaseException as error:
            self.error = error
            raise
        self.has_run = True
        return self.result


class FollowedThreads:
    """The threads that one listener hears.

    Threads that ran before are left alone: what they do is not part of the learner's cell.

    Args:
        listener: who hears them.
        hear: adds an op callback to the current thread, and returns the list that it is in.
    """

    def __init__(self, listener: Listener, hear: Callable[[Callable[..., Any]], list[Any]]) -> None:
        self._listener, self._hear = listener, hear
        self._older = set(threading.enumerate())
        self._here = threading.local()
        self._here.is_followed = True
        self._callbacks: list[list[Any]] = []
        self._is_over = False

    @property
    def is_followed(self) -> bool:
        """Whether the current thread is one of them."""
        return getattr(self._here, "is_followed", False)

    def stand_in(self, original: Callable[..., Any], method: str) -> Callable[..., Any]:
        """Return a stand-in for `original` that calls the listener's method on followed threads."""
        told, here, is_first = getattr(self._listener, method), self._here, method in _FIRST

        def call(*args: Any, **kwargs: Any) -> Any:
            below = attributes["below"]
            if self._is_over:  # the learner's code has kept the stand-in
                return below(*args, **kwargs)
            if not (getattr(here, "is_followed", False) or (is_first and self._meet(method))):
                return below(*args, **kwargs)
            once = _Once(below)
            try:
                try:
                    return told(once, *args, **kwargs)
                except Exception as error:
                    if error is once.error:
                        raise
                    self._listener.on_fault()
                if once.error is not None:
                    raise once.error
                return once.result if once.has_run else below(*args, **kwargs)
            finally:
                once.result = once.error = None  # its traceback would hold it, with the learner's frames

        stand_in: Any = functools.wraps(original, updated=())(call)
        stand_in.below = original
        attributes = vars(stand_in)  # and not itself: a function that held itself would outlive its use, with the log
        return cast(Callable[..., Any], stand_in)

    def on_op(self, *args: Any, **kwargs: Any) -> None:
        """An op ran, or was added to a graph: TensorFlow's callback. Nothing is raised here."""
        try:
            self._listener.on_op(*args, **kwargs)
        except Exception:
            self._listener.on_fault()

    def _meet(self, method: str) -> bool:
        """Another thread has to do with a tape: follow it from now on, unless it is older than the listening."""
        if threading.current_thread() in self._older:
            if method == "on_new_c_tape":  # which every new tape comes to, once
                self._listener.on_tape_out_of_reach()
            return False
        self._callbacks.append(self._hear(self.on_op))
        self._here.is_followed = True
        return True

    def forget(self) -> None:
        """Let go of the other threads, those that still run included."""
        self._is_over = True
        for callbacks in self._callbacks:
            with contextlib.suppress(ValueError):
                callbacks.remove(self.on_op)
