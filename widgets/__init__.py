"""Tapedeck: play the real `tf.GradientTape` forward and backward.

    from widgets import TapeDeck, DescentExplorer, record, explain, descend, predict, check, hint, progress
    %load_ext widgets        then        %%tape        at the top of a cell

Names are looked up when first used, so that `tapedeck doctor` can speak where TensorFlow is missing.
"""

import importlib

_ROOMS = {
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

__all__ = list(_ROOMS)


def __getattr__(name):
    if name not in _ROOMS:
        raise AttributeError(f"module 'widgets' has no attribute {name!r}")
    return getattr(importlib.import_module(_ROOMS[name]), name)


def load_ipython_extension(shell):
    """Make `%%tape` known to IPython: called by `%load_ext widgets`."""
    from widgets.common.tensorflow_log import import_tensorflow

    import_tensorflow()
    from widgets.deck.magic import install

    install(shell)


def unload_ipython_extension(shell):
    """Take `%%tape` away again: called by `%unload_ext widgets`."""
    from widgets.deck.magic import uninstall

    uninstall(shell)
