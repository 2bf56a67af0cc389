"""What an exception of TensorFlow, Keras or Python says about the learner's gradients: told by its type and message."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection
from typing import NamedTuple

import keras

from widgets.common.errors import message_of
from widgets.diagnosis import causes, model
from widgets.diagnosis.causes import Cause
from widgets.diagnosis.leaving_tensorflow import leaves_tensorflow
from widgets.diagnosis.model import Finding
from widgets.diagnosis.shape_mismatch import meeting_of
from widgets.diagnosis.source_code import SourceCode, call_arguments, parse_expression
from widgets.tape.failures import FailedCall, RecordedError
from widgets.tape.forward_model import Place
from widgets.tape.model import Recording

_ASKING = ("gradient", "jacobian", "batch_jacobian")
_ARITHMETIC = (
    "add",
    "subtract",
    "multiply",
    "divide",
    "truediv",
    "floordiv",
    "mod",
    "pow",
    "maximum",
    "minimum",
    "matmul",
)

_INT, _FLOAT = r"u?int\d*", "(float|double|half)"


class Pattern(NamedTuple):
    """Exceptions of a kind (a class name in its bases) whose message matches have this cause."""

    kind: str
    message: str
    cause: Cause


PATTERNS = (
    Pattern("RuntimeError", "non-persistent GradientTape can only be used to compute one", causes.TAPE_ALREADY_USED),
    Pattern("RuntimeError", r"variable -?\+?\*?/?= value.* is not supported", causes.REASSIGNED_VARIABLE),
    Pattern("ValueError", "Unknown variable: .* optimizer can only be called for", causes.UNKNOWN_KERAS_VARIABLE),
    Pattern("LookupError", "gradient registry has no entry for", causes.NOT_DIFFERENTIABLE),
    Pattern("ValueError", "No gradients provided for any variable", causes.NO_GRADIENTS),
    Pattern("TypeError", "unsupported operand type.*NoneType", causes.NO_GRADIENTS),
    Pattern("ValueError", r"convert a value \(None\)|None values not supported", causes.NO_GRADIENTS),
    Pattern("AttributeError", "'NoneType' object has no attribute", causes.NO_GRADIENTS),
    Pattern("AttributeError", "has no attribute 'minimize'", causes.NO_MINIMIZE),
    Pattern("AttributeError", "object has no attribute '(dtype|_id)'", causes.NOT_A_TENSOR),
    # A Variable of Keras is no number; that a tape watches it unasked is not what this exception says.
    Pattern("ValueError", r"Passed in object (?!.* of type '\w*Variable').* not tf.Tensor", causes.WATCHED_A_NUMBER),
    Pattern("ValueError", "only supports singleton tf.Variables", causes.VARIABLE_INSIDE),
    Pattern("Exception", "but is a string tensor|Cast string to|of string is not in the list", causes.STRINGS),
    Pattern("TypeError", f"Cannot convert .* to EagerTensor of dtype {_INT}$", causes.INTEGER_DTYPE),
    Pattern("InvalidArgumentError", f"a {_INT} tensor but is a {_FLOAT} ", causes.INTEGER_DTYPE),
    Pattern("InvalidArgumentError", f"a {_FLOAT} tensor but is a {_INT} ", causes.INTEGER_DTYPE),
    Pattern("InvalidArgumentError", f"Value for attr 'T' of {_INT} is not in the list", causes.INTEGER_DTYPE),
    Pattern("InvalidArgumentError", f"expected to be a {_FLOAT} tensor but is a {_FLOAT} ", causes.FLOAT_WIDTHS),
)


def explain_error(recording: Recording, error: RecordedError, code: SourceCode) -> Finding:
    """Return the Finding for the exception that a recording ended in."""
    cause, place = cause_of(error.exception), error.place
    if not _may_be(cause, recording, error):
        cause = causes.ANY_ERROR
    if cause is causes.NOT_DIFFERENTIABLE:
        place = _place_of_op(recording, message_of(error.exception)) or place
    if cause is causes.NOT_A_TENSOR and (left := _left_tensorflow(error, code)):
        cause, place = causes.LEFT_TENSORFLOW, left
    meeting = meeting_of(error.exception) if cause is causes.ANY_ERROR else None
    if meeting is None:
        return Finding(model.ERROR, recording, cause, place)
    cause = causes.SHAPES_MULTIPLIED if meeting.op == "MatMul" else causes.SHAPES_ALIGNED
    cause = cause if meeting.disagreeing else causes.SHAPES_MET
    return Finding(model.ERROR, recording, cause, place, details=(meeting,))


def _may_be(cause: Cause, recording: Recording, error: RecordedError) -> bool:
    """Say whether what is known beside the message allows a cause: some messages are also those of other errors."""
    place = error.place
    call = parse_expression(place.text if place else "")
    called = call.func.attr if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) else ""
    if cause is causes.NO_GRADIENTS:
        is_sure = "No gradients provided" in message_of(error.exception)
        return is_sure or _is_gradient_missing(recording)
    if cause is causes.NO_MINIMIZE:
        return issubclass(type(getattr(error.exception, "obj", None)), keras.optimizers.Optimizer)
    if cause is causes.NOT_A_TENSOR:
        return call is None or called in _ASKING
    if cause is causes.INTEGER_DTYPE and isinstance(error.exception, TypeError):
        return not isinstance(call, ast.Call) or called in _ARITHMETIC
    return True


def _is_gradient_missing(recording: Recording) -> bool:
    """Say whether a gradient is None; of an exception alone, whether the code that it came through asks for any."""
    if recording.entries or recording.backward_passes:
        return any(source.gradient is None for source in recording.sources)
    return any(one in line for listing in recording.listings for line in listing.lines for one in _ASKING)


def explain_failed_call(recording: Recording, failed: FailedCall) -> Finding:
    """Return the Finding for a call for gradients that raised an exception, which the learner's code caught."""
    cause, place = _fitting({failed.exception}, failed.message), failed.place
    if cause is causes.NOT_DIFFERENTIABLE:
        place = _place_of_op(recording, failed.message) or place
    return Finding(model.SURPRISE, recording, cause, place, details=(failed,))


def cause_of(exception: BaseException) -> Cause:
    """Return the cause of an exception; ANY_ERROR if no pattern fits."""
    return _fitting({base.__name__ for base in type(exception).__mro__}, message_of(exception))


def _fitting(kinds: Collection[str], message: str) -> Cause:
    fitting = (one.cause for one in PATTERNS if one.kind in kinds and re.search(one.message, message, re.DOTALL))
    return next(fitting, causes.ANY_ERROR)


def _place_of_op(recording: Recording, message: str) -> Place | None:
    """Return the Place of the operation that an error of the gradient registry names."""
    op = message.rsplit(": ", 1)[-1].strip()
    return next((entry.place for entry in recording.entries if entry.op == op), None)


def _left_tensorflow(error: RecordedError, code: SourceCode) -> Place | None:
    """Return where the target of the failed call left TensorFlow, None if the source does not show it."""
    target, source = call_arguments(error.place)
    if target is None:
        return None
    where = leaves_tensorflow(code, target, source) or leaves_tensorflow(code, target, None)
    if where is None:
        return None
    return error.place if where[1] < 0 else code.place(*where)
