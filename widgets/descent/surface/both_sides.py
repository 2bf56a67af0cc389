"""Whether the curvature at a minimum is that of f on both its sides: where two formulas meet, it is that of one alone.

Then it says nothing of how far a step over the minimum leads, and sets no limit.
"""

from __future__ import annotations

import contextlib
import dataclasses

import numpy as np

from widgets.common.arrays import Floats
from widgets.common.catalogue import _
from widgets.common.functions import Function
from widgets.common.tensorflow_log import quiet
from widgets.descent.surface.kinks import kink_reason
from widgets.descent.surface.minima import Minimum, flat_reason
from widgets.descent.surface.stability import StabilityLimits, value_and_gradient

_SUSPICIOUS = 2.0  # times as high, or as low, as the curvature has f rise
_ALIKE = 1.5  # times the curvature, or as small a part of it: f that curves more and more is no further off
_LOOKED, _CLOSER = 2.0**-10, 2.0**-3  # of the picture: how far to the sides; and of that, the second time
_ROUNDING = 16  # times eps times the steepest slope: smaller slopes are nothing but rounding


def with_sure_limits(f: Function, axis: Floats, values: Floats, found: Minimum) -> Minimum:
    """Return a minimum of one parameter; without limits where its curvature is not that of both sides.

    Args:
        f: takes a tensor of one number, and returns one number.
        axis: a grid around the minimum: rising, (n,).
        values: f on it.
        found: the minimum.

    Returns:
        The same, or one whose limits have no numbers but a reason.
    """
    if found.limits.limit is None or _rises_on_both_sides(axis, values, found):
        return found
    reason = ""
    with contextlib.suppress(Exception), quiet():  # whatever a learner's f may raise
        reason = _why_not(f, axis, found)
    if not reason:
        return found
    return dataclasses.replace(found, limits=StabilityLimits(found.point, np.nan, np.nan, reason=reason))


def _rises_on_both_sides(axis: Floats, values: Floats, found: Minimum) -> bool:
    """Return whether f rises about as its curvature says, two points of the grid away: that needs no call of f."""
    at = int(np.searchsorted(axis, float(found.point.ravel()[0])))
    if not 2 <= at < axis.size - 2:
        return False
    sides = np.array([at - 2, at + 1])
    far = axis[sides].astype(np.float64) - float(found.point.ravel()[0])
    parts = (values[sides].astype(np.float64) - found.value) / (found.limits.curvature / 2 * far**2)
    return bool(((parts > 1 / _SUSPICIOUS) & (parts < _SUSPICIOUS)).all())


def _why_not(f: Function, axis: Floats, found: Minimum) -> str:
    """Return why the curvature sets no limit, or "": the slopes of f beside the minimum tell, if rounding lets them."""
    here, width = _slope(f, found.point), float(axis[-1] - axis[0])
    near, far = (
        [_curvature(f, found.point, here, side * part * width) for side in (-1, 1)]
        for part in (_LOOKED * _CLOSER, _LOOKED)
    )
    parts = np.array(near) / found.limits.curvature
    if not np.isfinite(parts).all() or ((parts > 1 / _ALIKE) & (parts < _ALIKE)).all():
        return ""
    steepest = np.nanmax([abs(_slope(f, end.reshape(found.point.shape))) for end in axis[[0, -1]]])
    if found.limits.curvature * _LOOKED * _CLOSER * width < _ROUNDING * np.finfo(axis.dtype).eps * steepest:
        return flat_reason()
    steady = np.array(near) > np.array(far) * _ALIKE  # a slope that stays as it is, over less and less
    if steady.any():
        return kink_reason()
    return _("f curves differently on the two sides of this minimum, so no one curvature sets a limit.")


def _curvature(f: Function, point: Floats, here: float, step: float) -> float:
    """Return the mean curvature between the minimum and a place beside it."""
    beside = (point + step).astype(point.dtype)
    return (_slope(f, beside) - here) / float((beside.astype(np.float64) - point).ravel()[0])


def _slope(f: Function, x: Floats) -> float:
    return float(value_and_gradient(f, x)[1][0])
