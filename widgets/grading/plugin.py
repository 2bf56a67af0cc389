"""nbval, as the grader runs it: pytest's plugin for one grafted notebook, loaded with `-p widgets.grading.plugin`.

It runs in a process of its own. The grader sends a job over an inherited socket and gets back one line of JSON for
every cell: what pytest reported, and nothing that the kernel could have written into a file. What a cell compares, and
how, is the grader's choice alone; comments in an answer have no say in it.
"""

import collections
import json
import os
import signal
import socket
import threading

import nbformat
import pytest
from nbval.plugin import IPyNbCell, IPyNbFile, NbCellError

from widgets.grading.comparing import snapped
from widgets.grading.complaining import complaint
from widgets.grading.conversing import Conversation, Ended
from widgets.grading.facts import ERROR, FAULT, WRONG
from widgets.grading.kernels import kernel_manager
from widgets.grading.limits import Limits
from widgets.grading.printed import of_stdout, shortened


def pytest_addoption(parser):
    """Add the option that says which of the inherited files is the socket."""
    parser.addoption("--grader", type=int)


def pytest_configure(config):
    """Take the job; from now on this process ends when the grader does."""
    line = socket.socket(fileno=config.option.grader)
    line.set_inheritable(False)
    config.grader = line.makefile("rw", encoding="utf-8")
    config.job = json.loads(config.grader.readline())
    threading.Thread(target=_end_with, args=(line,), daemon=True).start()


def _end_with(line):
    line.recv(1)  # nothing is ever sent: it returns when the other end is closed
    os.killpg(0, signal.SIGKILL)


def pytest_collect_file(file_path, parent):
    """Collect the notebook, and nothing else that may lie there."""
    return GradedFile.from_parent(parent, path=file_path) if file_path.suffix == ".ipynb" else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Send what became of a cell. After the kernel's end there is nothing more to run."""
    report = yield
    if call.when == "call" or report.outcome != "passed":
        _send(item.config, {"cell": item.name, "outcome": report.outcome, **item.account(call)})
    if call.excinfo and isinstance(call.excinfo.value, Ended):
        item.session.shouldstop = call.excinfo.value.kind
    return report


def pytest_sessionfinish(session, exitstatus):
    """Say that this was all."""
    _send(session.config, {"end": int(exitstatus)})


def _send(config, fact):
    config.grader.write(json.dumps(fact) + "\n")
    config.grader.flush()


class GradedFile(IPyNbFile):
    """The notebook. Its cells are named by their ids."""

    def collect(self):
        """Yield every code cell."""
        self.nb = nbformat.read(self.path, as_version=4)
        code = [cell for cell in self.nb.cells if cell.cell_type == "code"]
        for number, cell in enumerate(code):
            options = collections.defaultdict(bool, check=cell.id in self.config.job["compared"])
            yield GradedCell.from_parent(self, name=cell.id, cell_num=number, cell=cell, options=options)

    def setup(self):
        """Start the kernel."""
        job = self.config.job
        limits = Limits(**job["limits"])
        manager = kernel_manager(job["sandbox"], limits, {"TAPEDECK_SEED": job["seed"]})
        self.config.option.nbval_cell_timeout = limits.seconds_per_cell
        self.kernel = Conversation(manager, limits)

    def teardown(self):
        """Stop it; one that has died has left things to clear away, too."""
        if self.kernel is not None:
            self.kernel.stop()


class GradedCell(IPyNbCell):
    """A cell. It fails if the kernel answers that it failed, whatever was shown or hidden."""

    def runtest(self):
        """Run it, and compare what a check printed. A check without a reference to compare with is no check."""
        if self.options["check"] and not (self.cell.outputs and self.cell.execution_count):
            raise ValueError(self.name)
        super().runtest()
        if self.parent.kernel.heard.reply.get("status") != "ok":
            self.raise_cell_error("the kernel's answer says that the cell failed")

    def compare_outputs(self, test, ref, skip_compare=None):
        """Compare what was printed on standard output, and nothing else."""
        printed, due = of_stdout(test), of_stdout(ref)
        said = snapped(printed, due)
        return super().compare_outputs(*([_stream(text)] for text in (shortened(said), shortened(due))))

    def format_output_compare(self, key, left, right):
        """Say little: a difference of long texts takes pytest minutes."""
        self.comparison_traceback.append(key)

    def account(self, call):
        """Return what there is to say: the kind of failure, what was printed, and the exception, if there was one."""
        kind = self._kind_of(call) if call.excinfo else ""
        error = self._error() if kind == ERROR else {}
        said = complaint(error, self.cell.source) if error else ""
        printed = shortened(of_stdout(self.test_outputs or []))
        return {"kind": kind, "printed": printed, "error": str(error.get("ename", "")), "said": said}

    def _kind_of(self, call):
        error = call.excinfo.value
        if isinstance(error, Ended) and call.when == "call":
            return error.kind
        if not isinstance(error, NbCellError):
            return FAULT
        return ERROR if self._error() else WRONG

    def _error(self):
        """Return the exception that the kernel told of, in its answer or to all; {} if it told of none."""
        heard = self.parent.kernel.heard
        if heard.reply.get("status") != "ok":
            return heard.reply
        told = (message["content"] for message in heard.published if message["msg_type"] == "error")
        return next(told, {})


def _stream(text):
    return nbformat.v4.new_output("stream", name="stdout", text=text)
