"""Numbers as text: scalars to the last digit, as TensorFlow prints them; arrays rounded to four digits."""

import numpy as np

from widgets.words.catalogue import _

FEW = 3
"""Numbers shown of an array that is too large to show whole."""


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
