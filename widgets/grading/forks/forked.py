"""A kernel that is forked from the zygote: a provisioner for jupyter_client."""

import contextlib
import os
from pathlib import Path

from widgets.grading.forks.forking import ADDRESS
from widgets.grading.forks.processes import Process
from widgets.grading.sandbox import walls
from widgets.grading.sandbox.provisioner import Sandboxed


class Forked(Sandboxed):
    """A kernel in a sandbox of its own, forked from a process that has imported TensorFlow already."""

    async def launch_kernel(self, cmd, **kwargs):
        """Ask for it, bound it, let it run, and let go of its sockets: when it ends, nobody listens any more."""
        with contextlib.ExitStack() as held:
            for opened in self._listening.values():
                held.enter_context(opened)
            sockets = [opened.fileno() for opened in self._listening.values()]
            self.process = Process(os.environ[ADDRESS], self._request(), sockets)
            self._hold(self.process.pid)
            self.process.run()
        return self.connection_info

    def _request(self):
        """Return what the zygote's fork is told, and the zygote itself never learns: there are secrets in it."""
        return {
            "limits": self.limits.as_text(),
            "disk": self.limits.disk,
            "environment": walls.environment(self.given),
            "connection": Path(self.parent.connection_file).read_text(),
            "addresses": list(self._listening),
        }
