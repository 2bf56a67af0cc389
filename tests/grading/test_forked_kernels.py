"""Kernels forked one after the other in a sandbox: as isolated as those that start by themselves."""

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys

import psutil
import pytest

from tests.grading.kernel_fixtures import SECONDS, kernel, need_the_sandbox
from widgets.grading.model import FORKED, GIB, Limits
from widgets.grading.sandbox import zygote_client
from widgets.grading.verdict_kinds import DIED

GRADIENT = """
import tensorflow as tf
x = tf.Variable(tf.random.stateless_normal((64, 64), (1, 2)))
with tf.GradientTape() as tape:
    y = tf.reduce_sum(tf.sin(tf.linalg.matmul(x, x)) ** 2)
tape.gradient(y, x).numpy().tobytes()
"""

LIMITS = Limits(memory=2 * GIB, processes=100, seconds_per_cell=30)


@pytest.fixture
def forked():
    """Give what makes a kernel; all are gone after the test."""
    need_the_sandbox()
    with contextlib.ExitStack() as held:
        yield lambda **env: held.enter_context(kernel(sandbox=FORKED, limits=LIMITS, env=env))


@pytest.fixture(scope="module")
def one():
    """A kernel."""
    need_the_sandbox()
    with kernel(sandbox=FORKED, limits=LIMITS, env={"TAPEDECK_SEED": "first"}) as running:
        yield running


def zygote_of(asked):
    """The process that a kernel was forked from, as it is seen from here."""
    (found,) = psutil.Process(asked.manager.provisioner.sandbox.process.pid).children()
    return found


def test_a_gradient_is_that_of_a_kernel_that_starts_by_itself(one):
    with kernel(limits=LIMITS, env={"TAPEDECK_SEED": "first"}) as cold:
        assert one.value(GRADIENT) == cold.value(GRADIENT)
        for ask in (
            "{name: value for name, value in os.environ.items() if name != 'PWD'}",
            "(os.getcwd(), sys.path)",
            "[sorted(os.listdir(folder)) for folder in ('../lessons/data', os.environ['MPLCONFIGDIR'])]",
        ):
            assert one.value(f"import os, sys\n{ask}") == cold.value(f"import os, sys\n{ask}")


def test_tensorflow_and_all_our_rooms_are_there_and_nothing_of_it_has_been_started(forked):
    asked = forked()
    assert asked.value("import sys\n{'tensorflow', 'widgets.deck.widget', 'widgets.exercises'} <= set(sys.modules)")
    assert (
        asked.raised("import sys; sys.modules['tensorflow'].config.threading.set_intra_op_parallelism_threads(1)")
        == "ok"
    )


def test_a_kernel_is_nobody_and_can_do_nothing_about_it(one):
    status = one.value("open('/proc/self/status').read()")
    facts = dict(line.split(":\t") for line in status.splitlines())
    assert facts["Uid"].split() == facts["Gid"].split() == ["65534"] * 4
    assert {int(facts[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {0}
    assert facts["NoNewPrivs"] == "1"


def test_a_kernel_cannot_change_its_world(one):
    attempt = "import ctypes\nlibc = ctypes.CDLL(None)\nlibc.{} < 0"
    assert one.value(attempt.format("unshare(0x10000000)"))
    assert one.value(attempt.format("umount2(b'/tmp', 2)"))
    assert one.value(attempt.format("mount(b'none', b'/tmp', b'tmpfs', 0, None)"))
    for secret in ("mem", "environ", "fd/0", "maps"):
        assert one.raised(f"open('/proc/1/{secret}', 'rb')") == "PermissionError"
    writable = one.value("""
import os
places = [line.split()[1] for line in open("/proc/self/mounts")]
sorted({place for place in places if os.path.isdir(place) and not os.statvfs(place).f_flag & os.ST_RDONLY})
""")
    assert writable == ["/dev/pts", "/dev/shm", "/home/learner", "/tmp"]


def test_no_signal_ends_what_it_was_forked_from(one):
    signals = "(signal.SIGINT, signal.SIGTERM, signal.SIGSTOP, signal.SIGKILL, signal.SIGSEGV)"
    assert one.raised(f"import os, signal\nfor n in {signals}: os.kill(1, n); os.kill(os.getppid(), n)") == "ok"
    assert one.value("1 + 1") == 2 and zygote_of(one).status() != psutil.STATUS_STOPPED


def test_a_kernel_sees_its_own_processes_and_their_origin_only(one):
    assert len(one.value("import os\n[name for name in os.listdir('/proc') if name.isdigit()]")) == 2


def test_it_holds_nothing_of_the_grader(one):
    held = one.value("import os\n[os.path.realpath(f'/proc/self/fd/{n}') for n in os.listdir('/proc/self/fd')]")
    assert {name for name in held if name.startswith("/") and os.path.basename(name).isalpha()} == {"/dev/null"}


def test_no_network_but_a_loopback_of_its_own(one):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        attempt = f"import socket; socket.create_connection(('127.0.0.1', {listening.getsockname()[1]}), 5)"
        assert one.raised(attempt) == "ConnectionRefusedError"
        assert select.select([listening], [], [], 0)[0] == []
    assert one.value("import socket\n[name for _, name in socket.if_nameindex()]") == ["lo"]


def test_a_terminal_of_its_own(one):
    assert one.run("!echo hello")[1].strip() == "hello"


LEAVING = """
import os, subprocess, time
for place in ("/tmp", "/dev/shm", "/home/learner", "/home/learner/solutions"):
    os.makedirs(f"{place}/mine/deep")
    open(f"{place}/mine/deep/file", "w").close()
for _ in range(3):
    subprocess.Popen(["sleep", "61"], start_new_session=True)
"""
FINDING = """
import os
places = "/tmp", "/dev/shm", "/home/learner"
found = [os.path.join(d, f) for top in places for d, ds, fs in os.walk(top) for f in ds + fs]
([one for one in found if "mine" in one.split("/")], len([n for n in os.listdir("/proc") if n.isdigit()]))
"""
DRAWING = "import random, uuid, numpy\n[random.random(), numpy.random.rand(), uuid.uuid4().hex]"


def test_of_one_kernel_the_next_one_finds_nothing():
    need_the_sandbox()
    with kernel(sandbox=FORKED, limits=LIMITS, env={"TAPEDECK_SEED": "first"}) as asked:
        first = zygote_of(asked)
        drawn = asked.value(DRAWING)
        asked.run(LEAVING)
        left = first.children(recursive=True)
        assert [process.name() for process in left].count("sleep") == 3
    assert psutil.wait_procs(left, SECONDS)[1] == []
    with kernel(sandbox=FORKED, limits=LIMITS, env={"TAPEDECK_SEED": "second"}) as asked:
        assert zygote_of(asked) == first
        assert asked.value(FINDING) == ([], 2)
        assert not set(drawn) & set(asked.value(DRAWING))
        assert asked.value("import os\nos.environ['TAPEDECK_SEED']") == "second"


SPOILING = {
    "limits": "import resource; resource.prlimit(1, resource.RLIMIT_NOFILE, (20, 20))",
    "rights": "import os; os.chmod('/home/learner', 0)",
    "priority": "import os; os.setpriority(os.PRIO_PROCESS, 1, 19)",
    "marks": "import os; os.setxattr('/tmp', 'user.note', b'6.28')",
    "folders": "import os; os.rmdir('/home/learner/solutions')",
    "locked": "import os; os.makedirs('/tmp/a/b'); os.chmod('/tmp/a', 0)",
}


@pytest.mark.parametrize("source", SPOILING.values(), ids=SPOILING)
def test_what_cannot_be_cleared_is_thrown_away(source):
    with kernel(sandbox=FORKED, limits=LIMITS) as asked:
        former = zygote_of(asked)
        how = asked.raised(source)
    refused = how in ("PermissionError", "OSError")
    assert (former in _waiting()) == refused, how


def _waiting():
    """The processes that wait for the next kernel."""
    return [psutil.Process(one.sandbox.process.pid).children()[0] for one in zygote_client._idle]


@pytest.mark.parametrize(
    ("source", "status"),
    [
        ("import os; os._exit(3)", 3),
        ("import ctypes; ctypes.string_at(0)", -signal.SIGSEGV),
        ("exit()", 86),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL),
        ("import os, signal; os.kill(-1, signal.SIGKILL)", None),
    ],
)
def test_an_end_is_told(forked, source, status):
    asked = forked()
    if status is None:  # all but itself and the first process: nothing
        assert asked.raised(source) in ("ok", "ProcessLookupError") and asked.value("1 + 1") == 2
    else:
        ended = asked.dies_of(source)
        assert (ended.kind, ended.status) == (DIED, status)


def test_memory_and_processes_are_bounded(forked):
    asked = forked()
    assert asked.raised("held = bytearray(3 << 30)") == "MemoryError"
    many = "import subprocess\nfor _ in range(150): subprocess.Popen(['sleep', '20'])"
    assert asked.raised(many) == "BlockingIOError"
    assert asked.value("1 + 1") == 2


def test_an_interrupt_interrupts(forked):
    asked = forked()
    asked.client.execute("print('on'); import time; time.sleep(50)")
    while asked.client.get_iopub_msg(timeout=SECONDS)["content"].get("text") != "on\n":
        pass
    asked.manager.interrupt_kernel()
    while (reply := asked.client.get_shell_msg(timeout=SECONDS))["msg_type"] != "execute_reply":
        pass
    assert reply["content"].get("ename") == "KeyboardInterrupt"


def test_a_sandbox_that_is_killed_is_a_dead_kernel_and_the_next_one_has_another(forked):
    asked = forked()
    zygote_of(asked).kill()
    asked.wait_for_the_end()
    assert forked().value("1 + 1") == 2


def test_a_kernel_ends_with_its_grader():
    need_the_sandbox()
    script = f"""
import sys
from tests.grading.kernel_fixtures import kernel
with kernel(sandbox="{FORKED}") as asked:
    print(asked.manager.provisioner.sandbox.process.pid, flush=True)
    sys.stdin.read()
"""
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as grader:
        first = psutil.Process(int(grader.stdout.readline()))
        everyone = [first, *first.children(recursive=True)]
        assert len(everyone) == 3
        grader.kill()
    assert psutil.wait_procs(everyone, SECONDS)[1] == []
