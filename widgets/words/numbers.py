"""Numbers as text: scalars to the last digit, as TensorFlow prints them; arrays rounded to four digits."""

import numpy as np

from widgets.words.catalogue import _

FEW = 3
"""Numbers shown of an array that is too large to show whole."""

_DIGITS = {"float32": (6, 9), "float64": (15, 17)}


def text_of(value):
    """Return a Value as text: `-2.0`, `[1.0, 2.0]`, `[1.0, 2.0, 3.0, …] (1000,)`, `? (2, 3)` where no number exists."""
    if value is None:
        return "None"
    if value.dtype == "resource":
        return _("a Variable's handle")
    if not value.head:
        return f"{'[]' if 0 in value.shape else '?'} {value.shape}" if value.shape else "?"
    if value.shape == ():
        return repr(value.head[0]) if isinstance(value.head[0], str) else str(value.head[0])
    if len(value.head) == value.size:
        return _nested(np.array(value.head, dtype=object).reshape(value.shape))
    return f"[{', '.join(map(_rounded, value.head[:FEW]))}, …] {value.shape}"


def about(value):
    """Return what kind of number a Value is: `float32, scalar`, `float32, shape (2, 3)`."""
    return f"{value.dtype}, {f'shape {value.shape}' if value.shape else 'scalar'}"


def estimate(difference):
    """Return a central difference as text: four digits are what it is good for."""
    return f"{difference.estimate + 0.0:.4g}"


def printed(value):
    """Return the exact text that `tf.print` writes for a floating-point scalar: `0.999998569`, `1`, `1e-07`, `-nan`.

    The rule, found by comparing with `tf.print` itself, in this order (a JavaScript twin follows it too):
    a nan is `nan`, or `-nan` if its sign bit is set, as it is where an x86 processor makes one; a number closer to 0
    than the smallest normal one is 0, for TensorFlow's kernels flush it; then C's `%.6g`, if that reads back as the
    same float32, or else `%.9g` (`%.15g` and `%.17g` for float64). C writes at least two digits of an exponent, with
    its sign, and `-0`, `inf` and `-inf`.

    Args:
        value: a float32 or float64 scalar, as NumPy has it (its dtype decides); a Python float counts as float64.
    """
    value = np.asarray(value)[()]
    if np.isnan(value):
        return "-nan" if np.signbit(value) else "nan"
    if abs(value) < np.finfo(value.dtype).tiny:
        value = value.dtype.type(np.copysign(0.0, value))
    few, full = _DIGITS[value.dtype.name]
    short = f"{float(value):.{few}g}"
    return short if value.dtype.type(float(short)) == value else f"{float(value):.{full}g}"


def _nested(array):
    if array.ndim == 0:
        return _rounded(array.item())
    return f"[{', '.join(_nested(np.asarray(row, dtype=object)) for row in array)}]"


def _rounded(number):
    if isinstance(number, (bytes, str)):
        return repr(number)
    if isinstance(number, (bool, np.bool_, int, np.integer)):
        return str(number)
    if isinstance(number, (complex, np.complexfloating)):
        return f"{number:.4g}"
    short = f"{float(number):.4g}"
    return short if any(mark in short for mark in ".en") else f"{short}.0"
