"""The sandbox: bubblewrap's arguments, the environment inside, and whether this machine can have one."""

import functools
import os
import shutil
import subprocess
import sys

from widgets.common.catalogue import _
from widgets.grading.sandbox import sharing

NOBODY = "65534"
"""The user and group that a kernel believes to be. They own nothing outside."""

_ALONE = (
    *("--unshare-all", "--unshare-user", "--disable-userns", "--new-session", "--die-with-parent"),
    *("--uid", NOBODY, "--gid", NOBODY, "--hostname", "sandbox", "--cap-drop", "ALL"),
    *("--unsetenv", "JPY_PARENT_PID"),  # a kernel that cannot see this process would take it for dead, and end
)


def arguments(limits, connection_file, data=None, fonts=()):
    """Return bwrap's command, up to the command that is to run inside.

    Args:
        limits: the `Limits`; `disk` is the size of each place that can be written to.
        connection_file: a file that is shown at its own place.
        data: the folder that lessons read data from, or None.
        fonts: matplotlib's lists of fonts.
    """
    return [
        *(_bwrap(), *_ALONE),
        *sharing.system(),
        *_scratch(limits, "/tmp"),
        *(argument for folder in sharing.python_places() for argument in ("--ro-bind", folder, folder)),
        *("--ro-bind", connection_file, connection_file),
        *("--proc", "/proc", "--remount-ro", "/proc"),  # else root's kernels could write what Linux is told there
        *("--dev", "/dev", *_scratch(limits, "/dev/shm"), "--remount-ro", "/dev"),
        *_scratch(limits, sharing.HOME),
        *(("--ro-bind", str(data), sharing.DATA) if data else ()),
        *(argument for font in fonts for argument in ("--ro-bind", str(font), f"{sharing.FONTS}/{font.name}")),
        *("--dir", sharing.WORK, "--remount-ro", "/", "--chdir", sharing.WORK),
    ]


def environment(given):
    """Return all environment variables of a sandboxed kernel: none of the grader's, but for those that are `given`."""
    ours = {
        "HOME": sharing.HOME,
        "USER": "learner",
        "LANG": "C.UTF-8",
        "PATH": os.pathsep.join((os.path.dirname(sys.executable), "/usr/bin", "/bin")),
        "MPLCONFIGDIR": sharing.FONTS,
        "TAPEDECK_HOME": f"{sharing.HOME}/.tapedeck",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    path = sharing.package_path()
    return everywhere() | ours | ({"PYTHONPATH": path} if path else {}) | given


_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")


def everywhere():
    """Return the environment variables of every kernel that grades, sandboxed or not.

    Two threads of each kind: on a machine with many processors there would be hundreds, and several kernels at once.
    """
    ours = {"TAPEDECK_PREDICT": "off", "TAPEDECK_GRADING": "1", "TAPEDECK_LANG": "en", "TF_CPP_MIN_LOG_LEVEL": "3"}
    return ours | {"MALLOC_ARENA_MAX": "8"} | dict.fromkeys(_THREADS, "2")


@functools.cache
def why_not():
    """Return "" if kernels can be sandboxed here, else why not and what helps, as a sentence or two."""
    if sys.platform != "linux":
        return _(
            "The sandbox needs Linux. On this system, grade one notebook of your own with --sandbox none. "
            "A class is graded on Linux: in WSL, or in a virtual machine."
        )
    if not shutil.which("bwrap"):
        return _("The sandbox needs bubblewrap. Install it with: {command}").format(command=_how_to_install())
    return _refusal()


def _refusal():
    """Try a sandbox: old versions lack options, and some systems forbid user namespaces."""
    attempt = [_bwrap(), *_ALONE, "--size", "4096", *("--tmpfs", "/tmp"), *sharing.system(), "--proc", "/proc"]
    done = subprocess.run([*attempt, "/usr/bin/env", "true"], capture_output=True, text=True, timeout=60)
    if done.returncode == 0:
        return ""
    reason = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else str(done.returncode)
    return _(
        "bubblewrap cannot make a sandbox here: {reason}. It has to be version 0.8 or newer, and the system has to "
        "allow user namespaces (on Ubuntu: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0)."
    ).format(reason=reason)


def _how_to_install():
    """Return the command of this system's own package manager."""
    known = {
        "apt": "sudo apt install bubblewrap",
        "dnf": "sudo dnf install bubblewrap",
        "pacman": "sudo pacman -S bubblewrap",
        "zypper": "sudo zypper install bubblewrap",
        "apk": "sudo apk add bubblewrap",
    }
    return next((command for name, command in known.items() if shutil.which(name)), known["apt"])


def _bwrap():
    return shutil.which("bwrap") or "bwrap"


def _scratch(limits, place):
    return ["--size", str(limits.disk), "--tmpfs", place]
