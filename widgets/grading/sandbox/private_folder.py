"""Private folders, hidden from other users: for a kernel's connection file and sockets, and for a pytest's files."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from pathlib import Path

import psutil

_PREFIX = "tapedeck-private-"
_MAX_LENGTH = 70  # characters; a socket's whole path may have 107


def private_folder() -> tempfile.TemporaryDirectory[str]:
    """Return a new private folder. Folders that killed graders left behind are removed first."""
    parent = _parent()
    _remove_leftovers(parent)
    return tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent, ignore_cleanup_errors=True)


def is_alive(pid: str) -> bool:
    """Whether there is a process with that number."""
    return pid.isdigit() and psutil.pid_exists(int(pid))


def _parent() -> str:
    usual = tempfile.gettempdir()
    return usual if len(usual) <= _MAX_LENGTH or not hasattr(socket, "AF_UNIX") else "/tmp"


def _remove_leftovers(parent: str) -> None:
    for folder in Path(parent).glob(f"{_PREFIX}*"):
        if not is_alive(folder.name.removeprefix(_PREFIX).split("-")[0]):
            shutil.rmtree(folder, ignore_errors=True)
