"""A function and its derivatives on an interval: `derivatives(f)` returns the Curves."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from widgets.common.arrays import Floats
from widgets.common.catalogue import _
from widgets.common.errors import FunctionError
from widgets.common.functions import Function, floating, no_gradient_message, require_function, title_of
from widgets.derivatives.model import MAX_ORDER, ONE_BY_ONE, Curves, Point, frozen_array
from widgets.derivatives.nested_tapes import CompiledDerivatives, checked_order, derivatives_at

Interval = tuple[float, float]

DEFAULT_INTERVAL: Interval = (-3.0, 3.0)

_FEWEST, _MOST = 240, 400  # parts of an interval
_MOST_EAGER = 60  # parts of an interval where f cannot be compiled: each x is then a run of its own
_ROUND = (1.0, 2.0, 5.0, 2.5, 4.0)


def derivatives(
    f: Function, interval: Interval = DEFAULT_INTERVAL, order: int = MAX_ORDER, dtype: str = "float32"
) -> Curves:
    """Return f and its derivatives on an interval, by nested tapes.

    All numbers are TensorFlow's, from one compiled call if it can compile f; compiled, their last digits may differ
    from those of an eager tape, which `derivatives_at` gives. Where f is undefined the curves have gaps (nan).

    Args:
        f: takes a scalar tensor of `dtype`, returns one real number.
        interval: the lowest and the highest x.
        order: the highest order of derivative, 0 to 4.
        dtype: "float32" or "float64".

    Returns:
        Curves with 241 to 401 points, or at most 61 where TensorFlow cannot compile f.

    Raises:
        FunctionError: an argument is not as described, f is finite nowhere on the interval, or f leaves TensorFlow.
    """
    require_function(f)
    order, interval = checked_order(order), checked_interval(interval, dtype)
    x = grid(interval)
    probe = _probe(f, x, order, dtype)
    compiled = CompiledDerivatives(f, probe.reach, probe.dtype)
    if compiled.how == ONE_BY_ONE:
        x = grid(interval, _MOST_EAGER)
    values, connected = compiled(x)
    values = _without_lost_orders(values, connected)
    _require_some(values[0], interval)
    if len(values) > 1 and np.isnan(values[1]).all() and not connected[1]:
        raise FunctionError(no_gradient_message(changes_with_x=True))
    missing = order - probe.reach
    return Curves(
        title=title_of(f),
        dtype=probe.dtype,
        interval=interval,
        x=frozen_array(x),
        values=frozen_array(np.pad(values, ((0, missing), (0, 0)), constant_values=np.nan)),
        connected=connected + (False,) * missing,
        reach=probe.reach,
        how=compiled.how,
        note=probe.note or compiled.note * (compiled.how == ONE_BY_ONE),
    )


def checked_interval(interval: Interval, dtype: str = "float32") -> Interval:
    """Return (low, high) as floats; raise FunctionError unless numbers of `dtype` can draw a curve there."""
    example = _("interval must be two numbers, the lower first, for example interval=(-3.0, 3.0)")
    try:
        low, high = interval
    except (TypeError, ValueError) as error:
        raise FunctionError(_("{example}; got {interval!r}.").format(example=example, interval=interval)) from error
    low, high = (float(floating(end, "float64", name="interval[…]", ranks=(0,))) for end in (low, high))
    for end in (low, high):
        floating(end, dtype, name="interval[…]", ranks=(0,))
    if not low < high:
        raise FunctionError(_("{example}; got {low} and {high}.").format(example=example, low=low, high=high))
    spacing = np.spacing(np.array(max(abs(low), abs(high)), dtype))
    if not high - low > 1e4 * spacing:
        message = _("The interval from {low} to {high} is too narrow for a curve of {dtype} numbers.")
        raise FunctionError(message.format(low=low, high=high, dtype=dtype))
    if not high - low < 1e300:
        raise FunctionError(_("The interval from {low} to {high} is too wide for a curve.").format(low=low, high=high))
    return low, high


def grid(interval: Interval, most: int = _MOST) -> npt.NDArray[np.float64]:
    """Return the x of an interval, ends included: round decimals where the interval lets them be.

    Each is a correctly rounded quotient, so that on (-3, 3) there is an x that is exactly 0.1, and one that is 1.
    """
    low, high = interval
    count = _round_count(high - low, most)
    step = np.arange(count + 1)
    x: npt.NDArray[np.float64] = (low * (count - step) + high * step) / count
    return x


def _round_count(width: float, most: int) -> int:
    """Return how many equal parts an interval is cut into, so that a part is 1, 2, 5, 2.5, or 4 times a power of 10."""
    for mantissa in _ROUND:
        parts = width / mantissa
        count = float(parts * 10.0 ** np.ceil(np.log10(most * _FEWEST / _MOST / parts)))
        if count <= most and abs(count - round(count)) < 1e-9 * count:
            return round(count)
    return most * 3 // 4


def _probe(f: Function, x: Floats, order: int, dtype: str) -> Point:
    """Return the Point of some x: it tells which orders the tape can compute. An f may refuse some x, but not all."""
    errors = []
    for part in (0.5, 0.25, 0.75, 0.0, 1.0):
        try:
            return derivatives_at(f, x[int(part * (x.size - 1))], order, dtype)
        except FunctionError as error:
            errors.append(error)
    raise errors[0]


def _without_lost_orders(values: Floats, connected: tuple[bool, ...]) -> Floats:
    """Return a copy with nan for each order for which the tape returned None although the order before it changes.

    Where that one is constant or made of steps (2x, tf.round), None means 0. Where it changes, f left TensorFlow
    (NumPy), and a 0 would be wrong.
    """
    values = np.array(values)
    for order in range(1, len(values)):
        if not connected[order] and not _is_stepwise(values[order - 1]):
            values[order] = np.nan
    return values


def _is_stepwise(values: Floats) -> bool:
    """Return whether most numbers equal their neighbors."""
    both = np.isfinite(values[1:]) & np.isfinite(values[:-1])
    return bool(both.any() and np.mean((values[1:] == values[:-1])[both]) >= 0.5)


def _require_some(values: Floats, interval: Interval) -> None:
    if not np.isfinite(values).any():
        raise FunctionError(
            _(
                "f is nan or inf at each of {count} points from {low} to {high}. "
                "Choose an interval where it is finite, for example interval=(0.1, 6.0) for tf.math.log."
            ).format(count=values.size, low=interval[0], high=interval[1])
        )
