"""A kernel that is forked from the zygote: a provisioner for jupyter_client, and what stands for the process."""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
from pathlib import Path

from widgets.grading.forks.forking import ADDRESS
from widgets.grading.sandbox import walls
from widgets.grading.sandbox.provisioner import Sandboxed


class ZygoteGone(RuntimeError):
    """The zygote, or what attends to a kernel, has ended. That is the grader's fault, and no verdict."""


class Forked(Sandboxed):
    """A kernel in a sandbox of its own, forked from a process that has imported TensorFlow already."""

    async def launch_kernel(self, cmd, **kwargs):
        """Ask for it, bound it, let it run, and let go of its sockets: when it ends, nobody listens any more."""
        with contextlib.ExitStack() as held:
            for opened in self._listening.values():
                held.enter_context(opened)
            sockets = [opened.fileno() for opened in self._listening.values()]
            self.process = Process(os.environ[ADDRESS], self._request(), sockets)
            self._hold(self.process.pid)
            self.process.run()
        return self.connection_info

    def _request(self):
        """Return what the zygote's fork is told, and the zygote itself never learns: there are secrets in it."""
        return {
            "limits": self.limits.as_text(),
            "disk": self.limits.disk,
            "environment": walls.environment(self.given),
            "connection": Path(self.parent.connection_file).read_text(),
            "addresses": list(self._listening),
        }


class Process:
    """Stands for a forked kernel as `subprocess.Popen` does for a process. It lives as long as the connection.

    Attributes:
        pid: of the first process of the kernel's world, which waits for `run`.
        returncode: the exit status, once it has been seen: 128 and the signal's number if one killed it.

    Raises:
        ZygoteGone: here and from `poll` and `wait`, if the kernel has neither ended of itself nor been killed.
    """

    stdin = stdout = stderr = None
    _killed = False

    def __init__(self, address, request, sockets):
        self._said, self.returncode = Path(address).with_name("said"), None
        self._connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._connection.connect(address)
        socket.send_fds(self._connection, [json.dumps(request).encode()], sockets)
        self.pid = self._first()

    def _first(self):
        """Return the number by which the kernel's first process is known here, not in the zygote's sandbox."""
        _here, handed, _flags, _address = socket.recv_fds(self._connection, 16, 1)
        if not handed:
            raise ZygoteGone(self._last_words())
        facts = Path(f"/proc/self/fdinfo/{handed[0]}").read_text().split()
        os.close(handed[0])
        return int(facts[facts.index("Pid:") + 1])

    def run(self):
        """Let the kernel run."""
        self._connection.send(b"!")

    def poll(self):
        """Return the exit status, or None while it runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.wait(0)

    def wait(self, timeout=None):
        """Wait for the end, for so many seconds at most, and return the exit status. Raises TimeoutExpired."""
        if self.returncode is None:
            if not select.select([self._connection], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("a forked kernel", timeout)
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
