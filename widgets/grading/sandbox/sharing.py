"""What a sandboxed kernel can see of this machine: Python, the installed packages, this package, and nothing else.

Everything is shown read-only and at its own place. Where the package is installed from a checkout, only its `widgets`
folder is shown: the solutions and `.git` beside it are not there.
"""

import os
import site
import sys
import sysconfig
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2]

HOME = "/home/learner"
WORK = f"{HOME}/solutions"
DATA = f"{HOME}/lessons/data"
FONTS = f"{HOME}/.config/matplotlib"
"""Places in the sandbox. Lessons look for `../lessons/data`, seen from where they run."""

_SYSTEM = ("/usr", "/nix/store", "/gnu/store")
_ROOT = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_PARTS = ("bin", "lib", "lib64", "pyvenv.cfg")  # of an installation; the folder around them may be anybody's home
_SETTINGS = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts", "/etc/localtime")


def python_places():
    """Return the folders, and a file, from which this Python and its packages are loaded, none inside another."""
    packages = [*site.getsitepackages(), *([site.getusersitepackages()] if site.ENABLE_USER_SITE else [])]
    prefixes = [f"{prefix}/{part}" for prefix in (sys.prefix, sys.base_prefix) for part in _PARTS]
    libraries = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    found = [*prefixes, *libraries, *packages, str(PACKAGE)]
    real = [os.path.realpath(folder) for folder in found]
    return _outermost(folder for folder in {*found, *real} if os.path.exists(folder))


def package_path():
    """Return the PYTHONPATH with which this package is found, or "" where it lies among the installed ones."""
    return "" if PACKAGE.parent.name in {"site-packages", "dist-packages"} else str(PACKAGE.parent)


def system():
    """Return the system's programs and libraries as arguments of bwrap."""
    return [argument for path in (*_SYSTEM, *_ROOT, *_SETTINGS) for argument in _shown(path)]


def lesson_data():
    """Return the folder of the data that lessons read, in the checkout or the current folder, or None."""
    found = (folder / "lessons" / "data" for folder in (PACKAGE.parent, Path.cwd()))
    return next((folder for folder in found if folder.is_dir()), None)


def font_lists():
    """Return matplotlib's lists of fonts. Where there is none yet, it is made now: that takes seconds, once."""
    import matplotlib

    def known():
        return sorted(Path(matplotlib.get_cachedir()).glob("fontlist-*.json"))

    if not known():
        from matplotlib import font_manager  # noqa: F401 - importing it makes the list
    return known()


def _shown(path):
    if os.path.islink(path) and path in _ROOT:
        return ["--symlink", os.readlink(path), path]
    return ["--ro-bind-try", path, path]


def _outermost(folders):
    chosen = []
    for folder in sorted(folders):
        if not any(Path(folder).is_relative_to(other) for other in (*chosen, "/usr")):
            chosen.append(folder)
    return chosen
