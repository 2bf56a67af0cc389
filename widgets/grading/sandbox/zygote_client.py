"""Kernels forked in a sandbox, one after the other, as the grader sees them (see `kernel_zygote`)."""

from __future__ import annotations

import contextlib
import json
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from widgets.common.forked_process import Forked
from widgets.grading.model import Limits
from widgets.grading.sandbox.bubblewrap import kernel_environment
from widgets.grading.sandbox.running_sandbox import RunningSandbox

END = b"end"
"""Asks for the end of the kernel that runs. Every other message asks for a kernel, in JSON, with its open sockets."""

_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""NumPy's libraries start their threads when they are imported, and a process with threads cannot be forked."""

_KILLED = 128 + signal.SIGKILL
_PATIENCE = 10  # seconds for a kernel to be killed, and for everything that it left to be removed


class Zygote:
    """A sandbox with a process in it that kernels are forked from. It ends with this process.

    Attributes:
        made_for: what it was made for: a kernel with other limits, or other data, needs another one.
        sandbox: the sandbox.
    """

    def __init__(self, limits: Limits, data: Path | None) -> None:
        """Start it. Whoever asks it for a kernel waits until it has imported everything."""
        self.made_for = limits, data
        self._control, inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with inside:
            number = inside.fileno()
            command = [sys.executable, "-m", "widgets.grading.sandbox.kernel_zygote", str(number)]
            environment = kernel_environment(_ONE_THREAD)
            self.sandbox = RunningSandbox(command, limits, environment, [number], data, options=["--as-pid-1"])

    def fork(self, request: Mapping[str, Any], sockets: Sequence[int]) -> ForkedKernel:
        """Return a new kernel; there must be no other.

        Args:
            request: what the kernel is told: its `arguments`, `environment`, `connection` and `addresses`.
            sockets: the numbers of its listening sockets, in the order of the addresses.

        Returns:
            The kernel.
        """
        with contextlib.suppress(ConnectionError):  # it has died: the kernel is dead, too
            socket.send_fds(self._control, [json.dumps(request).encode()], sockets)
        return ForkedKernel(self)

    def ask_for_the_end(self) -> None:
        """Have the kernel killed that runs, if one does."""
        with contextlib.suppress(ConnectionError):
            self._control.send(END)

    def exit_status(self, seconds: float | None) -> int | None:
        """Wait for the end of the kernel. Unless all is as before it began, end the sandbox, too.

        Args:
            seconds: how long to wait for it, or None for as long as it takes.

        Returns:
            The exit status, or None while the kernel runs.
        """
        if not select.select([self._control], [], [], seconds)[0]:
            return None
        status, is_clean = _KILLED, False
        with contextlib.suppress(ConnectionError, ValueError):
            status, is_clean = json.loads(self._control.recv(4096))
        if is_clean and not self.sandbox.ran_out_of_memory:
            _idle.append(self)
        else:
            self.end()
        return status

    def end(self) -> None:
        """End the sandbox, with everything in it."""
        self.sandbox.end()
        self._control.close()


_idle: list[Zygote] = []
"""Those whose kernel has ended, for the next one."""


def free_zygote(limits: Limits, data: Path | None) -> Zygote:
    """Return a sandbox that a kernel can be forked in: the one that waits, or a new one."""
    while _idle:
        zygote = _idle.pop()
        if zygote.made_for == (limits, data) and zygote.sandbox.process.poll() is None:
            return zygote
        zygote.end()
    return Zygote(limits, data)


class ForkedKernel(Forked):
    """Stands for a forked kernel as `subprocess.Popen` does for others.

    Attributes:
        returncode: the exit status, once it has been seen: 128 + n if signal n ended it.
    """

    def __init__(self, zygote: Zygote) -> None:
        """Stand for the kernel in a sandbox.

        Args:
            zygote: the sandbox.
        """
        self._zygote = zygote
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit status, or None while it runs."""
        if self.returncode is None:
            self.returncode = self._zygote.exit_status(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end and return the exit status.

        Args:
            timeout: how many seconds to wait at most.

        Returns:
            The exit status.

        Raises:
            TimeoutExpired: if it has not ended by then.
        """
        if self.returncode is None:
            self.returncode = self._zygote.exit_status(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired("a forked kernel", timeout or 0)
        return self.returncode

    def kill(self) -> None:
        """Kill it, and everything it started; with its whole sandbox, if that is not done in time."""
        if self.returncode is None:
            self._zygote.ask_for_the_end()
            if (status := self._zygote.exit_status(_PATIENCE)) is None:
                self._zygote.end()
            self.returncode = _KILLED if status is None else status
