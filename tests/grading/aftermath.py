"""A class graded under the net, and what there is afterwards: verdicts, processes, files, calls."""

import contextlib
import dataclasses
import glob
import json
import os
import shutil
import site
import socket
import sys

import matplotlib

from tests.grading import classroom, safety

SECONDS = 900
"""The net waits so long for a whole class."""

PLACES = ("/", "/tmp", "/var/tmp", "/dev/shm", "/run", *site.getsitepackages(), *sys.path, str(classroom.CHECKOUT))
"""Where rows try to leave files. Their names begin with a word that nothing else has."""


@dataclasses.dataclass(frozen=True)
class Afterwards:
    """What there is when a class has been graded: verdicts by sandbox and place, what the net found, what was left."""

    graded: dict
    net: dict
    files: list
    called: bool


def graded(folder):
    """Make the class in a new folder inside `folder`, grade it in both kinds of sandbox, and return the Afterwards."""
    whole = folder / "graded"
    for name in ("home", "tmp"):
        (whole / name).mkdir(parents=True)
    classroom.make_reference(whole / "reference")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        classroom.make_class(whole / "class", whole / "reference", _words(whole, listener))
        net = safety.under_net(_command(whole), whole, SECONDS, environment(whole))
        called = _was_called(listener)
    verdicts = {kept.stem: json.loads(kept.read_text()) for kept in (whole / "out").glob("*.json")}
    return Afterwards(verdicts, net, _left_behind(whole), called)


def environment(folder):
    """Return the environment of a grader whose home and files are in a folder, with a word planted to be found."""
    ours = {"HOME": folder / "home", "TMPDIR": folder / "tmp", "TAPEDECK_HOME": folder / "home" / "tapedeck"}
    path = os.pathsep.join(filter(None, (str(classroom.CHECKOUT), os.environ.get("PYTHONPATH"))))
    fonts = {"MPLCONFIGDIR": matplotlib.get_cachedir()}  # its list of fonts takes seconds to make
    planted = {"TAPEDECK_PLANTED": "PLANTED-by-the-test", "PYTHONPATH": path}
    return {**os.environ, **{name: str(value) for name, value in ours.items()}, **fonts, **planted}


def _words(folder, listener):
    solution = folder / "reference" / "solutions" / f"{classroom.NUMBERS}.ipynb"
    port = listener.getsockname()[1]
    return {
        "MARKER": folder.parent.name,
        "FOLDER": folder,
        "HOME": folder / "home",
        "REFERENCE": solution,
        "LISTENER": port,
    }


def _command(folder):
    places = [str(folder / name) for name in ("class", "reference", "out")]
    return [sys.executable, "-m", "tests.grading.grading_rows", *places]


def _was_called(listener):
    listener.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        listener.accept()[0].close()
        return True
    return False


def _left_behind(folder):
    """Return what is left on the disk that should not be, and remove what rows may have left outside of the folder."""
    outside = [path for place in {*PLACES} for path in glob.glob(f"{place or '.'}/**tapedeck_probe*")]
    for path in outside:
        shutil.rmtree(path) if os.path.isdir(path) and not os.path.islink(path) else os.remove(path)
    ours = {"class", "reference", "out", "home", "tmp", "output.txt", "net.json"}
    inside = [path.name for path in folder.iterdir() if path.name not in ours]
    return outside + inside + [str(path) for name in ("home", "tmp") for path in (folder / name).rglob("*")]
