"""The process that pytests are forked from, beside the one for kernels: they import for as long as a kernel runs.

A pytest is the grader's own. So this runs outside every sandbox, as a pytest would that was started by itself.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from typing import Any

import _pytest

from widgets.grading import pytest_main
from widgets.grading.pytest_main import leave_out_grammars
from widgets.grading.pytest_process import ARGUMENTS, pytest_environment
from widgets.grading.sandbox import namespaces
from widgets.grading.sandbox.fork_server import serve, shared_imports

PRELOADED = (*pytest_main.PLUGINS, "widgets.grading.sandbox.provisioner")
"""Imported before the first fork, besides all of pytest's own plugins."""


def main(listener: str) -> None:
    """Import, then fork a pytest for every connection to the inherited listening socket."""
    namespaces.die_with_parent()
    with shared_imports():
        _preload()
    serve(int(listener), _become_pytest)


def _preload() -> None:
    leave_out_grammars()
    for name in (*PRELOADED, *(part.name for part in pkgutil.iter_modules(_pytest.__path__, "_pytest."))):
        importlib.import_module(name)
    nbformat = importlib.import_module("nbformat")
    nbformat.validate(nbformat.v4.new_notebook())  # reads the schema of notebooks once
    provisioning = importlib.import_module("jupyter_client.provisioning")
    provisioning.KernelProvisionerFactory.instance()  # looks up the kinds of provisioners once, too


def _become_pytest(request: Mapping[str, Any], files: Sequence[int], gate: int) -> None:
    """Be as a pytest that was started in the folder with these files as standard input, output and error."""
    namespaces.die_with_parent()
    os.setsid()
    if not os.read(gate, 1):
        return
    for standard, descriptor in enumerate(files):
        os.dup2(descriptor, standard)
    os.closerange(3, 1 + max(*files, gate))
    environment = pytest_environment(request["folder"])
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(request["folder"])
    tempfile.tempdir = None
    os._exit(pytest_main.main(ARGUMENTS))


if __name__ == "__main__":
    main(*sys.argv[1:])
