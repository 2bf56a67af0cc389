"""The process that pytests are forked from, beside the one for kernels: they import for as long as a kernel runs.

A pytest is the grader's own. So this is outside of every sandbox, where a pytest would be if it started by itself.
"""

import functools
import importlib
import os
import pkgutil
import sys
import tempfile

import _pytest

from widgets.grading.forks import namespaces
from widgets.grading.forks.attending import attend
from widgets.grading.forks.serving import importing, serve
from widgets.grading.import_shims import leave_out_grammars
from widgets.grading.running import quick
from widgets.grading.running.apart import ARGUMENTS, environment

WARM = (*quick.PLUGINS, "widgets.grading.forks.forked")
"""What is imported before the first fork, besides all of pytest's own plugins."""


def main(number):
    """Import, then fork a pytest for everyone who connects to the inherited listening socket."""
    namespaces.die_with_parent()
    with importing():
        _warm()
    serve(number, functools.partial(attend, _be_pytest, 0))


def _warm():
    leave_out_grammars()
    for name in (*WARM, *(part.name for part in pkgutil.iter_modules(_pytest.__path__, "_pytest."))):
        importlib.import_module(name)
    nbformat = importlib.import_module("nbformat")
    nbformat.validate(nbformat.v4.new_notebook())  # how a notebook has to look is read once
    provisioning = importlib.import_module("jupyter_client.provisioning")
    provisioning.KernelProvisionerFactory.instance()  # which kinds there are is looked up once, too


def _be_pytest(request, files, waiting):
    """Be as one that was started in the folder with these files as standard input, output and complaints."""
    namespaces.die_with_parent()
    os.setsid()
    if not os.read(waiting, 1):
        return
    for number, opened in enumerate(files):
        os.dup2(opened, number)
    os.closerange(3, 1 + max(*files, waiting))
    ours = environment(request["folder"])
    os.environ.clear()
    os.environ.update(ours)
    os.chdir(request["folder"])
    tempfile.tempdir = None
    os._exit(quick.main(ARGUMENTS))


if __name__ == "__main__":
    main(*sys.argv[1:])
