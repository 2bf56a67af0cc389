"""What a learner hands over to be differentiated: checked once, eagerly, before anything is computed with it.

A FunctionError says what was wrong, what is accepted, and gives an example. `checked` is for whoever follows a
function from a start; the smaller checks are for whoever needs less than that.
"""

import contextlib
import reprlib

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.common.errors import FunctionError

FLOATS = ("float32", "float64")
_NOT_REAL = {"b": _("a truth value"), "c": _("a complex number"), "S": _("text"), "U": _("text"), "O": _("no number")}

EXAMPLE = "lambda x: tf.pow(x, 2) - 2.0 * x + 1.0"
_PROBES = (0.5, -0.5, 1.0, 3.0, -7.0)


def checked(f, start, dtype="float32"):
    """Run `f` once at `start` under a tape, eagerly, and return the start as a tensor of `dtype`.

    `f` takes a Variable like `start` and returns one real floating-point number; `start` is a number or a list of
    numbers (rank 0 or 1); `dtype` is "float32" or "float64".
    Raises FunctionError if f is no such function, has no gradient, or is not finite there; the original is chained.
    """
    require_function(f)
    start = floating(start, dtype)
    variable = tf.Variable(start)
    with tf.GradientTape() as tape:
        y = one_number(called(f, variable))
    with _explained(_("Playing the tape of f back")):
        gradient = tape.gradient(y, variable)
    if gradient is None:
        raise FunctionError(why_none(_moves(f, start, y)))
    _require_finite(start, _("f(start)"), y)
    _require_finite(start, _("the gradient of f at the start"), tf.convert_to_tensor(gradient))
    return start


def require_function(f):
    """Raise FunctionError unless `f` can be called."""
    if not callable(f):
        raise FunctionError(
            _("f must be a function, for example {example}; got {kind}. Give the function itself: f, not f(x).").format(
                example=EXAMPLE, kind=type(f).__name__
            )
        )


def called(f, x):
    """Return f(x). What f raises becomes a FunctionError that quotes it, with the original chained."""
    with _explained("f(x)"):
        return f(x)


def one_number(y):
    """Return what f gave as a scalar tensor of a floating dtype; raise FunctionError for anything else."""
    if y is None:
        raise FunctionError(_("f returned None. It must return a number: does its last line begin with return?"))
    try:
        y = tf.convert_to_tensor(y)
    except (TypeError, ValueError) as error:
        kind = type(y).__name__
        raise FunctionError(_("f must return a number; it returned {kind}.").format(kind=kind)) from error
    if not y.dtype.is_floating:
        raise FunctionError(
            _("f must return a real floating-point number, such as float32; it returned {dtype}.").format(
                dtype=y.dtype.name
            )
        )
    if y.shape.rank != 0:
        raise FunctionError(
            _(
                "f must return one number; it returned shape {shape}. Make one number of it, "
                "for example with tf.reduce_sum(...)."
            ).format(shape=tuple(y.shape))
        )
    return y


def _require_finite(start, what, value):
    if not np.isfinite(value.numpy()).all():
        raise FunctionError(
            _(
                "{what} is {value}, where start = {start}. Choose a start where f and its gradient are finite: "
                "tf.math.log, for example, needs x above 0."
            ).format(what=what, value=value.numpy().tolist(), start=start.numpy().tolist())
        )


def why_none(moves):
    """Say why the tape handed back None: f moves with x, unseen by the tape; or it does not move at all."""
    reason = (
        _(
            "f changes with x, but in a way that the tape cannot follow, such as NumPy, math, float(x), x.numpy(), "
            "a cast to integers, or rounding."
        )
        if moves
        else _("f gives the same number wherever x is, so it seems not to use x.")
    )
    return _("The gradient of f is None: {reason} Compute with x in TensorFlow, for example {example}.").format(
        reason=reason, example=EXAMPLE
    )


def _moves(f, start, y):
    """Say whether f gives something else at some other x. Where it fails, nothing can be told from it."""
    for shift in _PROBES:
        with contextlib.suppress(Exception):
            if not np.array_equal(np.asarray(f(tf.Variable(start + shift))), y.numpy(), equal_nan=True):
                return True
    return False


@contextlib.contextmanager
def _explained(what):
    try:
        yield
    except FunctionError:
        raise
    except Exception as error:
        text = (str(error).strip() or _("no message")).splitlines()[0]
        raise FunctionError(
            _("{what} raised {kind}: {text}").format(what=what, kind=type(error).__name__, text=text)
        ) from error


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
