"""The process that kernels are forked from, in a sandbox whose socket to the grader cannot be seen from there."""

import functools
import importlib
import inspect
import sys

from widgets.grading.forks import namespaces
from widgets.grading.forks.attending import attend
from widgets.grading.forks.founding import found
from widgets.grading.forks.serving import importing, serve

WARM = (
    "tensorflow", "keras", "matplotlib.pyplot", "matplotlib_inline.backend_inline", "ipykernel.ipkernel",
    "ipykernel.kernelapp", "ipywidgets", "anywidget", "contourpy",
    "IPython.core.completerlib", "IPython.core.debugger", "IPython.core.logger", "IPython.core.magics.extension",
    "IPython.core.oinspect", "IPython.extensions.storemagic", "tornado.platform.asyncio", "tornado.queues",
    "widgets.common.tensorflow_log", "widgets.deck.magic",
)  # fmt: skip
"""What is imported before the first fork, for otherwise every kernel would, when it starts or in its first cell."""

HOUSE = "widgets"
"""By name, as the last two above: a room imports only the rooms below it, and this opens all of them."""

NOWHERE = compile("", "<nowhere>", "exec")
"""Looked for among all modules, it lets `inspect` note where each of them is from. It is done once for all kernels."""


def main(number):
    """Import, then fork a kernel for everyone who connects to the inherited listening socket, until killed."""
    with importing():
        _warm()
    namespaces.be_opaque()
    serve(number, functools.partial(attend, found, namespaces.PROCESSES))


def _warm():
    for name in WARM:
        importlib.import_module(name)
    house = importlib.import_module(HOUSE)
    for name in house.__all__:
        getattr(house, name)
    inspect.getmodule(NOWHERE)


if __name__ == "__main__":
    main(*sys.argv[1:])
