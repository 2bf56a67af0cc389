"""Keeping a zygote for as long as a batch is graded: the process that kernels are forked from (see `zygote`)."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

from widgets.grading.sandbox import private, sharing, walls
from widgets.grading.sandbox.limits import Limits

ADDRESS = "TAPEDECK_ZYGOTE"
"""The environment variable by which the graders of single submissions, which are processes, find the zygote."""

_OFTEN_ENOUGH = 5

_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""NumPy's libraries start their threads when they are imported, and a process with threads cannot be forked."""


@contextlib.contextmanager
def zygote(limits=None, data=None):
    """Keep a zygote, and yield the address at which it takes requests, which is also in the environment.

    If it ends, a new one is started. Until there is one that has imported everything, requests wait. When this process
    ends, however it does, the zygote ends, and all kernels with it.

    Args:
        limits: the `Limits`; only `disk` is the zygote's own, each kernel comes with its own ones.
        data: the folder of the data that lessons read, or None for the checkout's.
    """
    with private.folder() as folder, _listening(f"{folder}/zygote") as listening:
        keeper = Keeper(_command(limits or Limits(), data or sharing.lesson_data()), listening, Path(folder, "said"))
        os.environ[ADDRESS] = f"{folder}/zygote"
        try:
            yield os.environ[ADDRESS]
        finally:
            del os.environ[ADDRESS]
            keeper.stop()


class Keeper:
    """Starts a process, and starts it anew when it ends. After a few times nobody listens any more."""

    def __init__(self, command, listening, said):
        self._command, self._listening, self._said = command, listening, said
        self._process, self._stopped, self._lock = None, False, threading.Lock()
        self._thread = threading.Thread(target=self._keep, daemon=True)
        self._thread.start()

    def _keep(self):
        for _ in range(_OFTEN_ENOUGH):
            if not self._start():
                return
            self._process.wait()  # in this thread: what is to die with its parent dies with the thread that started it
        self._listening.close()

    def _start(self):
        with self._lock, open(self._said, "ab") as said:
            if not self._stopped:
                self._process = subprocess.Popen(
                    [*self._command, str(self._listening.fileno())],
                    env=walls.environment(_ONE_THREAD),
                    stdin=subprocess.DEVNULL,
                    stdout=said,
                    stderr=said,
                    pass_fds=[self._listening.fileno()],
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
