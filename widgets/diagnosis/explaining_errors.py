"""Why a run ended in an exception: from its message, and from what the learner's line was given."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

import keras

from widgets.diagnosis import causes, error_causes, model, old_names
from widgets.diagnosis.apply_gradients import explain_apply_gradients
from widgets.diagnosis.asked_tape import explain_asked_tape
from widgets.diagnosis.cause import Cause
from widgets.diagnosis.custom_gradients import explain_custom_gradient
from widgets.diagnosis.error_patterns import fitting
from widgets.diagnosis.leaving_tensorflow import leaves_tensorflow
from widgets.diagnosis.model import Finding, Found
from widgets.diagnosis.raised import Raised
from widgets.diagnosis.repairs import NOT_REGISTERED, Repair, of_operation
from widgets.diagnosis.shape_mismatch import meeting_of
from widgets.diagnosis.source_code import SourceCode, call_arguments, parse_expression
from widgets.diagnosis.traced_gradient import explain_traced_none, loss_without_return, method_without_return
from widgets.diagnosis.used_up_data import explain_data_end
from widgets.tape.failures import FailedCall, RecordedError
from widgets.tape.forward_model import Place
from widgets.tape.model import Recording

_ASKING = ("gradient", "jacobian", "batch_jacobian")
_IMPORTS = {
    "tf": "import tensorflow as tf",
    "keras": "import keras",
    "np": "import numpy as np",
    "plt": "import matplotlib.pyplot as plt",
}
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

_NO_RESULT = re.compile(
    r"NoneType|None values|value \(None\)|OptionalFromValue|returned None|is None\b|<class 'NoneType'>"
)
"""What messages say where a method that should return something returned nothing."""

_LOOKS = (explain_data_end, explain_apply_gradients, explain_asked_tape, explain_custom_gradient)
"""What looks at the learner's line itself, before the message alone is believed."""


def explain_error(recording: Recording, error: RecordedError, code: SourceCode) -> Finding:
    """Return the Finding for the exception that a recording ended in."""
    raised = Raised(recording, error, code)
    found = next(filter(None, (look(raised) for look in _LOOKS)), None) or _by_message(raised, error)
    shapes = _shapes(error, recording, found)
    return shapes or Finding(model.ERROR, recording, found.cause, found.place, facts=found.facts, mend=found.mend)


def _shapes(error: RecordedError, recording: Recording, found: Found) -> Finding | None:
    """Return the Finding of shapes that do not fit, with the tensors that met, where the traceback has them."""
    known = (error_causes.SHAPES_DIFFER, error_causes.INNER_SIZES_DIFFER)
    meeting = meeting_of(error.exception) if found.cause in (causes.ANY_ERROR, *known) else None
    if meeting is None or not (meeting.disagreeing or found.cause is causes.ANY_ERROR):
        return None
    cause = causes.SHAPES_MULTIPLIED if meeting.op == "MatMul" else causes.SHAPES_ALIGNED
    cause = cause if meeting.disagreeing else causes.SHAPES_MET
    return Finding(model.ERROR, recording, cause, found.place, details=(meeting,))


def _by_message(raised: Raised, error: RecordedError) -> Found:
    recording, exception, place = raised.recording, raised.exception, raised.place
    cause, facts = fitting({base.__name__ for base in type(exception).__mro__}, raised.message)
    if "None values not supported" in raised.message and (without := loss_without_return(raised)):
        return without
    if _NO_RESULT.search(raised.message) and (nothing := method_without_return(raised)):
        return nothing
    if not _may_be(cause, raised, facts):
        return Found(causes.ANY_ERROR, place)
    if cause is causes.NO_GRADIENTS and (traced := explain_traced_none(raised)):
        return traced
    if cause is causes.NOT_DIFFERENTIABLE:
        op = _op(raised.message)
        place = _place_of_op(recording, op) or place
        repair = of_operation(op, place.text if place else "") or Repair(NOT_REGISTERED, {"op": op})
        return Found(repair.cause, place, repair.facts)
    if cause is causes.NOT_A_TENSOR and (left := _left_tensorflow(error, raised.code)):
        cause, place = causes.LEFT_TENSORFLOW, left
    if cause is error_causes.NUMBER_IN_GRAPH and not raised.is_traced:
        cause = error_causes.LEAKED
    return Found(cause, place, _completed(cause, facts, raised))


def _completed(cause: Cause, facts: Mapping[str, str], raised: Raised) -> Mapping[str, str]:
    """Return the facts of a message with those that the learner's line adds."""
    call = raised.method_call("minimize", "get_gradients", "compute_gradients")
    if cause is old_names.NO_MINIMIZE and call and isinstance(call.func, ast.Attribute):
        return {**facts, "optimizer": ast.unparse(call.func.value)}
    if cause is old_names.OLD_ARGUMENT:
        return {**facts, "right": "learning_rate"}
    if cause is old_names.OLD_NAME:
        full, right = old_names.right_name(raised.line, facts["module"], facts["name"])
        return {"name": full, "right": right}
    if cause is error_causes.NOT_IMPORTED:
        return {**facts, "statement": _IMPORTS[facts["name"]]}
    if cause is error_causes.SHAPES_DIFFER:
        return {"op": "this operation", **facts}
    return facts


def _may_be(cause: Cause, raised: Raised, facts: Mapping[str, str]) -> bool:
    """Say whether what is known beside the message allows a cause: some messages are also those of other errors."""
    recording, exception, place = raised.recording, raised.exception, raised.place
    call = parse_expression(place.text if place else "")
    called = call.func.attr if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) else ""
    if cause is causes.NO_GRADIENTS:
        is_sure = "No gradients provided" in raised.message
        return is_sure or _is_gradient_missing(recording)
    if cause is old_names.NO_MINIMIZE:
        return issubclass(type(getattr(exception, "obj", None)), keras.optimizers.Optimizer)
    if cause is old_names.OLD_NAME:
        return bool(old_names.right_name(raised.line, facts["module"], facts["name"])[1])
    if cause is old_names.OLD_ARGUMENT:
        return "optimizers" in raised.line or bool(
            re.search(r"\b(SGD|Adam|RMSprop|Adagrad|AdamW|Nadam)\(", raised.line)
        )
    if cause is causes.NOT_A_TENSOR:
        return call is None or called in _ASKING
    if cause is error_causes.LIST_TO_CONSTANT:
        return "constant(" in raised.line
    if cause is causes.INTEGER_DTYPE and isinstance(exception, TypeError):
        return not isinstance(call, ast.Call) or called in _ARITHMETIC
    return True


def _is_gradient_missing(recording: Recording) -> bool:
    """Say whether a gradient is None; of an exception alone, whether the code that it came through asks for any."""
    if recording.backward_passes:
        return any(source.gradient is None for source in recording.sources)
    listings = (*recording.listings, *recording.helpers)
    return any(f".{one}(" in line for listing in listings for line in listing.lines for one in _ASKING)


def explain_failed_call(recording: Recording, failed: FailedCall) -> Finding:
    """Return the Finding for a call for gradients that raised an exception, which the learner's code caught."""
    (cause, facts), place = fitting({failed.exception}, failed.message), failed.place
    if cause is causes.NOT_DIFFERENTIABLE:
        place = _place_of_op(recording, _op(failed.message)) or place
        cause, facts = NOT_REGISTERED, {"op": _op(failed.message)}
    return Finding(model.SURPRISE, recording, cause, place, details=(failed,), facts=facts)


def _op(message: str) -> str:
    """Return the operation that an error of the gradient registry names."""
    return message.rsplit(": ", 1)[-1].strip()


def _place_of_op(recording: Recording, op: str) -> Place | None:
    """Return the Place of the last operation of a name."""
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
