"""Whose code called: the learner's, or a library's; the frames of this package itself do not count."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType

import tensorflow as tf

from widgets.tape.places import is_learners

_HERE = str(Path(__file__).parent)
_AUTOGRAPH = str(Path(tf.__file__).parent / "python" / "autograph")  # its functions call for the code they convert
_CONVERTED = "__autograph_generated_file"  # in the file names of functions that AutoGraph has converted


def calling_function() -> str:
    """Return the name of the function that called a stand-in."""
    frame = _outside()
    return frame.f_code.co_name if frame else ""


def calling_library() -> str:
    """Return the library whose code called a stand-in, such as "tensorflow"; "" for the learner's own code."""
    frame = _outside()
    if frame is None or is_learners(frame) or _CONVERTED in frame.f_code.co_filename:
        return ""
    name: str = frame.f_globals.get("__name__", "")
    return name.partition(".")[0]


def is_called_by(name: str, end: str) -> bool:
    """Say whether a function of this name called a stand-in, itself or through others, up to the function `end`."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_name != end:
        if frame.f_code.co_name == name:
            return True
        frame = frame.f_back
    return False


def _outside() -> FrameType | None:
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith((_HERE, _AUTOGRAPH)):
        frame = frame.f_back
    return frame
