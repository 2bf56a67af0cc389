"""The process that kernels are forked from: it has imported what takes long, and runs nobody's code.

It takes connections from a socket that the grader has opened, in a folder that cannot be seen from here. Whoever
connects asks for one kernel (see `attending`).
"""

import gc
import importlib
import inspect
import os
import signal
import socket
import sys

from widgets.grading.forks import attending, namespaces

WARM = (
    "tensorflow", "keras", "matplotlib.pyplot", "matplotlib_inline.backend_inline", "ipykernel.ipkernel",
    "ipykernel.kernelapp", "ipywidgets", "anywidget", "contourpy",
    "IPython.core.completerlib", "IPython.core.logger", "IPython.core.magics.extension",
    "IPython.extensions.storemagic", "tornado.platform.asyncio", "tornado.queues",
    "widgets.greeting", "widgets.live.magic",
)  # fmt: skip
"""What is imported before the first fork, for otherwise every kernel would, when it starts or in its first cell."""

HOUSE = "widgets"
"""By name, as the last two above: a room imports only the rooms below it, and this opens all of them."""


def main(number):
    """Import, then fork a process for everyone who connects to the inherited listening socket, until killed."""
    _warm()
    namespaces.be_opaque()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who attend to kernels
    with socket.socket(fileno=int(number)) as listening:
        while True:
            _fork(listening)


def _warm():
    for name in WARM:
        importlib.import_module(name)
    _open_the_house()
    inspect.getmodule(_NOWHERE)
    gc.collect()
    gc.freeze()  # the collector leaves these objects alone from now on, and their pages stay shared


_NOWHERE = compile("", "<nowhere>", "exec")
"""Looked for among all modules, it lets `inspect` note where each of them is from. It is done once for all kernels."""


def _open_the_house():
    house = importlib.import_module(HOUSE)
    for name in house.__all__:
        getattr(house, name)


def _fork(listening):
    connection, _ = listening.accept()
    with connection:
        _refuse_threads()
        if os.fork() == 0:
            listening.close()
            attending.attend(connection)


def _refuse_threads():
    """A fork copies one thread only, and the locks of all. TensorFlow starts threads with its first operation."""
    if _threads() != 1:
        raise RuntimeError("there are threads in the process that kernels are forked from")


def _threads():
    return len(os.listdir("/proc/self/task"))


if __name__ == "__main__":
    main(*sys.argv[1:])
