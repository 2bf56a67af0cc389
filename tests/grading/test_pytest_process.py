"""The line to pytest: what arrives is whole lines, and silence or an early end is a fault and never a verdict."""

import os
import subprocess
import sys

import psutil
import pytest

from tests.grading import tiny
from tests.grading.kernel_fixtures import SECONDS
from widgets.grading import pytest_process
from widgets.grading.model import Settings
from widgets.grading.pytest_process import LineReader, cell_reports, pytests_kept


@pytest.fixture
def ends():
    """A pipe: a file to read from, and the number to write to."""
    reading, writing = os.pipe()
    with open(reading, "rb") as file, open(writing, "wb", buffering=0) as other:
        yield file, other


def test_lines_arrive_whole(ends):
    file, other = ends
    other.write(b"one\ntw")
    arriving = LineReader(file)
    assert arriving.next_line(60) == b"one\n"
    other.write(b"o\n")
    assert arriving.next_line(60) == b"two\n"


def test_silence_ends_in_time(ends):
    file, other = ends
    with pytest.raises(TimeoutError):
        LineReader(file).next_line(0.01)
    other.close()


@pytest.mark.parametrize("last", [b"", b'{"cell": "hal'])
def test_an_early_end_is_no_line(ends, last):
    file, other = ends
    other.write(last)
    other.close()
    with pytest.raises(ConnectionError):
        LineReader(file).next_line(60)


def test_nobody_else_knows_the_line():
    """Standard input is empty then, what is printed goes to stderr, and a process that is started inherits neither."""
    code = (
        "import os, sys; from widgets.grading.pytest_main import take_stdio\n"
        "hearing, telling = take_stdio()\n"
        "assert not any(map(os.get_inheritable, (hearing, telling)))\n"
        "print('printed ' + repr(sys.stdin.read()), flush=True)\n"
        "os.write(telling, os.read(hearing, 9))"
    )
    run = subprocess.run([sys.executable, "-c", code], input="secret", capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, "secret", "printed ''\n")


def test_a_pytest_that_does_not_start_is_a_fault_with_what_it_said(monkeypatch):
    monkeypatch.setattr(pytest_process, "ARGUMENTS", ["-p", "no_such_module"])
    with pytest.raises(pytest_process.Fault, match="No module named"):
        pytest_process.cell_reports({}, [], Settings(sandbox="none"))


LESSON = tiny.lesson("double", "square", answers={"square": "square = y"})
SETTINGS = Settings(sandbox="none")


def pytests():
    """The pytests that this process keeps."""
    return [one for one in psutil.Process().children() if "widgets.grading.pytest_main" in one.cmdline()]


def test_one_runs_a_notebook_after_the_other_and_all_alike_and_is_gone_afterwards():
    with pytests_kept():
        first = cell_reports(LESSON.solution, [], SETTINGS)
        (kept,) = pytests()
        assert kept.children() == [] and os.getsid(kept.pid) != os.getsid(0)
        assert cell_reports(LESSON.solution, [], SETTINGS) == first
        assert pytests() == [kept]
        kept.kill()  # a pytest that is killed is a fault, and the next one is none
        with pytest.raises(pytest_process.Fault):
            cell_reports(LESSON.solution, [], SETTINGS)
        assert cell_reports(LESSON.solution, [], SETTINGS) == first
    assert {report["outcome"] for report in first.values()} == {"passed", "failed"} and pytests() == []


OWNER = """
import os, sys
from tests.grading import tiny
from widgets.grading.pytest_process import cell_reports, pytests_kept
from widgets.grading.model import Settings
os.chdir(sys.argv[1])
with pytests_kept():
    print(*cell_reports(tiny.lesson("double").solution, [], Settings(sandbox="none")), flush=True)
    sys.stdin.read()
"""


def test_modules_in_the_graders_folder_are_not_imported_and_all_ends_with_the_grader(tmp_path):
    for name in ("nbval", "pytest"):
        (tmp_path / f"{name}.py").write_text("open('imported', 'w').close()")
    command = [sys.executable, "-c", OWNER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as owner:
        assert owner.stdout.readline().split() == [b"setup", b"double", b"check-double"]
        everyone = psutil.Process(owner.pid).children(recursive=True)
        assert everyone
        owner.kill()
    assert psutil.wait_procs(everyone, SECONDS)[1] == []
    assert not list(tmp_path.rglob("imported"))
