"""The moment between a sandbox's making and its first program: its first process says who it is, and waits."""

import contextlib
import json
import os


class Gate:
    """Two pipes that bubblewrap is given: on one it tells the number of its first process, on the other it waits.

    Attributes:
        inner: the ends that bubblewrap inherits: the one it writes to, the one it waits on.
    """

    def __init__(self):
        self._told, telling = os.pipe()
        waiting, self._go = os.pipe()
        self.inner = (telling, waiting)

    @property
    def arguments(self):
        """Return these two as arguments of bwrap."""
        telling, waiting = self.inner
        return ["--info-fd", str(telling), "--block-fd", str(waiting)]

    def first(self):
        """Return the number of the sandbox's first process as it is known outside; None if no sandbox was made."""
        self._close_inner()
        told = b""
        while b"}" not in told and (more := os.read(self._told, 4096)):
            told += more
        return json.loads(told)["child-pid"] if told else None

    def open(self):
        """Let it run."""
        with contextlib.suppress(BrokenPipeError):
            os.write(self._go, b"!")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._close_inner()
        for end in (self._told, self._go):
            os.close(end)

    def _close_inner(self):
        for end in self.inner:
            os.close(end)
        self.inner = ()
