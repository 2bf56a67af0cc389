"""The kernel's calls by which a process leaves the world it was born in: namespaces, mounts, capabilities.

One that fails raises an OSError with its name.
"""

import contextlib
import ctypes
import fcntl
import socket
import struct

from widgets.grading.sandbox.calling import call, gain_no_privileges

MOUNTS, CGROUPS, NAMES, IPC, USERS, PROCESSES, NETWORK = (
    0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000,
)  # fmt: skip
"""What `unshare` can give a process of its own."""

NO_SETUID, NO_DEVICES, NO_PROGRAMS, READ_ONLY = 2, 4, 8, 1
"""How something is mounted."""

_BIND, _PRIVATE, _RECURSIVE, _DETACH = 0x1000, 0x40000, 0x4000, 2
_MOUNT_SETATTR, _HERE, _DOWN_TO_ALL = 442, -100, 0x8000
_DIE_WITH_PARENT, _DUMPABLE, _DROP_FOR_GOOD = 1, 4, 24
_THIRD_VERSION = 0x20080522
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 1


def unshare(what):
    """Give this process namespaces of its own. With PROCESSES, they are its next children's."""
    call("unshare", ctypes.c_int(what))


def mount(source, target, kind=None, flags=0, data=None):
    """Mount something of a `kind` of file system on the folder `target`."""
    words = [word.encode() if word is not None else None for word in (source, target, kind)]
    call("mount", *words, ctypes.c_ulong(flags), data.encode() if data else None)


def bind(source, target):
    """Show one folder at the place of another as well, with all that is mounted in it."""
    mount(source, target, flags=_BIND | _RECURSIVE)


def detach(target):
    """Take a mount out of the tree. Whoever holds it open keeps it."""
    call("umount2", target.encode(), _DETACH)


def keep_to_oneself():
    """Let no mount of this process be seen elsewhere, nor any from elsewhere here."""
    mount("none", "/", flags=_PRIVATE | _RECURSIVE)


def lock(target):
    """Let nothing be written that is mounted at `target` or in it."""
    change = struct.pack("=QQQQ", READ_ONLY, 0, 0, 0)
    call("syscall", ctypes.c_long(_MOUNT_SETATTR), _HERE, target.encode(), _DOWN_TO_ALL, change, ctypes.c_size_t(32))


def wake_loopback():
    """Let a new network of one's own carry what is sent to 127.0.0.1. Nothing else is in it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh14x", b"lo", 0)
        (flags,) = struct.unpack_from("h", fcntl.ioctl(any_socket, _GET_FLAGS, request), 16)
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh14x", b"lo", flags | _UP))


def die_with_parent():
    """Be killed when the parent ends."""
    call("prctl", _DIE_WITH_PARENT, ctypes.c_ulong(9))


def be_opaque(may=True):
    """Let no other process of this user read this one's memory, nor its children's as long as they do not want it."""
    call("prctl", _DUMPABLE, ctypes.c_ulong(not may))


def give_up_capabilities():
    """Have no right over anything but by ownership, and no way to gain one: not by a program's file either."""
    with contextlib.suppress(OSError):  # the first number that is no capability ends it
        for capability in range(64):
            call("prctl", _DROP_FOR_GOOD, ctypes.c_ulong(capability))
    gain_no_privileges()
    call("capset", struct.pack("=Ii", _THIRD_VERSION, 0), struct.pack("=6I", *[0] * 6))
