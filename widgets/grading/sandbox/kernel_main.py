"""What runs in the kernel before any learner's code: `python -m widgets.grading.sandbox.kernel_main -f FILE …`.

It sets the limits of its own process, installs the system-call filter, listens on the sockets that the grader opened
for it, and becomes an ordinary IPython kernel, with two differences. `exit()` ends it at once: an ordinary kernel goes
on for a moment, and whether the next cell still runs is a matter of luck. And it has no debugger, which would take long
to import.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import zmq
from ipykernel.kernelapp import IPKernelApp

from widgets.grading.sandbox.limits import Limits, limit_this_process
from widgets.grading.sandbox.seccomp_filter import install_filter

EXIT_CALLED = 86
"""The exit status of a kernel that ended by `exit()` or `quit()`."""


def use_inherited_sockets(sockets: Mapping[str, int]) -> None:
    """Let ZeroMQ use an address's inherited socket instead of making one: the kernel has no folder to make it in.

    Where the grader reads more slowly than a cell prints, messages wait. By default ZeroMQ drops everything beyond a
    thousand messages, even the one that says that the cell is done.

    Args:
        sockets: by address, the number of a listening socket.
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
    os.chdir(chosen.work)
    use_inherited_sockets(chosen.sockets)
    kernel_app(chosen.connection_file).start()


if __name__ == "__main__":
    main()
