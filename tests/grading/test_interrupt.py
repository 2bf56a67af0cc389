"""Ctrl-C: the first lets what has begun be finished; the second leaves no process, and no verdict that is not whole."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from tests.grading.kernel_fixtures import need_the_sandbox
from tests.test_cli import ENTRY

from . import small

PATIENCE = 120  # seconds that a busy machine may take for what takes one
BEGUN = "import ctypes\nctypes.CDLL(None).prctl(15, b'begun')\n"
"""An answer that can be seen from outside: it gives its process a name."""

RIGHT, SLOW = small.ANSWER, f"{BEGUN}import time\ntime.sleep(5)\n{small.ANSWER}"
ENDLESS = f"{BEGUN}while True: pass"
LEAVING = (
    "import subprocess, sys\n"
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], start_new_session=True)\n" + ENDLESS
)


@contextlib.contextmanager
def grading(folder, sources, *more, paths=None):
    """Grade what learners have handed in, one after the other. Give the running command."""
    small.lesson(folder / "course")
    small.handed_in(folder / "class", sources)
    asked = ["--reference", str(folder / "course"), "--out", str(folder / "out"), "--workers", "1", *more]
    code = ENTRY.format(arguments=["grade", str(paths or folder / "class"), *asked])
    with subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True) as run:
        try:
            yield run
        finally:
            run.kill()


def interrupt(run):
    os.kill(run.pid, signal.SIGINT)


def wait_until(condition):
    end = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.02)
    return found


def verdicts(folder):
    """The verdicts that are kept, by learner."""
    kept = [json.loads(path.read_text()) for path in (folder / "out").rglob("verdicts/*/*.json")]
    return {one["submission"]["learner"]: one["verdicts"][0]["kind"] for one in kept}


def below(run):
    return psutil.Process(run.pid).children(recursive=True)


def has_begun(run):
    """Whether an answer that says so is running."""
    return "begun" in map(_name, below(run))


def _name(process):
    with contextlib.suppress(psutil.Error):
        return process.name()


def test_the_first_lets_what_has_begun_be_finished(tmp_path):
    need_the_sandbox()
    with grading(tmp_path, {"ann": RIGHT, "bob": SLOW, "cy": RIGHT}) as run:
        wait_until(lambda: has_begun(run))
        interrupt(run)
        said = run.stderr.read()
        assert run.wait(PATIENCE) == 1
    assert "Stopping" in said and "1 of 3 are not graded" in said
    assert verdicts(tmp_path) == {"ann": "passed", "bob": "passed"}


@pytest.mark.parametrize("sandbox", ["bwrap", "forked"])
def test_the_second_ends_at_once_and_what_is_kept_is_whole(tmp_path, sandbox):
    need_the_sandbox()
    with grading(tmp_path, {"ann": RIGHT, "bob": ENDLESS}, "--sandbox", sandbox) as run:
        wait_until(lambda: has_begun(run))
        assert_gone_at_once(run)
    assert verdicts(tmp_path) == {"ann": "passed"}
    written = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert {path.suffix for path in written} <= {".json", ".html", ".new", ""}, written


def test_without_a_sandbox_what_an_answer_has_started_is_gone_too(tmp_path):
    own = tmp_path / "class" / "ann" / f"{small.NAME}.ipynb"
    with grading(tmp_path, {"ann": LEAVING}, "--sandbox", "none", paths=own) as run:
        wait_until(lambda: has_begun(run))
        assert len(below(run)) == 3  # pytest, the kernel, what the answer has started
        assert_gone_at_once(run)


def assert_gone_at_once(run):
    """Press Ctrl-C twice. The second comes when the first was heard, and the answer still runs."""
    everything = below(run)
    interrupt(run)
    assert "Stopping" in run.stderr.readline() and has_begun(run)
    interrupt(run)
    assert run.wait(PATIENCE) == 130
    assert psutil.wait_procs(everything, PATIENCE)[1] == []
