"""Ctrl-C waits while TensorFlow's functions get stand-ins, or get back what stood there: half done, that would stay."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import Any


@contextlib.contextmanager
def interrupts_wait() -> Iterator[None]:
    """Let Ctrl-C wait until the block ends.

    Only the main thread is interrupted by it (https://docs.python.org/3/library/signal.html#signals-and-threads), so in
    another one there is nothing to do.

    Raises:
        KeyboardInterrupt: at the end of the block, if Ctrl-C was pressed in it, and nothing else handles it.
    """
    is_main = threading.current_thread() is threading.main_thread()
    handler: Any = signal.getsignal(signal.SIGINT) if is_main else None
    if not callable(handler):  # it is ignored, or handled outside of Python
        yield
        return
    came: list[tuple[Any, ...]] = []
    signal.signal(signal.SIGINT, lambda *signal_and_frame: came.append(signal_and_frame))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        if came:
            handler(*came[0])
