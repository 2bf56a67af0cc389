"""Keeping, for as long as a batch is graded, what kernels and pytests are forked from (see `zygote` and `pytests`)."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

from widgets.grading.forks.processes import SAID
from widgets.grading.sandbox import private, sharing, walls
from widgets.grading.sandbox.limits import Limits

ADDRESS, PYTESTS = "TAPEDECK_ZYGOTE", "TAPEDECK_PYTESTS"
"""The environment variables by which the graders of single submissions find the zygote, and what pytests come from."""

_OFTEN_ENOUGH = 5

_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""NumPy's libraries start their threads when they are imported, and a process with threads cannot be forked."""


@contextlib.contextmanager
def zygote(limits=None, data=None):
    """Keep a zygote, and the same for pytests, and yield the address at which the zygote takes requests.

    The addresses are in the environment, too. What ends is started anew. Until it is there again and has imported
    everything, requests wait. When this process ends, however it does, so do both, and with them all kernels.

    Args:
        limits: the `Limits`; only `disk` is the zygote's own, each kernel comes with its own ones.
        data: the folder of the data that lessons read, or None for the checkout's.
    """
    kernels = _command(limits or Limits(), data or sharing.lesson_data())
    pytests = [sys.executable, "-m", "widgets.grading.forks.pytests"]
    with (
        private.folder() as folder,
        _kept(ADDRESS, f"{folder}/kernels", kernels, walls.environment(_ONE_THREAD)) as address,
        _kept(PYTESTS, f"{folder}/pytests", pytests, os.environ | _ONE_THREAD),
    ):
        yield address


@contextlib.contextmanager
def _kept(name, address, command, environment):
    """Keep what takes requests at an address, which is in the environment by a name."""
    with _listening(address) as listening:
        keeper = Keeper(command, environment, listening, Path(address))
        os.environ[name] = address
        try:
            yield address
        finally:
            del os.environ[name]
            keeper.stop()


class Keeper:
    """Starts a process, and starts it anew when it ends. After a few times nobody listens any more.

    It starts where its socket is, so that it finds no module in a folder that the grader was called in.
    """

    def __init__(self, command, environment, listening, address):
        self._command, self._environment, self._listening, self._address = command, environment, listening, address
        self._process, self._stopped, self._lock = None, False, threading.Lock()
        self._thread = threading.Thread(target=self._keep, daemon=True)
        self._thread.start()

    def _keep(self):
        for _ in range(_OFTEN_ENOUGH):
            if not self._start():
                return
            self._process.wait()  # in this thread: what is to die with its parent dies with the thread that started it
            self._process.stdin.close()
        self._listening.close()

    def _start(self):
        with self._lock, open(self._address.with_suffix(SAID), "ab") as said:
            if not self._stopped:
                self._process = subprocess.Popen(
                    [*self._command, str(self._listening.fileno())],
                    cwd=self._address.parent,
                    env=self._environment,
                    stdin=subprocess.PIPE,  # nothing is ever said there, but it ends with this process
                    stdout=said,
                    stderr=said,
                    pass_fds=[self._listening.fileno()],
                    start_new_session=True,  # Ctrl-C is the grader's alone: what has begun is finished first
                )
            return not self._stopped

    def stop(self):
        """Kill the process, and wait until it is gone."""
        with self._lock:
            self._stopped = True
        if self._process:
            self._process.kill()
        self._thread.join()


@contextlib.contextmanager
def _listening(address):
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
        listening.bind(address)
        os.chmod(address, 0o600)
        listening.listen(64)
        yield listening


def _command(limits, data):
    """Return the command that starts a zygote in a sandbox like a kernel's, of which it is root, to divide it up."""
    around = walls.arguments(limits, os.devnull, data, sharing.font_lists())
    around.remove("--disable-userns")
    for option in ("--uid", "--gid"):
        around[around.index(option) + 1] = "0"
    return [*around, "--cap-add", "ALL", sys.executable, "-m", "widgets.grading.forks.zygote"]
