"""Forked processes, seen from the grader."""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
from pathlib import Path

SAID = ".said"
"""The end of the name of a file with the last words of what processes are forked from: it lies beside the socket."""


class ZygoteGone(RuntimeError):
    """What processes are forked from, or what attends to one, has ended. That is the grader's fault, and no verdict."""


class Process:
    """Stands for a forked process as `subprocess.Popen` does for others. It lives as long as the connection.

    Attributes:
        pid: its number, or that of the first process of a kernel's world. It waits for `run`.
        returncode: the exit status, once it has been seen: 128 and the signal's number if one killed it.

    Raises:
        ZygoteGone: here and from `poll` and `wait`, if the process has neither ended of itself nor been killed.
    """

    stdin = stdout = stderr = None
    _killed = False

    def __init__(self, address, request, files):
        self._said, self.returncode = Path(address).with_suffix(SAID), None
        self._connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._connection.connect(address)
        socket.send_fds(self._connection, [json.dumps(request).encode()], files)
        self.pid = self._first()

    def _first(self):
        """Return the number by which the process is known here, not in the sandbox that it may be in."""
        _here, handed, _flags, _address = socket.recv_fds(self._connection, 16, 1)
        if not handed:
            raise ZygoteGone(self._last_words())
        facts = Path(f"/proc/self/fdinfo/{handed[0]}").read_text().split()
        os.close(handed[0])
        return int(facts[facts.index("Pid:") + 1])

    def run(self):
        """Let it run."""
        self._connection.send(b"!")

    def poll(self):
        """Return the exit status, or None while it runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.wait(0)

    def wait(self, timeout=None):
        """Wait for the end, for so many seconds at most, and return the exit status. Raises TimeoutExpired."""
        if self.returncode is None:
            if not select.select([self._connection], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("a forked process", timeout)
            status = self._heard()
            self._connection.close()
            self.returncode = int(status or 128 + signal.SIGKILL)
            if not (status or self._killed):
                raise ZygoteGone(self._last_words())
        return self.returncode

    def _heard(self):
        with contextlib.suppress(ConnectionError):
            return self._connection.recv(16)
        return b""

    def kill(self):
        """Kill it, and all that it started."""
        self._killed = True
        if self.returncode is None:
            self._connection.shutdown(socket.SHUT_WR)

    def terminate(self):
        """The same: nobody listens to a friendlier word."""
        self.kill()

    def send_signal(self, number):
        """The same, for any signal but 0: what interrupts a kernel is a message."""
        if number:
            self.kill()

    def _last_words(self):
        with contextlib.suppress(OSError, IndexError):
            return self._said.read_text(errors="replace").strip().splitlines()[-1]
        return ""
