"""Values as plain JSON, on their way between a judge and the process in which a learner's answer runs.

A judge may believe nothing of what comes back: it is read into numbers, lists and a few words of bounded length,
and nothing of it is ever called. Floats are written as `float.hex` writes them, so that they arrive to the last bit.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Plain: TypeAlias = "list[Any]"
"""A value as JSON: a list that begins with what it is."""

_MOST_PARTS, _MOST_NUMBERS, _MOST_SIZE, _DEEPEST = 100, 256, 10_000, 4
"""Of a list that is written out; of an array; the length that is told of either; lists inside lists."""

_LONGEST_NAME, _LONGEST_NUMBER = 80, 40
_INTEGER = re.compile(r"-?[0-9]+")


ANOTHER_VARIABLE, NO_GRADIENTS = "ANOTHER_VARIABLE", "NO_GRADIENTS"
"""Codes of what a recording shows, and `explain` has no code for: two tapes of two Variables; a None used."""

HANDED_OVER = "the_function_of_the_exercise"
"""The name, in Python's messages, of every function that an exercise hands over."""

NO_TAPE, NOT_ASKED, NOT_RETURNED = "no tape", "not asked", "not returned"
"""What can be seen in the recording of an answer that gave None where `explain` has no cause."""


class BadReply(ValueError):
    """What came back is not written as it must be."""


@dataclass(frozen=True)
class Source:
    """Something to hand over, as the Python expression that builds it where the answer runs.

    Attributes:
        code: the expression. It may use `tf` and `np`.
    """

    code: str


@dataclass(frozen=True)
class Tensor:
    """The numbers of a tensor, a Variable, an array, or one of NumPy's numbers, that an answer returned.

    Attributes:
        kind: the name of its type.
        array: its numbers in float64; nothing but zeros where there were too many.
        is_variable: whether it was a `tf.Variable`.
    """

    kind: str
    array: npt.NDArray[np.float64]
    is_variable: bool = False

    def numpy(self) -> npt.NDArray[np.float64]:
        """Return the numbers, as TensorFlow's tensors do."""
        return self.array

    def __len__(self) -> int:
        return len(self.array) if self.array.ndim else 0


@dataclass(frozen=True)
class Other:
    """Something else that an answer returned: of it, only the name of its type is known."""

    kind: str


class OtherFunction(Other):
    """A function that an answer returned. It is never called."""

    def __call__(self) -> None:
        """Refuse."""
        raise TypeError(self.kind)


def kind_of(value: object) -> str:
    """Return the name of the type of what an answer returned."""
    return value.kind if isinstance(value, Tensor | Other) else type(value).__name__


def as_plain(value: Any, depth: int = 0) -> Plain:
    """Write a value down. What is no number, list or description becomes the name of its type."""
    if value is None or value is ...:
        return ["none"] if value is None else ["dots"]
    if isinstance(value, Source):
        return ["source", value.code]
    if type(value) in (bool, int, float, str):
        return _scalar(value)
    if type(value) in (Decimal, Fraction):
        return _scalar(float(value))
    if isinstance(value, list | tuple) and depth < _DEEPEST:
        parts = [as_plain(part, depth + 1) for part in value[:_MOST_PARTS]]
        return ["list" if isinstance(value, list) else "tuple", parts, len(value)]
    return _array(value) or ["other", type(value).__name__[:_LONGEST_NAME], callable(value)]


def _scalar(value: Any) -> Plain:
    if isinstance(value, str):
        return ["text", value]
    if isinstance(value, float):
        return ["float", value.hex()]
    if isinstance(value, bool):
        return ["bool", value]
    return ["int", str(value)] if value.bit_length() < 100 else ["other", "int", False]


def _array(value: Any) -> Plain | None:
    """Write down the real numbers of something; None if it has none. This runs the thing's own code."""
    try:
        array = np.asarray(value.numpy() if hasattr(value, "numpy") else value)
    except Exception:  # it may do anything
        return None
    if array.dtype.kind not in "iuf":
        return None
    numbers = [float(number).hex() for number in array.ravel()] if array.size <= _MOST_NUMBERS else []
    name, dtype = type(value).__name__[:_LONGEST_NAME], array.dtype.name
    return ["array", name, dtype, [int(size) for size in array.shape], numbers, _is_variable(value)]


def _is_variable(value: object) -> bool:
    tensorflow = sys.modules.get("tensorflow")  # a judge does without it
    return tensorflow is not None and isinstance(value, tensorflow.Variable)


def read_returned(plain: Any, depth: int = 0) -> Any:
    """Read what an answer returned, as `as_plain` writes it.

    Args:
        plain: JSON of whatever origin.
        depth: how many lists it is inside.

    Returns:
        None, `...`, a bool, an int, a float, a list or tuple of these, a Tensor, or an Other.

    Raises:
        BadReply: if it is written in another way.
    """
    match plain:
        case ["none"]:
            return None
        case ["dots"]:
            return ...
        case ["bool", bool(value)]:
            return value
        case ["int", str(text)] if len(text) <= _LONGEST_NUMBER and _INTEGER.fullmatch(text):
            return int(text)
        case ["float", str(text)]:
            return read_float(text)
        case ["text", str()]:
            return Other("str")
        case ["list" | "tuple" as kind, list(parts), int(count)] if depth < _DEEPEST and len(parts) <= _MOST_PARTS:
            found = [read_returned(part, depth + 1) for part in parts]
            found += [Other("")] * min(count - len(found), _MOST_SIZE)
            return found if kind == "list" else tuple(found)
        case ["array", str(name), str(), list(shape), list(numbers), bool(is_variable)]:
            return Tensor(name[:_LONGEST_NAME], _read_array(shape, numbers), is_variable)
        case ["other", str(name), bool(is_function)]:
            return (OtherFunction if is_function else Other)(name[:_LONGEST_NAME])
    raise BadReply


def _read_array(shape: Sequence[Any], numbers: Sequence[Any]) -> npt.NDArray[np.float64]:
    if len(shape) > _DEEPEST * 2 or not all(type(size) is int and size >= 0 for size in shape):
        raise BadReply
    if not numbers:  # too many to be sent, or none: what counts is the shape
        sizes = [min(size, _MOST_SIZE) for size in shape]
        return np.broadcast_to(np.float64(0), sizes if np.prod(sizes, dtype=object) <= _MOST_SIZE**2 else [_MOST_SIZE])
    if len(numbers) > _MOST_NUMBERS or len(numbers) != np.prod(shape, dtype=object):
        raise BadReply
    return np.array([read_float(text) for text in numbers]).reshape(shape)


def read_float(text: object) -> float:
    """Return the float that `float.hex` wrote; raise BadReply for anything else."""
    if not isinstance(text, str) or len(text) > _LONGEST_NUMBER:
        raise BadReply
    try:
        return float.fromhex(text)
    except (ValueError, OverflowError):
        raise BadReply from None
