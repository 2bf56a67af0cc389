"""Where a curve is looked at: an interval, the positions on it, and the steps h of central differences."""

import numpy as np

from widgets.common.catalogue import _
from widgets.common.errors import FunctionError
from widgets.common.function_checks import floating

STEPS = 27
"""How many h there are: for an interval 6 wide, from 2⁻¹ = 0.5 to 2⁻²⁷ = 7.5e-9."""

_FEWEST, _MOST = 240, 400
_ROUND = (1.0, 2.0, 5.0, 2.5, 4.0)


def checked_interval(interval, dtype="float32"):
    """Return (low, high) as floats; raise FunctionError for what is no interval that `dtype` can tell apart."""
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
    apart = np.spacing(np.array(max(abs(low), abs(high)), dtype))
    if not 1e4 * apart < high - low < 1e300:
        raise FunctionError(
            _("From {low} to {high} is too {what} an interval to draw a curve with {dtype} numbers.").format(
                low=low, high=high, dtype=dtype, what=_("narrow") if high - low < 1e300 else _("wide")
            )
        )
    return low, high


def positions(interval, most=_MOST):
    """Return the x of an interval, float64, ends included: round decimals where the interval lets them be.

    Each is a correctly rounded quotient, so that on (-3, 3) there is an x that is exactly 0.1, and one that is 1.
    """
    low, high = interval
    count = _round_count(high - low, most)
    step = np.arange(count + 1)
    return (low * (count - step) + high * step) / count


def _round_count(width, most):
    """Return how many equal parts an interval is cut into, so that a part is 1, 2, 5, 2.5 or 4 times a power of ten."""
    for mantissa in _ROUND:
        parts = width / mantissa
        count = parts * 10.0 ** np.ceil(np.log10(most * _FEWEST / _MOST / parts))
        if count <= most and abs(count - round(count)) < 1e-9 * count:
            return round(count)
    return most * 3 // 4


def steps(interval):
    """Return the h of central differences for an interval, float64, (27,), falling: powers of two.

    Adding a power of two is exact in binary, which 0.1 or 0.001 would not be.
    """
    low, high = interval
    largest = round(np.log2((high - low) / 6)) - 1
    return 2.0 ** np.arange(largest, largest - STEPS, -1)


def checked_step(h):
    """Return a step of central differences as a float; raise FunctionError unless it is finite and above 0."""
    h = float(floating(h, "float64", name="h", ranks=(0,)))
    if h <= 0:
        raise FunctionError(_("h must be above 0, for example h=0.001; got {h}.").format(h=h))
    return h
