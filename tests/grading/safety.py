"""A net under hostile samples: a process that bounds what it runs, waits only so long, and kills what is left of it.

Run as `python -m tests.grading.safety FOLDER SECONDS COMMAND...`. It writes what it found to `FOLDER/net.json`. Orphans
of what it runs become its own children (Linux has that for service managers), so none can hide from it.
"""

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import psutil

GIBIBYTE = 2**30
BOUNDS = {
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_FSIZE: GIBIBYTE // 2,
    resource.RLIMIT_AS: 32 * GIBIBYTE,  # TensorFlow reserves more than it uses; a sample that asks for 50 GB gets none
    resource.RLIMIT_CPU: 600,
}
"""What every process under the net may use at most, whatever the grader allows its kernels."""

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36


def under_net(command, folder, seconds, environment=None):
    """Run a command under the net, in `folder`, and return {"status", "ended", "left", "output"}.

    `ended` says whether it ended by itself in time; `left` is the commands of processes that outlived it, now killed.
    """
    net = [sys.executable, "-m", "tests.grading.safety", str(folder), str(seconds), *command]
    with open(Path(folder) / "output.txt", "w+b") as output:
        streams = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": output}
        subprocess.run(net, env=environment, timeout=seconds + 60, check=True, **streams)
        output.seek(0)
        found = json.loads((Path(folder) / "net.json").read_text())
        return {**found, "output": output.read().decode(errors="replace")}


def _main(folder, seconds, *command):
    _bound()
    process = subprocess.Popen(command, cwd=folder, start_new_session=True)
    status = _waited(process, float(seconds))
    found = {"status": status, "ended": status is not None, "left": _killed()}
    (Path(folder) / "net.json").write_text(json.dumps(found))


def _bound():
    """Bind this process, and so all that it starts: limits, no life after the test's own, orphans come here."""
    for which, most in BOUNDS.items():
        _soft, hard = resource.getrlimit(which)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (most, most))
    system = ctypes.CDLL(None, use_errno=True)
    for option, value in ((_PR_SET_CHILD_SUBREAPER, 1), (_PR_SET_PDEATHSIG, signal.SIGTERM)):
        if system.prctl(option, value, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "prctl")
    signal.signal(signal.SIGTERM, _stop)


def _stop(*_signal):
    _killed()
    os._exit(1)


def _waited(process, seconds):
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return None


def _killed():
    """Kill every descendant, again until there is none, and return the commands that there were."""
    left = []
    while found := [child for child in psutil.Process().children(recursive=True) if _is_alive(child)]:
        for child in found:
            left.append(_command(child))
            _kill(child)
        psutil.wait_procs(found, timeout=5)
    return sorted(set(left))


def _is_alive(process):
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _command(process):
    try:
        return " ".join(process.cmdline())[:200] or process.name()
    except psutil.Error:
        return "gone"


def _kill(process):
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return


if __name__ == "__main__":
    _main(*sys.argv[1:])
