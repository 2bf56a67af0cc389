"""How much a descent may be asked for: its learning rates, its iterations, and the numbers that are kept."""

from __future__ import annotations

import operator
import reprlib
from typing import cast

import numpy as np
import numpy.typing as npt

from widgets.common.catalogue import _
from widgets.common.errors import FunctionError

MAX_ITERATIONS = 10_000
MAX_RATES = 2_000
MAX_NUMBERS = 25_000_000
"""Numbers in x at most, (iterations + 1) · rates · dimensions: 100 MB of float32. The gradient has as many, and about
twice as much is in use while they are computed; of float64 it is double."""

_FEWER = 1, 2, 4, 10  # of the rates, every such


def checked_rates(learning_rates: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return learning rates as float64, (rates,), in their order; raise FunctionError unless Keras can use them all."""
    accepted = _("learning_rates must be positive numbers, for example [0.01, 0.1, 1.0]")
    try:
        rates = np.atleast_1d(np.asarray(learning_rates))
    except (TypeError, ValueError) as error:
        raise FunctionError(_("{accepted}; got no numbers.").format(accepted=accepted)) from error
    if rates.dtype.kind not in "iuf" and rates.size:
        raise FunctionError(_("{accepted}; got {shown}.").format(accepted=accepted, shown=reprlib.repr(learning_rates)))
    if rates.size == 0 or rates.ndim > 1:
        raise FunctionError(_("{accepted}; got shape {shape}.").format(accepted=accepted, shape=rates.shape))
    if rates.size > MAX_RATES:
        raise FunctionError(
            _("{accepted}, at most {most:,} of them; got {count:,}.").format(
                accepted=accepted, most=MAX_RATES, count=rates.size
            )
        )
    rates = rates.astype(np.float64)
    single = np.finfo(np.float32)
    for rate in rates[~((rates >= single.tiny) & (rates <= single.max))][:1]:
        if np.isfinite(rate) and rate > 0:
            accepted = _(
                "A learning rate must lie between 1.2e-38 and 3.4e+38, because Keras keeps it as float32; try 0.1"
            )
        raise FunctionError(_("{accepted}; got {rate!r}.").format(accepted=accepted, rate=float(rate)))
    return rates


def checked_iterations(iterations: object) -> int:
    """Return the number of steps as an int; raise FunctionError unless it is an integer from 1 to MAX_ITERATIONS."""
    is_count = isinstance(iterations, int | np.integer) and not isinstance(iterations, bool)
    if is_count and iterations in range(1, MAX_ITERATIONS + 1):
        return operator.index(cast("int", iterations))
    raise FunctionError(
        _("iterations must be an integer from 1 to {most:,}, for example 1000; got {shown}.").format(
            most=MAX_ITERATIONS, shown=reprlib.repr(iterations)
        )
    )


def that_fit(
    rates: npt.NDArray[np.float64], iterations: int, dimensions: int, least: int
) -> tuple[npt.NDArray[np.float64], int]:
    """Return as many of some rates, and as many iterations, as fit into the memory that this may take.

    Fewer rates are taken first: every second, fourth, tenth; then fewer iterations; then still fewer rates.

    Args:
        rates: rising.
        iterations: that are wanted.
        dimensions: of x.
        least: iterations that there must be.

    Returns:
        The two.
    """
    steps = MAX_NUMBERS // dimensions
    for every in _FEWER:
        some = rates[::every]
        if some.size * (iterations + 1) <= steps:
            return some, iterations
    fewer = steps // some.size - 1
    if fewer >= least:
        return some, fewer
    count = min(some.size, max(1, steps // (least + 1)))
    return some[np.linspace(0, some.size - 1, count).round().astype(int)], least


def require_memory(iterations: int, rates: int, dimensions: int) -> None:
    """Raise FunctionError if so many steps of so many paths would not fit into the memory that this may take."""
    count = (iterations + 1) * rates * dimensions
    if count > MAX_NUMBERS:
        raise FunctionError(
            _(
                "{iterations:,} iterations at {rates:,} learning rates in {dimensions:,} dimensions are {count:,} "
                "numbers; at most {most:,} are kept. Ask for fewer iterations or fewer rates."
            ).format(iterations=iterations, rates=rates, dimensions=dimensions, count=count, most=MAX_NUMBERS)
        )


def too_many(count: int) -> str:
    """Return why there are fewer paths, or shorter ones, of so many numbers."""
    return _("The start has {count:,} numbers, and {most:,} are kept of all paths.").format(
        count=count, most=MAX_NUMBERS
    )
