"""What was asked for, checked at the boundary: learning rates, iterations, and how much memory they would take."""

import numbers
import reprlib

import numpy as np

from widgets.common.catalogue import _
from widgets.common.errors import FunctionError

MOST_ITERATIONS = 10_000
MOST_RATES = 2_000
MOST_NUMBERS = 10_000_000
"""Numbers in x at most, (iterations + 1) · rates · dimensions. x, y and gradient of so many float32 are 120 MB, and
about twice as much is in use while they are computed; of float64 it is double."""


def rates_asked(learning_rates):
    """Return learning rates as an array of float64, in the order in which they came; one number is a list of one.

    Raises FunctionError unless each is a positive number that float32, in which Keras keeps it, can hold.
    """
    accepted = _("learning_rates must be positive numbers, for example [0.01, 0.1, 1.0]")
    try:
        rates = np.atleast_1d(np.asarray(learning_rates))
    except (TypeError, ValueError) as error:
        raise FunctionError(_("{accepted}; got no numbers.").format(accepted=accepted)) from error
    if rates.dtype.kind not in "iuf" and rates.size:
        raise FunctionError(_("{accepted}; got {shown}.").format(accepted=accepted, shown=reprlib.repr(learning_rates)))
    if rates.size == 0 or rates.ndim > 1:
        raise FunctionError(_("{accepted}; got shape {shape}.").format(accepted=accepted, shape=rates.shape))
    if rates.size > MOST_RATES:
        raise FunctionError(
            _("{accepted}, at most {most:,} of them; got {count:,}.").format(
                accepted=accepted, most=MOST_RATES, count=rates.size
            )
        )
    rates = rates.astype(np.float64)
    for rate in rates[~_usable(rates)][:1]:
        raise FunctionError(
            _("{accepted}; got {rate!r}.").format(accepted=_why_not(rate) or accepted, rate=float(rate))
        )
    return rates


def _usable(rates):
    single = np.finfo(np.float32)
    return (rates >= single.tiny) & (rates <= single.max)


def _why_not(rate):
    if np.isfinite(rate) and rate > 0:
        return _("A learning rate must lie between 1.2e-38 and 3.4e+38, because Keras keeps it as float32; try 0.1")
    return ""


def iterations_asked(iterations):
    """Return the number of steps as an int. Raises FunctionError unless it is whole, from 1 to MOST_ITERATIONS."""
    whole = isinstance(iterations, numbers.Integral) and not isinstance(iterations, bool | np.bool_)
    if whole and 1 <= iterations <= MOST_ITERATIONS:
        return int(iterations)
    raise FunctionError(
        _("iterations must be a whole number from 1 to {most:,}, for example 1000; got {shown}.").format(
            most=MOST_ITERATIONS, shown=reprlib.repr(iterations)
        )
    )


def require_room(iterations, rates, dimensions):
    """Raise FunctionError if so many steps of so many paths would not fit into the memory that this may take."""
    count = (iterations + 1) * rates * dimensions
    if count > MOST_NUMBERS:
        raise FunctionError(
            _(
                "{iterations:,} iterations at {rates:,} learning rates in {dimensions:,} dimensions are {count:,} "
                "numbers; at most {most:,} are kept. Ask for fewer iterations or fewer rates."
            ).format(iterations=iterations, rates=rates, dimensions=dimensions, count=count, most=MOST_NUMBERS)
        )
