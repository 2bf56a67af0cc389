"""Tapedeck: play the real `tf.GradientTape` forward and backward.

    from widgets import TapeDeck, DescentExplorer, record, explain, descend, predict, check, hint, progress
    %load_ext widgets        then        %%tape        at the top of a cell

The public names are listed in `__init__.pyi`. They are looked up when first used, so that `tapedeck doctor` can run
where TensorFlow is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import lazy_loader

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_look_up, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> Any:
    """Return a public name. TensorFlow comes first, where what it says to itself on the way is kept from learners."""
    if name in __all__:
        from widgets.common.tensorflow_log import import_tensorflow

        import_tensorflow()
    return _look_up(name)


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
