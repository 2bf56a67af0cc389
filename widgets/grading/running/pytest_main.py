"""pytest without what takes it seconds to import, for `python -m`: with nbval and our plugin, and no others."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

import pytest

from widgets.grading.import_shims import leave_out_grammars

PLUGINS = ("nbval.plugin", "widgets.grading.running.pytest_plugin")


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
    """Run pytest for the grader that holds the other ends of standard input and output.

    Args:
        arguments: of pytest.

    Returns:
        Its exit status.
    """
    plugins = [importlib.import_module(name) for name in PLUGINS]  # by name pytest would search all installed packages
    return int(pytest.main([*arguments, "--grader", *map(str, take_stdio())], plugins))


if __name__ == "__main__":
    leave_out_grammars()
    sys.exit(main(sys.argv[1:]))
