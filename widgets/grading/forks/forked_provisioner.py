"""A kernel that is forked from the fork server: a provisioner for jupyter_client."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo

from widgets.grading.forks.fork_client import ForkedProcess
from widgets.grading.forks.supervisor import KERNELS_ADDRESS
from widgets.grading.sandbox.bubblewrap import kernel_environment
from widgets.grading.sandbox.provisioner import SandboxProvisioner


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
            "environment": kernel_environment(self.extra_environment),
            "connection": Path(self.parent.connection_file).read_text(),
            "addresses": list(self._listeners),
        }
