"""How a sandboxed kernel is started, spoken to and cleared away: a provisioner for jupyter_client.

The grader opens the kernel's sockets itself, in a folder that the kernel cannot see, and hands them over. So the
kernel can write to nothing outside, reaches no other kernel's sockets, and cannot put something else in their place.
"""

import json
import os
import select
import socket
import subprocess
from pathlib import Path

from jupyter_client.connect import port_names
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Dict, Instance

from widgets.grading import groups, private, sandbox, sharing
from widgets.grading.ending import ending
from widgets.grading.gate import Gate
from widgets.grading.limits import Limits

_PATIENCE = 5  # seconds for the last process of a sandbox to be gone
_LONGEST = 2000  # characters of what a kernel may have to complain of


class Sandboxed(LocalProvisioner):
    """A kernel inside bubblewrap.

    Attributes:
        limits: what it may use.
        given: environment variables that it gets besides `sandbox.environment`.
        data: the folder of the data that lessons read, or None.
        group: the control group that holds it; an empty one where the system does not let us make any.
    """

    limits = Instance(Limits, ())
    given = Dict()
    data = Instance(Path, allow_none=True)
    group = groups.Group()
    _folder = _gate = _first = None
    _listening = ()
    _status = None

    async def pre_launch(self, **kwargs):
        """Make the private folder, the connection file, the sockets, and the command that runs bubblewrap."""
        self._folder = self._folder or private.folder()
        self.parent.connection_file = f"{self._folder.name}/kernel.json"
        self.parent.ip = f"{self._folder.name}/s"
        kwargs = await super().pre_launch(**kwargs)
        self._gate = Gate()
        self._listening = [_listen(f"{self.parent.ip}-{getattr(self.parent, name)}") for name in port_names]
        return kwargs | {
            "cmd": [*self._walls(), *kwargs["cmd"], *self._inside()],
            "env": sandbox.environment(self.given),
            "cwd": "/",
            "pass_fds": [*self._gate.inner, *(opened.fileno() for opened in self._listening)],
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.DEVNULL,
        }

    async def launch_kernel(self, cmd, **kwargs):
        """Start it, bound it, let it run, and let go of its sockets: when it ends, nobody listens any more."""
        try:
            with open(self._stderr, "wb") as stderr:
                connection = await super().launch_kernel(cmd, **kwargs | {"stderr": stderr})
            self._hold(self._gate.first())
            self._gate.open()
        finally:
            self._let_go()
        return connection

    async def poll(self):
        """Return the exit status, or None while the kernel runs."""
        status = await super().poll()
        if self.process and status is not None:
            self._status = status
        return status

    def ended(self):
        """Return the `Ending` of the kernel, or None if it has not been seen to end. Ask before `cleanup`."""
        if self._status is None:
            return None
        said = self._stderr.read_text(errors="replace")[-_LONGEST:]
        return ending(self._status, self.group.ran_out_of_memory, said)

    async def cleanup(self, restart=False):
        """Wait until the last process inside is gone, and remove the group and the private folder."""
        await super().cleanup(restart=restart)
        if self._first is not None:
            select.select([self._first], [], [], _PATIENCE)
            os.close(self._first)
            self._first = None
        self.group.remove()
        if not restart and self._folder:
            self._folder.cleanup()

    @property
    def _stderr(self):
        return Path(self._folder.name, "stderr")

    def _walls(self):
        seen = sandbox.arguments(self.limits, self.parent.connection_file, self.data, sharing.font_lists())
        return [seen[0], *self._gate.arguments, *seen[1:]]

    def _inside(self):
        sockets = {f"ipc://{opened.getsockname()}": opened.fileno() for opened in self._listening}
        return ["--limits", self.limits.as_text(), "--sockets", json.dumps(sockets)]

    def _hold(self, first):
        """Bound the sandbox by its first process, with which all others end. None: there is no sandbox."""
        if first is not None:
            self._first = os.pidfd_open(first)
            self.group = groups.hold(first, self.limits)

    def _let_go(self):
        self._gate.close()
        for opened in self._listening:
            opened.close()


def _listen(path):
    opened = socket.socket(socket.AF_UNIX)
    opened.bind(path)
    opened.listen()
    return opened
