"""A kernel's life in the sandbox: started, interrupted, ended in many ways, and nothing of it left."""

import contextlib
import os
import queue
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import psutil
import pytest

from tests.grading.kernel_fixtures import SECONDS, kernel, need_the_sandbox
from widgets.grading.model import MIB, Limits
from widgets.grading.sandbox import cgroups
from widgets.grading.sandbox.kernel_main import EXIT_CALLED
from widgets.grading.sandbox.provisioner import KernelExit
from widgets.grading.verdict_kinds import DIED, MEMORY, TIMEOUT

SMALL = Limits(disk=16 * MIB)


@pytest.fixture(autouse=True)
def _sandbox():
    need_the_sandbox()


def running(word):
    """The processes that have a word in their command."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if any(word in part for part in process.cmdline()):
                found.append(process)
    return found


def wait_until(said, seconds=SECONDS):
    """Wait until something is so, and return whether it is."""
    deadline = time.monotonic() + seconds
    while not said() and time.monotonic() < deadline:
        time.sleep(0.05)
    return said()


def left_of(asked):
    """What is there of a kernel: its folder, its groups, processes that were told of its connection file."""
    file = Path(asked.manager.connection_file)
    return [*filter(Path.exists, (file.parent, *asked.manager.provisioner.sandbox.group.folders)), *running(str(file))]


def test_it_is_interrupted_and_goes_on_and_leaves_nothing():
    with kernel(limits=SMALL) as asked:
        assert len(left_of(asked)) >= 2
        cell = asked.client.execute("import time\nprint('begun')\nfor _ in range(600): time.sleep(0.1)")
        while "begun" not in asked.client.get_iopub_msg(timeout=SECONDS)["content"].get("text", ""):
            pass
        asked.manager.interrupt_kernel()
        assert asked.reply(cell)["ename"] == "KeyboardInterrupt"
        assert asked.manager.is_alive()
        assert asked.manager.provisioner.kernel_exit() is None
    assert left_of(asked) == []


@pytest.mark.parametrize("source", ["exit()", "quit"])
def test_leaving_ends_it_at_once(source):
    with kernel(limits=SMALL) as asked:
        assert asked.dies_of(source) == KernelExit(DIED, EXIT_CALLED)


@pytest.mark.parametrize(
    ("source", "status"),
    [("import os; os._exit(3)", 3), ("import ctypes; ctypes.string_at(0)", -signal.SIGSEGV)],
)
def test_a_crash_is_told_and_leaves_nothing(source, status):
    with kernel(limits=SMALL) as asked:
        assert asked.dies_of(source) == KernelExit(DIED, status)
        assert asked.manager.has_kernel
    assert left_of(asked) == []


def test_too_much_processor_time_is_a_time_out():
    with kernel(limits=Limits(disk=MIB, processor_seconds=15)) as asked:
        ending = asked.dies_of("import time\nend = time.monotonic() + 300\nwhile time.monotonic() < end: pass")
    assert ending.kind == TIMEOUT


def shared_memory(size):
    """A cell that uses memory which no limit of a single process counts."""
    return f"""
import mmap
shared = mmap.mmap(-1, {size})
for _ in range({size // MIB}):
    shared.write(b"x" * {MIB})
"""


def test_memory_of_all_processes_together_is_bounded():
    limits = Limits(memory=768 * MIB, disk=MIB)
    with kernel(limits=limits) as asked:
        if not asked.manager.provisioner.sandbox.group.is_complete:
            pytest.skip("this system lets us make no control group")
        ending = asked.dies_of(shared_memory(limits.memory))
    assert (ending.kind, ending.status) == (MEMORY, -signal.SIGKILL)
    assert left_of(asked) == []


def test_a_daemon_does_not_outlive_it():
    word = f"{50 + uuid.uuid4().int % 10**6 / 10**6:.6f}"
    source = f"""
import os
if not os.fork():
    os.setsid()
    if not os.fork():
        os.execvp("sleep", ["sleep", "{word}"])
    os._exit(0)
os.wait();
"""
    with kernel(limits=SMALL) as asked:
        assert asked.run(source)[0] == "ok"
        assert wait_until(lambda: running(word))
    assert running(word) == []


GRADER = """
import time
from tests.grading.kernel_fixtures import kernel
with kernel() as asked:
    print(asked.manager.connection_file, flush=True)
    time.sleep(60)
"""


def test_it_does_not_outlive_a_grader_that_is_killed():
    root = Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", GRADER], stdout=subprocess.PIPE, text=True, cwd=root) as grader:
        file = grader.stdout.readline().strip()
        assert running(file)
        grader.kill()
    assert wait_until(lambda: not running(file))
    with kernel(limits=SMALL):  # one that another test starts meanwhile may have tidied up already
        assert not Path(file).parent.exists()


def test_a_message_that_is_too_long_does_not_arrive():
    with kernel(limits=Limits(disk=MIB, output=MIB)) as asked:
        shown = f"show({{'text/plain': 'x' * {3 * MIB}}})"
        cell = asked.client.execute(f"from IPython.display import publish_display_data as show\n{shown}")
        assert asked.reply(cell)["status"] == "ok"
        arrived = []
        with contextlib.suppress(queue.Empty):
            while True:
                arrived.append(asked.client.get_iopub_msg(timeout=1)["msg_type"])
        assert "display_data" not in arrived
        assert asked.manager.is_alive()


def test_tensorflow_and_pictures_work_within_the_limits():
    with kernel() as asked:
        gradient = """
import tensorflow as tf
x = tf.Variable(3.0)
with tf.GradientTape() as tape:
    y = x * x
float(tape.gradient(y, x))
"""
        assert asked.value(gradient) == 6.0
        assert asked.run("import matplotlib.pyplot as plt\nplt.plot([1, 2]);")[0] == "ok"
        assert asked.value("import matplotlib\nmatplotlib.get_backend().split('.')[-1].endswith('inline')")
        assert (
            asked.value("import os\n'building the font cache' in str(os.listdir(os.environ['MPLCONFIGDIR']))") is False
        )


def test_a_kernel_outside_of_the_sandbox_is_one_like_any_other():
    with kernel(sandbox="none", env={"TAPEDECK_SEED": "a seed"}) as asked:
        assert asked.value("import os\n(os.getuid(), os.environ['TAPEDECK_SEED'])") == (os.getuid(), "a seed")
        assert Path(asked.manager.connection_file).exists()
    assert not Path(asked.manager.connection_file).exists()


@pytest.mark.parametrize("sandbox", ["bwrap", "none"])
def test_what_lessons_read_is_where_they_look_for_it(tmp_path, sandbox):
    (tmp_path / "table.csv").write_text("1, 2")
    with kernel(sandbox=sandbox, data=tmp_path) as asked:
        assert asked.value("import os\n(open('../lessons/data/table.csv').read(), os.listdir())") == ("1, 2", [])


MANY = """
import os, time
for _ in range(100):
    if not os.fork():
        time.sleep(30)
        os._exit(0)
"""


@pytest.fixture
def without_groups(monkeypatch):
    """As on a system that lets us make no control group."""
    monkeypatch.setattr(cgroups, "make_group", lambda pid, limits: cgroups.ControlGroup())


@pytest.mark.usefixtures("without_groups")
def test_without_groups_memory_of_all_together_is_watched():
    limits = Limits(memory=768 * MIB, disk=MIB)
    with kernel(limits=limits) as asked:
        ending = asked.dies_of(shared_memory(limits.memory) + "\nimport time\ntime.sleep(30)")
    assert (ending.kind, ending.status) == (MEMORY, -signal.SIGKILL)
    assert left_of(asked) == []


@pytest.mark.usefixtures("without_groups")
def test_without_groups_processes_are_bounded_or_watched():
    with kernel(limits=Limits(processes=64, disk=MIB)) as asked:
        cell = asked.client.execute(MANY)
        if os.getuid():
            assert asked.reply(cell)["ename"] == "BlockingIOError"
        else:  # the system sets root no limit on processes
            asked.wait_for_the_end()
            assert asked.manager.provisioner.kernel_exit().kind == DIED
    assert left_of(asked) == []


def test_kernels_outside_of_the_sandbox_have_sockets_of_their_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with kernel(sandbox="none") as one, kernel(sandbox="none") as other:
        assert one.value("1") + other.value("2") == 3
        assert os.listdir(tmp_path) == []
