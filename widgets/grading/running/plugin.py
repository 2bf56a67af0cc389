"""nbval, as the grader runs it: a plugin of pytest, for one grafted notebook.

It runs in a process of its own. The grader sends a job over a pipe and gets back, over another, one line of JSON for
every cell: what pytest reported, and nothing that the kernel could have written into a file.
"""

import json
import threading

import pytest

from widgets.grading.running.cells import GradedFile
from widgets.grading.running.outcomes import FATAL
from widgets.grading.running.uprooting import end_here
from widgets.grading.verdicts import FAULT


def pytest_addoption(parser):
    """Add the option that says which open files are the line to the grader."""
    parser.addoption("--grader", type=int, nargs=2)


def pytest_configure(config):
    """Take the job; from now on this process ends when the grader does."""
    hearing, telling = config.option.grader
    line = open(hearing, "rb", buffering=0)  # noqa: SIM115 - until this process ends
    config.grader = open(telling, "w", encoding="utf-8")  # noqa: SIM115
    config.job = json.loads(line.readline())
    threading.Thread(target=_end_with, args=(line,), daemon=True).start()


def _end_with(line):
    line.read(1)  # nothing more is ever sent: it returns when the other end is closed
    end_here()


def pytest_collect_file(file_path, parent):
    """Collect the notebook, and nothing else that may lie there."""
    return GradedFile.from_parent(parent, path=file_path) if file_path.suffix == ".ipynb" else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Send what became of a cell. After the kernel's end there is nothing more to run."""
    report = yield
    if call.when == "call" or report.outcome != "passed":
        account = item.account(call)
        _send(item.config, {"cell": item.name, "outcome": report.outcome, **account})
        if account["kind"] in (*FATAL, FAULT):
            item.session.shouldstop = account["kind"]
    return report


def pytest_sessionfinish(session, exitstatus):
    """Say that this was all."""
    _send(session.config, {"end": int(exitstatus)})


def _send(config, fact):
    config.grader.write(json.dumps(fact) + "\n")
    config.grader.flush()
