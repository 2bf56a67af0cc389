"""What an exception of TensorFlow, Keras or Python says about the learner's gradients: told by its kind and message."""

import re
from typing import NamedTuple

from widgets.diagnosis import model as found
from widgets.diagnosis.gradient_call import arguments_of
from widgets.diagnosis.leaving import leaving
from widgets.diagnosis.model import Finding

NO_GRADIENTS, NO_MINIMIZE, NOT_A_TENSOR, WATCHED_A_NUMBER, STRINGS, WIDTHS, VARIABLE_INSIDE, ERROR = (
    "no gradients",
    "no minimize",
    "not a tensor",
    "watched a number",
    "strings",
    "widths",
    "variable inside",
    "error",
)
"""What is known of an exception that no code fits."""

_WHOLE = r"u?int\d*"


class Pattern(NamedTuple):
    """Exceptions of a kind (a class name in its bases) whose message matches mean this: a code, or what is known."""

    kind: str
    message: str
    means: str


PATTERNS = (
    Pattern("RuntimeError", "non-persistent GradientTape can only be used to compute one", found.TAPE_ALREADY_USED),
    Pattern("RuntimeError", r"variable -?\+?\*?/?= value.* is not supported", found.REASSIGNED_VARIABLE),
    Pattern(
        "ValueError",
        "Unknown variable: .* optimizer can only be called for the variables",
        found.UNKNOWN_KERAS_VARIABLE,
    ),
    Pattern("LookupError", "gradient registry has no entry for", found.NOT_DIFFERENTIABLE),
    Pattern("ValueError", "No gradients provided for any variable", NO_GRADIENTS),
    Pattern("TypeError", "unsupported operand type.*NoneType", NO_GRADIENTS),
    Pattern("ValueError", r"convert a value \(None\)|None values not supported", NO_GRADIENTS),
    Pattern("AttributeError", "'NoneType' object has no attribute", NO_GRADIENTS),
    Pattern("AttributeError", "has no attribute 'minimize'", NO_MINIMIZE),
    Pattern("AttributeError", "object has no attribute '(dtype|_id)'", NOT_A_TENSOR),
    Pattern("ValueError", "Passed in object .* not tf.Tensor or tf.Variable", WATCHED_A_NUMBER),
    Pattern("ValueError", "only supports singleton tf.Variables", VARIABLE_INSIDE),
    Pattern("Exception", r"(a|an|of) string tensor|Cast string to|of string is not in the list", STRINGS),
    Pattern("TypeError", f"Cannot convert .* to EagerTensor of dtype {_WHOLE}$", found.INTEGER_DTYPE),
    Pattern("InvalidArgumentError", f"a {_WHOLE} tensor but is a (float|double|half) ", found.INTEGER_DTYPE),
    Pattern("InvalidArgumentError", f"a (float|double|half) tensor but is a {_WHOLE} ", found.INTEGER_DTYPE),
    Pattern("InvalidArgumentError", f"Value for attr 'T' of {_WHOLE} is not in the list", found.INTEGER_DTYPE),
    Pattern(
        "InvalidArgumentError", "expected to be a (float|double|half) tensor but is a (float|double|half) ", WIDTHS
    ),
)


def why(recording, code):
    """Return the Finding for the exception that a recording ended in."""
    exception, place = recording.error.exception, recording.error.place
    means = meaning(exception)
    if means == found.NOT_DIFFERENTIABLE:
        place = _ran(recording, str(exception)) or place
    if means == NOT_A_TENSOR and (left := _left(recording, code)):
        means, place = found.LEFT_TENSORFLOW, left
    codes = {pattern.means for pattern in PATTERNS if pattern.means.isupper()} | {found.LEFT_TENSORFLOW}
    coded, known = (means, "") if means in codes else ("", means)
    return Finding(found.ERROR, recording, coded, known, place)


def meaning(exception):
    """Return what an exception means: a code, or what is known of it."""
    kinds = {base.__name__ for base in type(exception).__mro__}
    message = str(exception)
    return next((p.means for p in PATTERNS if p.kind in kinds and re.search(p.message, message, re.DOTALL)), ERROR)


def _ran(recording, message):
    """Return the Place of the operation that an error of the gradient registry names."""
    op = message.rsplit(": ", 1)[-1].strip()
    return next((entry.place for entry in recording.entries if entry.op == op), None)


def _left(recording, code):
    """Return where the target of the failed call left TensorFlow, None if the source does not show it."""
    place = recording.error.place
    target, source = arguments_of(place.text if place else "")
    if target is None:
        return None
    where = leaving(code, target, source) or leaving(code, target, None)
    return where and (place if where[1] < 0 else code.place(*where))
