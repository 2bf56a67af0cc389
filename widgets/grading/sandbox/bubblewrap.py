"""How bubblewrap is called: its arguments, the environment inside, whether this machine has it, and the start gate.

See https://github.com/containers/bubblewrap and its manual page, bwrap(1).
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from widgets.common.catalogue import _
from widgets.grading.model import Limits
from widgets.grading.sandbox import visible_files

NOBODY = "65534"
"""The user and group that a kernel believes it runs as. They own nothing outside."""

_ISOLATION = (
    *("--unshare-all", "--unshare-user", "--disable-userns", "--new-session", "--die-with-parent"),
    *("--uid", NOBODY, "--gid", NOBODY, "--hostname", "sandbox", "--cap-drop", "ALL"),
    *("--unsetenv", "JPY_PARENT_PID"),  # a kernel that cannot see this process would take it for dead, and exit
)

_THREAD_COUNTS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")

_INSTALL_COMMANDS = {
    "apt": "sudo apt install bubblewrap",
    "dnf": "sudo dnf install bubblewrap",
    "pacman": "sudo pacman -S bubblewrap",
    "zypper": "sudo zypper install bubblewrap",
    "apk": "sudo apk add bubblewrap",
}
"""By package manager, the command that installs bubblewrap."""


def bwrap_arguments(
    limits: Limits, connection_file: str, data: Path | None = None, fonts: Iterable[Path] = ()
) -> list[str]:
    """Return bwrap's command line, up to the command that is to run inside.

    Args:
        limits: `limits.disk` is the size in bytes of each writable folder.
        connection_file: a file that is visible at its own path.
        data: the folder that lessons read data from, or None.
        fonts: matplotlib's font caches.

    Returns:
        The arguments, beginning with the program.
    """
    return [
        *(_bwrap(), *_ISOLATION),
        *visible_files.system_mounts(),
        *_tmpfs(limits, "/tmp"),
        *(argument for path in visible_files.python_paths() for argument in ("--ro-bind", path, path)),
        *("--ro-bind", connection_file, connection_file),
        *("--proc", "/proc", "--remount-ro", "/proc"),  # otherwise root's kernels could write settings of Linux there
        *("--dev", "/dev", *_tmpfs(limits, "/dev/shm"), "--remount-ro", "/dev"),
        *_tmpfs(limits, visible_files.HOME),
        *(("--ro-bind", str(data), visible_files.DATA) if data else ()),
        *(argument for font in fonts for argument in ("--ro-bind", str(font), f"{visible_files.FONTS}/{font.name}")),
        *("--dir", visible_files.WORK, "--remount-ro", "/", "--chdir", visible_files.WORK),
    ]


def kernel_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """Return all environment variables of a sandboxed kernel: nothing else of the grader's own is passed on."""
    own = {
        "HOME": visible_files.HOME,
        "USER": "learner",
        "LANG": "C.UTF-8",
        "PATH": os.pathsep.join((os.path.dirname(sys.executable), "/usr/bin", "/bin")),
        "MPLCONFIGDIR": visible_files.FONTS,
        "TAPEDECK_HOME": f"{visible_files.HOME}/.tapedeck",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    path = visible_files.package_path()
    return common_environment() | own | ({"PYTHONPATH": path} if path else {}) | dict(extra)


def common_environment() -> dict[str, str]:
    """Return the environment variables of every kernel that grades, sandboxed or not.

    Two threads of each kind: on a machine with many processors there would be hundreds, and several kernels at once.
    """
    own = {"TAPEDECK_PREDICT": "off", "TAPEDECK_GRADING": "1", "TAPEDECK_LANG": "en", "TF_CPP_MIN_LOG_LEVEL": "3"}
    return own | {"MALLOC_ARENA_MAX": "8"} | dict.fromkeys(_THREAD_COUNTS, "2")


@functools.cache
def sandbox_missing() -> str:
    """Return "" if kernels can be sandboxed on this machine; otherwise why not and what helps, in a sentence or two."""
    if sys.platform != "linux":
        return _(
            "The sandbox needs Linux. On this system, grade one notebook of your own with --sandbox none. "
            "To grade a class, use Linux: WSL or a virtual machine will do."
        )
    if not shutil.which("bwrap"):
        return _("The sandbox needs bubblewrap. Install it with: {command}").format(command=_install_command())
    return _refusal()


def _refusal() -> str:
    """Try to make a sandbox: old versions lack options, and some systems forbid user namespaces."""
    attempt = [_bwrap(), *_ISOLATION, "--size", "4096", *("--tmpfs", "/tmp"), *visible_files.system_mounts()]
    run = subprocess.run(
        [*attempt, "--proc", "/proc", "/usr/bin/env", "true"], capture_output=True, text=True, timeout=60
    )
    if run.returncode == 0:
        return ""
    reason = run.stderr.strip().splitlines()[-1] if run.stderr.strip() else str(run.returncode)
    return _(
        "bubblewrap cannot make a sandbox on this machine: {reason}. Tapedeck needs version 0.8 or newer, and a system "
        "that allows user namespaces (on Ubuntu: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0)."
    ).format(reason=reason)


def _install_command() -> str:
    """Return the command of this system's own package manager."""
    found = (command for name, command in _INSTALL_COMMANDS.items() if shutil.which(name))
    return next(found, _INSTALL_COMMANDS["apt"])


def _bwrap() -> str:
    return shutil.which("bwrap") or "bwrap"


def _tmpfs(limits: Limits, path: str) -> list[str]:
    return ["--size", str(limits.disk), "--tmpfs", path]


class StartGate:
    """Holds a new sandbox until it has been limited: bubblewrap reports its first process, and waits.

    Attributes:
        inherited: the file descriptors that bubblewrap inherits: the one it writes to, and the one it waits on.
    """

    def __init__(self) -> None:
        self._info, info_writer = os.pipe()
        block_reader, self._block = os.pipe()
        self.inherited: tuple[int, ...] = (info_writer, block_reader)

    @property
    def arguments(self) -> list[str]:
        """The pipes as arguments of bwrap."""
        info_writer, block_reader = self.inherited
        return ["--info-fd", str(info_writer), "--block-fd", str(block_reader)]

    def first_pid(self) -> int | None:
        """Return the number, outside, of the sandbox's first process; None if no sandbox was made."""
        self._close_inherited()
        info = b""
        while b"}" not in info and (more := os.read(self._info, 4096)):
            info += more
        return int(json.loads(info)["child-pid"]) if info else None

    def release(self) -> None:
        """Let the sandbox start its program."""
        with contextlib.suppress(BrokenPipeError):
            os.write(self._block, b"!")

    def __enter__(self) -> StartGate:
        return self

    def __exit__(self, *_: object) -> None:
        self._close_inherited()
        for descriptor in (self._info, self._block):
            os.close(descriptor)

    def _close_inherited(self) -> None:
        for descriptor in self.inherited:
            os.close(descriptor)
        self.inherited = ()
