"""Forked processes as who asks sees them: how a fork server is asked for one, waited for and told to kill it."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from widgets.common.forked_process import Forked


class ForkServerDied(RuntimeError):
    """A fork server, or the attendant of one process, has ended before the process was there."""


class ForkedProcess(Forked):
    """Stands for a forked process as `subprocess.Popen` does for others. It lives as long as the connection.

    Attributes:
        pid: its number. It waits for `release`.
        returncode: the exit status, once it has been seen: 128 + n if signal n ended it.
    """

    def __init__(self, address: str, request: Mapping[str, Any], files: Sequence[int]) -> None:
        """Ask a fork server for a process.

        Args:
            address: of the fork server's socket.
            request: what the process is told, as JSON.
            files: the numbers of open files to hand over.

        Raises:
            ForkServerDied: if the server ends meanwhile.
        """
        self.returncode: int | None = None
        self._connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._connection.connect(address)
        socket.send_fds(self._connection, [json.dumps(request).encode()], files)
        self.pid = self._receive_pid()

    def _receive_pid(self) -> int:
        """Return the number by which the process is known here, not in the sandbox that it may be in."""
        _message, descriptors, _flags, _address = socket.recv_fds(self._connection, 16, 1)
        if not descriptors:
            raise ForkServerDied
        words = Path(f"/proc/self/fdinfo/{descriptors[0]}").read_text().split()
        os.close(descriptors[0])
        return int(words[words.index("Pid:") + 1])

    def release(self) -> None:
        """Let the process run."""
        self._connection.send(b"!")

    def poll(self) -> int | None:
        """Return the exit status, or None while the process runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end and return the exit status.

        Args:
            timeout: how many seconds to wait at most.

        Returns:
            The exit status.

        Raises:
            TimeoutExpired: if the process has not ended by then.
        """
        if self.returncode is None:
            if not select.select([self._connection], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("a forked process", timeout or 0)
            self.returncode = int(self._receive_status() or 128 + signal.SIGKILL)
            self._connection.close()
        return self.returncode

    def _receive_status(self) -> bytes:
        with contextlib.suppress(ConnectionError):
            return self._connection.recv(16)
        return b""

    def kill(self) -> None:
        """Kill it, and everything it started."""
        if self.returncode is None:
            self._connection.shutdown(socket.SHUT_WR)
