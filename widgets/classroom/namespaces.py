"""Linux's calls that Python has no names for, through the C library: for kernels that become a learner's own.

Each raises an OSError with the call's name if it fails. The numbers are those of Linux's own headers, which never
change; see the manual pages setns(2) and prctl(2).
"""

from __future__ import annotations

import ctypes
import os

_DIE_WITH_PARENT, _NO_NEW_PRIVILEGES = 1, 38
_SIGKILL = 9

_libc = ctypes.CDLL(None, use_errno=True)


def _call(name: str, *arguments: object) -> None:
    if getattr(_libc, name)(*arguments) < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def _prctl(option: int, *arguments: int) -> None:
    _call("prctl", option, *map(ctypes.c_ulong, arguments))


def enter(descriptor: int) -> None:
    """Move this process into another's namespace, given as an open file of `/proc/PID/ns`."""
    _call("setns", ctypes.c_int(descriptor), ctypes.c_int(0))


def die_with_parent() -> None:
    """Let this process be killed when its parent ends."""
    _prctl(_DIE_WITH_PARENT, _SIGKILL)


def gain_no_privileges() -> None:
    """Never gain a right by a program's file, as by that of sudo."""
    _prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
