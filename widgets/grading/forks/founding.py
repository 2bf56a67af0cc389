"""The first process of a kernel's world: it makes that world, starts the kernel in it, and ends with it."""

import os
import signal

from widgets.grading.forks import namespaces, nesting, starting
from widgets.grading.forks.attending import exiting, status_of


def found(request, sockets, waiting):
    """Make the kernel's world, wait for the word, fork the kernel, and bury all that end there.

    When the kernel ends, so does this process, and with it whatever the kernel left running.

    Args:
        request: what `forked` asks for.
        sockets: the numbers of the kernel's listening sockets.
        waiting: the number of a file that tells when the kernel may run.
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
    os._exit(status_of(waited))
