"""How a sandboxed kernel is started, spoken to and cleared away: a provisioner for jupyter_client.

The grader opens the kernel's sockets itself, in a folder that the kernel cannot see, and hands them over. So the
kernel can write to nothing outside, reaches no other kernel's sockets, and cannot put something else in their place.
"""

import contextlib
import json
import os
import select
import socket
import subprocess
from pathlib import Path

from jupyter_client.connect import port_names
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Dict, Instance

from widgets.grading.sandbox import groups, private, sharing, walls
from widgets.grading.sandbox.ending import ending
from widgets.grading.sandbox.gate import Gate
from widgets.grading.sandbox.limits import Limits
from widgets.grading.sandbox.watching import Watch

_PATIENCE = 5  # seconds for the last process of a sandbox to be gone
_LONGEST = 2000  # bytes of what a kernel may have to complain of


class Sandboxed(LocalProvisioner):
    """A kernel inside bubblewrap.

    Attributes:
        limits: what it may use.
        given: environment variables that it gets besides `walls.environment`.
        data: the folder of the data that lessons read, or None.
        group: the control group that holds it; where the system does not let us make a whole one, a `Watch` does.
    """

    limits = Instance(Limits, ())
    given = Dict()
    data = Instance(Path, allow_none=True)
    group = groups.Group()
    _folder = _first = _status = _watch = None

    async def pre_launch(self, **kwargs):
        """Make the private folder, and in it the connection file and the sockets."""
        self._folder = self._folder or private.folder()
        self.parent.connection_file = f"{self._folder.name}/kernel.json"
        self.parent.ip = f"{self._folder.name}/s"
        kwargs = await super().pre_launch(**kwargs)
        paths = [f"{self.parent.ip}-{getattr(self.parent, name)}" for name in port_names]
        self._listening = {f"ipc://{path}": _listen(path) for path in paths}
        return kwargs

    async def launch_kernel(self, cmd, **kwargs):
        """Start it, bound it, let it run, and let go of its sockets: when it ends, nobody listens any more."""
        with contextlib.ExitStack() as held, open(self._stderr, "wb") as stderr:
            gate = held.enter_context(Gate())
            for opened in self._listening.values():
                held.enter_context(opened)
            command = [*self._walls(gate), *cmd, *self._inside()]
            connection = await super().launch_kernel(command, **self._popen(gate), stderr=stderr)
            self._hold(gate.first())
            gate.open()
        return connection

    async def poll(self):
        """Return the exit status, or None while the kernel runs."""
        status = await super().poll()
        if self.process and status is not None:
            self._status = status
        return status

    async def kill(self, restart=False):
        """Kill it, and wait until it is gone: jupyter_client would look for that every tenth of a second only."""
        await super().kill(restart=restart)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(_PATIENCE)

    def ended(self):
        """Return the `Ending` of the kernel, or None if it has not been seen to end. Ask before `cleanup`."""
        if self._status is None:
            return None
        out_of_memory = any(bound.ran_out_of_memory for bound in self._bounds)
        return ending(self._status, out_of_memory, self._complaint())

    async def cleanup(self, restart=False):
        """Wait until the last process inside is gone, and remove the group and the private folder."""
        await super().cleanup(restart=restart)
        if self._first is not None:
            select.select([self._first], [], [], _PATIENCE)
            os.close(self._first)
            self._first = None
        for bound in self._bounds:
            bound.remove()
        if not restart and self._folder:
            self._folder.cleanup()

    @property
    def _bounds(self):
        """What holds all processes together to the limits."""
        return [self.group, *([self._watch] if self._watch else [])]

    @property
    def _stderr(self):
        return Path(self._folder.name, "stderr")

    def _complaint(self):
        """Return the end of what was written on stderr: there may be much of it."""
        with contextlib.suppress(OSError), open(self._stderr, "rb") as stderr:
            stderr.seek(max(0, self._stderr.stat().st_size - _LONGEST))
            return stderr.read(_LONGEST).decode(errors="replace")
        return ""

    def _walls(self, gate):
        seen = walls.arguments(self.limits, self.parent.connection_file, self.data, sharing.font_lists())
        return [seen[0], *gate.arguments, *seen[1:]]

    def _inside(self):
        sockets = {address: opened.fileno() for address, opened in self._listening.items()}
        return ["--limits", self.limits.as_text(), "--sockets", json.dumps(sockets)]

    def _popen(self, gate):
        """Return how the process is started, whatever the caller asked for: nothing of the grader's is passed on."""
        return {
            "env": walls.environment(self.given),
            "cwd": "/",
            "pass_fds": [*gate.inner, *(opened.fileno() for opened in self._listening.values())],
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.DEVNULL,
        }

    def _hold(self, first):
        """Bound the sandbox by its first process, with which all others end. None: there is no sandbox."""
        if first is not None:
            self._first = os.pidfd_open(first)
            self.group = groups.hold(first, self.limits)
            self._watch = None if self.group.is_whole else Watch(first, self.limits)


def _listen(path):
    opened = socket.socket(socket.AF_UNIX)
    opened.bind(path)
    opened.listen()
    return opened
