"""What grading leaves behind is nothing: processes are killed with all they started, folders of the killed are removed.

Processes end on every system alike: Windows has no process groups. Folders are private, hidden from other users: they
hold a kernel's connection file and sockets, or a pytest's files.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import tempfile
from collections.abc import Iterable
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


def descendants(pid: int) -> list[psutil.Process]:
    """Return what a process has started, and what that has started in turn, as far as it still runs."""
    try:
        return list(psutil.Process(pid).children(recursive=True))
    except psutil.Error:
        return []


def kill_all(processes: Iterable[psutil.Process]) -> None:
    """Kill some processes. Those that have ended already are skipped."""
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.kill()


def kill_self_and_descendants() -> None:
    """Kill this process, and everything it has started."""
    kill_all([*descendants(os.getpid()), psutil.Process()])
