"""Kernels forked from one process that has imported TensorFlow already, which is most of what a short notebook costs.

`warm.py ADDRESS` is that process. `warm.py ADDRESS -f CONNECTION_FILE` is what Jupyter takes for a kernel: it has one
forked, with its own arguments and environment, in its own folder, and ends when that one does.
"""

import builtins
import contextlib
import gc
import importlib
import os
import signal
import sys
import threading
import time
from multiprocessing.connection import Client, Listener

IMPORTED = ("tensorflow", "keras", "matplotlib.figure", "IPython", "ipywidgets", "anywidget", "ipykernel.ipkernel")
"""None of ours: they read the environment when they are imported, and a lesson may set its language."""

SURROUNDINGS = {
    "OPENBLAS_NUM_THREADS": "1",  # NumPy starts threads at its import, and what has threads cannot be forked
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # as in any kernel
}


def serve(address):
    """Import, then fork a kernel for each client, for ever."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for a kernel
    with Listener(address) as listener:
        _import()
        while True:
            with listener.accept() as client:  # a kernel holds it open until it ends
                given = client.recv()
                if os.fork() == 0:
                    threading.Thread(target=_end_with, args=(client,), daemon=True).start()
                    return be_a_kernel(*given)


def _import():
    os.environ.update(SURROUNDINGS)
    builtins.get_ipython = lambda: None  # by this TensorFlow knows, when it is imported, that it has cells to print in
    for name in IMPORTED:
        importlib.import_module(name)
    gc.freeze()


def be_a_kernel(arguments, folder, environment):
    """Become a kernel like any other."""
    from ipykernel.kernelapp import IPKernelApp

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    IPKernelApp.launch_instance(arguments)


def _end_with(client):
    """Go when the client has gone: it may have been killed in this kernel's place."""
    client.poll(None)
    os._exit(1)


def have_one_forked(address, *arguments):
    """Ask for a kernel, and stay for as long as it does."""
    with _connected(address) as server:
        server.send((arguments, os.getcwd(), dict(os.environ)))
        server.poll(None)


def _connected(address):
    while True:
        with contextlib.suppress(OSError):  # where nobody listens yet
            return Client(address)
        time.sleep(0.05)


if __name__ == "__main__":
    del sys.path[0]  # this folder, which kernels do not look into
    have_one_forked(*sys.argv[1:]) if sys.argv[2:] else serve(*sys.argv[1:])
