"""Tapedeck: play the real `tf.GradientTape` forward and backward.

    from widgets import TapeDeck, DescentExplorer, record, explain, descend, predict, check, hint, progress
    %load_ext widgets        then        %%tape        at the top of a cell

Names are looked up when first used, so that `tapedeck doctor` can run where TensorFlow is missing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from widgets.common.errors import FunctionError
    from widgets.deck.widget import TapeDeck
    from widgets.derivatives.widget import DerivativeExplorer
    from widgets.descent import descend, first_difference
    from widgets.descent.widget import DescentExplorer
    from widgets.diagnosis.text import explain
    from widgets.exercises import check, hint
    from widgets.exercises.ordering_widget import order_lines
    from widgets.exercises.predict_widget import predict
    from widgets.exercises.progress import progress
    from widgets.race.widget import ExecutionRace
    from widgets.rounding import precision
    from widgets.rounding.widget import PrecisionMicroscope
    from widgets.tape import Recording, RecordingError, record

_MODULES = {
    "DerivativeExplorer": "widgets.derivatives.widget",
    "DescentExplorer": "widgets.descent.widget",
    "ExecutionRace": "widgets.race.widget",
    "FunctionError": "widgets.common.errors",
    "PrecisionMicroscope": "widgets.rounding.widget",
    "Recording": "widgets.tape",
    "RecordingError": "widgets.tape",
    "TapeDeck": "widgets.deck.widget",
    "check": "widgets.exercises",
    "descend": "widgets.descent",
    "explain": "widgets.diagnosis.text",
    "first_difference": "widgets.descent",
    "hint": "widgets.exercises",
    "order_lines": "widgets.exercises.ordering_widget",
    "precision": "widgets.rounding",
    "predict": "widgets.exercises.predict_widget",
    "progress": "widgets.exercises.progress",
    "record": "widgets.tape",
}
"""Where each public name is; the imports above, for type checkers and editors, say the same."""

__all__ = [
    "DerivativeExplorer",
    "DescentExplorer",
    "ExecutionRace",
    "FunctionError",
    "PrecisionMicroscope",
    "Recording",
    "RecordingError",
    "TapeDeck",
    "check",
    "descend",
    "explain",
    "first_difference",
    "hint",
    "order_lines",
    "precision",
    "predict",
    "progress",
    "record",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'widgets' has no attribute {name!r}")
    value = globals()[name] = getattr(importlib.import_module(_MODULES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


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
