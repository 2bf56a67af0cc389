"""The installed package: its name and version, which stand in pyproject.toml alone.

On PyPI it is not called `tapedeck`, as its command is: that is a music player. So it is found by the command.
"""

from __future__ import annotations

import functools
import importlib.metadata
from pathlib import Path

_COMMAND = "tapedeck"


@functools.cache
def installed() -> importlib.metadata.Distribution | None:
    """Return the package that these modules were installed by; None where they only lie on the path."""
    scripts = importlib.metadata.entry_points(group="console_scripts", name=_COMMAND)
    return next((script.dist for script in scripts if script.module == "widgets.cli"), None)


def version() -> str:
    """Return the version that is installed, "0" if none is."""
    found = installed()
    return found.version if found else "0"


def how_to_install() -> str:
    """Return the command that installs what is missing: in a checkout, or from PyPI."""
    if (Path(__file__).parents[2] / "requirements.txt").is_file():
        return "pip install -r requirements.txt"
    found = installed()
    return f"pip install --upgrade {found.name if found else 'gradient-tapedeck'}"
