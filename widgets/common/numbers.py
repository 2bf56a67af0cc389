"""Numbers as text: scalars to the last digit, as TensorFlow prints them; arrays rounded to four digits."""

from __future__ import annotations

import decimal
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from widgets.common.catalogue import _

FEW = 3
"""Numbers shown of an array that is too large to show whole, or at each of its ends."""

_MOST_ROWS = 6
"""Rows of IndexedSlices that are named."""

_DIGITS = {"float32": (6, 9), "float64": (15, 17)}
"""Significant digits that survive a dtype, and digits that tell all its numbers apart."""


@dataclass(frozen=True)
class Bytes:
    """A string that is no text, such as a picture's file: only its length is kept.

    Attributes:
        count: how many bytes it has.
    """

    count: int


class Summary(Protocol):
    """What `text_of` reads of a value: a `widgets.tape.Value` has it."""

    @property
    def dtype(self) -> str:
        """The name of the dtype, or "resource" for a Variable's handle."""

    @property
    def shape(self) -> tuple[int | None, ...]:
        """The shape; None for a dimension that is not known, where there are no numbers."""

    @property
    def head(self) -> tuple[Any, ...]:
        """The first numbers, in row-major order; empty where there are none."""

    @property
    def size(self) -> int:
        """How many numbers there are."""

    @property
    def rows(self) -> tuple[int, ...] | None:
        """The rows that `tf.IndexedSlices` hold; None of every other tensor."""


class HasEstimate(Protocol):
    """What `estimate` reads of a finite difference."""

    @property
    def estimate(self) -> float:
        """The estimated gradient."""


def text_of(value: Summary | None) -> str:
    """Return a Value as text: `-2.0`, `[1.0, 2.0]`, `[1.0, 2.0, 3.0, …] (1000,)`, `a handle` where no number exists."""
    if value is None:
        return "None"
    if value.rows is not None:
        return _rows_text(value.rows, value.shape)
    if not value.head:
        return _numberless_text(value)
    if value.shape == ():
        number = value.head[0]
        return _rounded(number) if isinstance(number, (str, Bytes)) else str(number)
    if len(value.head) == value.size:
        shape = [side for side in value.shape if side is not None]  # all are known where all numbers are
        return _nested(np.array(value.head, dtype=object).reshape(shape))
    return f"[{', '.join(map(_rounded, value.head[:FEW]))}, …] {value.shape}"


def _rows_text(rows: tuple[int, ...], shape: tuple[int | None, ...]) -> str:
    some = ", ".join(map(str, rows[:_MOST_ROWS]))
    if not rows:
        return _("IndexedSlices of {shape}").format(shape=shape)
    if len(rows) > _MOST_ROWS:
        text = _("IndexedSlices: rows {rows}, … ({count:,} rows) of {shape}")
        return text.format(rows=some, count=len(rows), shape=shape)
    text = _("IndexedSlices: row {rows} of {shape}") if len(rows) == 1 else _("IndexedSlices: rows {rows} of {shape}")
    return text.format(rows=some, shape=shape)


def _numberless_text(value: Summary) -> str:
    if value.dtype == "resource":
        return _("a handle")
    if value.dtype == "variant":
        return _("a variant tensor")
    if 0 in value.shape:
        return f"[] {value.shape}"
    return _("a symbolic tensor of shape {shape}").format(shape=value.shape) if value.shape else _("a symbolic tensor")


def about(value: Summary) -> str:
    """Return what kind of number a Value is: `float32, scalar`, `float32, shape (2, 3)`."""
    shape = _("shape {shape}").format(shape=value.shape) if value.shape else _("scalar")
    return f"{value.dtype}, {shape}"


def estimate(difference: HasEstimate) -> str:
    """Return a central difference as text: four digits are what it is good for."""
    return f"{difference.estimate + 0.0:.4g}"


def is_subnormal(x: Any) -> Any:
    """Return whether x, of float32 or float64, is a number that TensorFlow's kernels take for 0, although it is not."""
    return (x != 0) & (np.abs(x) < np.finfo(x.dtype).smallest_normal)


def half_up(number: float, digits: int) -> float:
    """Return a number rounded to so many significant digits, a tie away from 0 as JavaScript does it."""
    return float(decimal.Context(prec=digits, rounding=decimal.ROUND_HALF_UP).create_decimal_from_float(float(number)))


def printed(value: npt.ArrayLike) -> str:
    """Return the exact text that `tf.print` writes of floating-point numbers: `0.999998569`, `1e-07`, `-nan`, `[1 2]`.

    The rule, found by comparing with `tf.print` itself, in this order (a JavaScript twin follows it too):
    a nan is `nan`, or `-nan` if its sign bit is set, as it is where an x86 processor makes one; a number closer to 0
    than the smallest normal one is 0, for TensorFlow's kernels flush it; then C's `%.6g`, if that reads back as the
    same float32, or else `%.9g` (`%.15g` and `%.17g` for float64). C writes at least two digits of an exponent, with
    its sign, and `-0`, `inf` and `-inf`. Of a dimension longer than 6 the first and last 3 are written.

    Args:
        value: float32 or float64, as NumPy has it (its dtype decides), of any shape that is not empty; a Python float
            counts as float64.

    Returns:
        The text that `tf.print` would write.
    """
    return _printed(np.asarray(value), 1)


def _printed(array: npt.NDArray[Any], depth: int) -> str:
    if array.ndim == 0:
        return _printed_number(array[()])
    ends = [array] if len(array) <= 2 * FEW else [array[:FEW], array[-FEW:]]
    between = " " if array.ndim == 1 else "\n" * (array.ndim - 1) + " " * depth
    rows = (between.join(_printed(row, depth + 1) for row in end) for end in ends)
    return f"[{f'{between}...{between}'.join(rows)}]"


def _printed_number(number: Any) -> str:
    if np.isnan(number):
        return "-nan" if np.signbit(number) else "nan"
    if abs(number) < np.finfo(number.dtype).tiny:
        return "-0" if np.signbit(number) else "0"
    few, full = _DIGITS[number.dtype.name]
    short = f"{float(number):.{few}g}"
    return short if number.dtype.type(float(short)) == number else f"{float(number):.{full}g}"


def _nested(array: npt.NDArray[Any]) -> str:
    if array.ndim == 0:
        return _rounded(array.item())
    return f"[{', '.join(_nested(np.asarray(row, dtype=object)) for row in array)}]"


def _rounded(number: Any) -> str:
    if isinstance(number, (bytes, str)):
        return repr(number)
    if isinstance(number, Bytes):
        return _("bytes, {count:,} of them").format(count=number.count)
    if isinstance(number, (bool, np.bool_, int, np.integer)):
        return str(number)
    if isinstance(number, (complex, np.complexfloating)):
        return f"{number:.4g}"
    short = f"{float(number):.4g}"
    return short if any(mark in short for mark in ".en") else f"{short}.0"
