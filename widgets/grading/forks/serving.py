"""A process that others are forked from: it has imported what takes them long, and runs nobody's code.

It takes connections from a socket that the grader has opened. Whoever connects asks for one process (see `attending`).
"""

import contextlib
import gc
import os
import select
import signal
import socket
import sys


@contextlib.contextmanager
def importing():
    """Let nobody look for rubbish in what is imported: neither now, which takes a third of the time, nor ever.

    What is forked shares the pages that it leaves alone.
    """
    gc.disable()
    yield
    gc.freeze()
    gc.enable()


def serve(number, attend):
    """Fork a process for everyone who connects to the inherited listening socket, for as long as the grader is there.

    A signal tells of the grader's end, too, but not if it came before that was asked for. Standard input ends with it.

    Args:
        number: of the socket.
        attend: called in what is forked with the connection. It does not return.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who attend to others
    with socket.socket(fileno=int(number)) as listening:
        while sys.stdin not in select.select([listening, sys.stdin], [], [])[0]:
            _fork(listening, attend)


def _fork(listening, attend):
    connection, _ = listening.accept()
    with connection:
        _refuse_threads()
        if os.fork() == 0:
            listening.close()
            attend(connection)


def _refuse_threads():
    """A fork copies one thread only, and the locks of all. TensorFlow starts threads with its first operation."""
    if len(os.listdir("/proc/self/task")) != 1:
        raise RuntimeError("there are threads in the process that others are forked from")
