"""One limit on all processes of a kernel together: a control group, or a monitor where the system allows none.

The limits that `kernel_main` sets apply to each process separately. Control groups are described in
https://docs.kernel.org/admin-guide/cgroup-v2.html.
"""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import os
import select
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from widgets.grading.cleanup import is_alive
from widgets.grading.model import Limits

_ROOT = Path("/sys/fs/cgroup")
_PREFIX = "tapedeck-"
_EVENT_FILES = ("memory.oom_control", "memory.events")  # of version 1, of version 2
_INTERVAL = 0.2  # seconds between two looks of a monitor: reading all processes of a busy machine takes milliseconds
_KIB = 1024
_MEMORY_FILES = (
    ("status", ("RssAnon:", "RssShmem:")),
    ("smaps_rollup", ("Pss_Anon:", "Pss_Shmem:")),
)  # the quick one first
_numbers = itertools.count()


@dataclasses.dataclass(frozen=True)
class ControlGroup:
    """A kernel's control group.

    Attributes:
        folders: its folders in the cgroup file system: one, or one for each controller; () where none could be made.
        is_complete: whether it limits both memory and processes.
    """

    folders: tuple[Path, ...] = ()
    is_complete: bool = False

    @property
    def ran_out_of_memory(self) -> bool:
        """Whether the system has killed a process of the group to keep it within its memory."""
        return any(_number(folder / name, "oom_kill ") for folder in self.folders for name in _EVENT_FILES)

    def remove(self, seconds: float = 5) -> None:
        """Kill what is left in the group and remove it, within so many seconds. The last process may take a moment."""
        deadline = time.monotonic() + seconds
        for folder in self.folders:
            while not _removed(folder) and time.monotonic() < deadline:
                _kill(folder)
                time.sleep(0.01)


def make_group(pid: int, limits: Limits) -> ControlGroup:
    """Put a process that has started nothing yet, and everything it will start, into a control group of its own.

    The group may be incomplete or empty where this user may make none.
    """
    parents = list(_parents(limits))
    folders = tuple(folder for parent, bounds in parents if (folder := _made(parent, bounds, pid)))
    return ControlGroup(folders, 0 < len(folders) == len(parents))


def _parents(limits: Limits) -> Iterator[tuple[Path, dict[str, str]]]:
    """Yield (folder in which a group can be made, what to write into its files), for cgroups version 1 and 2."""
    memory, processes = str(limits.memory), str(limits.processes)
    version_1 = {"memory": {"memory.limit_in_bytes": memory}, "pids": {"pids.max": processes}}
    for line in _text(Path("/proc/self/cgroup")).splitlines():
        _number, controller, path = line.split(":", 2)
        if controller in version_1:
            yield _ROOT / controller / path.lstrip("/"), version_1[controller]
        elif not controller and (parent := _delegated(_ROOT / path.lstrip("/"))):
            yield parent, {"memory.max": memory, "memory.swap.max": "0", "pids.max": processes}


def _delegated(folder: Path) -> Path | None:
    """Return the nearest group around this process whose inner groups may be limited, or None (version 2)."""
    around = (parent for parent in (folder, *folder.parents) if parent.is_relative_to(_ROOT))
    needed = {"memory", "pids"}
    return next((parent for parent in around if needed <= {*_text(parent / "cgroup.subtree_control").split()}), None)


def _made(parent: Path, bounds: dict[str, str], pid: int) -> Path | None:
    """Make a group in `parent` and put the process into it. None where we may not."""
    folder = parent / f"{_PREFIX}{os.getpid()}-{next(_numbers)}"
    try:
        _remove_leftovers(parent)
        folder.mkdir()
        for name, bound in bounds.items():
            (folder / name).write_text(bound)
        (folder / "cgroup.procs").write_text(str(pid))
    except OSError:
        _removed(folder)
        return None
    return folder


def _remove_leftovers(parent: Path) -> None:
    """Remove the groups of graders that were killed. Those that still hold something stay."""
    for folder in parent.glob(f"{_PREFIX}*"):
        if not is_alive(folder.name.split("-")[1]):
            _removed(folder)


def _removed(folder: Path) -> bool:
    """Remove a group if it is empty, and return whether it is gone."""
    with contextlib.suppress(OSError):
        folder.rmdir()
    return not folder.exists()


def _kill(folder: Path) -> None:
    for pid in _text(folder / "cgroup.procs").split():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)


class ProcessMonitor(threading.Thread):
    """Counts from outside what all processes of a sandbox use, and kills the sandbox when that exceeds the limits.

    It takes the place of a control group where none can be made. It reacts a moment later than a group, and ends the
    whole kernel instead of the process that asked for too much.

    Attributes:
        folders: none, as in an empty `ControlGroup`.
        ran_out_of_memory: whether it killed the sandbox because of its memory.
    """

    folders: tuple[Path, ...] = ()

    def __init__(self, first_pid: int, limits: Limits) -> None:
        """Start monitoring a sandbox by its first process, with which all others end."""
        super().__init__(daemon=True)
        self.ran_out_of_memory = False
        self._limits = limits
        self._pidfd = os.pidfd_open(first_pid)
        self._namespace = _pid_namespace(str(first_pid))
        self.start()

    def run(self) -> None:
        """Count until the sandbox has ended."""
        while not select.select([self._pidfd], [], [], _INTERVAL)[0]:
            inside = [pid for pid in os.listdir("/proc") if pid.isdigit() and _pid_namespace(pid) == self._namespace]
            self.ran_out_of_memory |= self._is_too_much(inside)
            threads = sum(_number(Path(f"/proc/{pid}/status"), "Threads:") for pid in inside)
            if self.ran_out_of_memory or threads > self._limits.processes:
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
        os.close(self._pidfd)

    def remove(self) -> None:
        """Wait until the monitor has ended, which it does with the sandbox."""
        self.join()

    def _is_too_much(self, pids: list[str]) -> bool:
        """Whether the processes use too much memory. Shared pages are divided among them only if it could matter."""
        return all(
            sum(_number(Path(f"/proc/{pid}/{file}"), name) for pid in pids for name in names) * _KIB
            > self._limits.memory
            for file, names in _MEMORY_FILES
        )


def _pid_namespace(pid: str) -> int | None:
    with contextlib.suppress(OSError):
        return os.stat(f"/proc/{pid}/ns/pid").st_ino
    return None


def _number(file: Path, name: str) -> int:
    """Return the number after a name at the start of a line; 0 where there is none, or no such file any more."""
    found = (line.split()[1] for line in _text(file).splitlines() if line.startswith(name))
    return int(next(found, 0))


def _text(file: Path) -> str:
    with contextlib.suppress(OSError):
        return file.read_text()
    return ""
