"""Run a measurement on the kernel's own event loop, in short slices between its messages.

Why not in a thread: times taken beside a running cell would be times of both, and only the main thread is told of an
interrupt. So a slice lasts a few hundredths of a second. Then the kernel handles what has arrived: a cell, or a press
on Stop.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
import time
from collections.abc import Callable, Generator
from typing import Any

from widgets.common.catalogue import _

SLICE_S, YIELD_S = 0.05, 0.005
"""Seconds of a slice, and between two: in the kernel a message takes several turns of the event loop."""

_one_at_a_time = threading.Lock()


class AnotherRaceError(RuntimeError):
    """Another race is running: two at once would slow each other down."""


class Runner:
    """Runs one measurement again and again, one at a time in the whole kernel. Any thread may start and stop it.

    Args:
        measure: returns a generator that measures, and that can be left at any yield.
        on_update: called after every slice and at the end.
    """

    def __init__(self, measure: Callable[[], Generator[Any, None, None]], on_update: Callable[[], None]) -> None:
        self._measure, self._on_update = measure, on_update
        self._slices: Generator[None, None, None] | None = None
        self._stop_requested = False
        self._loop: asyncio.AbstractEventLoop | None = None
        with contextlib.suppress(RuntimeError):
            self._loop = asyncio.get_running_loop()  # there is one in every cell of a notebook

    @property
    def is_running(self) -> bool:
        """Whether it measures, and is not about to stop."""
        return self._slices is not None and not self._stop_requested

    def start(self) -> None:
        """Measure on the event loop and return at once; without a loop, measure all. A second start changes nothing.

        Raises:
            AnotherRaceError: another Runner measures.
        """
        is_new, slices = self._slices is None, self._begin()
        if is_new and self._loop and not self._loop.is_closed():
            self._task = asyncio.run_coroutine_threadsafe(self._between_messages(slices), self._loop)
        elif is_new:
            self.finish()

    def finish(self) -> None:
        """Measure to the end, here and now; a measurement that was started goes on.

        Raises:
            AnotherRaceError: another Runner measures.
        """
        for _slice in self._begin():
            pass

    def stop(self) -> None:
        """Stop after the call that is being measured."""
        self._stop_requested = True

    def _begin(self) -> Generator[None, None, None]:
        """Return the slices of a new measurement, or the rest of one that has begun; it need no longer stop."""
        if self._slices is None:
            if not _one_at_a_time.acquire(blocking=False):
                raise AnotherRaceError(_("Another race is running, and both would be slow. Wait until it has ended."))
            self._slices = self._run()
        self._stop_requested = False
        return self._slices

    def _run(self) -> Generator[None, None, None]:
        """Measure, with a yield after every slice."""
        measuring, slice_end = self._measure(), 0.0
        try:
            for _update in measuring:
                if self._stop_requested:
                    break
                if time.perf_counter() > slice_end:
                    self._on_update()
                    yield
                    slice_end = time.perf_counter() + SLICE_S
        finally:
            measuring.close()
            self._slices = None
            _one_at_a_time.release()
            self._on_update()

    async def _between_messages(self, slices: Generator[None, None, None]) -> None:
        """Run all slices, with time for messages after each. An interrupt of the kernel stops them."""

        def on_interrupt(*_signal: Any) -> None:
            self.stop()

        try:
            for _slice in slices:  # after run() has taken over, none is left
                _replace_interrupt_handler(signal.SIG_IGN, on_interrupt)
                await asyncio.sleep(YIELD_S)
        finally:
            _replace_interrupt_handler(on_interrupt, signal.SIG_IGN)
            slices.close()


def _replace_interrupt_handler(current: Any, new: Any) -> None:
    """Let `new` handle interrupts if `current` does: a kernel ignores them except while it runs a cell."""
    if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) == current:
        signal.signal(signal.SIGINT, new)
