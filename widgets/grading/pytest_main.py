"""pytest without what takes it seconds to import, for `python -m`: with nbval and our plugin, and no others."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

PLUGINS = ("nbval.plugin", "widgets.grading.pytest_plugin")


def leave_out_grammars() -> None:
    """Make nbformat skip the grammar of internet addresses (IRIs), which no notebook's schema depends on.

    nbformat imports jsonschema, which builds that grammar on import if the package for it is installed.
    """
    modules: dict[str, Any] = sys.modules  # None makes an import fail, as if the package were not installed
    modules.setdefault("rfc3987_syntax", None)


def take_stdio() -> tuple[int, int]:
    """Take standard input and output, which are the pipes to the grader, for this process alone.

    From now on nothing can be read from standard input, and what is printed goes to standard error.

    Returns:
        The numbers of the two pipes. A process that is started later inherits neither.
    """
    pipes = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(2, 1)
    os.close(null)
    return pipes


def main(arguments: Sequence[str]) -> int:
    """Run pytest for the grader that holds the other ends of standard input and output, and return its exit status."""
    import pytest  # here: the grader itself only asks for the function above

    plugins = [importlib.import_module(name) for name in PLUGINS]  # by name pytest would search all installed packages
    return int(pytest.main([*arguments, "--grader", *map(str, take_stdio())], plugins))


if __name__ == "__main__":
    leave_out_grammars()
    sys.exit(main(sys.argv[1:]))
