"""A pytest that is forked reports what any other does, only sooner; and what it is forked from ends with the grader."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.grading import tiny
from tests.grading.kernel_fixtures import SECONDS, need_the_sandbox
from widgets.grading.model import NONE, Settings
from widgets.grading.pytest_process import EarlyFault, cell_reports, has_fork_server
from widgets.grading.sandbox.fork_client import PYTESTS_ADDRESS, ForkedPytest
from widgets.grading.sandbox.supervisor import pytest_fork_server

SETTINGS = Settings(sandbox=NONE)
LESSON = tiny.lesson("double", "square", answers={"square": "def square(x):\n    return y"})

OWNER = """
import os, sys
from tests.grading import tiny
from widgets.grading.sandbox.supervisor import pytest_fork_server
from widgets.grading.pytest_process import cell_reports
from widgets.grading.model import Settings
os.chdir(sys.argv[1])
with pytest_fork_server():
    print(*cell_reports(tiny.lesson("double").solution, [], Settings(sandbox="none")), flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def kept():
    """What pytests are forked from, as a process."""
    need_the_sandbox()
    with pytest_fork_server():
        cell_reports(LESSON.solution, [], SETTINGS)  # it is there by then
        yield the_origin


def the_origin(of=None):
    """Return the process that a process, or this one, keeps for pytests. What it forks has its command line."""
    return next(one for one in psutil.Process(of).children() if "widgets.grading.pytest_server" in one.cmdline())


def without_an_origin(monkeypatch):
    monkeypatch.delenv(PYTESTS_ADDRESS)
    assert not has_fork_server()


def test_it_reports_what_one_reports_that_starts_by_itself(kept, monkeypatch):
    forked = cell_reports(LESSON.solution, LESSON.exercises, SETTINGS)
    without_an_origin(monkeypatch)
    alone = cell_reports(LESSON.solution, LESSON.exercises, SETTINGS)
    assert forked == alone and {report["outcome"] for report in forked.values()} == {"passed", "failed"}


def test_nothing_of_it_is_left(kept):
    cell_reports(LESSON.solution, [], SETTINGS)
    assert psutil.wait_procs(kept().children(recursive=True), SECONDS)[1] == []  # what attends to it ends after it


def test_ctrl_c_does_not_reach_it(kept):
    assert os.getsid(kept().pid) != os.getsid(0)


def test_one_that_is_killed_is_a_fault_and_the_next_one_is_none(kept, tmp_path):
    with open(tmp_path / "said", "wb") as said, ForkedPytest(str(tmp_path), said) as process:
        assert process.poll() is None
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait(SECONDS) == 128 + signal.SIGKILL
        assert process.stdout.read() == b""
    assert cell_reports(LESSON.solution, [], SETTINGS)


def test_what_they_are_forked_from_is_started_anew(kept):
    former = kept()
    former.kill()
    former.wait(SECONDS)
    assert cell_reports(LESSON.solution, [], SETTINGS)
    assert kept().pid != former.pid


def test_where_there_is_none_that_is_no_answers_fault(monkeypatch, tmp_path):
    monkeypatch.setenv(PYTESTS_ADDRESS, str(tmp_path / "nobody"))
    with pytest.raises(EarlyFault):
        cell_reports(LESSON.solution, [], SETTINGS)


@pytest.mark.parametrize("origin", ["pytest_server", "sandbox.kernel_server"])
def test_nothing_waits_for_a_grader_that_ended_before_it_was_there(origin):
    code = f"import sys, widgets.grading.{origin} as origin; origin._preload = list; origin.main(sys.argv[1])"
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
        command = [sys.executable, "-c", code, str(listening.fileno())]
        run = subprocess.run(command, stdin=subprocess.DEVNULL, pass_fds=[listening.fileno()], timeout=SECONDS)
    assert run.returncode == 0


def test_modules_in_the_graders_folder_are_not_imported_and_all_ends_with_the_grader(tmp_path):
    need_the_sandbox()
    for name in ("nbval", "pytest"):
        (tmp_path / f"{name}.py").write_text("open('imported', 'w').close()")
    command = [sys.executable, "-c", OWNER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as owner:
        assert owner.stdout.readline().split() == [b"setup", b"double", b"check-double"]
        everyone = psutil.Process(owner.pid).children(recursive=True)
        assert the_origin(owner.pid) in everyone
        owner.kill()
    assert psutil.wait_procs(everyone, SECONDS)[1] == []
    assert not list(Path(tmp_path).rglob("imported"))
