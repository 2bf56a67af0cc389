"""Calls of Linux that Python has no name for, or not before 3.12, through the C library.

Numbers that they are given are those of Linux's own headers, which never change.
"""

import ctypes
import functools
import os

_NO_NEW_PRIVILEGES = 38


def call(name, *arguments):
    """Call a function of the C library. Where it fails, the OSError has its name."""
    if getattr(_library(), name)(*arguments) < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def gain_no_privileges():
    """Let neither this process nor what it starts gain a right, for good: not by a program's file either."""
    call("prctl", _NO_NEW_PRIVILEGES, *map(ctypes.c_ulong, (1, 0, 0, 0)))


@functools.cache
def _library():
    """Return it when it is first called: on Windows, where nothing of this is, there is none to be had."""
    return ctypes.CDLL(None, use_errno=True)
