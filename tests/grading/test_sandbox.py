"""What a cell cannot do in the sandbox. One kernel is asked everything that does not end it."""

import os
import socket
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.grading.kernel_fixtures import kernel, need_the_sandbox
from widgets.grading.model import GIB, MIB, Limits
from widgets.grading.sandbox import bubblewrap

CHECKOUT = Path(__file__).parents[2]
SECRET = "TAPEDECK_A_SECRET_OF_THE_GRADER"
LIMITS = Limits(memory=GIB // 2, address_space=4 * GIB, processes=64, file=16 * MIB, disk=32 * MIB)

SEEN = [bubblewrap.WORK, bubblewrap.HOME, "/tmp", "/dev/shm"]
"""The places that can be written to."""


@pytest.fixture(scope="module")
def inside():
    """A kernel in the sandbox, while the grader's environment has a secret."""
    need_the_sandbox()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SECRET, "42")
        with kernel(limits=LIMITS, env={"TAPEDECK_SEED": "a seed"}) as started:
            yield started


@pytest.fixture
def sleeper():
    """A process of the test's own."""
    with subprocess.Popen(["sleep", "60"]) as process:
        yield process
        process.kill()


def test_it_is_nobody_and_cannot_become_anybody(inside):
    found = dict(
        line.split(":\t", 1) for line in inside.value("open('/proc/self/status').read()").splitlines() if ":\t" in line
    )
    assert found["Uid"].split() == found["Gid"].split() == ["65534"] * 4
    assert (found["NoNewPrivs"], int(found["CapEff"], 16), int(found["CapBnd"], 16)) == ("1", 0, 0)


def test_no_namespace_can_be_made_in_it(inside):
    source = "import subprocess\nsubprocess.run(['unshare', '--user', 'true'], capture_output=True).returncode"
    assert subprocess.run(["unshare", "--user", "true"]).returncode == 0
    assert inside.value(source) != 0


def test_no_network(inside):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        address = listener.getsockname()
        assert (
            inside.raised(f"import socket\nsocket.create_connection({address}, timeout=2)") == "ConnectionRefusedError"
        )
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert inside.value("import socket\n[name for _, name in socket.if_nameindex()]") == ["lo"]


def test_nothing_that_was_printed_is_lost_however_late_it_is_read(inside):
    lines = [str(number) for number in range(4000)]
    asked = inside.client.execute(f"for number in range({len(lines)}): print(number, flush=True)")
    assert inside.reply(asked)["status"] == "ok"  # so far nobody has read a line
    assert "".join(inside.printed(asked)).split() == lines


def test_no_socket_without_a_file(inside):
    name = f"\0tapedeck-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(name)
        listener.listen()
        source = f"import socket\nsocket.socket(socket.AF_UNIX).connect({name!r})"
        assert inside.raised(source) == "ConnectionRefusedError"


def test_no_process_outside_is_seen_or_reached(inside, sleeper):
    assert not inside.value(f"import os\nos.path.exists('/proc/{sleeper.pid}')")
    assert inside.raised(f"import os\nos.kill({sleeper.pid}, 9)") == "ProcessLookupError"
    assert sleeper.poll() is None


def test_nothing_of_the_grader_can_be_read(inside):
    hidden = [
        CHECKOUT / "solutions",
        CHECKOUT / ".git",
        CHECKOUT / "tests",
        CHECKOUT / "lessons/README.md",
        "/etc/shadow",
    ]
    hidden += ["/etc/passwd", "/sys", "/run", "/var", Path.home() / ".cache"]
    assert inside.value(f"import os\n[path for path in {[str(path) for path in hidden]} if os.path.exists(path)]") == []
    assert inside.value(f"import os\nsorted(os.listdir({str(CHECKOUT)!r}))") == ["lessons", "widgets"]
    assert inside.value(f"import os\nos.listdir({str(CHECKOUT / 'lessons')!r})") == ["data"]


def test_no_environment_but_its_own(inside):
    source = "from pathlib import Path\n[b'{}' in file.read_bytes() for file in Path('/proc').glob('[0-9]*/environ')]"
    assert inside.value("import os\nos.environ['TAPEDECK_SEED']") == "a seed"
    assert not inside.value(f"import os\n{SECRET!r} in os.environ")
    assert not any(inside.value(source.format(SECRET)))
    assert any(inside.value(source.format("TAPEDECK_SEED")))


def test_no_other_kernels_sockets(inside):
    with kernel(limits=LIMITS) as other:
        folder = os.path.dirname(other.manager.connection_file)
        assert len(os.listdir(folder)) > 5
        assert not inside.value(f"import os\nos.path.exists({folder!r})")
    own = os.path.dirname(inside.manager.connection_file)
    assert inside.value(f"import os\nos.listdir({own!r})") == ["kernel.json"]


def test_nothing_can_be_written_but_scratch(inside):
    places = [CHECKOUT / "widgets", sysconfig.get_path("purelib"), sys.base_prefix, "/", "/usr", "/etc", "/dev"]
    places += ["/proc/sys/kernel", bubblewrap.DATA]
    source = f"import os\n[place for place in {[str(place) for place in places]} if os.access(place, os.W_OK)]"
    assert inside.value(source) == []
    assert inside.value(f"import os\n[os.access(place, os.W_OK) for place in {SEEN}]") == [True] * len(SEEN)


def test_what_is_written_is_not_written_outside(inside, tmp_path):
    assert inside.value(f"import os\nos.path.exists({str(tmp_path)!r})") is False
    assert inside.value("open('/tmp/written', 'w').write('by a learner')") == 12
    assert inside.value("open('written', 'w').write('by a learner')") == 12
    assert not Path(bubblewrap.WORK, "written").exists()
    with kernel(limits=LIMITS) as other:
        assert other.value("import os\nos.listdir()") == []
        assert "written" not in other.value("import os\nos.listdir('/tmp')")  # Python itself may lie there


@pytest.mark.parametrize("place", SEEN)
def test_the_disk_cannot_be_filled(inside, place):
    source = f"""
import os
written, names = 0, [f"{place}/part-{{number}}" for number in range(8)]
try:
    for name in names:
        written += open(name, "wb").write(bytes({8 * MIB}))
except OSError as error:
    print(error.errno, written)
finally:
    for name in filter(os.path.exists, names):
        os.remove(name)
"""
    how, printed = inside.run(source)
    number, written = map(int, printed.split())
    assert (how, number) == ("ok", 28)
    assert written <= LIMITS.disk


def test_no_file_is_longer_than_the_limit(inside):
    source = f"file = open('/tmp/long', 'wb')\nfor _ in range(5):\n    file.write(bytes({4 * MIB}))\n    file.flush()"
    assert inside.raised(source) == "OSError"
    assert inside.value("import os\nos.path.getsize('/tmp/long')") <= LIMITS.file
    assert inside.value("file.close()\nos.remove('/tmp/long')") is None


def test_not_too_many_processes(inside):
    source = """
import os, signal, time
children = []
try:
    for _ in range(100):
        if not (child := os.fork()):
            time.sleep(20)
            os._exit(0)
        children.append(child)
except BlockingIOError:
    print("no more")
finally:
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    print(len(children))
"""
    how, printed = inside.run(source)
    assert (how, printed.split()[:-1]) == ("ok", ["no", "more"])
    assert int(printed.split()[-1]) < LIMITS.processes


def test_not_too_much_memory(inside):
    assert inside.raised(f"bytearray({LIMITS.memory + MIB})") == "MemoryError"
    assert inside.raised(f"import mmap\nmmap.mmap(-1, {LIMITS.address_space})") == "OSError"


def test_the_lessons_find_their_data(inside):
    source = "from pathlib import Path\nPath('../lessons/data/penguins.csv').read_text()"
    assert inside.value(source) == (CHECKOUT / "lessons/data/penguins.csv").read_text()
    source = "from widgets.course.lesson_copies import lesson_data\nlesson_data('penguins.csv').is_file()"
    assert inside.value(source) is True


def test_no_folder_that_is_shown_holds_the_checkout_or_the_home():
    shown = [Path(place) for place in bubblewrap.python_paths()]
    assert shown
    assert not [place for place in shown if CHECKOUT.is_relative_to(place) or Path.home().is_relative_to(place)]


@pytest.fixture
def asked_anew(monkeypatch):
    """Forget why there is no sandbox, now and afterwards."""
    bubblewrap.sandbox_missing.cache_clear()
    yield monkeypatch
    bubblewrap.sandbox_missing.cache_clear()


def test_without_bubblewrap_it_is_said_how_to_get_it(asked_anew, tmp_path):
    asked_anew.setenv("PATH", str(tmp_path))
    assert "install bubblewrap" in bubblewrap.sandbox_missing()


def test_a_bubblewrap_that_may_not_is_quoted(asked_anew, tmp_path):
    refusing = tmp_path / "bwrap"
    refusing.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    refusing.chmod(0o755)
    asked_anew.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert "setting up uid map: Permission denied" in bubblewrap.sandbox_missing()


def test_another_system_is_told_so(asked_anew):
    asked_anew.setattr(sys, "platform", "darwin")
    assert "--sandbox none" in bubblewrap.sandbox_missing()
