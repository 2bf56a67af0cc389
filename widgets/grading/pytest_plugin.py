"""nbval, as the grader runs it: a plugin of pytest, for one notebook with answers in it.

It runs in a process of its own. The grader sends a job over a pipe and gets back, over another, one line of JSON for
every cell: what pytest reported, and nothing that the kernel could have written into a file. What is judged, and how,
is the grader's choice alone: comments and tags in an answer have no effect. What is printed is compared with nothing.
"""

from __future__ import annotations

import collections
import contextlib
import json
import queue
import threading
import time
from collections.abc import Generator, Iterator
from typing import IO, Any

import nbformat
import pytest
from nbval.plugin import IPyNbCell, IPyNbFile, NbCellError

from widgets.exercises.exercise import RIGHT, WAITING
from widgets.grading.cleanup import kill_self_and_descendants
from widgets.grading.judging import AnswerFailed, Judged, judge_in_kernel
from widgets.grading.kernel_client import KernelClient, KernelEnded
from widgets.grading.kernel_output import error_text
from widgets.grading.model import GIB, Limits
from widgets.grading.sandbox.kernel_manager import kernel_manager
from widgets.grading.verdict_kinds import ENDS_KERNEL, ERROR, FAULT, NOT_ATTEMPTED, WRONG

_ADDRESS_SPACE = 4 * GIB  # of this process, in bytes
_NO_OPTIONS: dict[str, bool] = collections.defaultdict(bool)  # of nbval, for a cell
_CELLS = 2  # for each answer, its own and its check, may run for as long as a cell may: all cells together no longer


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that gives the numbers of the pipes to the grader."""
    parser.addoption("--grader", type=int, nargs=2)


def pytest_configure(config: Any) -> None:
    """Take the pipes; from now on this process ends when the grader does."""
    job_pipe, report_pipe = config.option.grader
    config.jobs, config.grader = queue.SimpleQueue(), open(report_pipe, "w", encoding="utf-8")  # noqa: SIM115
    threading.Thread(target=_receive_jobs, args=(open(job_pipe, "rb"), config.jobs), daemon=True).start()  # noqa: SIM115


def _receive_jobs(grader: IO[bytes], jobs: queue.SimpleQueue[dict[str, Any]]) -> None:
    for line in grader:  # it ends when the other end is closed
        jobs.put(json.loads(line))
    kill_self_and_descendants()


def pytest_collection(session: pytest.Session) -> list[pytest.Item]:
    """Collect nothing now: notebooks arrive one after the other."""
    session.items = []
    return session.items


def pytest_runtestloop(session: pytest.Session) -> bool:
    """Run the notebook of each job, until the grader ends this process."""
    while True:
        file = GradedFile.from_parent(session, path=session.startpath / "notebook.ipynb")
        file.job = session.config.jobs.get()  # type: ignore[attr-defined]  # by `pytest_configure`
        cells = [*file.collect()]
        for cell, following in zip(cells, [*cells[1:], None], strict=True):
            session.config.hook.pytest_runtest_protocol(item=cell, nextitem=following)
        _send(session.config, {"end": len(cells)})


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: GradedCell, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Send what became of a cell. After the kernel's end there is nothing more to run."""
    report = yield
    if not item.parent.is_over and (call.when == "call" or report.outcome != "passed"):
        summary = item.summary(call)
        _send(item.config, {"cell": item.name, "outcome": report.outcome, **summary})
        kernel = item.parent.kernel
        item.parent.is_over = summary["kind"] in (*ENDS_KERNEL, FAULT) or bool(kernel and kernel.is_spent)
    return report


def _send(config: Any, line: dict[str, Any]) -> None:
    config.grader.write(json.dumps(line) + "\n")
    config.grader.flush()


class GradedFile(IPyNbFile):  # type: ignore[misc]  # nbval has no types
    """The notebook. Its cells are named by their ids.

    Attributes:
        job: what the grader asks for.
        is_trusted: whether everything that has run so far is the reference's own. It may take as long as importing
            TensorFlow takes on a busy machine, and whatever goes wrong is the grader's fault.
        is_over: whether there is nothing more to run.
    """

    is_trusted = True
    is_over = False
    _deadline: float | None = None
    job: dict[str, Any]

    def collect(self) -> Iterator[GradedCell]:
        """Yield every code cell."""
        for number, cell in enumerate(map(nbformat.from_dict, self.job["cells"])):
            cell.source = "".join(cell.source)
            yield GradedCell.from_parent(self, name=cell.id, cell_num=number, cell=cell, options=_NO_OPTIONS)

    def setup(self) -> None:
        """Start the kernel, and let nothing that it sends fill the machine: so far only the kernel has limits."""
        job = self.job
        limits = Limits(**job["limits"])
        self.kernel = KernelClient(kernel_manager(job["sandbox"], limits), limits)
        _limit_address_space()

    def teardown(self) -> None:
        """Stop the kernel; one that has died has left things to clean up, too."""
        if self.kernel is not None:
            self.kernel.stop()

    def seconds_for(self, name: str) -> float:
        """Return how many seconds a cell may run. An answer can make all cells after it slow, and there are many."""
        answers, limits = self.job["answers"], self.kernel.limits
        self.is_trusted = self.is_trusted and name not in answers
        if self.is_trusted:
            return float(limits.startup)
        now = time.monotonic()
        self._deadline = self._deadline or now + _CELLS * len(answers) * limits.seconds_per_cell
        return float(max(0, min(limits.seconds_per_cell, self._deadline - now)))


def _limit_address_space() -> None:
    with contextlib.suppress(ImportError, ValueError):  # Windows has no such limits, and macOS refuses some
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        soft = _ADDRESS_SPACE if hard == resource.RLIM_INFINITY else min(_ADDRESS_SPACE, hard)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


class NotRight(Exception):
    """A judge says that an answer is not right, or that there is none yet."""


class GradedCell(IPyNbCell):  # type: ignore[misc]  # nbval has no types
    """A cell. It fails if the kernel replies that it failed, whatever was shown or hidden.

    Attributes:
        judged: what a judge said of the answer, if this is its check.
    """

    judged: Judged | None = None

    def runtest(self) -> None:
        """Run the cell, or judge the answer in its place."""
        if self.parent.is_over:
            return
        seconds = self.parent.seconds_for(self.name)
        if self.name in self.parent.job["judged"]:
            return self._judge(seconds)
        self.config.option.nbval_cell_timeout = seconds
        super().runtest()
        if (self.parent.kernel.messages.reply or {}).get("status") != "ok":
            self.raise_cell_error("the kernel's answer says that the cell failed")

    def _judge(self, seconds: float) -> None:
        """Judge the answer in place of running the check's cell.

        Args:
            seconds: how long that may take.

        Raises:
            NotRight: if it is not right.
        """
        name, answer, record = self.parent.job["judged"][self.name]
        self.judged = judge_in_kernel(self.parent.kernel, name, answer, seconds, record)
        if self.judged.status != RIGHT:
            raise NotRight

    def summary(self, call: pytest.CallInfo[None]) -> dict[str, str]:
        """Return what is reported: the kind of failure, and the exception, if there was one."""
        failure = call.excinfo.value if call.excinfo else None
        if self.judged:
            kind = {RIGHT: "", WAITING: NOT_ATTEMPTED}.get(self.judged.status, WRONG)
            memory = "MemoryError" if self.judged.ran_out_of_memory else ""
            return {"kind": kind, "error": memory, "said": self.judged.said, "code": self.judged.code}
        kind = self._kind_of(failure) if failure else ""
        error = self._error(failure) if kind == ERROR else {}
        said = error_text(error, self.cell.source) if error else repr(failure)[:500] if kind == FAULT else ""
        return {"kind": kind, "error": str(error.get("ename", "")), "said": said, "code": ""}

    def _kind_of(self, failure: BaseException) -> str:
        if isinstance(failure, AnswerFailed):
            return ERROR
        if isinstance(failure, NbCellError):
            return ERROR if self._error(failure) else WRONG
        if self.parent.is_trusted:
            return FAULT
        if isinstance(failure, KernelEnded):
            return failure.kind
        return FAULT if self.parent.kernel.is_alive() else str(self.parent.kernel.cause_of_death())

    def _error(self, failure: BaseException | None) -> dict[str, Any]:
        """Return the exception in the kernel's reply or in a message to all; {} if there was none."""
        if isinstance(failure, AnswerFailed):
            return failure.error
        messages = self.parent.kernel.messages
        reply = messages.reply or {}
        if reply.get("status") != "ok":
            return reply
        errors = (message["content"] for message in messages.published if message["msg_type"] == "error")
        return next(errors, {})
