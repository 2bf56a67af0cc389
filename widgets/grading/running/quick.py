"""pytest without what takes it seconds to import, for `python -m`."""

import sys

import pytest

from widgets.grading.light import leave_out_grammars
from widgets.grading.running.line import taken


def main(arguments):
    """Be a pytest that is graded with, and return its exit status."""
    return pytest.main([*arguments, "--grader", *map(str, taken())])


if __name__ == "__main__":
    leave_out_grammars()
    sys.exit(main(sys.argv[1:]))
