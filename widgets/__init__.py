"""Tapedeck: play the real `tf.GradientTape` forward and backward.

    from widgets import TapeDeck, DescentExplorer, record, explain, descend, predict, check, hint, progress
    %load_ext widgets        then        %%tape        at the top of a cell

Names are looked up when first used, so that `tapedeck doctor` can speak where TensorFlow is missing.
"""

import importlib

_ROOMS = {
    "DerivativeExplorer": "widgets.live.derivatives",
    "DescentExplorer": "widgets.live.descent",
    "ExecutionRace": "widgets.live.race",
    "FunctionError": "widgets.curves",
    "PrecisionMicroscope": "widgets.live.microscope",
    "Recording": "widgets.tape",
    "RecordingError": "widgets.tape",
    "TapeDeck": "widgets.live.deck",
    "check": "widgets.practice",
    "descend": "widgets.descent",
    "explain": "widgets.words.diagnosis",
    "first_difference": "widgets.descent",
    "hint": "widgets.practice",
    "order_lines": "widgets.live.ordering",
    "precision": "widgets.descent",
    "predict": "widgets.live.predicting",
    "progress": "widgets.practice.progress",
    "record": "widgets.tape",
}

__all__ = list(_ROOMS)


def __getattr__(name):
    if name not in _ROOMS:
        raise AttributeError(f"module 'widgets' has no attribute {name!r}")
    return getattr(importlib.import_module(_ROOMS[name]), name)


def load_ipython_extension(shell):
    """Make `%%tape` known to IPython: called by `%load_ext widgets`."""
    from widgets.greeting import import_tensorflow

    import_tensorflow()
    from widgets.live.magic import install

    install(shell)


def unload_ipython_extension(shell):
    """Take `%%tape` away again: called by `%unload_ext widgets`."""
    from widgets.live.magic import uninstall

    uninstall(shell)
