"""A pytest in a process of its own, for one notebook: whatever happens in it, it ends, and leaves nothing behind."""

import contextlib
import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

from widgets.grading.forks.processes import ZygoteGone
from widgets.grading.running import ahead
from widgets.grading.running.line import lines
from widgets.grading.running.uprooting import below, end
from widgets.grading.sandbox import private

_GRACE = 60  # seconds beyond a cell's own limit: for pytest to start, to compare and to clear away
ARGUMENTS = (
    "-p",
    "no:cacheprovider",
    "--noconftest",
    "-c",
    "empty.ini",
    "--rootdir=.",
    "--tb=no",
    "-q",
    "notebook.ipynb",
)
_OF_ITS_OWN = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)  # what a session of its own is on Windows
_SAID = "said.txt"
_LONGEST = 500  # characters of what pytest said


class Fault(Exception):
    """The grader itself failed: there is no verdict."""


class EarlyFault(Fault):
    """It failed before any answer had a word: no answer can be to blame."""


def patiently(attempt, times, fault=Fault):
    """Return what `attempt()` returns, though it may fail at first by a fault of this kind. Raises the last one."""
    for _again in range(times - 1):
        with contextlib.suppress(fault):
            return attempt()
    return attempt()


def reported(notebook, exercises, seed, sandbox, limits):
    """Run a notebook and return what the plugin sent of each cell, by the cell's id, in order. Raises Fault.

    Args:
        notebook: nbformat's JSON.
        exercises: the Exercises whose answers are a learner's, and whose checks' output is compared.
        seed: of the checks' questions. It goes through a pipe, and into no file.
        sandbox: what `kernel_manager` takes.
        limits: the Limits.
    """
    job = {"seed": seed, "sandbox": sandbox, "limits": dataclasses.asdict(limits)}
    job |= {"answers": [one.name for one in exercises], "checks": [one.check for one in exercises]}
    with private.folder() as folder:
        Path(folder, "notebook.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        Path(folder, "empty.ini").write_text("[pytest]\n", encoding="utf-8")
        facts = _talk(folder, json.dumps(job) + "\n", limits)
    return {fact["cell"]: fact for fact in facts}


def _talk(folder, job, limits):
    with _started(folder) as process:
        try:
            process.stdin.write(job.encode())
            process.stdin.flush()
            return list(_facts(process.stdout, limits))
        except OSError as error:
            said = Path(folder, _SAID).read_text(encoding="utf-8", errors="replace")
            raise Fault(f"{error}: {said[-_LONGEST:]}") from error


@contextlib.contextmanager
def _started(folder):
    """Start pytest, out of Ctrl-C's reach. At the end it is killed, with all that it has started."""
    with open(Path(folder, _SAID), "wb") as said:
        process = _forked(folder, said) if ahead.is_there() else _by_itself(folder, said)
    try:
        yield process
    finally:
        left = below(process.pid)
        process.kill()
        end(left)
        with contextlib.suppress(OSError), process:  # it may have ended before it heard all
            pass


def _forked(folder, said):
    try:
        return ahead.Forked(folder, said)
    except (OSError, ZygoteGone) as error:
        raise EarlyFault(repr(error)) from error


def _by_itself(folder, said):
    return subprocess.Popen(
        [sys.executable, "-m", "widgets.grading.running.quick", *ARGUMENTS],
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=said,
        start_new_session=True,
        creationflags=_OF_ITS_OWN,
    )


def environment(folder):
    """Return this process's environment without what would change pytest, with a place for files that goes with it."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "TAPEDECK_SEED"))}
    return ours | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "TMPDIR": folder}


def _facts(file, limits):
    """Yield what arrives, line by line, for as long as something does in time. Raises OSError."""
    for fact in map(json.loads, lines(file, limits.startup + limits.seconds_per_cell + _GRACE)):
        if "end" in fact:
            return
        yield fact
