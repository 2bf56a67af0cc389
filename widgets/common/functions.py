"""A learner's function: checked once with its start, eagerly, before anything is computed with it; and its title.

A FunctionError says what was wrong, what is accepted, and gives an example. `checked` is for code that follows a
function from a start; the smaller checks are for code that needs less than that.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import inspect
import linecache
import reprlib
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from widgets.common.arrays import DType, Tensor
from widgets.common.catalogue import _
from widgets.common.errors import FunctionError, first_line

Function: TypeAlias = Callable[[Tensor], Tensor]
"""A learner's function: takes x, returns one number."""

FLOATS = ("float32", "float64")
_NOT_REAL = {"b": _("a truth value"), "c": _("a complex number"), "S": _("text"), "U": _("text"), "O": _("no number")}

EXAMPLE = "lambda x: tf.pow(x, 2) - 2.0 * x + 1.0"
EXAMPLE_OF_TWO = "lambda x: x[0]**2 + 9.0 * x[1]**2"
_PROBES = (0.5, -0.5, 1.0, 3.0, -7.0)

LONGEST = 60
"""Characters of a lambda's text at most, in a title."""


def checked(f: Function, start: npt.ArrayLike, dtype: str | DType = "float32", same_dtype: bool = False) -> Tensor:
    """Run `f` once at `start` under a tape, eagerly.

    Args:
        f: takes a Variable like `start` and returns one number.
        start: a number or a list of numbers (rank 0 or 1).
        dtype: "float32" or "float64".
        same_dtype: whether that number must have this dtype too.

    Returns:
        The start as a tensor of `dtype`.

    Raises:
        FunctionError: f is not such a function, has no gradient, or is not finite there. The original error is chained.
    """
    require_function(f)
    point = floating(start, dtype)
    variable = tf.Variable(point)
    with tf.GradientTape() as tape:
        y = one_number(called(f, variable))
    with _explained(_("The backward pass of f")):
        gradient = tape.gradient(y, variable)
    if gradient is None:
        raise FunctionError(no_gradient_message(_changes_with_x(f, point, y)))
    if same_dtype:
        require_dtype(y, point)
    require_finite(point, _("f(start)"), y)
    require_finite(point, _("the gradient of f at the start"), tf.convert_to_tensor(gradient))
    return point


def require_function(f: object) -> None:
    """Raise FunctionError unless `f` can be called."""
    if not callable(f):
        raise FunctionError(
            _("f must be a function, for example {example}; got {kind}. Pass the function itself: f, not f(x).").format(
                example=EXAMPLE, kind=type(f).__name__
            )
        )


def called(f: Function, x: Tensor) -> Tensor:
    """Return f(x). What f raises becomes a FunctionError that quotes it, with the original chained."""
    with _explained("f(x)"):
        try:
            return f(x)
        except TypeError:
            _require_one_argument(f)
            raise


def _require_one_argument(f: Function) -> None:
    """Raise FunctionError if f does not take one argument: a function of two numbers is often written with two."""
    try:
        signature = inspect.signature(f)
    except (TypeError, ValueError):  # of some builtins it is not known
        return
    try:
        signature.bind(None)
    except TypeError as error:
        raise FunctionError(
            _(
                "f must take one argument, x, but it is {name}{signature}. Several numbers come in one x, as in "
                "{example}."
            ).format(name=getattr(f, "__name__", "f"), signature=signature, example=EXAMPLE_OF_TWO)
        ) from error


def one_number(y: object) -> Tensor:
    """Return what f returned as a scalar tensor of a floating dtype; raise FunctionError for anything else."""
    if y is None:
        raise FunctionError(_("f returned None. It must return a number: does its last line begin with return?"))
    try:
        value = tf.convert_to_tensor(y)
    except (TypeError, ValueError) as error:
        kind = type(y).__name__
        raise FunctionError(_("f must return a number; it returned {kind}.").format(kind=kind)) from error
    if not value.dtype.is_floating:
        raise FunctionError(
            _("f must return a real floating-point number, such as float32; it returned {dtype}.").format(
                dtype=value.dtype.name
            )
        )
    if value.shape.rank != 0:
        raise FunctionError(
            _(
                "f must return one number; it returned shape {shape}. Reduce it to one number, "
                "for example with tf.reduce_sum(...)."
            ).format(shape=tuple(value.shape))
        )
    return value


def require_dtype(y: Tensor, point: Tensor) -> None:
    """Raise FunctionError unless y has the dtype of x."""
    if y.dtype == point.dtype:
        return
    wanted, dtype = point.dtype.name, y.dtype.name
    repair = _("Leave out the cast, or pass dtype={dtype}.") if dtype in FLOATS else _("Leave out the cast.")
    raise FunctionError(
        _("f must return {wanted}, since x is {wanted}; it returned {dtype}. {repair}").format(
            wanted=wanted, dtype=dtype, repair=repair.format(dtype=f'"{dtype}"')
        )
    )


def require_finite(start: Tensor, what: str, value: Tensor) -> None:
    """Raise FunctionError if a value at the start, which `what` names, is nan or inf somewhere."""
    if not np.isfinite(value.numpy()).all():
        raise FunctionError(
            _(
                "{what} is {value}, where start = {start}. Choose a start where f and its gradient are finite: "
                "tf.math.log, for example, needs x above 0."
            ).format(what=what, value=reprlib.repr(value.numpy().tolist()), start=reprlib.repr(start.numpy().tolist()))
        )


def no_gradient_message(changes_with_x: bool) -> str:
    """Return why the tape returned None: f changes with x, unseen by the tape; or it does not change at all."""
    reason = (
        _(
            "f changes with x, but in a way that the tape does not record, such as NumPy, math, float(x), x.numpy(), "
            "a cast to integers, or rounding."
        )
        if changes_with_x
        else _("f returns the same number for every x, so it seems not to use x.")
    )
    return _("The gradient of f is None: {reason} Compute with x in TensorFlow, for example {example}.").format(
        reason=reason, example=EXAMPLE
    )


def _changes_with_x(f: Function, start: Tensor, y: Tensor) -> bool:
    """Return whether f returns something else at some other x. Where it fails, nothing can be told from it."""
    for shift in _PROBES:
        with contextlib.suppress(Exception):
            if not np.array_equal(np.asarray(f(tf.Variable(start + shift))), y.numpy(), equal_nan=True):
                return True
    return False


@contextlib.contextmanager
def _explained(what: str) -> Iterator[None]:
    try:
        yield
    except FunctionError:
        raise
    except Exception as error:
        text = first_line(error, otherwise=_("no message"))
        raise FunctionError(
            _("{what} raised {kind}: {text}").format(what=what, kind=type(error).__name__, text=text)
        ) from error


def floating(
    value: npt.ArrayLike,
    dtype: str | DType = "float32",
    name: str = "start",
    ranks: tuple[int, ...] = (0, 1),
    example: str = "0.0",
) -> Tensor:
    """Return finite real numbers as a tensor.

    Args:
        value: a number, or a list of numbers.
        dtype: "float32" or "float64", or the tf.DType of that name.
        name: what the error calls the value.
        ranks: which ranks are accepted.
        example: a value that is accepted, for the error.

    Returns:
        A tensor of `dtype`, shaped like `value`.

    Raises:
        FunctionError: it is text, nan, inf, empty, complex, or of another rank.
    """
    dtype = getattr(dtype, "name", dtype)
    if dtype not in FLOATS:
        raise FunctionError(_('dtype must be "float32" or "float64"; got {dtype!r}.').format(dtype=dtype))
    kinds = _("a number") if ranks == (0,) else _("a number or a list of numbers")
    accepted = _("{name} must be {kinds}, for example {name}={example}").format(name=name, kinds=kinds, example=example)
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


def title_of(f: Callable[..., Any]) -> str:
    """Return a function's name; of a lambda, the text of its body where it can be found, else "f"."""
    if isinstance(f, functools.partial):
        return title_of(f.func)
    f = getattr(f, "python_function", f)  # what a tf.function was made from
    name: str = getattr(f, "__name__", type(f).__name__)
    if name != "<lambda>":
        return name
    text = " ".join((body_of(f) or "f").split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def body_of(f: Callable[..., Any]) -> str | None:
    """Return the source text of a lambda's body, or None: its file may be gone, or two lambdas share a line."""
    code = f.__code__
    source = "".join(linecache.getlines(code.co_filename))
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError):
        return None
    bodies = [node.body for node in nodes if isinstance(node, ast.Lambda) and node.lineno == code.co_firstlineno]
    if len(bodies) > 1:
        bodies = _containing(bodies, code)
    return ast.get_source_segment(source, bodies[0]) if len(bodies) == 1 else None


def _containing(bodies: list[ast.expr], code: types.CodeType) -> list[ast.expr]:
    """Return, of lambdas on one line, the innermost that holds the last instruction with a place in the source."""
    if sys.version_info < (3, 11):  # Python 3.10 keeps no columns
        return []
    places = [((line, column), (last, end)) for line, last, column, end in code.co_positions() if column is not None]
    spans = [place for place in places if place[0] < place[1]]
    if not spans:  # Python 3.12 gives no place to what only returns a constant
        return [body for body in bodies if isinstance(body, ast.Constant)]
    begin, stop = spans[-1]
    holding = [b for b in bodies if (b.lineno, b.col_offset) <= begin and stop <= (b.end_lineno, b.end_col_offset)]
    return sorted(holding, key=lambda body: body.col_offset)[-1:]
