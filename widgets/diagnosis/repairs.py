"""What cuts a path, told for each operation: a rounding, a choice and a cast have different ways out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

import tensorflow as tf

from widgets.diagnosis.cause import Cause
from widgets.diagnosis.cause import deferred as _


def _not_differentiable(cause: str, repair: str, code: str = "NOT_DIFFERENTIABLE") -> Cause:
    return Cause(code=code, cause=cause, repair=repair, lesson="02")


ROUNDING = _not_differentiable(
    _("`{call}` makes steps of its input: between two steps its slope is 0, so no gradient flows through it."),
    _(
        "Use the number before rounding in the loss, a smooth function such as `tf.sigmoid`, or the straight-through "
        "trick: `x + tf.stop_gradient(tf.round(x) - x)`."
    ),
)
CHOOSING = _not_differentiable(
    _("`{call}` returns a position, an integer that jumps from one to the next, so no gradient flows through it."),
    _("Use the numbers themselves in the loss: `tf.nn.softmax(x)` is the smooth version of argmax."),
)
SORTING = _not_differentiable(
    _("`{call}` returns places in the order, integers that jump when two numbers swap: no gradient flows through."),
    _(
        "Use the values themselves, or the sorted values (gradients flow through `tf.sort`), or a smooth comparison of "
        "pairs, such as `tf.sigmoid` of their differences."
    ),
)
COMPARING = _not_differentiable(
    _("`{call}` is a comparison: its result jumps between False and True, so no gradient flows through it."),
    _(
        "Use a smooth operation instead, such as `tf.sigmoid` of the difference; to train for accuracy, use "
        "cross-entropy as the loss."
    ),
)
SAMPLING = _not_differentiable(
    _("`{call}` draws a sample, which jumps from one value to another, so no gradient flows through it."),
    _(
        "Make the randomness an input, as in `mean + std * tf.random.normal(...)`, or use the log-probability of what "
        "was drawn; for classes, `tf.nn.softmax` of the scores plus Gumbel noise is smooth."
    ),
)
NOT_REGISTERED = _not_differentiable(
    _("TensorFlow has no gradient for {op}: none is registered, though the function itself may be smooth."),
    _(
        "Use another operation that has one (for matrices `tf.linalg.solve`, `tf.linalg.cholesky` or `tf.linalg.qr`), "
        "or write a gradient of your own with `tf.custom_gradient`."
    ),
)
INDEX = _not_differentiable(
    _("`{call}` uses the number as an index. An index is an integer, and functions of integers have no derivative."),
    _("Interpolate between the two neighbors: `(1 - part) * table[i] + part * table[i + 1]`, where part is learned."),
    "INTEGER_DTYPE",
)
TO_INTEGER = _not_differentiable(
    _("`{call}` converts to integers, and functions of integers have no derivative."),
    _("Use floats: leave the conversion out, and keep the dtype float32 from the source to the target."),
    "INTEGER_DTYPE",
)
PREDICTED = _not_differentiable(
    _("`predict` returns NumPy arrays: the value left TensorFlow, and a tape records only TensorFlow operations."),
    _("Call the model itself: `{model}(x)` returns a tensor that the tape can follow."),
    "LEFT_TENSORFLOW",
)
IN_PYTHON = _not_differentiable(
    _("`{call}` runs Python and NumPy code, where the value leaves TensorFlow: a tape cannot follow it there."),
    _("Stay in TensorFlow: use its own operations, such as `tf.sin`, or give a gradient with `tf.custom_gradient`."),
    "LEFT_TENSORFLOW",
)

_OPS: Mapping[Cause, tuple[str, ...]] = {
    ROUNDING: ("Round", "Rint", "Floor", "Ceil", "Sign", "FloorDiv", "FakeQuantWithMinMaxArgs"),
    CHOOSING: ("ArgMax", "ArgMin", "OneHot"),
    SORTING: ("TopKV2", "Unique", "UniqueV2", "SearchSorted", "InTopKV2", "LowerBound", "UpperBound"),
    COMPARING: (
        "Equal",
        "NotEqual",
        "Greater",
        "GreaterEqual",
        "Less",
        "LessEqual",
        "LogicalAnd",
        "LogicalOr",
        "LogicalNot",
    ),
    SAMPLING: (
        "Multinomial",
        "StatelessMultinomial",
        "RandomPoissonV2",
        "StatelessRandomBinomial",
        "StatelessRandomPoisson",
    ),
    NOT_REGISTERED: ("Lu", "Schur", "MatrixLogarithm", "Bincount", "HistogramFixedWidth", "NonMaxSuppressionV3"),
    IN_PYTHON: ("PyFunc", "PyFuncStateless", "EagerPyFunc", "NumpyFunction"),
}
_CAUSE_OF_OP = {op: cause for cause, ops in _OPS.items() for op in ops}
_NUMPY = re.compile(r"\b(?:np|numpy|math)\.(\w+)\(")
_PREDICT = re.compile(r"([\w.]+)\.predict\(([\w.\[\]]+)(?:, (?:verbose|batch_size)=\w+)*\)")


class Repair(NamedTuple):
    """A more fitting cause with its words, and perhaps the changed line."""

    cause: Cause
    facts: Mapping[str, str]
    mend: tuple[str, str] | None = None


def of_operation(op: str, text: str, line: str = "") -> Repair | None:
    """Return what to say of an operation that cuts a path.

    Args:
        op: TensorFlow's name of the operation.
        text: the learner's piece of source that ran it.
        line: the line that it is on.

    Returns:
        The Repair; None if the general sentence is the best there is.
    """
    call = _short(text)
    if op == "Cast":
        is_index = re.search(r"gather|embedding_lookup|\w\[(tf\.)?(cast|math)", line or text)
        return Repair(INDEX if is_index else TO_INTEGER, {"call": call})
    cause = _CAUSE_OF_OP.get(op)
    return Repair(cause, {"call": call, "op": op}) if cause and (call or cause is NOT_REGISTERED) else None


def of_leaving(text: str, line: str) -> Repair | None:
    """Return what to say of a call through which a value left TensorFlow, and the line that stays in it.

    Args:
        text: the call.
        line: the learner's line that it is on.

    Returns:
        The Repair; None if the general sentence is the best there is.
    """
    if found := _PREDICT.search(line):
        return Repair(PREDICTED, {"model": found[1]}, (line, _PREDICT.sub(r"\1(\2)", line)))
    if ".predict(" in text:
        return Repair(PREDICTED, {"model": text.split(".predict(")[0].split("(")[-1].strip() or "model"})
    if "numpy_function(" in text or "py_function(" in text:
        return Repair(IN_PYTHON, {"call": _short(text)})
    return None


def in_tensorflow(line: str) -> tuple[str, str] | None:
    """Return a line and the same with TensorFlow's functions for NumPy's; None if there is more to be changed."""
    names = _NUMPY.findall(line)
    if not names or re.search(r"\.(numpy|item|tolist)\(|\b(float|int)\(", line):
        return None
    right = {name: f"tf.{name}" if hasattr(tf, name) else f"tf.math.{name}" for name in names}
    if not all(hasattr(tf, name) or hasattr(tf.math, name) for name in names):
        return None
    return line, _NUMPY.sub(lambda found: f"{right[found[1]]}(", line)


def _short(text: str) -> str:
    """Return the name that a piece of source calls, as it stands there: `tf.round` of `tf.round(x + 1)`."""
    text = text.strip()
    name = re.match(r"[\w.]+(?=\()", text)
    return name[0] if name else text if len(text) <= 40 else ""
