"""Pytests in processes of their own, each for one notebook at a time: whatever happens there, nothing is left behind.

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
from widgets.grading.verdict_kinds import FAULT, OUTPUT

ARGUMENTS = (*("-p", "no:cacheprovider", "--noconftest", "-c", "empty.ini", "--rootdir=.", "--tb=no", "-qq"),)
"""Of pytest."""

_GRACE = 60  # seconds beyond a cell's own limit: for pytest to start, to compare and to clean up
_PROCESS_GROUP = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)  # what a session of its own is on Windows
_STDERR = "said.txt"
_MAX_STDERR = 500  # characters
_MAX_JOBS = 200  # of one process: whatever it gathers is bounded

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
        "cells": [cell for cell in notebook.get("cells", ()) if cell["cell_type"] == "code"],
        "sandbox": settings.sandbox,
        "limits": dataclasses.asdict(settings.limits),
        "answers": [one.name for one in exercises],
        "judged": {one.check: (one.name, one.expression, one.record) for one in judged},
    }
    with _pytest() as process:
        reports = process.reports(job, settings.limits)
    return {report["cell"]: report for report in reports}


class PytestProcess:
    """A pytest that runs one notebook after the other.

    Attributes:
        is_reusable: whether it may run another one. It may not after a fault, nor after a kernel that sent too much.
    """

    def __init__(self) -> None:
        """Start it, out of Ctrl-C's reach, in a private folder."""
        self.is_reusable, self._jobs = True, 0
        self._folder = private_folder()
        Path(self._folder.name, "empty.ini").write_text("[pytest]\n", encoding="utf-8")
        with open(Path(self._folder.name, _STDERR), "wb") as stderr:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "widgets.grading.pytest_main", *ARGUMENTS],
                cwd=self._folder.name,
                env=_environment(self._folder.name),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                start_new_session=True,
                creationflags=_PROCESS_GROUP,
            )
        assert self._process.stdout  # it is a pipe
        self._lines = LineReader(self._process.stdout)

    def reports(self, job: Mapping[str, Any], limits: Limits) -> list[CellReport]:
        """Send a job, and return what is sent back.

        Args:
            job: what the plugin reads.
            limits: the kernel's, which tell how long one report may take.

        Returns:
            The reports on the cells.

        Raises:
            Fault: if the process ends, or falls silent.
        """
        self._jobs, is_reusable, self.is_reusable = self._jobs + 1, self._jobs < _MAX_JOBS, False
        assert self._process.stdin
        try:
            self._process.stdin.write(json.dumps(job).encode() + b"\n")
            self._process.stdin.flush()
            reports = list(self._until_end(limits.startup + limits.seconds_per_cell + _GRACE))
        except OSError as error:
            stderr = Path(self._folder.name, _STDERR).read_text(encoding="utf-8", errors="replace")
            raise Fault(f"{error}: {stderr[-_MAX_STDERR:]}") from error
        self.is_reusable = is_reusable and not any(report["kind"] in (OUTPUT, FAULT) for report in reports)
        return reports

    def _until_end(self, seconds: float) -> Iterator[CellReport]:
        while True:
            report = json.loads(self._lines.next_line(seconds))
            if "end" in report:
                return
            yield report

    def end(self) -> None:
        """Kill it, with everything it has started."""
        left = descendants(self._process.pid)
        self._process.kill()
        kill_all(left)
        with contextlib.suppress(OSError), self._process:  # it may have ended before it read everything
            pass
        self._folder.cleanup()


class _Kept:
    """The processes that wait for their next notebook, while a batch is graded."""

    def __init__(self) -> None:
        self._batches, self._waiting, self._lock = 0, list[PytestProcess](), threading.Lock()

    def take(self) -> PytestProcess:
        """Return one that waits, or a new one."""
        with self._lock:
            if self._waiting:
                return self._waiting.pop()
        return PytestProcess()

    def give_back(self, process: PytestProcess) -> None:
        """Keep it for the next notebook, or end it."""
        with self._lock:
            if self._batches and process.is_reusable:
                return self._waiting.append(process)
        process.end()

    def begin(self) -> None:
        """Keep processes from now on."""
        with self._lock:
            self._batches += 1

    def finish(self) -> None:
        """Keep them for one batch less, and end them after the last one."""
        with self._lock:
            self._batches -= 1
            ended, self._waiting = (self._waiting, []) if not self._batches else ([], self._waiting)
        for process in ended:
            process.end()


_kept = _Kept()


@contextlib.contextmanager
def pytests_kept() -> Iterator[None]:
    """Let a pytest, and in it what kernels are forked from, serve one notebook after the other meanwhile."""
    _kept.begin()
    try:
        yield
    finally:
        _kept.finish()


@contextlib.contextmanager
def _pytest() -> Iterator[PytestProcess]:
    try:
        process = _kept.take()
    except OSError as error:
        raise EarlyFault(repr(error)) from error
    try:
        yield process
    finally:
        _kept.give_back(process)


def _environment(folder: str) -> dict[str, str]:
    """Return this process's environment without what would change pytest, and with a folder for temporary files."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return own | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "TMPDIR": folder}


class LineReader:
    """Reads a pipe line by line, in a thread: not every system can wait for a pipe with a timeout."""

    def __init__(self, file: IO[bytes]) -> None:
        """Start reading."""
        self._arrived: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._read, args=(file,), daemon=True).start()

    def _read(self, file: IO[bytes]) -> None:
        with contextlib.suppress(ValueError):  # it may be closed meanwhile, when nobody wants more
            for line in file:
                self._arrived.put(line)
            self._arrived.put(b"")

    def next_line(self, seconds: float) -> bytes:
        """Return the next line as it arrives.

        Args:
            seconds: how long to wait for it.

        Returns:
            The line.

        Raises:
            OSError: if no line arrives for so long, or the other end is closed.
        """
        try:
            line = self._arrived.get(timeout=seconds)
        except queue.Empty:
            raise TimeoutError("pytest fell silent") from None
        if not line.endswith(b"\n"):
            raise ConnectionError("pytest ended early")
        return line
