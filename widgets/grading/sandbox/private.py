"""Private folders, out of everybody else's sight: for a kernel's connection file and sockets, for a pytest's files."""

import os
import shutil
import socket
import tempfile
from pathlib import Path

import psutil

_PREFIX = "tapedeck-private-"
_LONGEST = 70  # characters; a socket's whole path may have 107


def folder():
    """Return a fresh private folder, as a `TemporaryDirectory`. What graders that were killed have left is removed."""
    place = _place()
    _sweep(place)
    return tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-", dir=place, ignore_cleanup_errors=True)


def is_alive(pid):
    """Say whether there is a process of that number, given as text."""
    return pid.isdigit() and psutil.pid_exists(int(pid))


def _place():
    usual = tempfile.gettempdir()
    return usual if len(usual) <= _LONGEST or not hasattr(socket, "AF_UNIX") else "/tmp"


def _sweep(place):
    for left in Path(place).glob(f"{_PREFIX}*"):
        if not is_alive(left.name.removeprefix(_PREFIX).split("-")[0]):
            shutil.rmtree(left, ignore_errors=True)
