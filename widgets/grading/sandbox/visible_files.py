"""What a sandboxed kernel can see of this machine: Python, the installed packages, this package, and nothing else.

Everything is mounted read-only at its own path. Where the package is installed from a checkout, only its `widgets`
folder is visible: the solutions and `.git` beside it are not.
"""

from __future__ import annotations

import os
import site
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2]

HOME = "/home/learner"
WORK = f"{HOME}/solutions"
DATA = f"{HOME}/lessons/data"
FONTS = f"{HOME}/.config/matplotlib"
"""Paths in the sandbox. Lessons look for `../lessons/data`, relative to where they run."""

_SYSTEM = ("/usr", "/nix/store", "/gnu/store")
_ROOT = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_INSTALLATION = ("bin", "lib", "lib64", "pyvenv.cfg")  # the folder around them may be anybody's home
_SETTINGS = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts", "/etc/localtime")


def python_paths() -> list[str]:
    """Return the folders, and a file, from which this Python and its packages are loaded, none inside another."""
    packages = [*site.getsitepackages(), *([site.getusersitepackages()] if site.ENABLE_USER_SITE else [])]
    prefixes = [f"{prefix}/{part}" for prefix in (sys.prefix, sys.base_prefix) for part in _INSTALLATION]
    libraries = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    found = [*prefixes, *libraries, *packages, str(PACKAGE)]
    real = [os.path.realpath(path) for path in found]
    return _outermost(path for path in {*found, *real} if os.path.exists(path))


def package_path() -> str:
    """Return the PYTHONPATH with which this package is found, or "" where it lies among the installed ones."""
    return "" if PACKAGE.parent.name in {"site-packages", "dist-packages"} else str(PACKAGE.parent)


def system_mounts() -> list[str]:
    """Return the arguments of bwrap that show the system's programs and libraries."""
    return [argument for path in (*_SYSTEM, *_ROOT, *_SETTINGS) for argument in _mount(path)]


def lesson_data() -> Path | None:
    """Return the folder of the data that lessons read, in the checkout or the current folder, or None."""
    found = (folder / "lessons" / "data" for folder in (PACKAGE.parent, Path.cwd()))
    return next((folder for folder in found if folder.is_dir()), None)


def font_caches() -> list[Path]:
    """Return matplotlib's font caches. If there is none yet, matplotlib makes one now, which takes seconds once."""
    import matplotlib

    def cached() -> list[Path]:
        return sorted(Path(matplotlib.get_cachedir()).glob("fontlist-*.json"))

    if not cached():
        from matplotlib import font_manager  # noqa: F401 - importing it makes the cache
    return cached()


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
