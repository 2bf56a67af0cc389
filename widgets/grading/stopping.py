"""Ctrl-C, kindly: the first lets what has begun be finished and kept, the second ends at once."""

import contextlib
import os
import signal
import threading


@contextlib.contextmanager
def on_interrupt(say):
    """Give a `threading.Event` that Ctrl-C sets; `say` is called then. What is kept by then stays kept either way."""
    stop = threading.Event()

    def asked(*_signal):
        if stop.is_set():
            os._exit(130)  # what a shell expects of an interrupted command
        stop.set()
        say()

    before = signal.signal(signal.SIGINT, asked)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
