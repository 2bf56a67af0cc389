"""What a kernel may use while an answer is graded, and how it is held to that from inside."""

import dataclasses
import json
import os
import re

MIB = 1 << 20
GIB = 1 << 30
_GRACE = 5  # seconds between the signal that tells of the end of processor time, and the one that cannot be ignored


@dataclasses.dataclass(frozen=True)
class Limits:
    """How much a kernel may use.

    Attributes:
        memory: bytes of all of a kernel's processes together, and of what each of them may ask for.
        address_space: bytes of addresses that each process may reserve. TensorFlow reserves much more than it uses.
        processes: how many processes and threads.
        file: bytes of one file.
        disk: bytes of each place that can be written to (work and home, /tmp, /dev/shm). They are in memory.
        output: bytes of one message, and of all that one run shows.
        seconds_per_cell: how long a cell may run.
        startup: how many seconds a kernel may take to answer for the first time.
        processor_seconds: how much processor time a process may use, should everything else fail to end it.
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

    def as_text(self):
        """Return these limits as one argument of a command."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_text(cls, text):
        """Return the limits that `as_text` wrote."""
        return cls(**json.loads(text))


def hold_this_process_to(limits):
    """Set the limits of this process and all that it starts. They can only be lowered afterwards. POSIX only."""
    import resource

    bounds = {
        resource.RLIMIT_DATA: limits.memory,
        resource.RLIMIT_AS: limits.address_space,
        **({resource.RLIMIT_NPROC: limits.processes} if _counts_by_namespace() else {}),
        resource.RLIMIT_FSIZE: limits.file,
        resource.RLIMIT_CPU: limits.processor_seconds,
        resource.RLIMIT_NOFILE: 1024,
        resource.RLIMIT_CORE: 1,  # 0 would still let a program outside, such as apport, be given one
    }
    for name, most in bounds.items():
        hard = resource.getrlimit(name)[1]
        within = most if hard == resource.RLIM_INFINITY else min(most, hard)
        later = _GRACE if name == resource.RLIMIT_CPU and hard == resource.RLIM_INFINITY else 0
        resource.setrlimit(name, (within, within + later))


def _counts_by_namespace():
    """Say whether this Linux counts a sandbox's processes by themselves: before 5.14, all of the user's counted."""
    version = re.match(r"(\d+)\.(\d+)", os.uname().release)
    return bool(version) and tuple(map(int, version.groups())) >= (5, 14)
