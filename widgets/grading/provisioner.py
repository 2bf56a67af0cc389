"""How a sandboxed kernel is started, spoken to and cleared away: a provisioner for jupyter_client.

The grader opens the kernel's sockets itself, in a folder that the kernel cannot see, and hands them over. So nothing
outside can be written to, no kernel can reach another's sockets, and none can put something else in their place.
"""

import json
import os
import socket
import subprocess
import tempfile
from pathlib import Path

from jupyter_client.connect import port_names
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Dict, Instance

from widgets.grading import sandbox, sharing
from widgets.grading.limits import Limits


class Sandboxed(LocalProvisioner):
    """A kernel inside bubblewrap.

    Attributes:
        limits: what it may use.
        given: environment variables that it gets besides `sandbox.environment`.
        data: the folder of the data that lessons read, or None.
    """

    limits = Instance(Limits, ())
    given = Dict()
    data = Instance(Path, allow_none=True)
    _folder = None
    _listening = ()

    async def pre_launch(self, **kwargs):
        """Make the private folder, the connection file and the sockets, and the command that runs bubblewrap."""
        self._folder = tempfile.TemporaryDirectory(prefix="tapedeck-kernel-", ignore_cleanup_errors=True)
        self.parent.connection_file = f"{self._folder.name}/kernel.json"
        self.parent.ip = f"{self._folder.name}/s"
        kwargs = await super().pre_launch(**kwargs)
        self._listening = {_address(self.parent, name): _listen(self.parent, name) for name in port_names}
        kwargs["cmd"] = [*self._walls(), *kwargs["cmd"], *self._inside()]
        return kwargs | {
            "env": sandbox.environment(self.given),
            "cwd": "/",
            "pass_fds": [opened.fileno() for opened in self._listening.values()],
            "stdin": subprocess.DEVNULL,
        }

    async def launch_kernel(self, cmd, **kwargs):
        """Start it, and let go of the sockets: when the kernel ends, nobody listens any more."""
        try:
            return await super().launch_kernel(cmd, **kwargs)
        finally:
            for opened in self._listening.values():
                opened.close()

    async def cleanup(self, restart=False):
        """Remove the private folder. Nothing else was left anywhere."""
        await super().cleanup(restart=restart)
        if self._folder is not None:
            self._folder.cleanup()

    def _walls(self):
        return sandbox.arguments(self.limits, self.parent.connection_file, self.data, sharing.font_lists())

    def _inside(self):
        sockets = {address: opened.fileno() for address, opened in self._listening.items()}
        return ["--limits", self.limits.as_text(), "--sockets", json.dumps(sockets)]


def _address(manager, name):
    return f"ipc://{_path(manager, name)}"


def _path(manager, name):
    return f"{manager.ip}-{getattr(manager, name)}"


def _listen(manager, name):
    opened = socket.socket(socket.AF_UNIX)
    opened.bind(_path(manager, name))
    opened.listen(64)
    os.chmod(_path(manager, name), 0o600)
    return opened
