"""A world for one forked kernel: what it may see, write and reach, made before any of the learner's code runs.

The process that calls `settle` is in the sandbox of the zygote already, where it is root of nothing but that sandbox.
It ends as nobody, without a right to undo what was done: its mounts belong to the zygote's user namespace, not its own.
"""

import os
import re
import stat
from pathlib import Path

from widgets.grading.forks import namespaces
from widgets.grading.sandbox import sharing

NOBODY = 65534

SCRATCH = ("/tmp", "/dev/shm", sharing.HOME)
"""What a kernel may write to."""

_ESCAPED = re.compile(r"\\([0-7]{3})")  # a space in a name, and the like


_CAREFUL = namespaces.NO_SETUID | namespaces.NO_PROGRAMS


def settle(disk):
    """Leave for namespaces, folders and a user of one's own, for good.

    Args:
        disk: how many bytes each place that can be written to may hold. They are new and empty.
    """
    namespaces.unshare(namespaces.MOUNTS | namespaces.CGROUPS | namespaces.NAMES | namespaces.IPC | namespaces.NETWORK)
    namespaces.wake_loopback()
    processes = _furnish(disk)
    _become_nobody(processes)
    os.close(processes)
    namespaces.give_up_capabilities()


def _furnish(disk):
    """Make all read-only but new scratch folders, and return its `/proc`, open to be written a last time."""
    namespaces.keep_to_oneself()
    namespaces.lock("/")
    processes = _processes()
    shown = {path: os.open(path, os.O_PATH) for path in _shown_in_scratch()}
    for folder in SCRATCH:
        flags = namespaces.NO_SETUID | namespaces.NO_DEVICES
        namespaces.mount("tmpfs", folder, "tmpfs", flags, f"mode=0755,size={disk}")
    namespaces.mount("devpts", "/dev/pts", "devpts", _CAREFUL, "newinstance,ptmxmode=0666,mode=620")
    for path, held in shown.items():
        _show(path, held)
    os.makedirs(sharing.WORK)
    return processes


def _shown_in_scratch():
    """Return what the zygote's sandbox shows there: lessons' data, lists of fonts, Python itself if it lies there."""
    with open("/proc/self/mountinfo") as mounts:
        places = [Path(_ESCAPED.sub(lambda found: chr(int(found[1], 8)), mount.split()[4])) for mount in mounts]
    return [place for place in places if {*SCRATCH} & {str(folder) for folder in place.parents}]


def _show(path, held):
    """Show at its old place what a new folder was put over."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir() if stat.S_ISDIR(os.fstat(held).st_mode) else path.touch()
    namespaces.bind(f"/proc/self/fd/{held}", str(path))
    os.close(held)


def _processes():
    """Show the processes of this namespace in `/proc`, read-only for good, and keep one view of them that is not."""
    proc = ("proc", "/proc", "proc")
    namespaces.mount(*proc, _CAREFUL | namespaces.NO_DEVICES)
    held = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)
    namespaces.detach("/proc")
    namespaces.mount(*proc, _CAREFUL | namespaces.NO_DEVICES | namespaces.READ_ONLY)
    return held


def _become_nobody(processes):
    """Move to a user namespace of one's own, in which there is one user, and which can have no namespace below it.

    Limits on the number of processes are counted in it, so that no kernel uses up another's.
    """
    outside = os.getuid(), os.getgid()
    namespaces.unshare(namespaces.USERS)
    _write(processes, "self/setgroups", "deny")
    for name, outer in zip(("self/uid_map", "self/gid_map"), outside, strict=True):
        _write(processes, name, f"{NOBODY} {outer} 1")
    _write(processes, "sys/user/max_user_namespaces", "0")


def _write(folder, name, text):
    file = os.open(name, os.O_WRONLY, dir_fd=folder)
    try:
        os.write(file, text.encode())
    finally:
        os.close(file)
