"""Processes, killed with everything they have started, on every system alike: Windows has no process groups."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable

import psutil


def descendants(pid: int) -> list[psutil.Process]:
    """Return what a process has started, and what that has started in turn, as far as it still runs.

    Args:
        pid: the process's number. It may have ended.

    Returns:
        The processes, in no particular order.
    """
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
