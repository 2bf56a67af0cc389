"""What an answer returned, parsed as numbers; and numbers written with few digits."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from widgets.answers.plain_values import kind_of
from widgets.common.arrays import Array
from widgets.common.grader_protocol import ABSOLUTE, RELATIVE

Row: TypeAlias = npt.NDArray[np.float64]
"""Numbers in float64, shape (count,)."""

Problem: TypeAlias = Literal["none", "not a number", "list", "length", "shape"]


class NotNumeric(Exception):
    """A returned value is not the numbers asked for: `kind` is what is wrong, `about` its type, length or shape."""

    def __init__(self, kind: Problem, about: str = "") -> None:
        super().__init__(kind, about)
        self.kind, self.about = kind, about


def close(numbers: npt.ArrayLike, due: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Return elementwise whether numbers agree within float32's rounding (NaN agrees with nothing).

    Args:
        numbers: the numbers of an answer.
        due: the right numbers, in a shape that broadcasts with them.

    Returns:
        Booleans in the common shape.
    """
    return np.asarray(np.isclose(numbers, due, rtol=RELATIVE, atol=ABSOLUTE))


def parse_number(value: object) -> float:
    """Return the one number in a Python, NumPy or TensorFlow number; raise NotNumeric for anything else."""
    if value is None:
        raise NotNumeric("none")
    if isinstance(value, list | tuple):
        raise NotNumeric("none" if value and all(part is None for part in value) else "list", str(len(value)))
    array = _array(value)
    if array.shape != ():
        raise NotNumeric("shape", str(array.shape))
    return float(array)


def parse_numbers(value: object, count: int) -> Row:
    """Return `count` numbers.

    Args:
        value: whatever an answer returned: numbers, tensors, Variables, arrays, or a list or tuple of them.
        count: how many numbers are asked for; with 1, a list is not accepted.

    Returns:
        A row in float64, shape (count,).

    Raises:
        NotNumeric: if it is not that many numbers.
    """
    if count == 1:
        return np.array([parse_number(value)])
    if value is None:
        raise NotNumeric("none")
    parts = value if isinstance(value, list | tuple) else list(np.atleast_1d(_array(value)))
    if len(parts) != count:
        raise NotNumeric("length", str(len(parts)))
    return np.array([parse_number(part) for part in parts])


def _array(value: object) -> Array:
    """Return the real numbers in a tensor, a Variable, an array or a number."""
    try:
        array = np.asarray(value.numpy() if hasattr(value, "numpy") else value)
    except Exception as error:  # parsing runs the object's own code, and that may do anything
        raise NotNumeric("not a number", kind_of(value)) from error
    if array.dtype.kind not in "iuf":
        raise NotNumeric("not a number", kind_of(value))
    return array


def all_none(value: object) -> bool:
    """Return whether a value is None, or a list or tuple of nothing but None."""
    return value is None or (isinstance(value, list | tuple) and all(part is None for part in value))


def format_number(number: float) -> str:
    """Write a number with four significant digits: few enough to read, and the same on every machine.

    Args:
        number: any number, also NaN or infinite.

    Returns:
        Its text, which reads as a float.

    Example:
        >>> format_number(-2)
        '-2.0'
        >>> format_number(1e-7)
        '1e-07'
    """
    short = f"{number + 0.0:.4g}"  # adding 0.0 turns -0.0 into 0.0
    return short if any(mark in short for mark in ".en") else f"{short}.0"
