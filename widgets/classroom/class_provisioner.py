"""Kernels of a class in a learner's Jupyter server: forked from the process that has imported TensorFlow, or plain.

jupyter_client finds it by its name, `tapedeck-class`, once the environment says
`JUPYTER_DEFAULT_PROVISIONER_NAME=tapedeck-class`; see
https://jupyter-client.readthedocs.io/en/stable/provisioning.html. A kernel is forked only where it would be no other
than one that the server starts itself. In every other case, whatever goes wrong, the server starts it itself, and its
log says why.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from widgets.classroom.fork_client import ForkedProcess, ForkServerDied

_LAUNCHER = ["-m", "ipykernel_launcher"]
_WITHOUT_EFFECT = ["-Xfrozen_modules=off"]  # ipykernel passes it for its debugger
_PATIENCE = 10  # seconds for a fork; it takes a fraction of one


class NotShared(RuntimeError):
    """No kernel is forked; the message says why."""


class SharedKernel(ForkedProcess):
    """A forked kernel, as jupyter_client sees a process: it can be interrupted, too."""

    def __init__(self, address: str, request: Mapping[str, Any]) -> None:
        """Ask for a kernel.

        Args:
            address: the socket of the process that forks kernels.
            request: what the kernel is told.

        Raises:
            NotShared: if that process refuses.
            ForkServerDied: if it ends meanwhile.
        """
        from widgets.classroom.shared_kernels import ACCEPTED

        reader, writer = os.pipe()
        try:
            super().__init__(address, request, [_descriptor(sys.stdout, 1), _descriptor(sys.stderr, 2), writer])
        except BaseException:
            os.close(reader)
            raise
        finally:
            os.close(writer)
        self._pidfd: int | None = os.pidfd_open(self.pid)
        with open(reader, "rb", buffering=0) as answers:
            answer = answers.read(4096) if select.select([answers], [], [], _PATIENCE)[0] else b"no answer"
        if answer != ACCEPTED:
            self.kill()
            self.wait()
            raise NotShared(answer.decode(errors="replace") or "the fork has failed; its parent's log says why")
        self.release()

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end and return the exit status, also where the process that forked the kernel has ended."""
        status = super().wait(timeout)
        if self._pidfd is not None:
            os.close(self._pidfd)
            self._pidfd = None
        return status

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None and self._pidfd is not None:
            signal.pidfd_send_signal(self._pidfd, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


class ClassKernelProvisioner(LocalProvisioner):
    """A kernel that is forked where it can be, and started otherwise."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Ask for the kernel; start it if none is to be had."""
        try:
            address, request = _request(cmd, kwargs)
            kernel = await asyncio.wait_for(asyncio.to_thread(SharedKernel, address, request), 2 * _PATIENCE)
        except (NotShared, ForkServerDied, OSError, asyncio.TimeoutError) as reason:
            self.log.warning("This kernel is started by itself, and imports TensorFlow itself: %s", reason)
            return await super().launch_kernel(cmd, **kwargs)
        self.process = kernel  # type: ignore[assignment]  # it has what jupyter_client calls of a Popen
        self.pid = self.pgid = kernel.pid  # it leads a group of its own
        self.cwd = request["folder"]
        return self.connection_info


def _request(command: Sequence[str], options: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return where a kernel is asked for, and what it is told. NotShared says why it cannot be asked for."""
    if sys.platform != "linux":
        raise NotShared("this system is not Linux")
    from widgets.classroom.shared_kernels import address

    place = Path(address())
    if not place.is_socket():
        raise NotShared(f"`tapedeck class-kernels` does not run: there is no {place}")
    if any(path.stat().st_uid not in (0, os.getuid()) for path in (place, place.parent)):
        raise NotShared(f"{place} belongs to another user, who would learn what this kernel is told")
    python, *arguments = command
    if arguments[: len(_WITHOUT_EFFECT)] == _WITHOUT_EFFECT:
        arguments = arguments[len(_WITHOUT_EFFECT) :]
    if arguments[: len(_LAUNCHER)] != _LAUNCHER:
        raise NotShared("its command is not that of IPython's own kernel")
    return str(place), {
        "python": python,
        "arguments": arguments[len(_LAUNCHER) :],
        "environment": dict(options.get("env") or os.environ),
        "folder": os.path.abspath(options.get("cwd") or "."),
    }


def _descriptor(stream: Any, otherwise: int) -> int:
    with contextlib.suppress(AttributeError, OSError, ValueError):
        return int(stream.fileno())
    return otherwise
