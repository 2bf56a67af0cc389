"""A control group for one kernel, where the system lets us make one: a bound on all of its processes together.

Limits of a process bound each process by itself. Where no group can be made, `watching` does what it can.
"""

import contextlib
import dataclasses
import itertools
import os
import signal
import time
from pathlib import Path

from widgets.grading.sandbox.private import is_alive

_ROOT = Path("/sys/fs/cgroup")
_PREFIX = "tapedeck-"
_EVENTS = ("memory.oom_control", "memory.events")  # of version 1, of version 2
_numbers = itertools.count()


@dataclasses.dataclass(frozen=True)
class Group:
    """A kernel's group.

    Attributes:
        folders: what stands for it: one folder, or one for each controller; () where none could be made.
        is_whole: whether it bounds memory and processes.
    """

    folders: tuple[Path, ...] = ()
    is_whole: bool = False

    @property
    def ran_out_of_memory(self):
        """Whether the system has ended a process of the group to keep it within its memory."""
        return any(_count(folder / name, "oom_kill") for folder in self.folders for name in _EVENTS)

    def remove(self, seconds=5):
        """End what is left in the group and remove it. The last process may take a moment to be gone."""
        deadline = time.monotonic() + seconds
        for folder in self.folders:
            while not _removed(folder) and time.monotonic() < deadline:
                _kill(folder)
                time.sleep(0.01)


def hold(pid, limits):
    """Put a process, and all that it will start, into a group of its own.

    Args:
        pid: of a process that has started nothing yet.
        limits: the `Limits`: `memory` and `processes` are those of the group.
    """
    parents = list(_parents(limits))
    folders = tuple(folder for parent, bounds in parents if (folder := _made(parent, bounds, pid)))
    return Group(folders, 0 < len(folders) == len(parents))


def _parents(limits):
    """Yield (folder in which a group can be made, what to write into the group), for version 1 of cgroups and for 2."""
    memory, processes = str(limits.memory), str(limits.processes)
    first = {"memory": {"memory.limit_in_bytes": memory}, "pids": {"pids.max": processes}}
    for line in _text(Path("/proc/self/cgroup")).splitlines():
        _number, controller, path = line.split(":", 2)
        if controller in first:
            yield _ROOT / controller / path.lstrip("/"), first[controller]
        elif not controller and (parent := _delegated(_ROOT / path.lstrip("/"))):
            yield parent, {"memory.max": memory, "memory.swap.max": "0", "pids.max": processes}


def _delegated(folder):
    """Return the nearest group around this process whose inner groups may be bounded, or None (version 2)."""
    around = (place for place in (folder, *folder.parents) if place.is_relative_to(_ROOT))
    needed = {"memory", "pids"}
    return next((place for place in around if needed <= {*_text(place / "cgroup.subtree_control").split()}), None)


def _made(parent, bounds, pid):
    """Make a group in `parent` and put the process into it. None where we may not."""
    folder = parent / f"{_PREFIX}{os.getpid()}-{next(_numbers)}"
    try:
        _sweep(parent)
        folder.mkdir()
        for name, most in bounds.items():
            (folder / name).write_text(most)
        (folder / "cgroup.procs").write_text(str(pid))
    except OSError:
        _removed(folder)
        return None
    return folder


def _sweep(parent):
    """Remove the groups of graders that were killed. Those that still hold something stay."""
    for folder in parent.glob(f"{_PREFIX}*"):
        if not is_alive(folder.name.split("-")[1]):
            _removed(folder)


def _removed(folder):
    """Remove a group if nothing is in it any more; say whether it is gone."""
    with contextlib.suppress(OSError):
        folder.rmdir()
    return not folder.exists()


def _kill(folder):
    for pid in _text(folder / "cgroup.procs").split():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)


def _count(file, name):
    """Return the number after a name, as these files have it; 0 where there is none."""
    found = (line.split() for line in _text(file).splitlines() if line.startswith(f"{name} "))
    return next((int(number) for _name, number in found), 0)


def _text(file):
    with contextlib.suppress(OSError):
        return file.read_text()
    return ""
