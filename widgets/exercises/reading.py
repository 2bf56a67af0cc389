"""Whatever an answer returned, read as numbers; and numbers written plainly."""

import numpy as np

from widgets.common.grader_protocol import ABSOLUTE, RELATIVE


class Unreadable(Exception):
    """What came back is not the numbers asked for. `kind`: none, not a number, list, length or shape."""

    def __init__(self, kind, about=""):
        super().__init__(kind, about)
        self.kind, self.about = kind, about


def close(numbers, due):
    """Return elementwise whether numbers agree as far as float32 can tell (NaN agrees with nothing)."""
    return np.isclose(numbers, due, rtol=RELATIVE, atol=ABSOLUTE)


def read(returned, count):
    """Return `count` numbers as one float64 row, or raise Unreadable."""
    if count == 1:
        return np.array([_single(returned)])
    if returned is None:
        raise Unreadable("none")
    parts = returned if isinstance(returned, list | tuple) else list(np.atleast_1d(_array(returned)))
    if len(parts) != count:
        raise Unreadable("length", str(len(parts)))
    return np.array([_single(part) for part in parts])


def _single(returned):
    """Return the one float in a Python, NumPy or TensorFlow number."""
    if returned is None:
        raise Unreadable("none")
    if isinstance(returned, list | tuple):
        raise Unreadable("none" if returned and all(part is None for part in returned) else "list", str(len(returned)))
    array = _array(returned)
    if array.shape != ():
        raise Unreadable("shape", str(array.shape))
    return float(array)


def _array(returned):
    """Return the real numbers in a tensor, a Variable, an array or a number."""
    try:
        array = np.asarray(returned.numpy() if hasattr(returned, "numpy") else returned)
    except Exception as error:  # reading runs the object's own code, and that may do anything
        raise Unreadable("not a number", type(returned).__name__) from error
    if array.dtype.kind not in "iuf":
        raise Unreadable("not a number", type(returned).__name__)
    return array


def plain(number):
    """Write a number with four significant digits: few enough to read, and the same on every machine."""
    short = f"{number + 0.0:.4g}"  # adding 0.0 turns -0.0 into 0.0
    return short if any(mark in short for mark in ".en") else f"{short}.0"
