"""Forks a process for everybody who asks: what imports has been done, and runs nobody's code.

It takes connections from a socket. Each connection asks for one process, and for each the server forks an attendant,
which forks that process and reports its end.

The protocol of a connection, in packets: a request, and files that go with it. The answer is the process that was
forked, as a descriptor that stands for it; one more byte lets it run. When the other end of the connection closes, for
whatever reason, the process is killed. When the process ends, its exit status is sent: 128 and the signal's number if a
signal ended it. A connection that closes without a status means that the attendant or its parent is gone.

Why not `multiprocessing`'s fork server? It forks as fast (14 ms), but for its own children alone: here strangers ask,
whom Linux vouches for, and who hand over their files.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import struct
from collections.abc import Callable
from typing import Any

from widgets.classroom import namespaces
from widgets.grading.sandbox.kernel_zygote import exit_afterwards

MAX_REQUEST, MAX_FILES = 100_000, 8
"""In bytes; and how many open files come with it."""

Become = Callable[[dict[str, Any], list[int], int], None]
"""Called in a forked process with the request (whose "peer" Linux vouches for: the number of the process that asked,
its user and its group), the numbers of the files that came with it, and that of a file from
which one byte can be read when it may run; none if it is not to run."""

_STARTED = b"here"  # comes with the descriptor that stands for the process


def serve(listener: int, become: Become) -> None:
    """Fork a process for every connection, for good.

    Args:
        listener: the number of the inherited listening socket.
        become: called in each forked process.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the attendants
    with socket.socket(fileno=listener) as listening:
        while True:
            connection, _address = listening.accept()
            with connection:
                _refuse_threads()
                if os.fork() == 0:
                    listening.close()
                    _attend(connection, become)


def _refuse_threads() -> None:
    """A fork copies one thread only, and the locks of all. TensorFlow starts threads with its first operation."""
    if len(os.listdir("/proc/self/task")) != 1:
        raise RuntimeError("there are threads in the process that others are forked from")


def _attend(connection: socket.socket, become: Become) -> None:
    """Fork the process that is asked for, and serve its connection until it has ended. Does not return."""
    with exit_afterwards():
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        namespaces.die_with_parent()
        request, files, _flags, _address = socket.recv_fds(connection, MAX_REQUEST, MAX_FILES)
        asked = json.loads(request) | {"peer": _peer(connection)}
        gate, release = os.pipe()
        pid = os.fork()
        if pid == 0:
            connection.close()
            os.close(release)
            with exit_afterwards():
                become(asked, files, gate)
        for descriptor in (*files, gate):
            os.close(descriptor)
        _wait(connection, pid, release)


def _peer(connection: socket.socket) -> tuple[int, int, int]:
    peer = struct.Struct("iII")
    return peer.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, peer.size))


def _wait(connection: socket.socket, pid: int, release: int) -> None:
    pidfd = os.pidfd_open(pid)
    socket.send_fds(connection, [_STARTED], [pidfd])
    if connection.recv(16):
        with contextlib.suppress(BrokenPipeError):  # it has been killed already
            os.write(release, b"!")
        select.select([connection.fileno(), pidfd], [], [])
    signal.pidfd_send_signal(pidfd, signal.SIGKILL)
    status = exit_status(os.waitpid(pid, 0)[1])
    with contextlib.suppress(OSError):
        connection.send(str(status).encode())


def exit_status(wait_status: int) -> int:
    """Return what `os.wait` reports as an exit status, 128 + n for signal n."""
    code = os.waitstatus_to_exitcode(wait_status)
    return 128 - code if code < 0 else code
