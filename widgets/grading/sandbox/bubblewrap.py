"""How bubblewrap is called: what can be seen inside, its arguments, the environment, and whether this machine has it.

A kernel sees Python, the installed packages, this package, and nothing else of this machine. Everything is mounted
read-only at its own path. The solutions are not visible: those of a checkout, and `.git`, lie beside the `widgets`
folder, and over those in a wheel an empty folder is mounted. See https://github.com/containers/bubblewrap and its
manual page, bwrap(1).
"""

from __future__ import annotations

import functools
import os
import shutil
import site
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Mapping
from pathlib import Path

from widgets.common.catalogue import _
from widgets.grading.model import Limits

_PACKAGE = Path(__file__).resolve().parents[2]
_IN_WHEEL = _PACKAGE / "course"  # where a wheel has solutions/ and lessons/

HOME = "/home/learner"
WORK = f"{HOME}/solutions"
DATA = f"{HOME}/lessons/data"
FONTS = f"{HOME}/.config/matplotlib"
WRITABLE = ("/tmp", "/dev/shm", HOME)
"""Paths in the sandbox; the last are the folders that a kernel may write to.

Lessons look for `../lessons/data`, relative to where they run.
"""

_SYSTEM = ("/usr", "/nix/store", "/gnu/store")
_ROOT = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_INSTALLATION = ("bin", "lib", "lib64", "pyvenv.cfg")  # the folder around them may be anybody's home
_SETTINGS = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts", "/etc/localtime")

_HIDDEN_FILES = ("exercises/lesson_*.py", "exercises/closed_forms.py")
_HIDDEN_FOLDERS = ("exercises/__pycache__", "common/locale", "course/lessons", "course/solutions")
"""What no kernel may read, in the package: what is right, and texts that tell it."""

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
        *_system_mounts(),
        *_tmpfs(limits, "/tmp"),
        *(argument for path in python_paths() for argument in ("--ro-bind", path, path)),
        *_masks(),
        *("--ro-bind", connection_file, connection_file),
        *("--proc", "/proc", "--remount-ro", "/proc"),  # otherwise root's kernels could write settings of Linux there
        *("--dev", "/dev", *_tmpfs(limits, "/dev/shm"), "--remount-ro", "/dev"),
        *_tmpfs(limits, HOME),
        *(argument for path in _data_paths(data) for argument in ("--ro-bind", str(data), path)),
        *(argument for font in fonts for argument in ("--ro-bind", str(font), f"{FONTS}/{font.name}")),
        *("--dir", WORK, "--remount-ro", "/", "--chdir", WORK),
    ]


def kernel_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """Return all environment variables of a sandboxed kernel: nothing else of the grader's own is passed on."""
    own = {
        "HOME": HOME,
        "USER": "learner",
        "LANG": "C.UTF-8",
        "PATH": os.pathsep.join((os.path.dirname(sys.executable), "/usr/bin", "/bin")),
        "MPLCONFIGDIR": FONTS,
        "TAPEDECK_HOME": f"{HOME}/.tapedeck",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    path = _package_path()
    return common_environment() | own | ({"PYTHONPATH": path} if path else {}) | dict(extra)


def common_environment() -> dict[str, str]:
    """Return the environment variables of every kernel that grades, sandboxed or not.

    Two threads of each kind: on a machine with many processors there would be hundreds, and several kernels at once.
    """
    own = {"TAPEDECK_PREDICT": "off", "TAPEDECK_GRADING": "1", "TAPEDECK_LANG": "en", "TF_CPP_MIN_LOG_LEVEL": "3"}
    return own | {"MALLOC_ARENA_MAX": "8"} | dict.fromkeys(_THREAD_COUNTS, "2")


def python_paths() -> list[str]:
    """Return the folders, and a file, from which this Python and its packages are loaded, none inside another."""
    packages = [*site.getsitepackages(), *([site.getusersitepackages()] if site.ENABLE_USER_SITE else [])]
    prefixes = [f"{prefix}/{part}" for prefix in (sys.prefix, sys.base_prefix) for part in _INSTALLATION]
    libraries = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    found = [*prefixes, *libraries, *packages, str(_PACKAGE)]
    real = [os.path.realpath(path) for path in found]
    return _outermost(path for path in {*found, *real} if os.path.exists(path))


def _package_path() -> str:
    """Return the PYTHONPATH with which this package is found, or "" where it lies among the installed ones."""
    return "" if _PACKAGE.parent.name in {"site-packages", "dist-packages"} else str(_PACKAGE.parent)


def _masks() -> list[str]:
    """Return the arguments of bwrap that hide what is right: exercises, hints in other languages, solutions.

    The modules are there, and empty. Every path counts by which a kernel can see the package.
    """
    shown = {Path(path) for path in (*python_paths(), *_SYSTEM)}
    seen = [path / _PACKAGE.relative_to(real) for path in shown if _PACKAGE.is_relative_to(real := path.resolve())]
    folders = [name for name in _HIDDEN_FOLDERS if (_PACKAGE / name).is_dir()]
    files = [path.relative_to(_PACKAGE) for pattern in _HIDDEN_FILES for path in _PACKAGE.glob(pattern)]
    hidden = [str(path / name) for path in seen for name in folders]
    hide_folders = [argument for path in hidden for argument in ("--tmpfs", path, "--remount-ro", path)]
    empty = str(_PACKAGE / "py.typed")
    return hide_folders + [word for path in seen for name in files for word in ("--ro-bind", empty, str(path / name))]


def _system_mounts() -> list[str]:
    """Return the arguments of bwrap that show the system's programs and libraries."""
    return [argument for path in (*_SYSTEM, *_ROOT, *_SETTINGS) for argument in _mount(path)]


def lesson_data() -> Path | None:
    """Return the folder of the data that lessons read: in the checkout, the wheel, or the current folder; or None."""
    found = (folder / "lessons" / "data" for folder in (_PACKAGE.parent, _IN_WHEEL, Path.cwd()))
    return next((folder for folder in found if folder.is_dir()), None)


def _data_paths(data: Path | None) -> list[str]:
    """Return where the lessons' data is visible inside: beside the notebook, and where `widgets.lesson_data` looks."""
    if data is None:
        return []
    own = str(data.resolve()) if data.resolve().is_relative_to(_PACKAGE.parent) else ""
    return [DATA, *([own] if own else [])]


def font_caches() -> list[Path]:
    """Return matplotlib's font caches. If there is none yet, matplotlib makes one now, which takes seconds once."""
    import matplotlib

    def cached() -> list[Path]:
        return sorted(Path(matplotlib.get_cachedir()).glob("fontlist-*.json"))

    if not cached():
        from matplotlib import font_manager  # noqa: F401 - importing it makes the cache
    return cached()


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
    attempt = [_bwrap(), *_ISOLATION, "--size", "4096", *("--tmpfs", "/tmp"), *_system_mounts()]
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


def _mount(path: str) -> list[str]:
    if os.path.islink(path) and path in _ROOT:
        return ["--symlink", os.readlink(path), path]
    return ["--ro-bind-try", path, path]


def _outermost(paths: Iterable[str]) -> list[str]:
    chosen: list[str] = []
    for path in sorted(paths):
        if not any(Path(path).is_relative_to(other) for other in (*chosen, "/usr")):
            chosen.append(path)
    return chosen
