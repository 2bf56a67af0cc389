"""Numbers that a learner types or hands over, checked at the boundary."""

import reprlib

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _

FLOATS = ("float32", "float64")
_NOT_REAL = {"b": _("a truth value"), "c": _("a complex number"), "S": _("text"), "U": _("text"), "O": _("no number")}


class FunctionError(ValueError):
    """A function, a start or a setting that cannot be used. The message says what is accepted, with an example."""


def floating(value, dtype="float32", name="start", ranks=(0, 1)):
    """Return finite real numbers as a tensor of `dtype` (a name in FLOATS or its tf.DType), of a rank in `ranks`.

    Raises FunctionError, which speaks of `name`, for text, nan, inf, nothing, complex numbers, and other ranks.
    """
    dtype = getattr(dtype, "name", dtype)
    if dtype not in FLOATS:
        raise FunctionError(_('dtype must be "float32" or "float64"; got {dtype!r}.').format(dtype=dtype))
    kinds = _("a number") if ranks == (0,) else _("a number or a list of numbers")
    accepted = _("{name} must be {kinds}, for example {name}=0.0").format(name=name, kinds=kinds)
    try:
        array = np.asarray(value)
    except (TypeError, ValueError, NotImplementedError) as error:  # rows of different lengths, symbolic tensors
        raise FunctionError(_("{accepted}; got {kind}.").format(accepted=accepted, kind=_("no number"))) from error
    if array.dtype.kind not in "iuf":
        kind = _NOT_REAL.get(array.dtype.kind, array.dtype.name)
        shown = type(value).__name__ if array.dtype.kind == "O" else reprlib.repr(value)
        raise FunctionError(_("{accepted}; got {kind} ({shown}).").format(accepted=accepted, kind=kind, shown=shown))
    if array.size == 0 or array.ndim not in ranks:
        raise FunctionError(_("{accepted}; got shape {shape}.").format(accepted=accepted, shape=array.shape))
    with np.errstate(over="ignore"):
        cast = array.astype(dtype)
    if not np.isfinite(cast).all():
        raise FunctionError(
            _("{accepted}, finite and within {dtype}; got {value}.").format(
                accepted=accepted, dtype=dtype, value=array.tolist()
            )
        )
    return tf.constant(cast)
