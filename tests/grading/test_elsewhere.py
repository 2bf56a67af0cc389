"""An own file is graded where Python is as poor as on Windows: without groups, inherited files, sockets in folders."""

from pathlib import Path

import psutil
import pytest

from tests.test_cli import tapedeck

from . import small

PATIENCE = 60  # seconds that a busy machine may take for what takes one
SOON = (
    "import functools; from widgets.grading import command, model; "
    "command.Settings = functools.partial(model.Settings, limits=model.Limits(seconds_per_cell=3))"
)
"""A cell may run for three seconds."""

ENDLESS = (
    "import subprocess, sys\n"
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], start_new_session=True)\n"
    "while True: pass"
)
LEAVING = ENDLESS.replace("while True: pass", small.ANSWER)


@pytest.fixture
def elsewhere(monkeypatch, tmp_path):
    """A Python like that of Windows, whose processes are known by a word in their environment."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).with_name("elsewhere")))
    monkeypatch.setenv("TAPEDECK_TESTED_IN", str(tmp_path))
    yield tmp_path
    assert psutil.wait_procs([one for one in psutil.process_iter() if _is_of(one, tmp_path)], PATIENCE)[1] == []


def _is_of(process, folder):
    try:
        return process.environ().get("TAPEDECK_TESTED_IN") == str(folder) and process.pid != psutil.Process().pid
    except psutil.Error:
        return False


@pytest.mark.parametrize(
    ("source", "verdict"),
    [
        ("def double(x):\n    return 3 * x", "wrong"),
        (ENDLESS, "timeout"),
        (LEAVING, "passed"),
    ],
)
def test_ones_own_file_is_graded(elsewhere, source, verdict):
    small.lesson(elsewhere / "course")
    small.write(elsewhere / f"{small.NAME}.ipynb", source)
    asked = [str(elsewhere / f"{small.NAME}.ipynb"), "--reference", str(elsewhere / "course"), "--sandbox", "none"]
    run = tapedeck("grade", *asked, before=SOON if verdict == "timeout" else "")
    assert (run.returncode, run.stderr) == (0, "") and f" {verdict} " in run.stdout, run.stderr


@pytest.mark.parametrize("more", [[], ["--sandbox", "none"]])
def test_a_class_is_not_and_is_told_where_it_can_be(elsewhere, more):
    small.handed_in(elsewhere / "class", {"ann": small.ANSWER})
    run = tapedeck("grade", str(elsewhere / "class"), *more)
    assert run.returncode == 2 and "needs Linux" in run.stderr and "WSL" in run.stderr


@pytest.mark.parametrize(
    "code",
    [
        "import widgets.classroom.kernel_owner",
        "from widgets.grading.sandbox import kernel_zygote as s; s.exit_afterwards().__enter__(); s.os.fork()",
    ],
)
def test_what_is_not_there_would_be_missed(elsewhere, code):
    run = tapedeck("--version", before=code)
    assert run.returncode == 1 and "on Windows there is no" in run.stderr


def test_kernels_are_spoken_to_over_ports(elsewhere):
    asking = "from widgets.grading.sandbox import kernel_manager as km; print(km.kernel_manager('none').transport)"
    assert tapedeck("--version", before=asking).stdout.splitlines()[0] == "tcp"
