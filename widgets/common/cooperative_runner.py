"""Run what takes long on the kernel's own event loop, in short slices between its messages.

Why not in a thread: times taken beside a running cell would be times of both, only the main thread is told of an
interrupt, and a learner's function may not be made for two threads. So a slice lasts a few hundredths of a second, or
as long as one call of the learner's function. Then the kernel handles what has arrived: a cell, or a press on Stop.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
import time
from collections.abc import Callable, Generator
from typing import Any, ClassVar

from widgets.common.widget import View

SLICE_S, YIELD_S = 0.05, 0.005
"""Seconds of a slice, and between two: in the kernel a message takes several turns of the event loop."""

_WAIT_S = 0.1
"""Seconds between two looks at whether work that must be alone has ended."""

_one_at_a_time = threading.Lock()
"""Held by work that must be alone."""

_going_on: list[Runner] = []
"""Those that work on an event loop: an interrupt of the kernel stops them all."""


class Runner:
    """Runs one piece of work at a time. Any thread may start and stop it.

    Args:
        work: returns a generator that works, and that can be left at any yield; it is called for each start.
        on_update: called after every slice and at the end.
        alone: for work that must be the only one, such as a measurement of time: makes what is raised if other such
            work is going on. Work that need not be alone waits meanwhile.
    """

    def __init__(
        self,
        work: Callable[[], Generator[Any, None, None]],
        on_update: Callable[[], None],
        alone: Callable[[], Exception] | None = None,
    ) -> None:
        self._work, self._on_update, self._alone = work, on_update, alone
        self._slices: Generator[None, None, None] | None = None
        self._stop_requested = False
        self._is_in_slice = False
        self._loop: asyncio.AbstractEventLoop | None = None
        with contextlib.suppress(RuntimeError):
            self._loop = asyncio.get_running_loop()  # there is one in every cell of a notebook

    @property
    def is_running(self) -> bool:
        """Whether it works, and is not about to stop."""
        return self._slices is not None and not self._stop_requested

    @property
    def has_loop(self) -> bool:
        """Whether there is an event loop on which work can go on."""
        return self._loop is not None and not self._loop.is_closed()

    def start(self) -> None:
        """Work on the event loop and return at once; without a loop, work to the end. A second start changes nothing.

        Raises:
            Exception: what `alone` makes, if other work that must be alone is going on.
        """
        is_new, slices = self._slices is None, self._begin()
        if is_new and self._loop and self.has_loop:
            self._task = asyncio.run_coroutine_threadsafe(self._between_messages(slices), self._loop)
        elif is_new:
            self.finish()

    def finish(self) -> None:
        """Work to the end, here and now; work that was started goes on.

        Raises:
            Exception: what `alone` makes, if other work that must be alone is going on.
        """
        for _slice in self._begin():
            pass

    def stop(self) -> None:
        """Stop after the call that is being made."""
        self._stop_requested = True

    def _begin(self) -> Generator[None, None, None]:
        """Return the slices of new work, or the rest of what has begun; it need no longer stop."""
        if self._slices is None:
            if self._alone and not _one_at_a_time.acquire(blocking=False):
                raise self._alone()
            self._slices = self._run()
        self._stop_requested = False
        return self._slices

    def _run(self) -> Generator[None, None, None]:
        """Work, with a yield after every slice."""
        working, slice_end = self._work(), 0.0
        try:
            for _update in working:
                if self._stop_requested:
                    break
                if time.perf_counter() > slice_end:
                    self._on_update()
                    yield
                    slice_end = time.perf_counter() + SLICE_S
        finally:
            working.close()
            self._slices = None
            if self._alone:
                _one_at_a_time.release()
            self._on_update()

    async def _between_messages(self, slices: Generator[None, None, None]) -> None:
        """Run all slices, with time for messages after each. An interrupt of the kernel stops them."""
        _going_on.append(self)
        try:
            while self._slices is slices:  # unless finish() has taken over
                while not self._alone and _one_at_a_time.locked() and not self._stop_requested:
                    await asyncio.sleep(_WAIT_S)
                self._is_in_slice = True
                try:
                    next(slices)
                except StopIteration:
                    break
                finally:
                    self._is_in_slice = False
                _replace_interrupt_handler(signal.SIG_IGN, _interrupt)
                await asyncio.sleep(YIELD_S)
        except KeyboardInterrupt:  # of the call that took so long; what was done before it stays
            pass
        finally:
            _going_on.remove(self)
            if not _going_on:
                _replace_interrupt_handler(_interrupt, signal.SIG_IGN)
            slices.close()


class WorkingView(View):
    """A view whose work goes on between messages: a subclass says what that is, in `_work`, and shows it, in `_show`.

    Messages may be handled in a thread beside the one that works: what `_show` changes, it changes under `_state_lock`.
    """

    _alone: ClassVar[type[Exception] | None] = None  # as Runner takes it

    def __init__(self, **traits: Any) -> None:
        self._runner = Runner(self._work, self._show, self._alone)
        self._state_lock = threading.RLock()
        super().__init__(**traits)

    def _work(self) -> Generator[Any, None, None]:
        """Work, with a yield wherever it may be left."""
        raise NotImplementedError

    def _show(self) -> None:
        """Bring the traits, and so all views, up to date with the work."""
        raise NotImplementedError

    def close(self) -> None:
        """Stop the work and close the view."""
        if self.comm is not None:
            self._runner.stop()
        super().close()

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take what the browser sends."""
        with self._state_lock:
            super().set_state(sync_data)


def _interrupt(*_signal: Any) -> None:
    """Stop all that goes on; what is in the middle of a call ends there."""
    for runner in _going_on:
        runner.stop()
    if any(runner._is_in_slice for runner in _going_on):
        raise KeyboardInterrupt


def _replace_interrupt_handler(current: Any, new: Any) -> None:
    """Let `new` handle interrupts if `current` does: a kernel ignores them except while it runs a cell."""
    if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) == current:
        signal.signal(signal.SIGINT, new)
