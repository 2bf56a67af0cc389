"""The last steps from a forked process to a kernel like any other."""

import contextlib
import json
import os
import random
import sys
import tempfile

import numpy

from widgets.grading.forks import namespaces
from widgets.grading.sandbox import inside, sharing


def start(request, sockets):
    """Become the kernel that was asked for, and end as it ends. Does not return.

    Args:
        request: what `forked` asks for.
        sockets: the numbers of the listening sockets, in the order of the request's addresses.
    """
    namespaces.be_opaque(False)
    _let_go_of_all_but(sockets)
    _surround(request["environment"])
    _shuffle()
    listening = json.dumps(dict(zip(request["addresses"], sockets, strict=True)))
    try:
        inside.main(["-f", _file(request["connection"]), "--limits", request["limits"], "--sockets", listening])
    except SystemExit as end:
        os._exit(end.code if isinstance(end.code, int) else int(end.code is not None))


def _let_go_of_all_but(sockets):
    """Hold nothing open that is the zygote's, not even where it writes."""
    for number in map(int, os.listdir("/proc/self/fd")):
        if number > 2 and number not in sockets:
            with contextlib.suppress(OSError):  # what listed them is closed already
                os.close(number)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    os.close(nothing)


def _surround(environment):
    """Have the environment, the folder and the arguments of a kernel that was started by itself."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(sharing.WORK)
    sys.argv[:] = [inside.__file__]


def _shuffle():
    """Draw other random numbers than the siblings, which have the same generators from the zygote."""
    random.seed()
    numpy.random.seed()


def _file(connection):
    """Return a file of this text, in a folder that only this kernel has."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as file:
        file.write(connection)
    return file.name
