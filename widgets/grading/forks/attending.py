"""A forked kernel's two attendants: one outside of its world, which hears the grader, and the first one within.

What is said on a connection, in packets: the grader sends what `forked` asks for, with the kernel's sockets. It is
answered with the first process, as a file that stands for it, and sends one more word to let it run. When its end of
the connection closes, however it came to that, the kernel is killed. When the kernel ends, its exit status is sent as
`bwrap` would have it: 128 and the signal's number if one killed it. A connection that closes without a status means
that an attendant or the zygote is gone, which is no doing of the learner's.
"""

import array
import contextlib
import json
import os
import select
import signal
import socket
import traceback

from widgets.grading.forks import namespaces, nesting, starting

LONGEST_REQUEST, MOST_SOCKETS = 100_000, 8
"""In bytes; and how many listening sockets come with it."""

HERE = b"here"
"""What comes with the file that stands for the first process."""


def attend(connection):
    """Fork the kernel that is asked for, and serve its connection until it has ended. Does not return."""
    with exiting():
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        namespaces.die_with_parent()
        request, sockets = _receive(connection)
        namespaces.unshare(namespaces.PROCESSES)
        waiting, go = os.pipe()
        first = os.fork()
        if first == 0:
            connection.close()
            os.close(go)
            with exiting():
                _be_first(request, sockets, waiting)
        for opened in (*sockets, waiting):
            os.close(opened)
        _serve(connection, first, go)


@contextlib.contextmanager
def exiting():
    """Whatever happens, a forked process does not go on with what its parent was doing."""
    try:
        yield
    except BaseException:  # it is said on stderr, which is the zygote's
        os.write(2, traceback.format_exc().encode())
        os._exit(70)
    os._exit(0)


def _receive(connection):
    """Return the request, and the numbers of the sockets that came with it."""
    numbers = array.array("i")
    text, [(_, _, handed)], _, _ = connection.recvmsg(LONGEST_REQUEST, socket.CMSG_SPACE(MOST_SOCKETS * 4))
    numbers.frombytes(handed)
    return json.loads(text), list(numbers)


def _serve(connection, first, go):
    ended = os.pidfd_open(first)
    socket.send_fds(connection, [HERE], [ended])
    if connection.recv(16):
        os.write(go, b"!")
        ready, _, _ = select.select([connection, ended], [], [])
    signal.pidfd_send_signal(ended, signal.SIGKILL)
    status = _status(os.waitpid(first, 0)[1])
    with contextlib.suppress(OSError):
        connection.send(str(status).encode())


def _status(waited):
    code = os.waitstatus_to_exitcode(waited)
    return 128 - code if code < 0 else code


def _be_first(request, sockets, waiting):
    """Make the kernel's world, wait for the word, fork the kernel, and bury all that end there.

    When the kernel ends, so does this process, and with it whatever the kernel left running.
    """
    os.setsid()
    namespaces.be_opaque(False)  # else its own `/proc/self` belongs to root
    nesting.settle(request["disk"])
    namespaces.die_with_parent()
    namespaces.be_opaque()
    if not os.read(waiting, 1):
        return
    kernel = os.fork()
    if kernel == 0:
        with exiting():
            starting.start(request, sockets)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # what an init does not handle does not reach it from within
    ended = None
    while ended != kernel:
        ended, waited = os.wait()
    os._exit(_status(waited))
