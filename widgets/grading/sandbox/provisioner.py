"""How a sandboxed kernel is started, cold or forked, connected to and cleaned up: provisioners for jupyter_client.

The grader opens the kernel's sockets itself, in a folder that the kernel cannot see, and hands them over. So the
kernel can write to nothing outside, reaches no other kernel's sockets, and cannot replace them by something else. See
https://jupyter-client.readthedocs.io/en/stable/provisioning.html.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import signal
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo, port_names
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Dict, Instance

from widgets.grading.cleanup import private_folder
from widgets.grading.model import Limits
from widgets.grading.sandbox import bubblewrap
from widgets.grading.sandbox.running_sandbox import RunningSandbox
from widgets.grading.sandbox.seccomp_filter import filter_missing
from widgets.grading.sandbox.zygote_client import free_zygote
from widgets.grading.verdict_kinds import DIED, MEMORY, TIMEOUT

_PATIENCE = 5  # seconds for a killed kernel to be gone
_SIGNAL_STATUS = 128  # a shell and bubblewrap add the signal's number to this


@dataclasses.dataclass(frozen=True)
class KernelExit:
    """How a kernel ended, as far as it can be known from outside.

    Attributes:
        kind: DIED, MEMORY or TIMEOUT (of processor time).
        status: the exit status; the negative number of a signal that ended it.
    """

    kind: str
    status: int


class SandboxProvisioner(LocalProvisioner):
    """A kernel inside bubblewrap.

    Attributes:
        limits: what it may use.
        extra_environment: environment variables that it gets besides `bubblewrap.kernel_environment`.
        data: the folder of the data that lessons read, or None.
        sandbox: what it runs in, once it has been started.
    """

    parent: Any  # the kernel manager
    limits = Instance(Limits, ())
    extra_environment = Dict()
    data = Instance(Path, allow_none=True)
    sandbox: RunningSandbox | None = None
    _folder: tempfile.TemporaryDirectory[str] | None = None
    _status: int | None = None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Make the private folder, and in it the connection file and the sockets."""
        self._folder = self._folder or private_folder()
        self.parent.connection_file = f"{self._folder.name}/kernel.json"
        self.parent.ip = f"{self._folder.name}/s"
        kwargs = await super().pre_launch(**kwargs)
        paths = [f"{self.parent.ip}-{getattr(self.parent, name)}" for name in port_names]
        self._listeners = {f"ipc://{path}": _listener(path) for path in paths}
        return kwargs

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel, limited, whatever else the caller asked for, and close our copies of its sockets.

        When it ends, nobody listens on them any more.
        """
        with contextlib.ExitStack() as stack:
            for listener in self._listeners.values():
                stack.enter_context(listener)
            self._start(cmd, {address: listener.fileno() for address, listener in self._listeners.items()})
        return self.connection_info

    def _start(self, command: list[str], sockets: dict[str, int]) -> None:
        """Start the kernel, with its listening sockets by address."""
        self.sandbox = RunningSandbox(
            [*command, *self._kernel_arguments(), "--sockets", json.dumps(sockets)],
            self.limits,
            bubblewrap.kernel_environment(self.extra_environment),
            [*sockets.values()],
            self.data,
            self.parent.connection_file,
        )
        self.process = self.sandbox.process

    async def poll(self) -> int | None:
        """Return the exit status, or None while the kernel runs."""
        status = await super().poll()
        if self.process and status is not None:
            self._status = status
        return status

    async def kill(self, restart: bool = False) -> None:
        """Kill it, and wait until it is gone: jupyter_client would look only every tenth of a second."""
        await super().kill(restart=restart)
        if self.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(_PATIENCE)

    def kernel_exit(self) -> KernelExit | None:
        """Return how the kernel ended, or None if it has not been seen to end. Ask before `cleanup`."""
        if self._status is None:
            return None
        status = _SIGNAL_STATUS - self._status if self._status > _SIGNAL_STATUS else self._status
        if self.sandbox and self.sandbox.ran_out_of_memory:
            return KernelExit(MEMORY, status)
        return KernelExit(TIMEOUT if status == -signal.SIGXCPU else DIED, status)

    async def cleanup(self, restart: bool = False) -> None:
        """Wait until the last process inside is gone, and remove the group and the private folder."""
        await super().cleanup(restart=restart)
        self._end_sandbox()
        if not restart and self._folder:
            self._folder.cleanup()

    def _end_sandbox(self) -> None:
        if self.sandbox:
            self.sandbox.end()

    def _kernel_arguments(self) -> list[str]:
        """Return what the kernel is told about its limits. If it is to have a filter and cannot, it does not start."""
        return ["--limits", self.limits.as_text(), *([] if filter_missing() else ["--filter"])]


class ForkedKernelProvisioner(SandboxProvisioner):
    """A kernel forked from a process that has imported TensorFlow already, in a sandbox that outlives it."""

    def _start(self, command: list[str], sockets: dict[str, int]) -> None:
        zygote = free_zygote(self.limits, self.data)
        self.sandbox = zygote.sandbox
        request = {
            "arguments": self._kernel_arguments(),
            "environment": bubblewrap.kernel_environment(self.extra_environment),
            "connection": Path(self.parent.connection_file).read_text(),
            "addresses": [*sockets],
        }
        self.process = zygote.fork(request, [*sockets.values()])  # type: ignore[assignment]  # it is None in the class

    def _end_sandbox(self) -> None:
        """Leave it to the next kernel: it has been cleared, or ended if that was impossible."""


def _listener(path: str) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    return listener
