"""What runs in the kernel before anything that a learner wrote: `python -m widgets.grading.sandbox.inside -f FILE …`.

It sets the limits of its own process, forbids it what no namespace keeps from it, listens on the sockets that the
grader has opened for it, and becomes an ordinary IPython kernel, but for two things: `exit()` ends it at once. As it
comes, a kernel goes on for a moment, and whether the next cell still runs is a matter of luck. And it has no debugger,
which would take long to import.
"""

import argparse
import faulthandler
import json
import os
import sys

import zmq
from ipykernel.kernelapp import IPKernelApp

from widgets.grading.sandbox.forbidding import forbid
from widgets.grading.sandbox.limits import Limits, hold_this_process_to

LEFT = 86
"""The exit status of a kernel that was left by `exit()` or `quit()`."""


def listen_on(sockets):
    """Let ZeroMQ take the inherited socket of an address instead of making one: there is no folder to make it in.

    Where the grader reads more slowly than a cell prints, messages wait. Left to itself, ZeroMQ throws away all beyond
    a thousand, even the one that says that the cell is done.
    """
    bind = zmq.Socket.bind

    def bind_to_inherited(socket, address):
        socket.sndhwm = 0
        if address in sockets:
            socket.use_fd = sockets[address]
        return bind(socket, address)

    zmq.Socket.bind = bind_to_inherited


def kernel(connection_file):
    """Return an IPython kernel's application, ready to be started."""
    sys.modules["debugpy"] = None  # the import fails, as where it is not installed
    app = IPKernelApp.instance()
    app.initialize(["-f", connection_file, "--HistoryManager.enabled=False"])
    app.shell.ask_exit = lambda: os._exit(LEFT)
    faulthandler.disable()
    return app


def main(arguments=None):
    """Be a kernel."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-f", dest="connection_file", required=True)
    parser.add_argument("--limits", type=Limits.from_text)
    parser.add_argument("--sockets", type=json.loads, default={})
    parser.add_argument("--work", default=".")
    chosen = parser.parse_args(arguments)
    if chosen.limits:
        hold_this_process_to(chosen.limits)
        forbid()
    os.chdir(chosen.work)
    listen_on(chosen.sockets)
    kernel(chosen.connection_file).start()


if __name__ == "__main__":
    main()
