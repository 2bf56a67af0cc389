"""Leave out imports that take long and that nothing here depends on: a class waits for each of them, one by one."""

import sys
from typing import Any


def leave_out_grammars() -> None:
    """Make nbformat skip the grammar of internet addresses (IRIs), which no notebook's schema depends on.

    nbformat imports jsonschema, which builds that grammar on import if the package for it is installed.
    """
    modules: dict[str, Any] = sys.modules  # None makes an import fail, as if the package were not installed
    modules.setdefault("rfc3987_syntax", None)
