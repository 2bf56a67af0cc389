"""The bound on all processes of a sandbox together where no control group can be made: they are counted from outside.

It comes later than a group's by a moment, and ends the whole kernel rather than the process that asked for too much.
"""

import contextlib
import dataclasses
import os
import select
import signal
import threading
from pathlib import Path

from widgets.grading.sandbox.limits import Limits

_PAUSE = 0.2  # seconds between two counts: reading all processes of a busy machine takes milliseconds
_KIB = 1024


@dataclasses.dataclass(eq=False)
class Watch(threading.Thread):
    """Counts what the sandbox of one process uses, and ends it when that is more than the limits.

    Attributes:
        first: the first process of the sandbox, with which all others end.
        limits: the `Limits`: `memory` and `processes` hold for all together.
        ran_out_of_memory: whether it was ended for that.
    """

    first: int
    limits: Limits
    ran_out_of_memory: bool = False
    folders = ()

    def __post_init__(self):
        super().__init__(daemon=True)
        self._held = os.pidfd_open(self.first)
        self._namespace = _namespace(self.first)
        self.start()

    def run(self):
        """Count until the sandbox is gone."""
        while not select.select([self._held], [], [], _PAUSE)[0]:
            inside = [pid for pid in filter(str.isdigit, os.listdir("/proc")) if _namespace(pid) == self._namespace]
            self.ran_out_of_memory |= self._is_too_much(inside)
            threads = sum(_number(f"/proc/{pid}/status", "Threads:") for pid in inside)
            if self.ran_out_of_memory or threads > self.limits.processes:
                signal.pidfd_send_signal(self._held, signal.SIGKILL)
        os.close(self._held)

    def remove(self):
        """Wait for the end of the count: that of the sandbox has been waited for."""
        self.join()

    def _is_too_much(self, inside):
        """Say whether they use too much memory. What they share is divided among them only if it could matter."""
        sums = (sum(_kibibytes(pid) for pid in inside) * _KIB for _kibibytes in (_private, _proportional))
        return all(bytes_used > self.limits.memory for bytes_used in sums)


def _private(pid):
    return sum(_number(f"/proc/{pid}/status", name) for name in ("RssAnon:", "RssShmem:"))


def _proportional(pid):
    return sum(_number(f"/proc/{pid}/smaps_rollup", name) for name in ("Pss_Anon:", "Pss_Shmem:"))


def _namespace(pid):
    with contextlib.suppress(OSError):
        return os.stat(f"/proc/{pid}/ns/pid").st_ino
    return None


def _number(file, name):
    """Return the number after a name in a process's file; 0 where there is none, or no such process any more."""
    with contextlib.suppress(OSError):
        found = (line.split()[1] for line in Path(file).read_text().splitlines() if line.startswith(name))
        return int(next(found, 0))
    return 0
