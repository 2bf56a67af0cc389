"""A process becomes who asked for a kernel: the user, and all that bounds the user's server."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root becomes somebody else, on Linux"
)

ROOT = Path(__file__).parents[2]
NOBODY = 65534

BECOME = """
import json, os, resource, sys
from widgets.classroom.kernel_owner import Refused, become
try:
    become(*map(int, sys.argv[1:]))
except Refused as reason:
    print(json.dumps(str(reason)))
    sys.exit()
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
groups = sorted(open("/proc/self/cgroup"))
facts = [os.getresuid(), os.getresgid(), os.getgroups(), resource.getrlimit(resource.RLIMIT_NOFILE), groups]
try:
    os.setuid(0)
except PermissionError:
    print(json.dumps([*facts, os.umask(0), int(status["NoNewPrivs"]), os.path.exists("/mnt/only-there")]))
"""

SERVER = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (200, 300))
os.umask(0o27)
print(flush=True)
sys.stdin.read()
"""


def became(*before, user=NOBODY, claimed=NOBODY, started=lambda pid: None):
    """What a root process is after it became the owner of a server, which is started by a command before it."""
    privileges = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--no-new-privs"]
    command = [*before, *privileges, "/usr/bin/env", "python3", "-c", SERVER]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd="/", env={"PATH": "/usr/bin:/bin"}
    ) as server:
        server.stdout.readline()
        started(server.pid)
        run = subprocess.run(
            [sys.executable, "-c", BECOME, str(server.pid), str(claimed), str(claimed)],
            capture_output=True, text=True, cwd=ROOT, umask=0o22,
        )  # fmt: skip
        server.stdin.close()
    assert not run.stderr
    return json.loads(run.stdout)


def test_it_has_the_user_and_the_limits_of_who_asked():
    users, groups, more_groups, files, _control, umask, no_new_privileges, _mount = became()
    assert users == groups == [NOBODY] * 3
    assert 0 not in more_groups
    assert files == [200, 300]
    assert umask == 0o27
    assert no_new_privileges == 1


def test_it_is_in_the_control_groups_of_who_asked():
    base = next(
        (one for one in map(Path, ("/sys/fs/cgroup/unified", "/sys/fs/cgroup")) if (one / "cgroup.procs").exists()),
        None,
    )
    here = next(line for line in Path("/proc/self/cgroup").read_text().splitlines() if line.startswith("0::"))
    group = base / here[3:].lstrip("/") / "tapedeck-test"
    try:
        group.mkdir()
    except OSError:
        pytest.skip("no control group can be made here")
    try:
        facts = became(started=lambda pid: (group / "cgroup.procs").write_text(str(pid)))
        assert any(line.strip().endswith("tapedeck-test") for line in facts[4])
    finally:
        group.rmdir()


def test_it_sees_the_files_of_who_asked():
    mount = 'mount -t tmpfs none /mnt && touch /mnt/only-there && exec "$@"'
    assert became("unshare", "--mount", "sh", "-c", mount, "sh")[7] is True


def test_who_asks_from_a_container_or_in_anothers_name_is_refused():
    assert "container" in became("unshare", "--net")
    assert "has ended" in became(claimed=1)
