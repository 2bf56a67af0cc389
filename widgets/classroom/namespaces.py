"""Linux's calls for namespaces, mounts and capabilities, through the C library: Python has no names for them.

Each raises an OSError with the call's name if it fails. The numbers are those of Linux's own headers, which never
change; see the manual pages namespaces(7), mount(2), prctl(2) and capabilities(7).
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import socket
import struct

NEW_MOUNTS, NEW_CGROUPS, NEW_HOSTNAME, NEW_IPC, NEW_USERS, NEW_PIDS, NEW_NETWORK = (
    0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000,
)  # fmt: skip
"""What `unshare` can give a process of its own."""

NO_SETUID, NO_DEVICES, NO_PROGRAMS, READ_ONLY = 2, 4, 8, 1
"""How something is mounted."""

_BIND, _PRIVATE, _RECURSIVE, _DETACH = 0x1000, 0x40000, 0x4000, 2
_MOUNT_SETATTR, _HERE, _DOWN_TO_ALL = 442, -100, 0x8000
_DIE_WITH_PARENT, _DUMPABLE, _DROP_FOR_GOOD, _NO_NEW_PRIVILEGES = 1, 4, 24, 38
_CAPABILITY_VERSION_3 = 0x20080522
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 1
_SIGKILL = 9

_libc = ctypes.CDLL(None, use_errno=True)


def _call(name: str, *arguments: object) -> None:
    if getattr(_libc, name)(*arguments) < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def _prctl(option: int, *arguments: int) -> None:
    _call("prctl", option, *map(ctypes.c_ulong, arguments))


def unshare(what: int) -> None:
    """Give this process some of the namespaces above, joined by `|`. With NEW_PIDS, its next children get them."""
    _call("unshare", ctypes.c_int(what))


def enter(descriptor: int) -> None:
    """Move this process into another's namespace, given as an open file of `/proc/PID/ns`."""
    _call("setns", ctypes.c_int(descriptor), ctypes.c_int(0))


def mount(source: str, target: str, kind: str | None = None, flags: int = 0, data: str | None = None) -> None:
    """Mount a file system on a folder.

    Args:
        source: the device, folder or name to mount.
        target: the folder.
        kind: of the file system, such as "tmpfs".
        flags: some of NO_SETUID, … joined by `|`.
        data: options of this kind of file system, separated by commas.
    """
    words = [word.encode() if word is not None else None for word in (source, target, kind)]
    _call("mount", *words, ctypes.c_ulong(flags), data.encode() if data else None)


def bind_mount(source: str, target: str) -> None:
    """Show one folder at the path of another as well, with everything that is mounted in it."""
    mount(source, target, flags=_BIND | _RECURSIVE)


def detach_mount(target: str) -> None:
    """Unmount a path. Processes that have it open keep it."""
    _call("umount2", target.encode(), _DETACH)


def make_mounts_private() -> None:
    """Let no mount of this process become visible elsewhere, nor any from elsewhere here."""
    mount("none", "/", flags=_PRIVATE | _RECURSIVE)


def make_mounts_read_only(target: str) -> None:
    """Let nothing be written that is mounted at `target` or in it."""
    attributes = struct.pack("=QQQQ", READ_ONLY, 0, 0, 0)
    path, size = target.encode(), ctypes.c_size_t(len(attributes))
    _call("syscall", ctypes.c_long(_MOUNT_SETATTR), _HERE, path, _DOWN_TO_ALL, attributes, size)


def bring_up_loopback() -> None:
    """Let a new network namespace carry what is sent to 127.0.0.1. Nothing else is in it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh14x", b"lo", 0)
        (flags,) = struct.unpack_from("h", fcntl.ioctl(any_socket, _GET_FLAGS, request), 16)
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh14x", b"lo", flags | _UP))


def die_with_parent() -> None:
    """Let this process be killed when its parent ends."""
    _prctl(_DIE_WITH_PARENT, _SIGKILL)


def set_dumpable(dumpable: bool) -> None:
    """Set whether this user's other processes may read this one's memory; the value is inherited by children."""
    _prctl(_DUMPABLE, dumpable)


def gain_no_privileges() -> None:
    """Never gain a right by a program's file, as by that of sudo."""
    _prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def drop_capabilities() -> None:
    """Give up all rights but those of ownership, and every way to regain one, also by a program's file."""
    with contextlib.suppress(OSError):  # the first number that is no capability ends it
        for capability in range(64):
            _prctl(_DROP_FOR_GOOD, capability)
    gain_no_privileges()
    _call("capset", struct.pack("=Ii", _CAPABILITY_VERSION_3, 0), struct.pack("=6I", *[0] * 6))
