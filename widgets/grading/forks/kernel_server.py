"""The process that kernels are forked from, in a sandbox from which its socket to the grader cannot be seen."""

from __future__ import annotations

import importlib
import inspect
import sys

from widgets.grading.forks import namespaces
from widgets.grading.forks.fork_server import serve, shared_imports
from widgets.grading.forks.init_process import run_init

PRELOADED = (
    "tensorflow", "keras", "matplotlib.pyplot", "matplotlib_inline.backend_inline", "ipykernel.ipkernel",
    "ipykernel.kernelapp", "ipywidgets", "anywidget", "contourpy",
    "IPython.core.completerlib", "IPython.core.debugger", "IPython.core.logger", "IPython.core.magics.extension",
    "IPython.core.oinspect", "IPython.extensions.storemagic", "tornado.platform.asyncio", "tornado.queues",
    "widgets.common.tensorflow_log", "widgets.deck.magic",
)  # fmt: skip
"""Imported before the first fork; otherwise every kernel would import it, when it starts or in its first cell."""

PACKAGE = "widgets"
"""By name, as the last two above: things import only what stands below them, and this opens all of them."""

NOWHERE = compile("", "<nowhere>", "exec")
"""Looking for it among all modules lets `inspect` note where each module is from, once for all kernels."""


def main(listener: str) -> None:
    """Import, then fork a kernel for every connection to the inherited listening socket, until killed."""
    with shared_imports():
        _preload()
    namespaces.set_dumpable(False)
    serve(int(listener), run_init, namespaces.NEW_PIDS)


def _preload() -> None:
    for name in PRELOADED:
        importlib.import_module(name)
    package = importlib.import_module(PACKAGE)
    for name in package.__all__:
        getattr(package, name)
    inspect.getmodule(NOWHERE)


if __name__ == "__main__":
    main(*sys.argv[1:])
