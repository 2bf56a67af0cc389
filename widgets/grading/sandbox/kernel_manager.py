"""Kernels to grade in: jupyter_client's own managers, with the sandbox that the grader chose."""

from __future__ import annotations

import shutil
import socket
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import zmq
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import KernelManager
from traitlets import Instance

from widgets.grading.cleanup import private_folder
from widgets.grading.model import BWRAP, FORKED, NONE, Limits
from widgets.grading.sandbox.bubblewrap import common_environment, lesson_data

_TRANSPORT = "ipc" if hasattr(socket, "AF_UNIX") else "tcp"
"""Sockets in a private folder. Windows has none: there it is local ports, and messages are signed."""

_PROVISIONERS = {BWRAP: "tapedeck-sandbox", FORKED: "tapedeck-forked"}
"""The entry points by which jupyter_client finds the provisioners."""

_MAX_QUEUED = 64  # messages may wait in the grader until it reads them; more wait in the kernel


class GradingKernelSpecs(KernelSpecManager):
    """Knows one kernel, whatever it is asked for: none of those installed on this machine is ever started.

    Attributes:
        spec: the kernel.
    """

    spec = Instance(KernelSpec)

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return the kernel."""
        return self.spec


class GradingKernelManager(KernelManager):
    """A manager whose clients refuse messages longer than the limit: the kernel is then disconnected.

    Attributes:
        limits: the limits.
        folder: the private folder of a kernel without a sandbox. Provisioners have their own.
    """

    limits = Instance(Limits)
    folder = Instance(tempfile.TemporaryDirectory, allow_none=True)

    def client(self, **kwargs: Any) -> BlockingKernelClient:
        """Return a client with a ZeroMQ context of its own, which it closes."""
        client = super().client(**kwargs)
        _limit_messages(client.context, self.limits)
        return client

    def cleanup_connection_file(self) -> None:
        """Remove the file, and the folder that it is in."""
        super().cleanup_connection_file()
        if self.folder:
            self.folder.cleanup()


def kernel_manager(
    sandbox: str = BWRAP, limits: Limits | None = None, env: Mapping[str, str] | None = None, data: Path | None = None
) -> GradingKernelManager:
    """Return a manager of one kernel, not started yet: `start_kernel`, `client`, `interrupt_kernel`, `shutdown_kernel`.

    Args:
        sandbox: BWRAP for a sandbox; FORKED for one forked in a sandbox that this process keeps (see `kernel_zygote`);
            NONE for an ordinary process, for one's own notebooks.
        limits: the limits of a sandboxed kernel. Without a sandbox only those of messages apply.
        env: environment variables to set in the kernel. A sandboxed one has no others of the grader's.
        data: the folder of the data that lessons read; by default the one of the checkout, or of the current folder.

    Returns:
        The manager.
    """
    limits, env, data = limits or Limits(), dict(env or {}), data or lesson_data()
    argv = [sys.executable, "-m", "widgets.grading.sandbox.kernel_main", "-f", "{connection_file}"]
    spec = KernelSpec(argv=argv, display_name="Tapedeck", language="python")
    manager = GradingKernelManager(
        kernel_spec_manager=GradingKernelSpecs(spec=spec), transport=_TRANSPORT, limits=limits
    )
    _limit_messages(manager.context, limits)
    if sandbox == NONE:
        manager.folder = private_folder()
        manager.connection_file = f"{manager.folder.name}/kernel.json"
        spec.env = common_environment() | env
        spec.argv += ["--work", _work_folder(manager.folder.name, data)]
    else:
        config = {"limits": limits, "extra_environment": env, "data": data}
        spec.metadata = {"kernel_provisioner": {"provisioner_name": _PROVISIONERS[sandbox], "config": config}}
        spec.interrupt_mode = "message"
    return manager


def _work_folder(folder: str, data: Path | None) -> str:
    """Make and return where a kernel is to run in a folder, as in a sandbox: it has a copy of the lessons' data."""
    work = Path(folder, "solutions")
    work.mkdir()
    if data:
        shutil.copytree(data, Path(folder, "lessons", "data"))
    return str(work)


def _limit_messages(context: zmq.Context[Any], limits: Limits) -> None:
    context.setsockopt(zmq.MAXMSGSIZE, limits.output)
    context.setsockopt(zmq.RCVHWM, _MAX_QUEUED)
