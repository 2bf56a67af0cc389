"""How a sandboxed kernel is started, cold or forked, connected to and cleaned up: provisioners for jupyter_client.

The grader opens the kernel's sockets itself, in a folder that the kernel cannot see, and hands them over. So the
kernel can write to nothing outside, reaches no other kernel's sockets, and cannot replace them by something else. See
https://jupyter-client.readthedocs.io/en/stable/provisioning.html.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import select
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
from widgets.grading.sandbox import bubblewrap, cgroups
from widgets.grading.sandbox.fork_client import KERNELS_ADDRESS, ForkedProcess
from widgets.grading.sandbox.seccomp_filter import filter_missing
from widgets.grading.verdict_kinds import DIED, MEMORY, TIMEOUT

_PATIENCE = 5  # seconds for the last process of a sandbox to be gone
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
        group: the control group that holds it. Where the system allows no complete one, a `ProcessMonitor` is added.
    """

    parent: Any  # the kernel manager
    limits = Instance(Limits, ())
    extra_environment = Dict()
    data = Instance(Path, allow_none=True)
    group = cgroups.ControlGroup()
    _monitor: cgroups.ProcessMonitor | None = None
    _folder: tempfile.TemporaryDirectory[str] | None = None
    _first_pidfd: int | None = None
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
        """Start the kernel, limit it, let it run, and close our copies of its sockets.

        When it ends, nobody listens on them any more.
        """
        with contextlib.ExitStack() as stack:
            gate = stack.enter_context(StartGate())
            for listener in self._listeners.values():
                stack.enter_context(listener)
            sockets = json.dumps({address: listener.fileno() for address, listener in self._listeners.items()})
            command = [*self._bwrap_arguments(gate), *cmd, *self._kernel_arguments(), "--sockets", sockets]
            connection = await super().launch_kernel(command, **self._popen_options(gate))
            self._limit(gate.first_pid())
            gate.release()
        return connection

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
        if any(bound.ran_out_of_memory for bound in self._bounds):
            return KernelExit(MEMORY, status)
        return KernelExit(TIMEOUT if status == -signal.SIGXCPU else DIED, status)

    async def cleanup(self, restart: bool = False) -> None:
        """Wait until the last process inside is gone, and remove the group and the private folder."""
        await super().cleanup(restart=restart)
        if self._first_pidfd is not None:
            select.select([self._first_pidfd], [], [], _PATIENCE)
            os.close(self._first_pidfd)
            self._first_pidfd = None
        for bound in self._bounds:
            bound.remove()
        if not restart and self._folder:
            self._folder.cleanup()

    @property
    def _bounds(self) -> list[cgroups.ControlGroup | cgroups.ProcessMonitor]:
        """What holds all processes together to the limits."""
        return [self.group, *([self._monitor] if self._monitor else [])]

    def _bwrap_arguments(self, gate: StartGate) -> list[str]:
        fonts = bubblewrap.font_caches()
        bwrap, *options = bubblewrap.bwrap_arguments(self.limits, self.parent.connection_file, self.data, fonts)
        return [bwrap, *gate.arguments, *options]

    def _kernel_arguments(self) -> list[str]:
        """Return what the kernel is told about its limits. If it is to have a filter and cannot, it does not start."""
        return ["--limits", self.limits.as_text(), *([] if filter_missing() else ["--filter"])]

    def _popen_options(self, gate: StartGate) -> dict[str, Any]:
        """Return how the process is started, whatever the caller asked for: nothing of the grader's is passed on."""
        return {
            "env": bubblewrap.kernel_environment(self.extra_environment),
            "cwd": "/",
            "pass_fds": [*gate.inherited, *(listener.fileno() for listener in self._listeners.values())],
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.DEVNULL,
            "stderr": subprocess.DEVNULL,
        }

    def _limit(self, first_pid: int | None) -> None:
        """Limit the sandbox by its first process, with which all others end. None: there is no sandbox."""
        if first_pid is not None:
            self._first_pidfd = os.pidfd_open(first_pid)
            self.group = cgroups.make_group(first_pid, self.limits)
            self._monitor = None if self.group.is_complete else cgroups.ProcessMonitor(first_pid, self.limits)


class ForkedKernelProvisioner(SandboxProvisioner):
    """A kernel in a container of its own, forked from a process that has imported TensorFlow already."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Ask for the kernel, limit it, let it run, and close our copies of its sockets."""
        with contextlib.ExitStack() as stack:
            for listener in self._listeners.values():
                stack.enter_context(listener)
            sockets = [listener.fileno() for listener in self._listeners.values()]
            process = ForkedProcess(os.environ[KERNELS_ADDRESS], self._request(), sockets)
            self.process = process  # type: ignore[assignment]  # it has what jupyter_client calls of a Popen
            self._limit(process.pid)
            process.release()
        return self.connection_info

    def _request(self) -> dict[str, Any]:
        """Return what the forked process is told, and the fork server itself never learns: there are secrets in it."""
        return {
            "arguments": self._kernel_arguments(),
            "disk": self.limits.disk,
            "environment": bubblewrap.kernel_environment(self.extra_environment),
            "connection": Path(self.parent.connection_file).read_text(),
            "addresses": list(self._listeners),
        }


class StartGate:
    """Holds a new sandbox until it has been limited: bubblewrap reports its first process, and waits.

    Attributes:
        inherited: the file descriptors that bubblewrap inherits: the one it writes to, and the one it waits on.
    """

    def __init__(self) -> None:
        self._info, info_writer = os.pipe()
        block_reader, self._block = os.pipe()
        self.inherited: tuple[int, ...] = (info_writer, block_reader)

    @property
    def arguments(self) -> list[str]:
        """The pipes as arguments of bwrap."""
        info_writer, block_reader = self.inherited
        return ["--info-fd", str(info_writer), "--block-fd", str(block_reader)]

    def first_pid(self) -> int | None:
        """Return the number, outside, of the sandbox's first process; None if no sandbox was made."""
        self._close_inherited()
        info = b""
        while b"}" not in info and (more := os.read(self._info, 4096)):
            info += more
        return int(json.loads(info)["child-pid"]) if info else None

    def release(self) -> None:
        """Let the sandbox start its program."""
        with contextlib.suppress(BrokenPipeError):
            os.write(self._block, b"!")

    def __enter__(self) -> StartGate:
        return self

    def __exit__(self, *_: object) -> None:
        self._close_inherited()
        for descriptor in (self._info, self._block):
            os.close(descriptor)

    def _close_inherited(self) -> None:
        for descriptor in self.inherited:
            os.close(descriptor)
        self.inherited = ()


def _listener(path: str) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    return listener
