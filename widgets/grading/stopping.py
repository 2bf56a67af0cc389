"""Ctrl-C, kindly: the first lets what has begun be finished and kept, the second ends at once."""

import contextlib
import signal
import threading

INTERRUPTED = 130
"""The exit status that a shell expects of an interrupted command."""


@contextlib.contextmanager
def on_interrupt(say, leave):
    """Give a `threading.Event` that Ctrl-C sets; `say` is called then, and `leave` if it is pressed again."""
    stop = threading.Event()

    def asked(*_signal):
        if stop.is_set():
            leave()
        stop.set()
        say()

    before = signal.signal(signal.SIGINT, asked)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
