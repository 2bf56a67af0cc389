"""The process that a class's kernels are forked from: it has imported TensorFlow, and runs nobody's code.

`tapedeck class-kernels` runs it, once for a machine. Each fork becomes the kernel of who asked for it (`kernel_owner`),
with the learner's own environment and folder. Memory that nobody writes to is there once for all of them, and no kernel
waits for the import.

It imports and does nothing else: TensorFlow starts threads with its first operation, and a process with threads cannot
be forked. Nothing of this package is handed on: its modules read the environment when they are imported, which is the
learner's to set.
"""

from __future__ import annotations

import atexit
import builtins
import contextlib
import importlib
import inspect
import json
import multiprocessing
import os
import random
import signal
import site
import socket
import sys
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from widgets.classroom.fork_server import serve
from widgets.classroom.kernel_owner import Refused, become
from widgets.grading.sandbox.kernel_main import shared_imports
from widgets.grading.sandbox.kernel_zygote import NOWHERE, PRELOADED

ADDRESS = "/run/tapedeck/kernels"
"""The socket at which kernels are asked for, unless the environment names another."""

ADDRESS_VARIABLE = "TAPEDECK_KERNELS"
ACCEPTED = b"accepted"
"""The answer to a request, else it is a sentence that says why not."""

READ_AT_IMPORT = (
    *("TF_", "XLA_", "KERAS_", "OMP_", "OPENBLAS_", "GOTO_", "MKL_", "NPY_", "NUMPY_"),
    *("MPL", "MATPLOTLIB", "PYTHON", "LD_", "MALLOC_"),
)
"""What the names of variables begin with that Python and the libraries read once, when they start."""

_LOG_LEVEL = "TF_CPP_MIN_LOG_LEVEL"  # read again later, and set by `%load_ext widgets`
_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"
_WITHOUT_EFFECT = (_LOG_LEVEL, _NO_BYTECODE, "MPLBACKEND", "PYTHONUNBUFFERED")  # on a kernel, or set for it
_IN_NOTEBOOKS = {"MPLBACKEND": "module://matplotlib_inline.backend_inline", _LOG_LEVEL: "1"}
_KERAS_SETTINGS = ("floatx", "epsilon", "backend", "image_data_format")


def address() -> str:
    """Return the path of the socket at which kernels are asked for."""
    return os.environ.get(ADDRESS_VARIABLE) or ADDRESS


def main() -> None:
    """Import, then fork a kernel for every connection, until a signal ends this process."""
    environment, path = dict(os.environ), _import_path()
    with shared_imports():
        _preload()
    added = {name: value for name, value in os.environ.items() if name not in environment}

    def run(request: dict[str, Any], files: list[int], gate: int) -> None:
        _become_kernel(request, files, gate, environment, added, path)

    with _listening(address()) as listener:
        print(f"Kernels are forked for who asks at {address()}", flush=True)
        serve(listener.detach(), run)


def _import_path() -> list[str]:
    """Return where a kernel looks for modules: not in the folder of the command that runs this process."""
    return sys.path[0 if getattr(sys.flags, "safe_path", False) else 1 :]  # Python 3.11 has the flag


def _preload() -> None:
    """Import what a kernel imports until its first deck, and come out of it with one thread."""
    os.environ.update({**_IN_NOTEBOOKS, **os.environ})
    builtins.get_ipython = lambda: None  # type: ignore[attr-defined]  # TensorFlow looks for it to know where it prints
    for name in PRELOADED:
        if not name.startswith("widgets"):
            importlib.import_module(name)
    del builtins.get_ipython  # type: ignore[attr-defined]
    inspect.getmodule(NOWHERE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking with threads: these are ended by it
        if (child := os.fork()) == 0:
            os._exit(0)
    os.waitpid(child, 0)  # OpenBLAS ends its threads before a fork, and starts them again when they are needed


@contextlib.contextmanager
def _listening(path: str) -> Iterator[socket.socket]:
    """Listen at a path to everybody on this machine: each gets no more than a process of their own."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(path)
        os.chmod(path, 0o666)
        listener.listen(256)
        yield listener


def _become_kernel(
    request: Mapping[str, Any],
    files: Sequence[int],
    gate: int,
    environment: Mapping[str, str],
    added: Mapping[str, str],
    path: Sequence[str],
) -> None:
    """Become the kernel of who asked, or say why not. The files are for stdout, stderr and the answer."""
    output, errors, answer = files
    try:
        become(*request["peer"])
        os.environ.clear()
        os.environ.update({**added, **request["environment"]})
        os.chdir(request["folder"])
        _refuse_differences(request["python"], environment, path)
    except (Refused, OSError) as error:
        os.write(answer, str(error).encode())
        return
    os.write(answer, ACCEPTED)
    os.close(answer)
    if os.read(gate, 1):
        _take_files(output, errors, gate)
        _forget_the_others(path)
        _run_kernel(request["arguments"])


def _refuse_differences(python: str, environment: Mapping[str, str], path: Sequence[str]) -> None:
    """Refuse what would make the libraries other ones, or have them read other settings, in a kernel of its own."""
    here, there = (Path(one).parent.resolve() / Path(one).resolve().name for one in (sys.executable, python))
    if here != there:
        raise Refused(f"the kernel's Python is {python}, not {sys.executable}")
    for name in sorted({*environment, *os.environ}):
        is_read = name.startswith(READ_AT_IMPORT) and name not in _WITHOUT_EFFECT
        if is_read and environment.get(name) != os.environ.get(name):
            raise Refused(f"the libraries read {name}, which is set otherwise here")
    site.USER_BASE = site.USER_SITE = None  # those of the process that forks
    packages = site.getusersitepackages()
    if site.ENABLE_USER_SITE and os.path.isdir(packages) and packages not in path:
        raise Refused(f"there are packages of the user's own in {packages}")
    _refuse_settings()


def _refuse_settings() -> None:
    """Refuse a user's own settings of Keras and matplotlib: both have been read for everybody."""
    import keras

    with contextlib.suppress(FileNotFoundError, ValueError):
        settings = json.loads(Path("~/.keras/keras.json").expanduser().read_text("utf-8"))
        for name in _KERAS_SETTINGS:
            if settings.get(name, ours := getattr(keras.config, name)()) != ours:
                raise Refused(f"~/.keras/keras.json sets {name} otherwise")
    folder = Path(os.environ.get("XDG_CONFIG_HOME") or "~/.config").expanduser() / "matplotlib"
    for file in (Path("matplotlibrc"), folder / "matplotlibrc", folder / "stylelib"):
        if file.exists():
            raise Refused(f"matplotlib has settings of the user's own: {file.absolute()}")


def _take_files(output: int, errors: int, gate: int) -> None:
    """Write where the learner's server writes, and hold nothing else open."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, standard in zip((nothing, output, errors), (0, 1, 2), strict=True):
        os.dup2(number, standard)
    for number in {nothing, output, errors, gate} - {0, 1, 2}:
        os.close(number)


def _forget_the_others(path: Sequence[str]) -> None:
    """Share no number that is drawn, no secret, and no module of ours with kernels forked from the same process."""
    import numpy

    random.seed()
    numpy.random.seed()
    multiprocessing.current_process().authkey = os.urandom(32)
    for name in [name for name in sys.modules if name.partition(".")[0] == "widgets"]:
        del sys.modules[name]
    sys.path[:] = path
    sys.dont_write_bytecode = bool(os.environ.get(_NO_BYTECODE))
    time.tzset()


def _run_kernel(arguments: Sequence[str]) -> None:
    """Be a kernel as `python -m ipykernel_launcher` is, and end as it ends."""
    from ipykernel.kernelapp import IPKernelApp

    signal.signal(signal.SIGINT, signal.default_int_handler)  # a service may have been started without one
    sys.argv[:] = ["ipykernel_launcher", *arguments]
    parent = str(os.getppid())  # as jupyter_client tells a kernel, which reads it when its module is imported
    os.environ["JPY_PARENT_PID"] = parent
    status = 0
    try:
        IPKernelApp.launch_instance([*arguments, f"--IPKernelApp.parent_handle={parent}"])
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    atexit._run_exitfuncs()  # it has a history to write, and what learners ask for at the end
    os._exit(status)


if __name__ == "__main__":
    main()
