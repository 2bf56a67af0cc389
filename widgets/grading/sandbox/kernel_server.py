"""The process that kernels are forked from, and the first process of each: it isolates itself, and starts the kernel.

It is in a sandbox from which its socket to the grader cannot be seen. What it forks is root of nothing but that
sandbox, and ends as nobody, without a right to undo what was done: its mounts belong to the fork server's user
namespace, not to its own.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import json
import os
import random
import re
import signal
import stat
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy

from widgets.grading.sandbox import bubblewrap, kernel_main, namespaces
from widgets.grading.sandbox.fork_server import exit_afterwards, exit_status, serve, shared_imports

PRELOADED = (
    "tensorflow", "keras", "matplotlib.pyplot", "matplotlib_inline.backend_inline", "ipykernel.ipkernel",
    "ipykernel.kernelapp", "ipywidgets", "anywidget", "contourpy",
    "IPython.core.completerlib", "IPython.core.debugger", "IPython.core.logger", "IPython.core.magics.extension",
    "IPython.core.oinspect", "IPython.extensions.storemagic", "tornado.platform.asyncio", "tornado.queues",
    "widgets.common.tensorflow_log", "widgets.deck.magic", "widgets.answers.replies",
)  # fmt: skip
"""Imported before the first fork; otherwise every kernel would import it, when it starts or in its first cell."""

PACKAGE = "widgets"
"""By name, as the last three above: things import only what stands below them, and this opens all of them."""

NOWHERE = compile("", "<nowhere>", "exec")
"""Looking for it among all modules lets `inspect` note where each module is from, once for all kernels."""

NOBODY = 65534

WRITABLE = ("/tmp", "/dev/shm", bubblewrap.HOME)
"""The folders that a kernel may write to."""

_NEW = (
    namespaces.NEW_MOUNTS
    | namespaces.NEW_CGROUPS
    | namespaces.NEW_HOSTNAME
    | namespaces.NEW_IPC
    | namespaces.NEW_NETWORK
)
_NO_PROGRAMS = namespaces.NO_SETUID | namespaces.NO_PROGRAMS
_ESCAPED = re.compile(r"\\([0-7]{3})")  # how /proc/self/mountinfo writes a space in a name, and the like


def main(listener: str) -> None:
    """Import, then fork a kernel for every connection to the inherited listening socket, until killed."""
    with shared_imports():
        _preload()
    namespaces.set_dumpable(False)
    serve(int(listener), run_init, namespaces.NEW_PIDS)


def _preload() -> None:
    for name in PRELOADED:
        importlib.import_module(name)
    package = importlib.import_module(PACKAGE)
    for name in package.__all__:
        getattr(package, name)
    inspect.getmodule(NOWHERE)


def run_init(request: Mapping[str, Any], sockets: Sequence[int], gate: int) -> None:
    """Isolate this process, wait, fork the kernel, and reap everything that ends in this process namespace.

    When the kernel ends, so does this process, and with it whatever the kernel left running.

    Args:
        request: what `ForkedKernelProvisioner` asks for.
        sockets: the numbers of the kernel's listening sockets.
        gate: the number of a file from which one byte can be read when the kernel may run.
    """
    os.setsid()
    namespaces.set_dumpable(True)  # otherwise its own `/proc/self` belongs to root
    _isolate(request["disk"])
    namespaces.die_with_parent()
    namespaces.set_dumpable(False)
    if not os.read(gate, 1):
        return
    kernel = os.fork()
    if kernel == 0:
        with exit_afterwards():
            _become_kernel(request, sockets)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # signals that an init ignores do not reach it from inside
    ended = None
    while ended != kernel:
        ended, wait_status = os.wait()
    os._exit(exit_status(wait_status))


def _isolate(disk: int) -> None:
    """Move to namespaces, new and empty folders of so many bytes, and a user of this process's own, for good."""
    namespaces.unshare(_NEW)
    namespaces.bring_up_loopback()
    proc = _set_up_mounts(disk)
    _become_nobody(proc)
    os.close(proc)
    namespaces.drop_capabilities()


def _set_up_mounts(disk: int) -> int:
    """Make everything read-only but new writable folders, and return the new `/proc`, open for writing a last time."""
    namespaces.make_mounts_private()
    namespaces.make_mounts_read_only("/")
    proc = _mount_proc()
    hidden = {path: os.open(path, os.O_PATH) for path in _mounts_in_writable_folders()}
    for folder in WRITABLE:
        flags = namespaces.NO_SETUID | namespaces.NO_DEVICES
        namespaces.mount("tmpfs", folder, "tmpfs", flags, f"mode=0755,size={disk}")
    namespaces.mount("devpts", "/dev/pts", "devpts", _NO_PROGRAMS, "newinstance,ptmxmode=0666,mode=620")
    for path, descriptor in hidden.items():
        _show_again(path, descriptor)
    os.makedirs(bubblewrap.WORK)
    return proc


def _mounts_in_writable_folders() -> list[Path]:
    """Return what the fork server's sandbox shows there: lessons' data, font caches, Python itself if it lies there."""
    with open("/proc/self/mountinfo") as mounts:
        paths = [Path(_ESCAPED.sub(lambda found: chr(int(found[1], 8)), mount.split()[4])) for mount in mounts]
    inside = [path for path in paths if {*WRITABLE} & {str(folder) for folder in path.parents}]
    return [path for path in inside if not {*inside} & {*path.parents}]  # a mount brings along what is mounted in it


def _show_again(path: Path, descriptor: int) -> None:
    """Show at its old path what a new folder was mounted over."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir() if stat.S_ISDIR(os.fstat(descriptor).st_mode) else path.touch()
    namespaces.bind_mount(f"/proc/self/fd/{descriptor}", str(path))
    os.close(descriptor)


def _mount_proc() -> int:
    """Show this namespace's processes in `/proc`, read-only for good, and keep one descriptor that can write there."""
    proc = ("proc", "/proc", "proc")
    namespaces.mount(*proc, _NO_PROGRAMS | namespaces.NO_DEVICES)
    descriptor = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)
    namespaces.detach_mount("/proc")
    namespaces.mount(*proc, _NO_PROGRAMS | namespaces.NO_DEVICES | namespaces.READ_ONLY)
    return descriptor


def _become_nobody(proc: int) -> None:
    """Move to a new user namespace, in which there is one user, and which can have no namespace below it.

    Limits on the number of processes are counted in it, so that no kernel uses up another's.
    """
    outside = os.getuid(), os.getgid()
    namespaces.unshare(namespaces.NEW_USERS)
    _write(proc, "self/setgroups", "deny")
    for name, outer in zip(("self/uid_map", "self/gid_map"), outside, strict=True):
        _write(proc, name, f"{NOBODY} {outer} 1")
    _write(proc, "sys/user/max_user_namespaces", "0")


def _write(folder: int, name: str, text: str) -> None:
    descriptor = os.open(name, os.O_WRONLY, dir_fd=folder)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)


def _become_kernel(request: Mapping[str, Any], sockets: Sequence[int]) -> None:
    """Become an ordinary kernel, and end as it ends. The sockets are in the order of the request's addresses."""
    namespaces.set_dumpable(True)
    _close_all_but(sockets)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(bubblewrap.WORK)
    sys.argv[:] = [kernel_main.__file__]
    random.seed()  # otherwise it would draw the same numbers as its siblings
    numpy.random.seed()
    inherited = json.dumps(dict(zip(request["addresses"], sockets, strict=True)))
    connection = _temporary_file(request["connection"])
    try:
        kernel_main.main(["-f", connection, *request["arguments"], "--sockets", inherited])
    except SystemExit as end:
        os._exit(end.code if isinstance(end.code, int) else int(end.code is not None))


def _close_all_but(sockets: Sequence[int]) -> None:
    """Hold nothing open that is the fork server's, not even where it writes."""
    for descriptor in map(int, os.listdir("/proc/self/fd")):
        if descriptor > 2 and descriptor not in sockets:
            with contextlib.suppress(OSError):  # the one that listed them is closed already
                os.close(descriptor)
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    os.close(null)


def _temporary_file(text: str) -> str:
    """Return a file with this text, in a folder that only this kernel has."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as file:
        file.write(text)
    return file.name


if __name__ == "__main__":
    main(*sys.argv[1:])
