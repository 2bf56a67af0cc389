"""Which tensors met in an operation that failed, with which shapes: read from the traceback that TensorFlow leaves.

Where an operation fails, the outermost of TensorFlow's own functions that the learner called is still in the
traceback, with its arguments
(https://github.com/tensorflow/tensorflow/blob/master/tensorflow/python/util/traceback_utils.py).
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterator
from typing import Any, NamedTuple

import tensorflow as tf

from widgets.common.errors import message_of
from widgets.tape.failures import frames_of
from widgets.tape.places import is_learners

_HANDLER = "error_handler"
"""TensorFlow's function around each of its own, which still holds what that was called with."""

_OP = re.compile(r"\[Op:(\w+)\]")

_ALIGNED = {"AddV2", "Add", "Sub", "Mul", "RealDiv", "Div", "Maximum", "Minimum", "Pow", "SquaredDifference"}
"""Ops that stretch axes of length 1 (https://numpy.org/doc/stable/user/basics.broadcasting.html)."""


class Met(NamedTuple):
    """A tensor that went into the operation that failed: the learner's name for it, "" if it has none; its shape."""

    name: str
    shape: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.name} {self.shape}".strip()


class Meeting(NamedTuple):
    """The operation that failed, as TensorFlow names it ("" if it does not), and the tensors that went into it."""

    op: str
    tensors: tuple[Met, ...]

    @property
    def disagreeing(self) -> tuple[int, int] | None:
        """The two lengths that should agree, of a matrix product or of two shapes that are aligned from the right."""
        if len(self.tensors) != 2:
            return None
        one, other = (tensor.shape for tensor in self.tensors)
        if self.op == "MatMul" and len(one) == len(other) == 2 and one[1] != other[0]:
            return one[1], other[0]
        if self.op not in _ALIGNED:
            return None
        pairs = zip(reversed(one), reversed(other), strict=False)
        return next(((a, b) for a, b in pairs if a != b and 1 not in (a, b)), None)


def meeting_of(error: BaseException) -> Meeting | None:
    """Return what met in the operation that an exception of TensorFlow comes from; None if its traceback does not say.

    An exception about something else than shapes has no Meeting.
    """
    if not isinstance(error, (tf.errors.InvalidArgumentError, ValueError)):
        return None
    frames = [trace.tb_frame for trace in frames_of(error)]
    handler = next((frame for frame in reversed(frames) if _is_handler(frame)), None)
    if handler is None:
        return None
    names = _names(frames)
    tensors = [*_tensors(handler.f_locals.get("args", ()))]
    op = _OP.search(message_of(error))
    met = tuple(Met(names.get(id(tensor), ""), tuple(tensor.shape)) for tensor in tensors)
    is_about_shapes = re.search("shape|dimension|size-incompatible", message_of(error), re.IGNORECASE)
    return Meeting(op[1] if op else "", met) if met and is_about_shapes else None


def _is_handler(frame: types.FrameType) -> bool:
    module = str(frame.f_globals.get("__name__", ""))
    return frame.f_code.co_name == _HANDLER and module.startswith("tensorflow.")


def _names(frames: list[types.FrameType]) -> dict[int, str]:
    """Return the names that the learner's innermost function has for objects, by their identity."""
    own = next((frame for frame in reversed(frames) if is_learners(frame)), None)
    return {} if own is None else {id(value): name for name, value in own.f_locals.items() if name.isidentifier()}


def _tensors(values: Any) -> Iterator[Any]:
    """Yield the tensors and Variables of known shape among arguments, also those in a list of them."""
    for value in values:
        if isinstance(value, (list, tuple)):
            yield from _tensors(value)
        elif isinstance(value, (tf.Tensor, tf.Variable)) and value.shape.is_fully_defined():
            yield value
