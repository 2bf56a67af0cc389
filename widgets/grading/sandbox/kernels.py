"""Kernels to grade in: jupyter_client's own managers, with the grader's choice of walls."""

import shutil
import socket
import sys
import tempfile
from pathlib import Path

import zmq
from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from traitlets import Instance

from widgets.grading.sandbox import private, sharing
from widgets.grading.sandbox.limits import Limits
from widgets.grading.sandbox.walls import everywhere
from widgets.grading.settings import BWRAP, FORKED, NONE

_TRANSPORT = "ipc" if hasattr(socket, "AF_UNIX") else "tcp"
"""Sockets in a private folder. Windows has none of them: there it is ports of this machine, and messages are signed."""

_WAITING_MESSAGES = 64  # as many may wait in the grader until it reads them; more wait in the kernel


class Specs(KernelSpecManager):
    """Knows one kernel, whatever it is asked for: none that is installed on this machine is ever started."""

    spec = Instance(KernelSpec)

    def get_kernel_spec(self, kernel_name):
        """Return the kernel."""
        return self.spec


class Manager(KernelManager):
    """A manager whose clients refuse messages that are longer than the limit: the kernel is then cut off.

    Attributes:
        limits: the `Limits`.
        folder: the private folder of a kernel without a sandbox, a `TemporaryDirectory`. Provisioners have their own.
    """

    limits = Instance(Limits)
    folder = Instance(tempfile.TemporaryDirectory, allow_none=True)

    def client(self, **kwargs):
        """Return a client with a context of its own, which it closes."""
        client = super().client(**kwargs)
        _bound(client.context, self.limits)
        return client

    def cleanup_connection_file(self):
        """Remove the file, and the folder that it is in."""
        super().cleanup_connection_file()
        if self.folder:
            self.folder.cleanup()


def kernel_manager(sandbox=BWRAP, limits=None, env=None, data=None):
    """Return a manager of one kernel, not started yet: `start_kernel`, `client`, `interrupt_kernel`, `shutdown_kernel`.

    Args:
        sandbox: BWRAP for a sandbox; FORKED for one that is forked from the zygote, which has to be there (see
            `forking`); NONE for a process like any other, which is for one's own notebooks.
        limits: the `Limits` of a sandboxed kernel. Without a sandbox only those of messages hold.
        env: environment variables to set in the kernel. A sandboxed one has no others of the grader's.
        data: the folder of the data that lessons read; by default the one of the checkout, or of the current folder.
    """
    limits, env, data = limits or Limits(), dict(env or {}), data or sharing.lesson_data()
    specs = Specs(spec=_WALLS[sandbox](limits, env, data))
    manager = Manager(kernel_spec_manager=specs, transport=_TRANSPORT, limits=limits)
    _bound(manager.context, limits)
    if sandbox == NONE:
        manager.folder = private.folder()
        manager.connection_file = f"{manager.folder.name}/kernel.json"
        specs.spec.argv += ["--work", _work_in(manager.folder.name, data)]
    return manager


def _work_in(folder, data):
    """Return where a kernel is to work in a folder, as in a sandbox: lessons find a copy of their data from there."""
    work = Path(folder, "solutions")
    work.mkdir()
    if data:
        shutil.copytree(data, Path(folder, "lessons", "data"))
    return str(work)


def _sandboxed(limits, env, data, name="tapedeck-sandbox"):
    config = {"limits": limits, "given": env, "data": data}
    provisioner = {"provisioner_name": name, "config": config}
    return _spec(metadata={"kernel_provisioner": provisioner}, interrupt_mode="message")


def _forked(limits, env, data):
    return _sandboxed(limits, env, data, "tapedeck-forked")


def _open(limits, env, data):
    return _spec(env=everywhere() | env)


def _spec(**kwargs):
    argv = [sys.executable, "-m", "widgets.grading.sandbox.inside", "-f", "{connection_file}"]
    return KernelSpec(argv=argv, display_name="Tapedeck", language="python", **kwargs)


def _bound(context, limits):
    context.setsockopt(zmq.MAXMSGSIZE, limits.output)
    context.setsockopt(zmq.RCVHWM, _WAITING_MESSAGES)


_WALLS = {BWRAP: _sandboxed, FORKED: _forked, NONE: _open}
