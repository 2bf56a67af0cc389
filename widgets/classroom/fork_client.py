"""Forked processes as the grader sees them: how it asks a fork server for one, waits for it and kills it."""

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
from typing import IO, Any

KERNELS_ADDRESS, PYTESTS_ADDRESS = "TAPEDECK_ZYGOTE", "TAPEDECK_PYTESTS"
"""The environment variables by which the graders of single submissions find the two fork servers."""

LOG_SUFFIX = ".said"
"""The suffix of the file with the output of a fork server: it lies beside its socket."""


class ForkServerDied(RuntimeError):
    """A fork server, or the attendant of one process, has ended. That is the grader's fault, and no verdict."""


class ForkedProcess:
    """Stands for a forked process as `subprocess.Popen` does for others. It lives as long as the connection.

    `poll` and `wait` raise ForkServerDied, too, if the process has neither ended by itself nor been killed.

    Attributes:
        pid: its number, or that of the first process of a kernel's container. It waits for `release`.
        returncode: the exit status, once it has been seen: 128 + n if signal n ended it.
    """

    stdin: IO[bytes] | None = None
    stdout: IO[bytes] | None = None
    stderr: IO[bytes] | None = None
    _killed = False

    def __init__(self, address: str, request: Mapping[str, Any], files: Sequence[int]) -> None:
        """Ask a fork server for a process.

        Args:
            address: of the fork server's socket.
            request: what the process is told, as JSON.
            files: the numbers of open files to hand over.

        Raises:
            ForkServerDied: if the server ends meanwhile.
        """
        self._log = Path(address).with_suffix(LOG_SUFFIX)
        self.returncode: int | None = None
        self._connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._connection.connect(address)
        socket.send_fds(self._connection, [json.dumps(request).encode()], files)
        self.pid = self._receive_pid()

    def _receive_pid(self) -> int:
        """Return the number by which the process is known here, not in the sandbox that it may be in."""
        _message, descriptors, _flags, _address = socket.recv_fds(self._connection, 16, 1)
        if not descriptors:
            raise ForkServerDied(self._last_log_line())
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
            ForkServerDied: if the process has neither ended by itself nor been killed.
        """
        if self.returncode is None:
            if not select.select([self._connection], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("a forked process", timeout or 0)
            status = self._receive_status()
            self._connection.close()
            self.returncode = int(status or 128 + signal.SIGKILL)
            if not (status or self._killed):
                raise ForkServerDied(self._last_log_line())
        return self.returncode

    def _receive_status(self) -> bytes:
        with contextlib.suppress(ConnectionError):
            return self._connection.recv(16)
        return b""

    def kill(self) -> None:
        """Kill it, and everything it started."""
        self._killed = True
        if self.returncode is None:
            self._connection.shutdown(socket.SHUT_WR)

    def terminate(self) -> None:
        """Kill it: it has no gentler signal."""
        self.kill()

    def send_signal(self, number: int) -> None:
        """Kill it, for any signal but 0: kernels are interrupted by a message."""
        if number:
            self.kill()

    def _last_log_line(self) -> str:
        with contextlib.suppress(OSError, IndexError):
            return self._log.read_text(errors="replace").strip().splitlines()[-1]
        return ""


class ForkedPytest(ForkedProcess):
    """A pytest that has imported everything already: it is forked (see `pytest_server`).

    It stands for the process as `subprocess.Popen` does for one that starts by itself, with `stdin` and `stdout`.
    """

    def __init__(self, folder: str, stderr: IO[bytes]) -> None:
        """Start it in a folder, with a file that it writes its errors to."""
        job_reader, stdin = os.pipe()
        stdout, report_writer = os.pipe()
        self.stdin, self.stdout = open(stdin, "wb"), open(stdout, "rb")  # noqa: SIM115 - closed at the end
        try:
            files = [job_reader, report_writer, stderr.fileno()]
            super().__init__(os.environ[PYTESTS_ADDRESS], {"folder": folder}, files)
        finally:
            os.close(job_reader)
            os.close(report_writer)
        self.release()

    def __enter__(self) -> ForkedPytest:
        return self

    def __exit__(self, *_: object) -> None:
        assert self.stdin and self.stdout
        self.stdout.close()
        self.wait()
        self.stdin.close()
