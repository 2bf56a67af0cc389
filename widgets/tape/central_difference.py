"""The target as a function of one number, by running the recorded ops again: gradient checking, and a curve.

Only ops that depend on the source are run again; anything random, stateful or unknown to the op registry is left
alone, and then no difference is shown. No gradient code takes part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from widgets.common.arrays import Array, DType, Tensor
from widgets.tape import hooks
from widgets.tape.events import Op
from widgets.tape.model import CentralDifference

LONGEST = 2_000
"""Ops between source and target at most: beyond it the check would cost more than the recording."""

_SMALL = 1e-3

_FEW_OPS, _FEW_NUMBERS = 40, 4_096

_OF_TWO = {"Add", "AddV2", "Sub", "Mul", "RealDiv", "Pow", "Maximum", "Minimum", "SquaredDifference"}
_OF_ONE = {"Abs", "Neg", "Square", "Sqrt", "Rsqrt", "Reciprocal", "Exp", "Expm1", "Log", "Log1p", "Sin", "Cos", "Tan"}
_ACTIVATIONS = {"Tanh", "Sigmoid", "Softplus", "Relu", "Elu", "Selu", "Erf"}
_STAIRS = {"Floor", "Ceil", "Round", "Rint", "Sign", "FloorDiv", "FloorMod", "TruncateDiv", "TruncateMod"}
_NUMBER_BY_NUMBER = {"ReadVariableOp", "Identity", *_OF_TWO, *_OF_ONE, *_ACTIVATIONS}
"""Ops that do the same to each number of a vector as to one number."""


@dataclass(frozen=True)
class Rerun:
    """A target as a function of one number: the recorded ops between them, run again for another value of the source.

    Attributes:
        path: the ops that the target was made from, in order.
        target: the tensor that was differentiated, of any shape: what is told is its sum.
        number: TensorFlow's number of the source, or of its handle.
        value: the source's value, a finite float scalar.
    """

    path: list[Op]
    target: Tensor
    number: int
    value: Tensor

    def __call__(self, x: float) -> float | None:
        """Return the target's sum for a value of the source; None if an op cannot be run again, or none leads there."""
        target = _run(self.path, self.target, self.number, tf.constant(x, self.value.dtype))
        return None if target is None else float(np.sum(target.numpy(), dtype=np.float64))

    def along(self, xs: Sequence[float]) -> list[float | None]:
        """Return the same for many values: all at once if that may change no more than the last bit."""
        if not all(op.op in _NUMBER_BY_NUMBER and _is_of_numbers(op) for op in _after(self.path, self.number)):
            return [self(x) for x in xs]
        target = _run(self.path, self.target, self.number, tf.constant(xs, self.value.dtype))
        return [None] * len(xs) if target is None else list(map(float, target.numpy()))

    @property
    def is_small(self) -> bool:
        """Whether it takes few ops on few numbers, so that it may be kept, and run often."""
        return len(self.path) <= _FEW_OPS and all(
            tensor.shape.num_elements() <= _FEW_NUMBERS for op in self.path for tensor in (*op.inputs, *op.outputs)
        )


def rerun_of(makers: Mapping[int, tuple[int, Op]], target: Tensor, number: int, value: Tensor | None) -> Rerun | None:
    """Return a target as a function of a scalar source, or None where it is none that can be run again.

    Args:
        makers: TensorFlow's number of a tensor → the index of the recorded op that made it, and the op.
        target: the tensor that was differentiated.
        number: TensorFlow's number of the source, or of its handle.
        value: the source's value, a float scalar; None, one without numbers, another dtype or shape gives None.

    Returns:
        The function, or None: also if the way is too long, or a Variable was assigned on it.
    """
    if (
        value is None
        or not hasattr(value, "numpy")
        or not value.dtype.is_floating
        or value.shape.rank != 0
        or value.dtype.size < tf.float32.size
    ):
        return None
    x = value.numpy()
    path = _path(makers, hooks.tensor_id(target)) if target.dtype.is_floating else None
    if not np.isfinite(x) or path is None or not all(np.array_equal(read, x) for read in _reads(path, number)):
        return None
    # Without the frames of the learner's: a recording that is kept would hold all that their names mean.
    return Rerun([op._replace(at=None, scope=None) for op in path], target, number, value)


def central_difference(rerun: Rerun) -> CentralDifference | None:
    """Return the central difference of a target over a scalar source, or None where there is none.

    h is a power of two under the cube root of the dtype's epsilon, so x ± h is exact, and the truncation error,
    about h² f‴ / 6, is of the size of the rounding error, about epsilon / h
    (https://en.wikipedia.org/wiki/Numerical_differentiation#Step_size).

    Args:
        rerun: the target as a function of the source.

    Returns:
        The difference and its h, or None: if an op cannot be run again, or the target is not reached; and if
        rounding leaves no digit of it, as it may of a large target, and as it does in float16 and bfloat16.
    """
    if _is_rounded(rerun.path, rerun.value.dtype):
        return None
    x = rerun.value.numpy()
    h = 2.0 ** np.floor(np.log2(np.cbrt(np.finfo(x.dtype).eps) * max(1.0, abs(float(x)) / 4)))
    with np.errstate(over="ignore"):
        above, below = (rerun(x + x.dtype.type(side)) for side in (h, -h))
    if above is None or below is None:
        return None
    estimate = float((above - below) / (2 * h))
    noise = float(np.finfo(rerun.target.dtype.as_numpy_dtype).eps) * max(abs(above), abs(below)) / (2 * h)
    if noise > _allowed_noise(estimate) or _jumps(rerun, float(x), float(h) / 2, estimate):
        return None
    return CentralDifference(estimate, float(h))


def _jumps(rerun: Rerun, x: float, nearer: float, estimate: float) -> bool:
    """Say whether the target jumps at x: then a difference from nearer is the larger, and tells of no slope."""
    if not estimate or not any(_may_jump(op) for op in _after(rerun.path, rerun.number)):
        return False
    above, below = rerun(x + nearer), rerun(x - nearer)
    return above is not None and below is not None and abs(above - below) > 3 * nearer * abs(estimate)


def _may_jump(op: Op) -> bool:
    """Say whether an op goes in stairs, or tells apart what may be treated differently."""
    return op.op in _STAIRS or any(tensor.dtype.is_integer or tensor.dtype.is_bool for tensor in op.outputs)


def _allowed_noise(estimate: float) -> float:
    """Return how much rounding a difference may contain: half of it, or what is too little to be seen beside a 0."""
    return abs(estimate) / 2 or _SMALL


def _path(makers: Mapping[int, tuple[int, Op]], target: int) -> list[Op] | None:
    """Return the ops that the target was made from, in order; None if not all is known, or too much."""
    path: dict[int, Op] = {}
    waiting = [target]
    while waiting and len(path) <= LONGEST:
        maker = makers.get(waiting.pop())
        if maker is not None and maker[0] not in path:
            index, op = maker
            path[index] = op
            waiting += map(hooks.tensor_id, op.inputs)
    is_known = all(hasattr(tensor, "numpy") for op in path.values() for tensor in op.outputs)
    return None if len(path) > LONGEST or not is_known else [path[index] for index in sorted(path)]


def _is_rounded(path: list[Op], dtype: DType) -> bool:
    """Say whether the path leads through floating-point numbers of fewer bits, in which a step so small is lost."""
    made = (tensor.dtype for op in path for tensor in op.outputs)
    return any(each.is_floating and each.size < dtype.size for each in made)


def _reads(path: list[Op], handle: int) -> Iterator[Array]:
    """Yield what was read of a Variable on the way. If that changed, it was assigned, and f is another function."""
    for op in path:
        if op.op == "ReadVariableOp" and hooks.tensor_id(op.inputs[0]) == handle:
            yield op.outputs[0].numpy()


def _after(path: list[Op], number: int) -> Iterator[Op]:
    """Yield the ops that depend on a source."""
    changed = {number}
    for op in path:
        if any(hooks.tensor_id(tensor) in changed for tensor in op.inputs):
            yield op
            changed.update(map(hooks.tensor_id, op.outputs))


def _is_of_numbers(op: Op) -> bool:
    return all(tensor.shape.rank == 0 for tensor in (*op.inputs, *op.outputs))


def _run(path: list[Op], target: Tensor, number: int, value: Tensor) -> Tensor | None:
    """Return the target with the source's value replaced, or None."""
    changed = {number: value}
    for op in _after(path, number):
        outputs = [value] if op.op == "ReadVariableOp" else _outputs(op, changed)
        if outputs is None:
            return None
        changed |= {hooks.tensor_id(old): new for old, new in zip(op.outputs, outputs, strict=True)}
    return changed.get(hooks.tensor_id(target))


def _outputs(op: Op, changed: Mapping[int, Tensor]) -> list[Tensor] | None:
    name = str(op.op)
    if hooks.is_stateful(name):
        return None
    inputs = [changed.get(hooks.tensor_id(tensor), tensor) for tensor in op.inputs]
    try:
        return hooks.rerun_op(name, inputs, op.attrs, len(op.outputs))
    except (tf.errors.OpError, TypeError, ValueError):  # an op whose recorded attributes do not describe it in full
        return None
