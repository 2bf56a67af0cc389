"""Numbers that were added up over the batch, the first axis, where each example was meant: told by what was added.

What is over the batch on purpose stays unmentioned: normalization by batch statistics, and a mean of losses, which is
linear, so that the order of its sums does not matter.
"""

from __future__ import annotations

import numpy as np

from widgets.common.arrays import Array
from widgets.common.catalogue import _
from widgets.diagnosis import loss_causes as causes
from widgets.diagnosis.model import Found
from widgets.diagnosis.source_code import SourceCode
from widgets.diagnosis.target_path import TargetPath
from widgets.tape.forward_model import Entry

_ROUNDING = 1e-6
_SUMS = ("Sum", "Mean")


def softmax_over_batch(path: TargetPath, entry: Entry, code: SourceCode) -> Found | None:
    """The logarithm of probabilities that add up to 1 over the batch, times labels whose rows add up to 1."""
    if entry.op != "Mul" or not is_of_log(path, entry):
        return None
    labels = [tensor for tensor in entry.inputs if tensor not in path.dependent]
    numbers = path.value(labels[0]).numbers if len(labels) == 1 else None
    if not _is_one_hot(numbers):
        return None
    other = next((tensor for tensor in entry.inputs if tensor not in labels), -1)
    log = path.maker(path.root(other))
    probabilities = path.value(log.inputs[0]).numbers if log is not None else None
    if (
        probabilities is None
        or numbers is None
        or probabilities.shape != numbers.shape
        or np.allclose(probabilities.sum(axis=1), 1, atol=0.01)
    ):
        return None
    is_over_batch = np.allclose(probabilities.sum(axis=0), 1, atol=1e-3)
    if not is_over_batch and not np.isclose(probabilities.sum(), 1, atol=1e-3):
        return None
    made = path.maker(path.root(log.inputs[0])) if log is not None else None
    axes = _("the first axis") if is_over_batch else _("both axes")
    facts = {"shape": str(probabilities.shape), "axes": axes}
    return Found(causes.WRONG_AXIS, made.place if made is not None else entry.place, facts)


def sum_of_softmax(path: TargetPath, entry: Entry, code: SourceCode) -> Found | None:
    """The sum or mean of all probabilities of a softmax, where nothing else gives a gradient."""
    if entry.op not in _SUMS:
        return None
    maker = path.maker(path.root(entry.inputs[0]))
    if maker is None or maker.op != "Softmax":
        return None
    shape, left = path.value(entry.inputs[0]).shape, entry.values[0].size
    gradients = [one.gradient.numbers for one in path.sources if one.gradient]
    is_flat = bool(gradients) and all(one is not None and np.all(np.abs(one) < _ROUNDING) for one in gradients)
    is_of_rows = len(shape) > 0 and (shape[-1] or 0) > 1 and left * (shape[-1] or 0) <= path.value(entry.inputs[0]).size
    is_of_columns = entry.values[0].shape[-1:] == shape[-1:] and left > 1
    return Found(causes.SUM_OF_SOFTMAX, entry.place) if is_flat and is_of_rows and not is_of_columns else None


def sum_over_batch(path: TargetPath, entry: Entry, code: SourceCode) -> Found | None:
    """A sum over the batch, of one number for each column, that goes on into something that is not linear.

    Of probabilities times one-hot labels, it goes into a logarithm; of squared distances between two outputs, into a
    hinge.
    """
    shape = path.value(entry.inputs[0]).shape if entry.op in _SUMS else ()
    if len(shape) != 2 or entry.values[0].shape != shape[1:] or min(shape[0] or 0, shape[1] or 0) < 2:
        return None
    made = path.maker(entry.inputs[0])
    after = _after(path, entry)
    if made is None:
        return None
    is_chosen = made.op == "Mul" and _is_logged(path, entry) and _is_choice(path, made)
    is_distance = made.op in ("Square", "SquaredDifference") and after & {"Maximum", "Relu"} and _is_pair(path, made)
    if not is_chosen and not is_distance:
        return None
    facts = {"shape": str(shape), "result": str(entry.values[0].shape)}
    return Found(causes.SUMMED_OVER_BATCH, entry.place, facts)


def unit_columns(path: TargetPath, entry: Entry, code: SourceCode) -> Found | None:
    """The product, row by row, of two outputs whose columns have length 1, as `l2_normalize(x, axis=0)` makes them."""
    if entry.op != "Sum" or len(entry.values[0].shape) != 1 or (made := path.maker(entry.inputs[0])) is None:
        return None
    if made.op != "Mul" or len(set(made.inputs)) != 2 or entry.values[0].shape != path.value(made.inputs[0]).shape[:1]:
        return None
    for tensor in made.inputs:
        numbers = path.value(tensor).numbers
        if tensor not in path.dependent or numbers is None or numbers.ndim != 2 or min(numbers.shape) < 2:
            return None
        squares = np.square(numbers.astype(float))
        is_by_rows = np.allclose(squares.sum(axis=1), 1, atol=1e-3)
        if is_by_rows or not np.allclose(squares.sum(axis=0), 1, atol=1e-3):
            return None
    unit = path.maker(made.inputs[0])
    shape = path.value(made.inputs[0]).shape
    return Found(causes.UNIT_COLUMNS, unit.place if unit else entry.place, {"shape": str(shape)})


def _is_choice(path: TargetPath, product: Entry) -> bool:
    """Whether a product is that of probabilities, whose rows add up to 1, and one-hot labels."""
    labels = [tensor for tensor in product.inputs if tensor not in path.dependent]
    others = [tensor for tensor in product.inputs if tensor in path.dependent]
    if len(labels) != 1 or len(others) != 1 or not _is_one_hot(path.value(labels[0]).numbers):
        return False
    numbers = path.value(others[0]).numbers
    return numbers is not None and numbers.ndim == 2 and bool(np.allclose(numbers.sum(axis=1), 1, atol=1e-3))


def _is_logged(path: TargetPath, entry: Entry) -> bool:
    """Whether a sum goes into a logarithm as it is, perhaps kept away from 0, and not as a part of a quotient."""
    for log in (one for one in path.entries if one.op == "Log"):
        made = path.maker(path.root(log.inputs[0]))
        if made is not None and made.op in ("AddV2", "Maximum", "ClipByValue"):
            made = path.maker(path.root(made.inputs[0]))
        if made is entry:
            return True
    return False


def _is_pair(path: TargetPath, squared: Entry) -> bool:
    """Whether what was squared is the difference of two outputs of the model."""
    inputs = squared.inputs
    if squared.op == "Square":
        made = path.maker(inputs[0])
        inputs = made.inputs if made is not None and made.op == "Sub" else ()
    shape = path.value(squared.outputs[0]).shape  # a mean over the batch has another
    is_pair = len(set(inputs)) == 2 and all(path.value(one).shape == shape for one in inputs)
    return is_pair and all(one in path.dependent and not path.is_variable(one) for one in inputs)


def _after(path: TargetPath, entry: Entry) -> set[str]:
    """Return the operations that the result of an entry goes through on its way to the target."""
    tensors, found = set(entry.outputs), set[str]()
    for one in path.entries:
        if one.index > entry.index and not tensors.isdisjoint(one.inputs):
            tensors.update(one.outputs)
            found.add(one.op)
    return found


def _is_one_hot(numbers: Array | None) -> bool:
    if numbers is None or numbers.ndim != 2 or (numbers < 0).any():
        return False
    return min(numbers.shape) > 1 and bool(np.allclose(numbers.sum(axis=1), 1))


def log_likelihood(path: TargetPath) -> Entry | None:
    """Return the last entry of a path if it is the mean or sum of the labels' log-probabilities, with no minus sign."""
    last = path.entries[-1] if path.entries else None
    entry = last
    while entry is not None and entry.op in _SUMS:
        entry = path.maker(path.root(entry.inputs[0]))
    if entry is None or entry is last or entry.op != "Mul":
        return None
    labels = [tensor for tensor in entry.inputs if tensor not in path.dependent]
    makers = [path.maker(path.root(tensor)) for tensor in entry.inputs if tensor in path.dependent]
    is_log = len(makers) == 1 and makers[0] is not None and makers[0].op in ("Log", "LogSoftmax")
    return last if is_log and len(labels) == 1 and _is_one_hot(path.value(labels[0]).numbers) else None


def is_of_log(path: TargetPath, entry: Entry) -> bool:
    """Say whether a product is that of a label and the logarithm of a probability."""
    makers = [path.maker(tensor) for tensor in entry.inputs]
    return any(maker is not None and maker.op == "Log" for maker in makers)
