"""The line to pytest: what arrives is whole lines, and silence or an early end is a fault and never a verdict."""

import os
import subprocess
import sys

import pytest

from widgets.grading import pytest_process
from widgets.grading.model import Settings
from widgets.grading.pytest_process import read_lines


@pytest.fixture
def ends():
    """A pipe: a file to read from, and the number to write to."""
    reading, writing = os.pipe()
    with open(reading, "rb") as file, open(writing, "wb", buffering=0) as other:
        yield file, other


def test_lines_arrive_whole(ends):
    file, other = ends
    other.write(b"one\ntw")
    arriving = read_lines(file, seconds=60)
    assert next(arriving) == b"one\n"
    other.write(b"o\n")
    assert next(arriving) == b"two\n"


def test_silence_ends_in_time(ends):
    file, other = ends
    with pytest.raises(TimeoutError):
        next(read_lines(file, seconds=0.01))
    other.close()


@pytest.mark.parametrize("last", [b"", b'{"cell": "hal'])
def test_an_early_end_is_no_line(ends, last):
    file, other = ends
    other.write(last)
    other.close()
    with pytest.raises(ConnectionError):
        next(read_lines(file, seconds=60))


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
