"""The installed package: its name and version, which stand in pyproject.toml alone.

On PyPI it is not called `tapedeck`, as its command is: that is a music player. So it is found by the command.
"""

from __future__ import annotations

import functools
import importlib.metadata
import re
from pathlib import Path

_COMMAND = "tapedeck"

# Colab has TensorFlow, and all else that is needed: --no-deps brings no second one.
_COLAB_INSTALL = """# @title Installs Tapedeck, in Colab only
import sys

if "google.colab" in sys.modules:
    %pip install -q anywidget
    %pip install -q --no-deps {name}"""


@functools.cache
def installed() -> importlib.metadata.Distribution | None:
    """Return the package that these modules were installed by; None where they only lie on the path."""
    scripts = importlib.metadata.entry_points(group="console_scripts", name=_COMMAND)
    return next((script.dist for script in scripts if script.module == "widgets.cli"), None)


def version() -> str:
    """Return the version that is installed, "0" if none is."""
    found = installed()
    return found.version if found else "0"


def name() -> str:
    """Return what the package is called on PyPI."""
    found = installed()
    return found.name if found else "gradient-tapedeck"


def how_to_install(extra: str = "") -> str:
    """Return the command that installs what is missing: in a checkout, or from PyPI.

    Args:
        extra: the name of what is optional, such as "teach".

    Returns:
        The command, for a terminal of every system.
    """
    in_checkout = (Path(__file__).parents[2] / "requirements.txt").is_file()
    if in_checkout and not extra:
        return "pip install -r requirements.txt"
    if in_checkout:
        return f'pip install -e ".[{extra}]"'
    return f'pip install --upgrade "{name()}[{extra}]"' if extra else f"pip install --upgrade {name()}"


def colab_install() -> str:
    """Return the code of a notebook's first cell, which does nothing anywhere but in Colab."""
    return _COLAB_INSTALL.format(name=name())


def required(package: str) -> str:
    """Return the versions of a package, or of "python", that work: such as ">=2.18,<3"; "" if nothing says so.

    Where a package has another name on other systems, the versions are the same.
    """
    ours = installed()
    if ours is None:
        return ""
    lines = [f"python {ours.metadata['Requires-Python'] or ''}", *(ours.requires or [])]
    found = (re.match(r"([\w.-]+)\s*([^;\[]*)", line) for line in lines)
    versions = next((match[2] for match in found if match and match[1] == package), "")
    return ",".join(sorted(versions.replace(" ", "").split(","), reverse=True))
