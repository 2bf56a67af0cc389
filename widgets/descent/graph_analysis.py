"""Reading a traced graph: does everything that an output needs work number by number, and how exactly?

What is not certain is unfit: such a path is then computed by itself, as the learner's loop would.
"""

import numpy as np
import tensorflow as tf

from widgets.descent.batch_exactness import ALONE, EXACT, company

_CASTS = {tf.float32, tf.float64, tf.bool}
_STACKS = {"Pack", "Unpack"}
_SLICES = {"StridedSlice": 1, "StridedSliceGrad": 1}  # which input says where the slice begins


class Unfit(Exception):
    """Names an operation that does not work number by number, or is not known to."""


def worst(x, ends):
    """Return the greatest of EXACT, SQUARE and ALONE that `ends` need to follow from `x`, and the operation's name.

    `x` and the `ends` have the paths along their last axis. Raises Unfit for an operation that may mix paths, or could
    not be computed a few paths at a time.
    """
    side_by_side, found = {x.op}, (EXACT, "")
    for op in _needed(ends):
        if op is not x.op and _carries_paths(op, side_by_side):
            side_by_side.add(op)
            found = max(found, (_company(op), op.type))
    return found


def powers(ends, exponent):
    """Return the Pow operations that `ends` need with this constant exponent, and a base for each path."""
    found = [op for op in _needed(ends) if op.type == "Pow" and op.outputs[0].shape.rank]
    return [op for op in found if _constant(op.inputs[1]) == exponent]


def _needed(ends):
    """Return the operations that tensors need, in the order in which they were traced."""
    needed, waiting = set(), [tensor.op for tensor in ends]
    while waiting:
        op = waiting.pop()
        if op not in needed:
            needed.add(op)
            waiting.extend(tensor.op for tensor in op.inputs)
    return [op for op in ends[0].graph.get_operations() if op in needed]


def _carries_paths(op, side_by_side):
    """Say whether the last axis of what an operation gives is that of the paths: x, what depends on x, and ones(paths).

    Raises Unfit for a learner's own list of numbers, which would meet the paths along the wrong axis.
    """
    if any(tensor.op in side_by_side for tensor in op.inputs):
        return True
    lists = [tensor for tensor in op.outputs if tensor.dtype.is_floating and tensor.shape.rank != 0]
    if not lists:
        return False
    if op.type == "Fill" or (op.type == "Const" and np.unique(tf.get_static_value(lists[0])).size == 1):
        return True
    raise Unfit(op.type)


def _company(op):
    """Return EXACT, SQUARE or ALONE for an operation on paths side by side."""
    if op.type in _STACKS and op.get_attr("axis") == 0:
        return EXACT
    if op.type in _SLICES and _cuts_in_front(op, op.inputs[_SLICES[op.type]]):
        return EXACT
    if op.type == "Cast" and {op.get_attr("SrcT"), op.get_attr("DstT")} <= _CASTS:
        return EXACT
    kind = company(op.type, _constant(op.inputs[1]) if op.type == "Pow" else None)
    if kind is None or (kind == ALONE and any(tensor.shape.rank != 1 for tensor in op.outputs)):
        raise Unfit(op.type)
    return kind


def _cuts_in_front(op, begin):
    """Say whether a slice such as x[0] leaves the paths' axis alone: one index, for the first of two axes."""
    whole = op.inputs[0 if op.type == "StridedSlice" else 4]
    masks = [op.get_attr(mask) for mask in ("ellipsis_mask", "new_axis_mask")]
    return begin.shape == (1,) and not any(masks) and (whole.shape.rank == 2 or op.type == "StridedSliceGrad")


def _constant(tensor):
    """Return the value of a constant exponent, also where the tape made it of one (2 - 1), or None."""
    if tensor.op.type == "Sub":
        left, right = map(_constant, tensor.op.inputs)
        return None if left is None or right is None else left - right
    value = tf.get_static_value(tensor)
    return None if value is None or value.ndim else value.item()
