"""Tapedeck: play the real `tf.GradientTape` forward and backward.

    from widgets import TapeDeck, DescentExplorer, record, explain, descend, predict, check, hint, progress
    %load_ext widgets        then        %%tape        at the top of a cell

The public names are listed in `__init__.pyi`, for type checkers too. They are looked up when first used, so that
`tapedeck doctor` can run where TensorFlow is missing.
"""

from __future__ import annotations

import ast
import importlib
import pathlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_HOMES = {
    alias.name: f"{__name__}.{node.module}"
    for node in ast.parse(pathlib.Path(__file__).with_suffix(".pyi").read_text("utf-8")).body
    if isinstance(node, ast.ImportFrom)
    for alias in node.names
}
__all__ = sorted(_HOMES)  # what the .pyi lists


def __getattr__(name: str) -> Any:
    """Look a public name up, once (PEP 562). TensorFlow comes first, and what it logs on the way is not shown."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name, obj=None)
    from widgets.common.tensorflow_log import import_tensorflow

    import_tensorflow()
    globals()[name] = found = getattr(importlib.import_module(_HOMES[name]), name)
    return found


def __dir__() -> list[str]:
    return __all__


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Add the `%%tape` magic to IPython: called by `%load_ext widgets`."""
    from widgets.common.tensorflow_log import import_tensorflow

    import_tensorflow()
    from widgets.deck.magic import install

    install(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Remove the `%%tape` magic: called by `%unload_ext widgets`."""
    from widgets.deck.magic import uninstall

    uninstall(shell)
