"""What runs in the kernel before any learner's code: `python -m widgets.grading.sandbox.kernel_main -f FILE …`.

It sets the limits of its own process, installs the system-call filter, listens on the sockets that the grader opened
for it, and becomes an ordinary IPython kernel, with two differences. `exit()` ends it at once: an ordinary kernel goes
on for a moment, and whether the next cell still runs is a matter of luck. And it has no debugger, which would take long
to import.
"""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import gc
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.machinery import ModuleSpec
from typing import Any

import zmq
from ipykernel.kernelapp import IPKernelApp

from widgets.grading.model import Limits
from widgets.grading.sandbox.seccomp_filter import install_filter

EXIT_CALLED = 86
"""The exit status of a kernel that ended by `exit()` or `quit()`."""

_INLINE = "module://matplotlib_inline.backend_inline"  # ipykernel sets it later, when Matplotlib has looked for it
_GRACE = 5  # seconds between the signal that announces the end of processor time, and the one that cannot be ignored


@contextlib.contextmanager
def shared_imports() -> Iterator[None]:
    """Never collect garbage in what is imported here: it takes a sixth of the time, and forks share untouched pages."""
    gc.disable()
    yield
    gc.freeze()
    gc.enable()


class _PutOff(importlib.abc.MetaPathFinder):
    """Lets a module run when something in it is first used, and not when it is imported."""

    def __init__(self, name: str) -> None:
        self._name = name

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: Any = None) -> ModuleSpec | None:
        """Return a specification of the one module."""
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target) if fullname == self._name else None
        if spec and spec.loader:
            spec.loader = importlib.util.LazyLoader(spec.loader)
        return spec


def import_tensorflow() -> None:
    """Import what every notebook imports, as soon as can be done.

    Keras imports matplotlib, for pictures that few notebooks draw: that takes as long as all else of Keras.
    """
    os.environ.setdefault("MPLBACKEND", _INLINE)
    sys.meta_path.insert(0, put_off := _PutOff("matplotlib.pyplot"))
    try:
        with shared_imports():
            importlib.import_module("tensorflow")
            importlib.import_module("widgets.answers.replies")  # by name: it is far below
    finally:
        sys.meta_path.remove(put_off)


def limit_this_process(limits: Limits) -> None:
    """Set the limits of this process and everything it starts. They can only be lowered afterwards. POSIX only.

    See setrlimit(2), https://man7.org/linux/man-pages/man2/setrlimit.2.html.
    """
    import resource

    bounds = {
        resource.RLIMIT_DATA: limits.memory,
        resource.RLIMIT_AS: limits.address_space,
        **({resource.RLIMIT_NPROC: limits.processes} if _processes_counted_per_namespace() else {}),
        resource.RLIMIT_FSIZE: limits.file,
        resource.RLIMIT_CPU: limits.processor_seconds,
        resource.RLIMIT_NOFILE: 1024,
        resource.RLIMIT_CORE: 1,  # with 0, a program outside such as apport would still receive a core dump
    }
    for name, bound in bounds.items():
        hard = resource.getrlimit(name)[1]
        soft = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
        grace = _GRACE if name == resource.RLIMIT_CPU and hard == resource.RLIM_INFINITY else 0
        resource.setrlimit(name, (soft, soft + grace))


def _processes_counted_per_namespace() -> bool:
    """Whether this Linux counts a sandbox's processes separately: before 5.14, all of the user's were counted."""
    version = re.match(r"(\d+)\.(\d+)", os.uname().release)
    return version is not None and tuple(map(int, version.groups())) >= (5, 14)


def use_inherited_sockets(sockets: Mapping[str, int]) -> None:
    """Let ZeroMQ use an address's inherited socket instead of making one: the kernel has no folder to make it in.

    Where the grader reads more slowly than a cell prints, messages wait. By default ZeroMQ drops everything beyond a
    thousand messages, even the one that says that the cell is done.
    """
    bind = zmq.Socket.bind

    def bind_to_inherited(socket: zmq.Socket[Any], address: str) -> Any:
        socket.sndhwm = 0
        if address in sockets:
            socket.use_fd = sockets[address]
        return bind(socket, address)

    zmq.Socket.bind = bind_to_inherited  # type: ignore[method-assign,assignment]  # ipykernel has no hook for it


def kernel_app(connection_file: str) -> Any:
    """Return an IPython kernel's application, ready to be started."""
    sys.modules["debugpy"] = None  # type: ignore[assignment]  # the import fails, as where it is not installed
    app: Any = IPKernelApp.instance()
    app.initialize(["-f", connection_file, "--HistoryManager.enabled=False"])
    app.shell.ask_exit = lambda: os._exit(EXIT_CALLED)
    faulthandler.disable()
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Be a kernel."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-f", dest="connection_file", required=True)
    parser.add_argument("--limits", type=Limits.from_text)
    parser.add_argument("--filter", action="store_true")
    parser.add_argument("--sockets", type=json.loads, default={})
    parser.add_argument("--work", default=".")
    chosen = parser.parse_args(arguments)
    if chosen.limits:
        limit_this_process(chosen.limits)
    if chosen.filter:
        install_filter()
    if "tensorflow" not in sys.modules:
        import_tensorflow()
    os.chdir(chosen.work)
    use_inherited_sockets(chosen.sockets)
    kernel_app(chosen.connection_file).start()


if __name__ == "__main__":
    main()
