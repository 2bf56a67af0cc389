"""Names of a package that are looked up when they are first used: who needs one module does without the others'."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any


def lazy_names(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Return a package's `__getattr__` (PEP 562, https://peps.python.org/pep-0562/).

    Args:
        package: its name.
        homes: of each public name the module in the package that has it.

    Returns:
        A function that takes a name and returns what it stands for; for any other name it raises AttributeError.

    Example:
        >>> lazy_names("widgets.descent", {"Paths": "model"})("Paths").__name__
        'Paths'
    """

    def find(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}", name=name, obj=None)
        return getattr(importlib.import_module(f"{package}.{homes[name]}"), name)

    return find
