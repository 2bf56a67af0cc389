"""Processes, ended with all that they have started. So it is done on every system: Windows has no groups to signal."""

import contextlib
import os

import psutil


def below(pid):
    """Return what a process has started, and what that has started, as far as it is still there."""
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []


def end(processes):
    """Kill them. Those that are gone already are no reason to stop."""
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.kill()


def end_here():
    """End this process, and all that it has started."""
    end([*below(os.getpid()), psutil.Process()])
