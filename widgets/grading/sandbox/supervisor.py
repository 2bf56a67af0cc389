"""Keeps the fork servers running while a batch is graded (see `kernel_server` and `pytest_server`)."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from widgets.grading.cleanup import private_folder
from widgets.grading.model import Limits
from widgets.grading.sandbox.bubblewrap import bwrap_arguments, font_caches, kernel_environment, lesson_data
from widgets.grading.sandbox.fork_client import KERNELS_ADDRESS, LOG_SUFFIX, PYTESTS_ADDRESS

_MAX_STARTS = 5

_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""NumPy's libraries start their threads when they are imported, and a process with threads cannot be forked."""


@contextlib.contextmanager
def fork_servers(limits: Limits) -> Iterator[None]:
    """Keep a fork server for kernels and one for pytests.

    A server that ends is started again; until it is there and has imported everything, requests wait. When this process
    ends, for whatever reason, so do both servers, and all kernels with them. Of the limits only `limits.disk` concerns
    the kernels' server itself; each kernel comes with its own.
    """
    with kernel_fork_server(limits), pytest_fork_server():
        yield


def kernel_fork_server(limits: Limits) -> AbstractContextManager[None]:
    """Keep a server in a sandbox like a kernel's, in which it is root, to divide it up."""
    bwrap = bwrap_arguments(limits, os.devnull, lesson_data(), font_caches())
    bwrap.remove("--disable-userns")
    for option in ("--uid", "--gid"):
        bwrap[bwrap.index(option) + 1] = "0"
    command = [*bwrap, "--cap-add", "ALL", sys.executable, "-m", "widgets.grading.sandbox.kernel_server"]
    return _running(KERNELS_ADDRESS, command, kernel_environment(_ONE_THREAD))


def pytest_fork_server() -> AbstractContextManager[None]:
    """Keep a server outside of any sandbox: a pytest is the grader's own."""
    return _running(PYTESTS_ADDRESS, [sys.executable, "-m", "widgets.grading.pytest_server"], os.environ | _ONE_THREAD)


@contextlib.contextmanager
def _running(variable: str, command: Sequence[str], environment: Mapping[str, str]) -> Iterator[None]:
    """Keep a server that takes requests at an address, which is in an environment variable meanwhile."""
    with private_folder() as folder, _listener(address := f"{folder}/server") as listener:
        supervisor = Supervisor(command, environment, listener, Path(address))
        os.environ[variable] = address
        try:
            yield
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
