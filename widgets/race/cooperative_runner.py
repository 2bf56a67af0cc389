"""The one track of a kernel: a race runs here in short stretches, on the kernel's own loop, between its messages.

Why not a thread: times taken beside a running cell would be times of both, and only the main thread hears an interrupt.
So a stretch lasts a few hundredths of a second; then the kernel handles what has arrived: a cell, or a press on Stop.
"""

import asyncio
import contextlib
import signal
import threading
import time

from widgets.common.catalogue import _

STRETCH, BREATH = 0.05, 0.005
"""Seconds of a stretch, and between two: a message passes several hands in the kernel, each at a turn of the loop."""


class TrackError(RuntimeError):
    """Two races at once would slow each other down."""


class Driver:
    """Drives the measuring of one widget. It may be told to start and to stop from any thread."""

    _gate = threading.Lock()
    _on_track = None
    _loop = None

    def __init__(self, measure, show):
        """Keep `measure`, a generator function that can be left at any yield, and `show`, which tells how it stands."""
        self._measure, self._show = measure, show
        self._stretches, self._is_wanted, self._task = None, False, None
        with contextlib.suppress(RuntimeError):
            self._loop = asyncio.get_running_loop()  # there is one in every cell of a notebook

    @property
    def is_running(self):
        """Whether measuring goes on, and is not about to stop."""
        return self._stretches is not None and self._is_wanted

    def start(self):
        """Start measuring; without a loop that could go on with it, measure all. Raises TrackError if another does."""
        is_new = self._enter()
        if is_new and self._loop is None:
            self.finish()
        elif is_new:
            self._loop.call_soon_threadsafe(self._launch)

    def finish(self):
        """Measure to the end, here and now. Raises TrackError if another does."""
        self._enter()
        for _stretch in self._stretches:
            pass

    def stop(self):
        """Ask for an end at the next chance."""
        self._is_wanted = False

    def _enter(self):
        """Take the track, and say whether this began something: what was to stop and has not noticed yet goes on."""
        with Driver._gate:
            if Driver._on_track not in (None, self):
                raise TrackError(
                    _("Another race is running, and both would be slow. Start this one when it has ended.")
                )
            Driver._on_track, self._is_wanted = self, True
            is_new = self._stretches is None
            self._stretches = self._stretches or self._run()
            return is_new

    def _run(self):
        """Measure, with a yield after every stretch."""
        measuring, rest = self._measure(), 0.0
        try:
            for _facts in measuring:
                if not self._is_wanted:
                    break
                if time.perf_counter() > rest:
                    self._show()
                    yield
                    rest = time.perf_counter() + STRETCH
        finally:
            measuring.close()
            self._leave()

    def _leave(self):
        with Driver._gate:
            self._stretches = self._task = Driver._on_track = None
        self._show()  # outside: whoever shows may be waiting for the gate in another thread

    def _launch(self):
        if self._stretches is not None:  # it may have been finished in a cell meanwhile
            self._task = self._loop.create_task(_go(self._stretches, self.stop))


async def _go(stretches, stop):
    """Run all stretches between messages; an interrupt of the kernel stops them."""

    def interrupted(*_signal):
        stop()

    try:
        for _stretch in stretches:
            _hear_interrupts(signal.SIG_IGN, interrupted)
            await asyncio.sleep(BREATH)
    finally:
        _hear_interrupts(interrupted, signal.SIG_IGN)


def _hear_interrupts(current, new):
    """Let `new` hear interrupts if `current` does: a kernel ignores them, other than while it runs a cell."""
    if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) == current:
        signal.signal(signal.SIGINT, new)
