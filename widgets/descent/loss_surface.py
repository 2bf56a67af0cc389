"""The ground that paths run on: f around start and minimum, its bands, and the learning rates worth showing there."""

import contextlib
import dataclasses

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.common.errors import FunctionError
from widgets.common.tensorflow_log import quiet
from widgets.derivatives import checked
from widgets.descent.engine import descend
from widgets.descent.model import TOGETHER
from widgets.descent.rates import slider_rates
from widgets.descent.stability import Bands, bands, place

POINTS = {1: 301, 2: 61}
"""Points of the grid along each axis, for a function of one parameter and of two."""

_SCOUTING = 200  # iterations of those who go ahead
_MARGIN = 1.5  # the picture reaches this many times as far from the minimum as the start is
_SHOWN, _ROOM = (5, 95), 0.06  # per cent of the heights, between which all is shown, and the room left around
_FLOATS = np.finfo(np.float64).min / 16, np.finfo(np.float64).max / 16
_LEVELS, _CROWDED = 18, 2.5
_NARROWEST = 0.5  # of its widest side, so that the picture of a path along an axis is no line


@dataclasses.dataclass(frozen=True)
class Ground:
    """What surrounds the paths of one function.

    Attributes:
        bands: 1/λ and 2/λ at the minimum that was found, or why there are none.
        rates: the learning rates of the slider, float64, rising.
        axes: the grid's places along each parameter: rising arrays of the run's dtype.
        heights: f on the grid by TensorFlow, nan where it is not finite: (n,), or (n, n) with axes[1] first.
        frame: the lowest and the highest value worth showing. A pole or an abyss does not squeeze the rest.
        levels: the heights of contour lines, closer together towards the lowest; () for one parameter.
    """

    bands: Bands
    rates: np.ndarray
    axes: tuple[np.ndarray, ...]
    heights: np.ndarray
    frame: tuple[float, float]
    levels: tuple[float, ...]

    def holds(self, start):
        """Whether a start (a number, or a list of as many as there are axes) lies inside the picture."""
        if np.shape(start) != self.bands.at.shape:
            return False
        return all(axis[0] <= x <= axis[-1] for axis, x in zip(self.axes, np.atleast_1d(start), strict=True))


def drawable(f, start, dtype="float32"):
    """Check f and start as `checked` does, and return the start as an array of `dtype`: of one number or of two."""
    start = checked(f, start, dtype).numpy()
    if start.size not in POINTS:
        said = _("A picture has room for functions of one number or of two; the start has {count}.")
        raise FunctionError(said.format(count=start.size))
    return start


def survey(f, start, dtype="float32"):
    """Return the Ground of f around `start`: a number, or two numbers for a function of two parameters.

    Scouts go ahead with plain SGD to find the minimum, at learning rates that the curvature at the start suggests; the
    curvature at the minimum says which learning rates are worth showing.
    Raises FunctionError as `descend` does, and for more than two parameters.
    """
    start = drawable(f, start, dtype)
    scouts = descend(f, start, slider_rates(bands(f, start, dtype).limit or 1.0), _SCOUTING, dtype=dtype)
    found = place(scouts)
    minimum = start if found is None else found
    curved = bands(f, minimum, dtype)
    axes = _axes(start, minimum)
    heights = _heights(f, axes, start.shape, scouts.how == TOGETHER)
    frame = _frame(heights, float(scouts.y[0, 0]))
    return Ground(curved, slider_rates(curved.limit or 1.0), axes, heights, frame, _levels(heights, frame))


def _axes(start, minimum):
    """Return the grid: the minimum in the middle, the start well inside."""
    reach = _MARGIN * np.abs(np.atleast_1d(start - minimum))
    reach = np.maximum(reach, _NARROWEST * reach.max()) if reach.any() else np.ones_like(reach)
    sides = zip(np.atleast_1d(minimum), reach, strict=True)
    return tuple(np.linspace(x - far, x + far, POINTS[reach.size]).astype(start.dtype) for x, far in sides)


def _heights(f, axes, shape, together):
    grid = np.stack([side.ravel() for side in np.meshgrid(*axes)], axis=-1)
    heights = _values(f, grid.reshape(-1, *shape), together).reshape([axis.size for axis in reversed(axes)])
    return np.where(np.isfinite(heights), heights, np.nan)


def _values(f, places, together):
    """Return f at each place as TensorFlow gives it; all at once where TensorFlow can.

    An f that took all paths `together` takes all places so: that needs no graph, which may fuse and reorder operations,
    and gives the bits that f gives each place alone (but for powers, which TensorFlow rounds differently there).
    """
    for at_once in (_side_by_side, tf.vectorized_map) if together else (tf.vectorized_map,):
        with quiet(), contextlib.suppress(Exception):  # what cannot be done all at once is done place by place
            values = at_once(f, tf.constant(places)).numpy()
            if values.shape == (len(places),):
                return values
    return np.array([_value(f, tf.constant(place)) for place in places])


def _side_by_side(f, places):
    return f(tf.transpose(places))  # as paths are: along the last axis


def _value(f, place):
    """Return f at a place; nan where a learner's own check refuses it."""
    try:
        return f(place)
    except Exception:  # of any kind that a learner may raise
        return np.nan


def _frame(heights, first):
    """Return what to show: all between two percentiles, and beyond them as much again at most; and the start."""
    known = heights[np.isfinite(heights)].astype(np.float64) / 8  # so that no difference overflows
    lowest, low, high = np.percentile(known, [0, *_SHOWN]) if known.size else (first / 8,) * 3
    low, high = min(max(lowest, 2 * low - high), first / 8), max(high, first / 8)
    room = _ROOM * (high - low or 1.0)
    return float(8 * np.clip(low - room, *_FLOATS)), float(8 * np.clip(high + room, *_FLOATS))


def _levels(heights, frame):
    if heights.ndim == 1:
        return ()
    low, high = np.fmax(np.fmin.reduce(heights, axis=None), frame[0]), frame[1]
    return tuple(map(float, low + (high - low) * (np.arange(1, _LEVELS) / _LEVELS) ** _CROWDED))
