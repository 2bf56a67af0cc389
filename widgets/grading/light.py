"""What takes seconds to import is left out where nothing depends on it: a class of learners waits, one by one."""

import sys


def leave_out_grammars():
    """Let nbformat do without the grammar of all internet addresses, which no notebook's form depends on.

    nbformat brings jsonschema, which builds that grammar when it is imported, where the package for it is installed.
    """
    sys.modules.setdefault("rfc3987_syntax")  # its import fails then, as where it is not installed
