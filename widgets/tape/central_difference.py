"""An independent witness beside each gradient: a central difference by running the recorded ops again.

Only ops that depend on the source are run again; anything random, stateful or unknown to the op registry is left
alone and there is no difference to show then. No gradient code takes part.
"""

import numpy as np
import tensorflow as tf

from widgets.tape import hooks
from widgets.tape.model import CentralDifference

LONGEST = 2_000
"""Ops between source and target at most: beyond it the witness would cost more than the recording."""


def central_difference(makers, target, number, value):
    """Return a CentralDifference of the sum of `target` over a scalar float source, or None where it cannot be had.

    `makers` tells which recorded op made a tensor: its number to (index, Op). `target` is a tensor, `number` what the
    source (or its handle) is known as, `value` its eager value. h is a power of two under the cube root of the dtype's
    epsilon, so x ± h is exact.
    """
    if value is None or not value.dtype.is_floating or value.shape.rank != 0 or value.dtype == tf.bfloat16:
        return None
    x = value.numpy()
    path = _path(makers, hooks.tensor_id(target))
    if not np.isfinite(x) or path is None:
        return None
    h = 2.0 ** np.floor(np.log2(np.cbrt(np.finfo(x.dtype).eps) * max(1.0, abs(float(x)) / 4)))
    with np.errstate(over="ignore"):
        ends = [_run(path, target, number, tf.constant(x + x.dtype.type(side), value.dtype)) for side in (h, -h)]
    if None in ends:
        return None
    return CentralDifference(float((ends[0] - ends[1]) / (2 * h)), float(h))


def _path(makers, target):
    """Return the ops that the target was made from, in order; None if they are more than LONGEST."""
    path, waiting = {}, [target]
    while waiting and len(path) <= LONGEST:
        index, op = makers.get(waiting.pop(), (-1, None))
        if op is not None and index not in path:
            path[index] = op
            waiting += map(hooks.tensor_id, op.inputs)
    return None if len(path) > LONGEST else [path[index] for index in sorted(path)]


def _run(path, target, number, value):
    """Return the target's sum as a Python float with the source's value replaced, or None."""
    changed = {number: value}
    for op in path:
        if not any(hooks.tensor_id(tensor) in changed for tensor in op.inputs):
            continue
        outputs = [value] if op.op == "ReadVariableOp" else _outputs(op, changed)
        if outputs is None:
            return None
        changed |= {hooks.tensor_id(old): new for old, new in zip(op.outputs, outputs, strict=True)}
    new = changed.get(hooks.tensor_id(target))
    return None if new is None else float(np.sum(new.numpy(), dtype=np.float64))


def _outputs(op, changed):
    if hooks.is_stateful(op.op):
        return None
    inputs = [changed.get(hooks.tensor_id(tensor), tensor) for tensor in op.inputs]
    try:
        return hooks.run_again(op.op, inputs, op.attrs, len(op.outputs))
    except (tf.errors.OpError, TypeError, ValueError):  # an op whose recorded attributes do not describe it in full
        return None
