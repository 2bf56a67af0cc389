"""Keeps the fork servers running while a batch is graded (see `kernel_server` and `pytest_server`)."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from widgets.grading.cleanup import private_folder
from widgets.grading.model import Limits
from widgets.grading.sandbox.bubblewrap import bwrap_arguments, font_caches, kernel_environment, lesson_data
from widgets.grading.sandbox.fork_client import KERNELS_ADDRESS, LOG_SUFFIX, PYTESTS_ADDRESS

_MAX_STARTS = 5

_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""NumPy's libraries start their threads when they are imported, and a process with threads cannot be forked."""


@contextlib.contextmanager
def fork_servers(limits: Limits | None = None, data: Path | None = None) -> Iterator[str]:
    """Keep a fork server for kernels and one for pytests.

    The addresses are in the environment, too. A server that ends is started again; until it is there and has imported
    everything, requests wait. When this process ends, for whatever reason, so do both servers, and all kernels with
    them.

    Args:
        limits: only `limits.disk` concerns the server itself; each kernel comes with its own limits.
        data: the folder of the data that lessons read, or None for the checkout's.

    Yields:
        The address of the kernels' fork server.
    """
    kernels = _kernel_server_command(limits or Limits(), data or lesson_data())
    pytests = [sys.executable, "-m", "widgets.grading.pytest_server"]
    with (
        private_folder() as folder,
        _running(KERNELS_ADDRESS, f"{folder}/kernels", kernels, kernel_environment(_ONE_THREAD)) as address,
        _running(PYTESTS_ADDRESS, f"{folder}/pytests", pytests, os.environ | _ONE_THREAD),
    ):
        yield address


@contextlib.contextmanager
def _running(variable: str, address: str, command: Sequence[str], environment: Mapping[str, str]) -> Iterator[str]:
    """Keep a server that takes requests at an address, which is in an environment variable meanwhile."""
    with _listener(address) as listener:
        supervisor = Supervisor(command, environment, listener, Path(address))
        os.environ[variable] = address
        try:
            yield address
        finally:
            del os.environ[variable]
            supervisor.stop()


class Supervisor:
    """Starts a process, and starts it again when it ends. After a few times nobody listens any more.

    The process starts in the folder of its socket, so that it imports no module from the folder that the grader was
    called in.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], listener: socket.socket, address: Path
    ) -> None:
        self._command, self._environment, self._listener, self._address = command, environment, listener, address
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped, self._lock = False, threading.Lock()
        self._thread = threading.Thread(target=self._supervise, daemon=True)
        self._thread.start()

    def _supervise(self) -> None:
        """Run in a thread that stays: what dies with its parent dies with the thread that started it."""
        for _start in range(_MAX_STARTS):
            process = self._start()
            if process is None:
                return
            process.wait()
            if process.stdin:
                process.stdin.close()
        self._listener.close()

    def _start(self) -> subprocess.Popen[bytes] | None:
        with self._lock, open(self._address.with_suffix(LOG_SUFFIX), "ab") as log:
            if self._stopped:
                return None
            self._process = subprocess.Popen(
                [*self._command, str(self._listener.fileno())],
                cwd=self._address.parent,
                env=self._environment,
                stdin=subprocess.PIPE,  # nothing is ever sent, but it closes when this process ends
                stdout=log,
                stderr=log,
                pass_fds=[self._listener.fileno()],
                start_new_session=True,  # Ctrl-C is for the grader alone: what has begun is finished first
            )
            return self._process

    def stop(self) -> None:
        """Kill the process, and wait until it is gone."""
        with self._lock:
            self._stopped = True
        if self._process:
            self._process.kill()
        self._thread.join()


@contextlib.contextmanager
def _listener(address: str) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(address)
        os.chmod(address, 0o600)
        listener.listen(64)
        yield listener


def _kernel_server_command(limits: Limits, data: Path | None) -> list[str]:
    """Return the command that starts the server in a sandbox like a kernel's, in which it is root, to divide it up."""
    bwrap = bwrap_arguments(limits, os.devnull, data, font_caches())
    bwrap.remove("--disable-userns")
    for option in ("--uid", "--gid"):
        bwrap[bwrap.index(option) + 1] = "0"
    return [*bwrap, "--cap-add", "ALL", sys.executable, "-m", "widgets.grading.sandbox.kernel_server"]
