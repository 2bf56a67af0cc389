"""Derivatives of any order by nested tapes: each tape records how the one inside it was played back."""

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.common.errors import FunctionError
from widgets.common.function_checks import called, floating, one_number, require_function
from widgets.derivatives.model import HIGHEST, Point, frozen_array


def tower(f, x, order):
    """Return f(x), f′(x) … as a tuple of order + 1 tensors; None where the tape handed back None, and above it."""
    if order == 0:
        return (f(x),)
    with tf.GradientTape() as tape:
        tape.watch(x)
        below = tower(f, x, order - 1)
    return *below, None if below[-1] is None else tape.gradient(below[-1], x)


def derivatives_at(f, x, order=HIGHEST, dtype="float32"):
    """Return the Point of `f` at the number `x`: f and its derivatives up to `order` by eager nested tapes.

    Raises FunctionError for bad input and for what f raises. An order that the tape cannot compute is no error.
    """
    require_function(f)
    order = checked_order(order)
    place = floating(x, dtype, name="x", ranks=(0,))
    one_number(called(f, place))
    found, why = _as_far_as_it_goes(f, place, order)
    missing = order + 1 - len(found)
    values = [0.0 if value is None else value.numpy() for value in found] + [np.nan] * missing
    connected = tuple(value is not None for value in found) + (False,) * missing
    return Point(float(x), place.dtype.name, frozen_array(values, place.dtype.name), connected, len(found) - 1, why)


def checked_order(order):
    """Return an order of derivative; raise FunctionError unless it is a whole number from 0 to 4."""
    if isinstance(order, (bool, np.bool_)) or order not in range(HIGHEST + 1):
        raise FunctionError(
            _("The order must be a whole number from 0 (f itself) to {highest} (f⁗); got {order!r}.").format(
                highest=HIGHEST, order=order
            )
        )
    return int(order)


def _as_far_as_it_goes(f, place, order):
    """Return the tower, and why it is not as high as asked for: some ops have no second gradient."""
    why = ""
    for height in range(order, -1, -1):
        try:
            return tower(lambda x: one_number(f(x)), place, height), why
        except Exception as error:
            why = f"{type(error).__name__}: {str(error).strip()}".splitlines()[0]
    return (one_number(called(f, place)),), why
