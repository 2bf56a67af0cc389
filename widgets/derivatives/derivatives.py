"""A function and its derivatives on an interval: `derivatives(f)` returns the Curves."""

import numpy as np

from widgets.common.catalogue import _
from widgets.common.errors import FunctionError
from widgets.common.function_checks import require_function, why_none
from widgets.common.titles import title_of
from widgets.derivatives.everywhere import Everywhere
from widgets.derivatives.grid import checked_interval, positions
from widgets.derivatives.model import HIGHEST, ONE_BY_ONE, Curves, frozen_array
from widgets.derivatives.tower import checked_order, derivatives_at

USUAL = (-3.0, 3.0)
"""The interval that is taken where none is given."""

SLOW = 60
"""Parts of an interval at most where f cannot be compiled: each x is then a run of its own."""


def derivatives(f, interval=USUAL, order=HIGHEST, dtype="float32"):
    """Return the Curves of `f` and its derivatives up to `order` (0 to 4) on `interval`, by nested tapes.

    `f` takes a scalar tensor of `dtype` ("float32" or "float64") and returns one real number; where it is undefined the
    curves have gaps (nan). All numbers are TensorFlow's, from one compiled call if it can compile f; compiled, their
    last digits may differ from those of an eager tape, which `derivatives_at` gives.
    Raises FunctionError for a bad f, interval, order or dtype, for an f that is finite nowhere or leaves TensorFlow.
    """
    require_function(f)
    order, interval = checked_order(order), checked_interval(interval, dtype)
    x = positions(interval)
    probe = _probe(f, x, order, dtype)
    everywhere = Everywhere(f, probe.reach, probe.dtype)
    if everywhere.how == ONE_BY_ONE:
        x = positions(interval, SLOW)
    values, connected = everywhere(x)
    values = _without_what_was_lost(values, connected)
    _require_some(values[0], interval)
    if len(values) > 1 and np.isnan(values[1]).all() and not connected[1]:
        raise FunctionError(why_none(moves=True))
    missing = order - probe.reach
    return Curves(
        title=title_of(f),
        dtype=probe.dtype,
        interval=interval,
        x=frozen_array(x),
        values=frozen_array(np.pad(values, ((0, missing), (0, 0)), constant_values=np.nan)),
        connected=connected + (False,) * missing,
        reach=probe.reach,
        how=everywhere.how,
        note=probe.why or everywhere.why * (everywhere.how == ONE_BY_ONE),
    )


def _probe(f, x, order, dtype):
    """Return the Point of some x: it tells which orders the tape can compute. An f may refuse some x, but not all."""
    refusal = None
    for part in (0.5, 0.25, 0.75, 0.0, 1.0):
        try:
            return derivatives_at(f, x[int(part * (x.size - 1))], order, dtype)
        except FunctionError as error:
            refusal = refusal or error
    raise refusal


def _without_what_was_lost(values, connected):
    """Return a copy with nan for each order that the tape says nothing about although the order before it moves.

    Where that one stands still or is made of steps (2x, tf.round), None means 0. Where it moves, the tape lost sight of
    x: f left TensorFlow (NumPy), and a 0 would be a lie.
    """
    values = np.array(values)
    for order in range(1, len(values)):
        if not connected[order] and not _made_of_steps(values[order - 1]):
            values[order] = np.nan
    return values


def _made_of_steps(values):
    """Say whether most numbers are their neighbours' equals."""
    both = np.isfinite(values[1:]) & np.isfinite(values[:-1])
    return both.any() and np.mean((values[1:] == values[:-1])[both]) >= 0.5


def _require_some(values, interval):
    if not np.isfinite(values).any():
        raise FunctionError(
            _(
                "f is nan or inf at each of {count} places from {low} to {high}. "
                "Choose an interval where it has values, for example interval=(0.1, 6.0) for tf.math.log."
            ).format(count=values.size, low=interval[0], high=interval[1])
        )
