"""In a sandbox, the process that kernels are forked from: it has imported TensorFlow, and runs nobody's code.

It is the first process there, which no other can kill or stop, and nobody can look into it. One kernel runs at a time.
When it ends, everything that it started is killed and every file that it left is removed. If anything stays, or if it
changed what a next kernel would inherit, this process ends, and the whole sandbox with it.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import inspect
import json
import os
import random
import select
import shutil
import signal
import socket
import sys
import tempfile
import traceback
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from widgets.grading.sandbox import bubblewrap, kernel_main
from widgets.grading.sandbox.zygote_client import END

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

MAX_MESSAGE, MAX_FILES = 100_000, 8

_LONGEST_SLEEP = 0.2  # seconds until orphans are waited for, which otherwise count as processes of the kernel
_DUMPABLE = 4  # of prctl(2)
_FAILED = 70  # an exit status


def main(control: str) -> None:
    """Import, then fork a kernel for every request that comes over an inherited socket, until its other end closes."""
    _set_dumpable(False)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # signals that a first process ignores do not reach it from inside
    begin, environment = _left_here(), dict(os.environ)
    with kernel_main.shared_imports():
        _preload()
    _clear(begin[0])
    added = {name: value for name, value in os.environ.items() if name not in environment}
    with socket.socket(fileno=int(control)) as grader:
        is_clean = True
        while is_clean:
            message, files, _flags, _address = socket.recv_fds(grader, MAX_MESSAGE, MAX_FILES)
            if not message:
                return
            if message != END:  # it may ask for the end of one that has just ended by itself
                request = json.loads(message)
                status = _run(grader, {**request, "environment": added | request["environment"]}, files)
                is_clean = _clear(begin[0]) and _left_here() == begin
                grader.send(json.dumps([status, is_clean]).encode())


def _preload() -> None:
    for name in PRELOADED:
        importlib.import_module(name)
    package = importlib.import_module(PACKAGE)
    for name in package.__all__:
        getattr(package, name)
    inspect.getmodule(NOWHERE)


def _run(grader: socket.socket, request: Mapping[str, Any], sockets: Sequence[int]) -> int:
    """Fork a kernel, and end it if the grader wants it to end. Return its exit status, 128 + n for signal n."""
    kernel = os.fork()
    if kernel == 0:
        with exit_afterwards():
            _become_kernel(request, sockets)
    for descriptor in sockets:
        os.close(descriptor)
    status, pidfd = None, os.pidfd_open(kernel)
    while status is None:
        heard = select.select([grader.fileno(), pidfd], [], [], _LONGEST_SLEEP)[0]
        if grader.fileno() in heard:
            os.kill(kernel, signal.SIGKILL)
            os.waitid(os.P_PID, kernel, os.WEXITED | os.WNOWAIT)
        status = _wait_for_all(os.WNOHANG).get(kernel)
    os.close(pidfd)
    with contextlib.suppress(ProcessLookupError):
        while True:  # with everything that is killed, what it has just started may have become a child of this process
            os.kill(-1, signal.SIGKILL)
            _wait_for_all(0)
    return status


def _wait_for_all(options: int) -> dict[int, int]:
    """Return the exit statuses of children that have ended, by their numbers. Whatever runs here is or becomes one."""
    found = {}
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, options))[0]:
            code = os.waitstatus_to_exitcode(ended[1])
            found[ended[0]] = 128 - code if code < 0 else code
    return found


def _left_here() -> tuple[dict[str, int], list[Any]]:
    """Return what a kernel finds: each file that is not read-only, with its rights; and the limits of this process."""
    import resource  # here: Windows has none

    limits = [resource.getrlimit(getattr(resource, name)) for name in dir(resource) if name.startswith("RLIMIT_")]
    found = {path: os.lstat(path).st_mode for folder in bubblewrap.WRITABLE for path in _paths(folder)}
    marked = [path for path in found if os.listxattr(path, follow_symlinks=False)]
    return found, [
        limits,
        os.getpriority(os.PRIO_PROCESS, 0),
        os.sched_getscheduler(0),
        os.sched_getaffinity(0),
        marked,
    ]


def _paths(folder: str) -> Iterator[str]:
    """Yield a folder and what is in it, but for what is mounted there."""
    yield folder
    device = os.lstat(folder).st_dev
    for entry in os.scandir(folder):
        if entry.stat(follow_symlinks=False).st_dev != device:
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _paths(entry.path)
        else:
            yield entry.path


def _clear(keep: Mapping[str, int]) -> bool:
    """Remove every file that is not to be kept, and return whether that was possible."""
    try:
        for folder in [path for path in keep if os.path.isdir(path)]:
            for entry in os.scandir(folder):
                if entry.path not in keep and not os.path.ismount(entry.path):
                    shutil.rmtree(entry) if entry.is_dir(follow_symlinks=False) else os.unlink(entry)
    except (OSError, RecursionError):
        return False
    return True


@contextlib.contextmanager
def exit_afterwards() -> Iterator[None]:
    """Whatever happens, a forked process does not go on with what its parent was doing."""
    try:
        yield
    except BaseException:  # it goes to stderr, which is the parent's
        os.write(2, traceback.format_exc().encode())
        os._exit(_FAILED)
    os._exit(0)


def _become_kernel(request: Mapping[str, Any], sockets: Sequence[int]) -> None:
    """Become an ordinary kernel, and end as it ends. The sockets are in the order of the request's addresses."""
    import numpy

    os.setsid()
    _set_dumpable(True)  # otherwise its own `/proc/self` belongs to root
    signal.signal(signal.SIGINT, signal.default_int_handler)
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
    """Hold nothing open that is the parent's."""
    for descriptor in map(int, os.listdir("/proc/self/fd")):
        if descriptor > 2 and descriptor not in sockets:
            with contextlib.suppress(OSError):  # the one that listed them is closed already
                os.close(descriptor)


def _temporary_file(text: str) -> str:
    """Return a file with this text, in a folder that only this kernel has."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as file:
        file.write(text)
    return file.name


def _set_dumpable(dumpable: bool) -> None:
    """Set whether other processes of this user may look into this one; children inherit it."""
    ctypes.CDLL(None).prctl(_DUMPABLE, ctypes.c_ulong(dumpable))


if __name__ == "__main__":
    main(*sys.argv[1:])
