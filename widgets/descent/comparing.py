"""Where two runs part: the first step at which they stand at different numbers."""

import numpy as np

from widgets.common.catalogue import _


def first_difference(path, other):
    """Return the first step at which two paths differ, or None if one goes on as the other does to its end.

    Numbers are compared by value, after widening to float64, which changes no float32 or float64: so 0.1 in float32 and
    in float64 differ, and −0 and +0 do not (they print differently, and 1 / x tells them apart, but they are one place
    on the number line). nan is taken to equal nan. Of runs that differ in length, the common part is compared.

    Args:
        path: what to compare, step by step along its first axis: shape (steps + 1,) or (steps + 1, *dimensions), of
            float32, float64, or anything that NumPy reads as real numbers.
        other: another of the same dimensions; its length and dtype may differ.

    Raises:
        ValueError: one of them holds no real numbers, has no steps, or their dimensions differ.
    """
    one, two = _steps(path), _steps(other)
    if one.shape[1:] != two.shape[1:]:
        raise ValueError(
            _("Two paths can be compared if x has the same shape in both; here it has {one} and {two}.").format(
                one=one.shape[1:], two=two.shape[1:]
            )
        )
    common = min(len(one), len(two))
    one, two = one[:common], two[:common]
    differs = (one != two) & ~(np.isnan(one) & np.isnan(two))
    steps = np.flatnonzero(differs.reshape(common, -1).any(axis=1))
    return int(steps[0]) if steps.size else None


def _steps(path):
    """Return a path as float64, one row a step."""
    try:
        steps = np.asarray(path)
    except (TypeError, ValueError):  # rows of different lengths
        steps = np.asarray(None)
    if steps.dtype.kind not in "iuf" or steps.ndim == 0:
        raise ValueError(
            _(
                "A path is an array of real numbers, one row for each step, for example paths.x[:, 0]; got {kind}."
            ).format(kind=type(path).__name__)
        )
    return steps.astype(np.float64)
