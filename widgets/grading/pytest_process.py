"""One pytest in a process of its own, for one notebook: whatever happens in it, it ends, and leaves nothing behind.

The grader talks to it over two pipes, which every system has. They are the process's standard input and output until it
takes them for itself (`pytest_main`), and no kernel gets an end of them.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, TypedDict, TypeVar

from widgets.grading.cleanup import descendants, kill_all, private_folder
from widgets.grading.model import Limits, ReferenceExercise, Settings
from widgets.grading.sandbox.fork_client import PYTESTS_ADDRESS, ForkedPytest, ForkServerDied

ARGUMENTS = (
    *("-p", "no:cacheprovider", "--noconftest", "-c", "empty.ini", "--rootdir=.", "--tb=no", "-q"),
    "notebook.ipynb",
)
"""Of pytest."""

_GRACE = 60  # seconds beyond a cell's own limit: for pytest to start, to compare and to clean up
_PROCESS_GROUP = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)  # what a session of its own is on Windows
_STDERR = "said.txt"
_MAX_STDERR = 500  # characters

T = TypeVar("T")


class Fault(Exception):
    """The grader itself failed: there is no verdict."""


class EarlyFault(Fault):
    """It failed before any answer could run: no answer can be to blame."""


class CellReport(TypedDict):
    """What the plugin sends of one cell.

    Attributes:
        cell: the cell's id.
        outcome: what pytest reported: "passed", "failed" or "skipped".
        kind: the kind of failure, such as WRONG; "" if there was none.
        error: the name of the exception, if there was one.
        said: a sentence about the failure, or what a judge says.
        code: the code of the misconception that a judge recognized.
    """

    cell: str
    outcome: str
    kind: str
    error: str
    said: str
    code: str


def retry(attempt: Callable[[], T], times: int, fault: type[Fault] = Fault) -> T:
    """Return what `attempt()` returns, though it may fail at first.

    Args:
        attempt: what to call.
        times: how many times at most.
        fault: the kind of fault after which it is called again.

    Returns:
        The result of the first call that succeeds.

    Raises:
        Fault: the last one.
    """
    for _again in range(times - 1):
        with contextlib.suppress(fault):
            return attempt()
    return attempt()


def cell_reports(
    notebook: Mapping[str, Any],
    exercises: Sequence[ReferenceExercise],
    settings: Settings,
    judged: Sequence[ReferenceExercise] | None = None,
) -> dict[str, CellReport]:
    """Run a notebook.

    Args:
        notebook: nbformat's JSON.
        exercises: those whose answers are a learner's.
        settings: their `sandbox` and `limits` are the kernel's.
        judged: those that are judged, in the places of their checks; by default the same.

    Returns:
        What the plugin sent of each cell, by the cell's id, in order.

    Raises:
        Fault: if the grader itself failed.
    """
    judged = exercises if judged is None else judged
    job = {
        "sandbox": settings.sandbox,
        "limits": dataclasses.asdict(settings.limits),
        "answers": [one.name for one in exercises],
        "judged": {one.check: (one.name, one.expression, one.record) for one in judged},
    }
    with private_folder() as folder:
        Path(folder, "notebook.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        Path(folder, "empty.ini").write_text("[pytest]\n", encoding="utf-8")
        reports = _exchange(folder, json.dumps(job) + "\n", settings.limits)
    return {report["cell"]: report for report in reports}


def _exchange(folder: str, job: str, limits: Limits) -> list[CellReport]:
    """Start pytest, send it the job, and return what it sends back."""
    with _started(folder) as process:
        assert process.stdin and process.stdout  # both are pipes
        try:
            process.stdin.write(job.encode())
            process.stdin.flush()
            return list(_reports(process.stdout, limits))
        except OSError as error:
            stderr = Path(folder, _STDERR).read_text(encoding="utf-8", errors="replace")
            raise Fault(f"{error}: {stderr[-_MAX_STDERR:]}") from error


@contextlib.contextmanager
def _started(folder: str) -> Iterator[subprocess.Popen[bytes] | ForkedPytest]:
    """Start pytest, out of Ctrl-C's reach. At the end it is killed, with everything it has started."""
    with open(Path(folder, _STDERR), "wb") as stderr:
        process = _forked(folder, stderr) if has_fork_server() else _cold(folder, stderr)
    try:
        yield process
    finally:
        left = descendants(process.pid)
        process.kill()
        kill_all(left)
        with contextlib.suppress(OSError), process:  # it may have ended before it read everything
            pass


def _cold(folder: str, stderr: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "widgets.grading.pytest_main", *ARGUMENTS],
        cwd=folder,
        env=pytest_environment(folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        start_new_session=True,
        creationflags=_PROCESS_GROUP,
    )


def pytest_environment(folder: str) -> dict[str, str]:
    """Return this process's environment without what would change pytest, and with a folder for temporary files."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "TAPEDECK_SEED"))}
    return own | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "TMPDIR": folder}


def has_fork_server() -> bool:
    """Whether there is a process that pytests can be forked from."""
    return PYTESTS_ADDRESS in os.environ


def _forked(folder: str, stderr: IO[bytes]) -> ForkedPytest:
    try:
        return ForkedPytest(folder, stderr)
    except (OSError, ForkServerDied) as error:
        raise EarlyFault(repr(error)) from error


def _reports(file: IO[bytes], limits: Limits) -> Iterator[CellReport]:
    """Yield what arrives, line by line, as long as something arrives in time. Raises OSError."""
    for report in map(json.loads, read_lines(file, limits.startup + limits.seconds_per_cell + _GRACE)):
        if "end" in report:
            return
        yield report


def read_lines(file: IO[bytes], seconds: float) -> Iterator[bytes]:
    """Yield each line of a pipe as it arrives.

    Args:
        file: the reading end.
        seconds: how long to wait for one line.

    Yields:
        The lines.

    Raises:
        OSError: if no line arrives for so long, or the other end is closed.
    """
    arrived: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_forward, args=(file, arrived), daemon=True).start()
    while True:
        try:
            line = arrived.get(timeout=seconds)
        except queue.Empty:
            raise TimeoutError("pytest fell silent") from None
        if not line.endswith(b"\n"):
            raise ConnectionError("pytest ended early")
        yield line


def _forward(file: IO[bytes], arrived: queue.SimpleQueue[bytes]) -> None:
    """Wait in a thread: not every system can wait for a pipe with a timeout."""
    with contextlib.suppress(ValueError):  # it may be closed meanwhile, when nobody wants more
        for line in file:
            arrived.put(line)
        arrived.put(b"")
