"""What a kernel may use while an answer is graded, and how those limits are set from inside."""

from __future__ import annotations

import dataclasses
import json
import os
import re

MIB = 1 << 20
GIB = 1 << 30
_GRACE = 5  # seconds between the signal that announces the end of processor time, and the one that cannot be ignored


@dataclasses.dataclass(frozen=True)
class Limits:
    """How much a kernel may use.

    Attributes:
        memory: bytes, of all of a kernel's processes together, and of each process's own data (`RLIMIT_DATA`).
        address_space: bytes of addresses that each process may reserve. TensorFlow reserves much more than it uses.
        processes: the number of processes and threads.
        file: bytes of one file.
        disk: bytes of each writable folder (work and home, /tmp, /dev/shm). They are in memory.
        output: bytes of one message, and of everything that one run shows.
        seconds_per_cell: how many seconds a cell may run.
        startup: how many seconds a kernel may take to answer for the first time.
        processor_seconds: processor time that a process may use, should everything else fail to end it.
    """

    memory: int = 2 * GIB
    address_space: int = 8 * GIB
    processes: int = 256
    file: int = 100 * MIB
    disk: int = 256 * MIB
    output: int = 10 * MIB
    seconds_per_cell: float = 60
    startup: float = 120
    processor_seconds: int = 3600

    def as_text(self) -> str:
        """Return these limits as one argument of a command."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_text(cls, text: str) -> Limits:
        """Return the limits that `as_text` wrote."""
        return cls(**json.loads(text))


def limit_this_process(limits: Limits) -> None:
    """Set the limits of this process and everything it starts. They can only be lowered afterwards. POSIX only.

    See setrlimit(2), https://man7.org/linux/man-pages/man2/setrlimit.2.html.
    """
    import resource

    bounds = {
        resource.RLIMIT_DATA: limits.memory,
        resource.RLIMIT_AS: limits.address_space,
        **({resource.RLIMIT_NPROC: limits.processes} if _processes_counted_per_namespace() else {}),
        resource.RLIMIT_FSIZE: limits.file,
        resource.RLIMIT_CPU: limits.processor_seconds,
        resource.RLIMIT_NOFILE: 1024,
        resource.RLIMIT_CORE: 1,  # with 0, a program outside such as apport would still receive a core dump
    }
    for name, bound in bounds.items():
        hard = resource.getrlimit(name)[1]
        soft = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
        grace = _GRACE if name == resource.RLIMIT_CPU and hard == resource.RLIM_INFINITY else 0
        resource.setrlimit(name, (soft, soft + grace))


def _processes_counted_per_namespace() -> bool:
    """Whether this Linux counts a sandbox's processes separately: before 5.14, all of the user's were counted."""
    version = re.match(r"(\d+)\.(\d+)", os.uname().release)
    return version is not None and tuple(map(int, version.groups())) >= (5, 14)
