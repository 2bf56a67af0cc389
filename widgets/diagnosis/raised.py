"""An exception as seen from the learner's line: where it came from, and what the names on that line stood for.

A traceback keeps the frames that it came through, with what their names meant. Of a `tf.function` the frame is that of
the code that AutoGraph made of it, whose names are the learner's.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import linecache
import re
import types
from collections.abc import Iterator
from typing import Any

import keras

from widgets.common.errors import message_of, own_message
from widgets.diagnosis.source_code import SourceCode, parse_expression
from widgets.tape.failures import RecordedError, frames_of
from widgets.tape.forward_model import Place
from widgets.tape.model import Recording
from widgets.tape.places import is_library

MISSING = object()
"""Stands for a value that is not known."""

_KERAS_LISTS = {
    "trainable_variables",
    "trainable_weights",
    "variables",
    "weights",
    "layers",
    "inputs",
    "outputs",
    "input",
    "output",
}
"""Attributes of Keras objects that can be read without side effects."""


_FITTING = ("fit", "train_on_batch", "evaluate", "predict")


class Raised:
    """An exception that ended a run.

    Args:
        recording: the recording of the run.
        error: its error.
        code: the learner's source.

    Attributes:
        exception: the exception.
        message: what it says, without what TensorFlow wraps around it.
        place: the learner's innermost line, also inside a `tf.function`.
        code: the learner's source.
    """

    def __init__(self, recording: Recording, error: RecordedError, code: SourceCode) -> None:
        self.recording, self.code, self.exception = recording, code, error.exception
        self.message = own_message(error.exception)
        self.place = _traced_place(recording, error.exception) or error.place
        self._frame = _learners_frame(error.exception)

    @functools.cached_property
    def calls(self) -> list[ast.Call]:
        """The calls on the learner's line, those of the failing expression first."""
        texts = [self.place.text if self.place else "", self.line]
        return [node for text in texts for node in ast.walk(_parsed(text)) if isinstance(node, ast.Call)]

    @functools.cached_property
    def is_traced(self) -> bool:
        """Whether it came from inside a `tf.function` or from Keras's `fit`, while that was traced."""
        inside = self._frame is not None and "__autograph_generated_file" in self._frame.f_code.co_filename
        frames = [trace for trace in frames_of(self.exception) if not is_library(trace.tb_frame.f_code.co_filename)]
        lines = [linecache.getline(one.tb_frame.f_code.co_filename, one.tb_lineno) for one in frames]
        is_fit = any(re.search(rf"\.({'|'.join(_FITTING)})\(", line) for line in lines)
        return inside or is_fit or message_of(self.exception).lstrip().startswith("in user code")

    @property
    def line(self) -> str:
        """The text of the learner's line."""
        return self.code.line(self.place) if self.place else ""

    def method_call(self, *names: str) -> ast.Call | None:
        """Return the first call of a method with one of these names on the learner's line, None if there is none."""
        return next((c for c in self.calls if isinstance(c.func, ast.Attribute) and c.func.attr in names), None)

    def value(self, node: ast.AST | None) -> Any:
        """Return what an expression stood for: a name, or a list that a Keras object has; MISSING for others."""
        if isinstance(node, ast.Name) and self._frame is not None:
            names = self._frame.f_locals
            return names[node.id] if node.id in names else self._frame.f_globals.get(node.id, MISSING)
        if isinstance(node, ast.Attribute):
            owner = self.value(node.value)
            if node.attr in _KERAS_LISTS and isinstance(owner, (keras.Layer, keras.optimizers.Optimizer)):
                with contextlib.suppress(Exception):
                    return getattr(owner, node.attr)
            return getattr(owner, "__dict__", {}).get(node.attr, MISSING) if owner is not MISSING else MISSING
        if isinstance(node, (ast.List, ast.Tuple)):
            return [self.value(one) for one in node.elts]
        return MISSING


def _parsed(text: str) -> ast.AST:
    """Return a line as syntax: also of one that opens a block, or returns."""
    text = text.strip()
    whole = f"{text}\n    pass" if text.endswith(":") else text
    for attempt in (whole, whole.rstrip("\\")):
        with contextlib.suppress(SyntaxError):
            return ast.parse(attempt)
    return parse_expression(text.removeprefix("return ")) or ast.Module([], [])


def _chain(exception: BaseException) -> Iterator[BaseException]:
    """Yield an exception and those that led to it, as far as TensorFlow and Keras tell them anew."""
    seen, one = set[int](), exception
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        if not (one.__suppress_context__ or hasattr(one, "ag_error_metadata")):
            return
        one = one.__cause__ or one.__context__  # type: ignore[assignment]


def _learners_frame(exception: BaseException) -> types.FrameType | None:
    """Return the innermost frame of the learner's, or of what AutoGraph made of it."""
    frames = [trace.tb_frame for one in _chain(exception) for trace in frames_of(one)]
    generated = [frame for frame in frames if "__autograph_generated_file" in frame.f_code.co_filename]
    own = [trace.tb_frame for trace in frames_of(exception) if not is_library(trace.tb_frame.f_code.co_filename)]
    return next(reversed(generated or own), None)


def _traced_place(recording: Recording, exception: BaseException) -> Place | None:
    """Return the learner's innermost line inside a `tf.function`, by what AutoGraph noted; None if it did not."""
    noted = getattr(exception, "ag_error_metadata", None)
    for frame in getattr(noted, "translated_stack", ()):
        if is_library(frame.filename):
            continue
        text = (frame.code or "").strip()
        for index, listing in enumerate((*recording.listings, *recording.helpers)):
            nth = frame.lineno - listing.first
            if 0 <= nth < len(listing.lines) and listing.lines[nth].strip() == text:
                return Place(index, frame.lineno, text=text)
        return None
    return None
