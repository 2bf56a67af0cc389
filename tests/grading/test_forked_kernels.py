"""Kernels forked from the fork server: quick to start, and as isolated as those that start by themselves."""

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
from widgets.grading.sandbox.fork_client import KERNELS_ADDRESS, ForkServerDied
from widgets.grading.verdict_kinds import DIED

OWNER = """
import os, sys
from widgets.grading.model import Limits
from widgets.grading.sandbox.fork_client import KERNELS_ADDRESS
from widgets.grading.sandbox.supervisor import kernel_fork_server
with kernel_fork_server(Limits()):
    print(os.environ[KERNELS_ADDRESS], flush=True)
    sys.stdin.read()
"""

GRADIENT = """
import tensorflow as tf
x = tf.Variable(tf.random.stateless_normal((64, 64), (1, 2)))
with tf.GradientTape() as tape:
    y = tf.reduce_sum(tf.sin(tf.linalg.matmul(x, x)) ** 2)
tape.gradient(y, x).numpy().tobytes()
"""

LIMITS = Limits(memory=2 * GIB, processes=100, seconds_per_cell=30)


@pytest.fixture(scope="module")
def owner():
    """A process that keeps a fork server: the tests' own would have to be killed."""
    need_the_sandbox()
    with subprocess.Popen([sys.executable, "-c", OWNER], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        os.environ[KERNELS_ADDRESS] = process.stdout.readline().decode().strip()
        yield process
        process.stdin.close()
    del os.environ[KERNELS_ADDRESS]


@pytest.fixture
def forked(owner):
    """Give what makes a kernel; all are gone after the test."""
    with contextlib.ExitStack() as held:
        yield lambda **env: held.enter_context(kernel(sandbox=FORKED, limits=LIMITS, env=env))


@pytest.fixture(scope="module")
def pair(owner):
    """Two kernels of the same fork server."""
    with (
        kernel(sandbox=FORKED, limits=LIMITS, env={"TAPEDECK_SEED": "first"}) as first,
        kernel(sandbox=FORKED, limits=LIMITS, env={"TAPEDECK_SEED": "second"}) as second,
    ):
        yield first, second


def first_process(asked):
    """The first process of a kernel's world, as it is seen from here."""
    return psutil.Process(asked.manager.provisioner.process.pid)


def server_of(owner):
    """The Python in the fork server's sandbox."""
    (found,) = [one for one in psutil.Process(owner.pid).children(recursive=True) if is_server(one)]
    return found


def is_server(process):
    """Whether this is the fork server itself: what it has forked has its command line, but not its parent."""
    return (
        "widgets.grading.sandbox.kernel_server" in process.cmdline()
        and process.name().startswith("python")
        and (process.parent().name() == "bwrap")
    )


def test_a_gradient_is_that_of_a_kernel_that_starts_by_itself(pair):
    with kernel(limits=LIMITS) as cold:
        assert pair[0].value(GRADIENT) == cold.value(GRADIENT)


def test_tensorflow_and_all_our_rooms_are_there_and_nothing_of_it_has_been_started(pair):
    assert pair[1].value("import sys\n{'tensorflow', 'widgets.deck.widget', 'widgets.exercises'} <= set(sys.modules)")
    assert (
        pair[1].raised("import sys; sys.modules['tensorflow'].config.threading.set_intra_op_parallelism_threads(1)")
        == "ok"
    )


def test_a_kernel_is_nobody_and_can_do_nothing_about_it(pair):
    status = pair[0].value("open('/proc/self/status').read()")
    facts = dict(line.split(":\t") for line in status.splitlines())
    assert facts["Uid"].split() == facts["Gid"].split() == ["65534"] * 4
    assert {int(facts[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {0}
    assert facts["NoNewPrivs"] == "1"


def test_a_kernel_cannot_change_its_world(pair):
    attempt = "import ctypes\nlibc = ctypes.CDLL(None)\nlibc.{} < 0"
    assert pair[0].value(attempt.format("unshare(0x10000000)"))
    assert pair[0].value(attempt.format("umount2(b'/tmp', 2)"))
    assert pair[0].value(attempt.format("mount(b'none', b'/tmp', b'tmpfs', 0, None)"))
    assert pair[0].raised("open('/proc/1/mem', 'rb')") == "PermissionError"
    assert pair[0].raised("import os, signal\nfor n in (signal.SIGINT, signal.SIGTERM): os.kill(1, n)") == "ok"
    assert pair[0].value("1 + 1") == 2


def test_a_kernel_sees_its_own_processes_only(pair):
    for asked in pair:
        seen = asked.value("import os\nsorted(int(name) for name in os.listdir('/proc') if name.isdigit())")
        assert seen == [1, 2]


def test_no_signal_reaches_siblings_or_the_fork_server(owner, pair):
    others = [first_process(pair[1]), *first_process(pair[1]).children(), server_of(owner)]
    assert len(others) == 3
    for other in others:
        assert pair[0].raised(f"import os; os.kill({other.pid}, 0)") == "ProcessLookupError"
        assert pair[0].raised(f"import os; os.kill({-other.pid}, 0)") == "ProcessLookupError"


def test_siblings_share_no_files_and_no_secrets(pair):
    places = "/tmp", "/dev/shm", "/home/learner", "/home/learner/solutions"
    for place in places:
        assert pair[0].raised(f"open('{place}/mine', 'w').close()") == "ok"
    assert pair[1].value(f"import os\n[p for p in {places} if os.path.exists(p + '/mine')]") == []
    assert [asked.value("import os\nos.environ['TAPEDECK_SEED']") for asked in pair] == ["first", "second"]
    assert KERNELS_ADDRESS not in pair[0].value("import os\ndict(os.environ)")


def test_the_environment_is_that_of_a_kernel_that_starts_by_itself(pair):
    with kernel(limits=LIMITS, env={"TAPEDECK_SEED": "first"}) as cold:
        for ask in (
            "{name: value for name, value in os.environ.items() if name != 'PWD'}",
            "(os.getcwd(), sys.path)",
            "[sorted(os.listdir(folder)) for folder in ('../lessons/data', os.environ['MPLCONFIGDIR'])]",
        ):
            assert pair[0].value(f"import os, sys\n{ask}") == cold.value(f"import os, sys\n{ask}")


def test_nothing_can_be_written_but_scratch(pair):
    writable = pair[0].value("""
import os
places = [line.split()[1] for line in open("/proc/self/mounts")]
sorted({place for place in places if not os.statvfs(place).f_flag & os.ST_RDONLY})
""")
    assert writable == ["/dev/pts", "/dev/shm", "/home/learner", "/tmp"]


def test_the_fork_servers_socket_is_nowhere(pair):
    assert not pair[0].value(f"import os\nos.path.exists({os.environ[KERNELS_ADDRESS]!r})")
    held = pair[0].value("""
[os.path.realpath(f"/proc/self/fd/{number}") for number in os.listdir("/proc/self/fd")]
""")
    assert {name for name in held if name.startswith("/") and os.path.basename(name).isalpha()} == {"/dev/null"}


def test_no_network_but_a_loopback_of_its_own(pair):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        attempt = f"import socket; socket.create_connection(('127.0.0.1', {listening.getsockname()[1]}), 5)"
        assert pair[0].raised(attempt) == "ConnectionRefusedError"
        assert select.select([listening], [], [], 0)[0] == []
    assert pair[0].value("import socket\n[name for _, name in socket.if_nameindex()]") == ["lo"]
    assert pair[0].raised("here = socket.socket(socket.AF_UNIX); here.bind('\\0tapedeck-test')") == "ok"
    reach = "import socket; socket.socket(socket.AF_UNIX).connect('\\0tapedeck-test')"
    assert pair[1].raised(reach) == "ConnectionRefusedError"


def test_randomness_is_not_the_siblings(pair):
    ask = "import random, uuid, numpy\n[random.random(), numpy.random.rand(), uuid.uuid4().hex]"
    first, second = (asked.value(ask) for asked in pair)
    assert not set(first) & set(second)


def test_a_terminal_of_its_own(pair):
    assert pair[0].run("!echo hello")[1].strip() == "hello"


@pytest.mark.parametrize(
    ("source", "status"),
    [
        ("import os; os._exit(3)", 3),
        ("import ctypes; ctypes.string_at(0)", -signal.SIGSEGV),
        ("exit()", 86),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL),
    ],
)
def test_an_end_is_told_and_is_nobody_elses(forked, pair, source, status):
    ended = forked().dies_of(source)
    assert (ended.kind, ended.status) == (DIED, status)
    assert pair[0].value("1 + 1") == 2


def test_too_many_processes_are_refused_and_leave_room_for_others(forked, pair):
    refused = forked().raised("""
import subprocess
for _ in range(150):
    subprocess.Popen(["sleep", "20"])
""")
    assert refused == "BlockingIOError"
    assert pair[0].value("import subprocess\nsubprocess.check_output(['echo', 'a'])") == b"a\n"


def test_memory_is_bounded(forked):
    asked = forked()
    assert asked.raised("held = bytearray(3 << 30)") == "MemoryError"
    assert asked.value("1 + 1") == 2


def test_a_daemon_ends_with_its_kernel(owner):
    with kernel(sandbox=FORKED, limits=LIMITS) as asked:
        asked.run("import subprocess; subprocess.Popen(['sleep', '61'], start_new_session=True)")
        left = first_process(asked).children(recursive=True)
        assert [one.name() for one in left].count("sleep") == 1
    assert psutil.wait_procs(left, SECONDS)[1] == []


def test_an_interrupt_interrupts(forked):
    asked = forked()
    asked.client.execute("print('on'); import time; time.sleep(50)")
    while asked.client.get_iopub_msg(timeout=SECONDS)["content"].get("text") != "on\n":
        pass
    asked.manager.interrupt_kernel()
    while (reply := asked.client.get_shell_msg(timeout=SECONDS))["msg_type"] != "execute_reply":
        pass
    assert reply["content"].get("ename") == "KeyboardInterrupt"


def test_a_kernel_ends_with_its_grader(owner):
    script = f"""
import sys
from tests.grading.kernel_fixtures import kernel
with kernel(sandbox="{FORKED}") as asked:
    print(asked.manager.provisioner.process.pid, flush=True)
    sys.stdin.read()
"""
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as grader:
        first = psutil.Process(int(grader.stdout.readline()))
        everyone = [first, *first.children(recursive=True)]
        grader.kill()
    assert psutil.wait_procs(everyone, SECONDS)[1] == []


def test_a_fork_server_that_ends_is_replaced_and_what_it_held_is_nobodys_verdict(owner, forked):
    asked = forked()
    server_of(owner).kill()
    with pytest.raises(ForkServerDied):
        asked.manager.provisioner.process.wait(SECONDS)
    assert forked().value("1 + 1") == 2


def test_with_the_owner_everything_ends(owner, forked):
    """The last test: there is no fork server afterwards."""
    everyone = psutil.Process(owner.pid).children(recursive=True)
    asked = forked()
    everyone += [first_process(asked), *first_process(asked).children(recursive=True)]
    owner.kill()
    assert psutil.wait_procs(everyone, SECONDS)[1] == []
