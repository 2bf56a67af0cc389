"""What attends to a forked process, outside of its world: it hears the grader, and tells it of the end.

What is said on a connection, in packets: the grader sends a request, and files that go with it. It is answered with the
process that was forked for it, as a file that stands for it, and sends one more word to let it run. When its end of the
connection closes, however it came to that, the process is killed. When the process ends, its exit status is sent as
`bwrap` would have it: 128 and the signal's number if one killed it. A connection that closes without a status means
that the attendant or its parent is gone, which is no doing of the learner's.
"""

import array
import contextlib
import json
import os
import select
import signal
import socket
import traceback

from widgets.grading.forks import namespaces

LONGEST_REQUEST, MOST_FILES = 100_000, 8
"""In bytes; and how many open files come with it."""

HERE = b"here"
"""What comes with the file that stands for the process."""


def attend(become, namespace, connection):
    """Fork the process that is asked for, and serve its connection until it has ended. Does not return.

    Args:
        become: called in that process with the request, the numbers of the files that came with it, and that of a file
            from which one byte can be read when it may run; none if it is not to run.
        namespace: what of its own it is born into, as in `namespaces`; 0 for nothing.
        connection: to the grader.
    """
    with exiting():
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        namespaces.die_with_parent()
        request, files = _receive(connection)
        namespaces.unshare(namespace)
        waiting, go = os.pipe()
        first = os.fork()
        if first == 0:
            connection.close()
            os.close(go)
            with exiting():
                become(request, files, waiting)
        for opened in (*files, waiting):
            os.close(opened)
        _serve(connection, first, go)


@contextlib.contextmanager
def exiting():
    """Whatever happens, a forked process does not go on with what its parent was doing."""
    try:
        yield
    except BaseException:  # it is said on stderr, which is the parent's
        os.write(2, traceback.format_exc().encode())
        os._exit(70)
    os._exit(0)


def _receive(connection):
    """Return the request, and the numbers of the files that came with it."""
    numbers = array.array("i")
    text, [(_, _, handed)], _, _ = connection.recvmsg(LONGEST_REQUEST, socket.CMSG_SPACE(MOST_FILES * 4))
    numbers.frombytes(handed)
    return json.loads(text), list(numbers)


def _serve(connection, first, go):
    ended = os.pidfd_open(first)
    socket.send_fds(connection, [HERE], [ended])
    if connection.recv(16):
        with contextlib.suppress(BrokenPipeError):  # it has been killed already
            os.write(go, b"!")
        select.select([connection, ended], [], [])
    signal.pidfd_send_signal(ended, signal.SIGKILL)
    status = status_of(os.waitpid(first, 0)[1])
    with contextlib.suppress(OSError):
        connection.send(str(status).encode())


def status_of(waited):
    """Return as an exit status what `os.wait` says of an end."""
    code = os.waitstatus_to_exitcode(waited)
    return 128 - code if code < 0 else code
