"""Which operations give a number in a batch the same bits as alone, and whether a traced graph uses only such ones.

TensorFlow computes a batch with SIMD instructions, several numbers at once; a single number, and the remainder of a
batch, one at a time. For arithmetic and square roots, IEEE 754 (https://doi.org/10.1109/IEEESTD.2019.8766229, clause
5.4.1) demands the one correctly rounded result in both cases. Functions such as sin, exp, and pow are approximated,
differently in each case, and their last bits differ for about one number in ten.
tests/descent/paths/test_batch_exactness.py compares the two for every operation in these tables.
"""

from __future__ import annotations

import enum
import functools
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from widgets.common.arrays import Array, Floats, Tensor

Operation: TypeAlias = Any
"""A `tf.Operation`."""

Marks: TypeAlias = npt.NDArray[np.bool_]


class BatchEffect(enum.IntEnum):
    """What computing in a batch does to the bits of a result, from best to worst.

    Attributes:
        EXACT: nothing, ever.
        SQUARE: changes a few squares, which `near_tie` finds.
        SCALAR_ONLY: may change any number, so that no more than `simd_width` may be computed together.
    """

    EXACT = 0
    SQUARE = 1
    SCALAR_ONLY = 2


class NotBatchable(Exception):
    """Names an operation that is not elementwise, or not known to be."""


_ARITHMETIC = "Add AddV2 AddN Sub Mul Neg RealDiv Div DivNoNan Square SquaredDifference Sqrt Abs Floor Ceil Rint"
_CHOICES = "Less LessEqual Greater GreaterEqual Equal NotEqual LogicalAnd LogicalOr LogicalNot Select SelectV2"
COPIES = "Const Fill Identity OnesLike StopGradient ZerosLike"
_APPROXIMATED = """
    Acos Acosh Asin Asinh Atan Atan2 Atanh BesselI0 BesselI0e BesselI1 BesselI1e BesselJ0 BesselJ1 BesselK0 BesselK0e
    BesselK1 BesselK1e BesselY0 BesselY1 Cos Cosh Dawsn Digamma Elu EluGrad Erf Erfc Erfinv Exp Expint Expm1 FloorDiv
    FloorMod FresnelCos FresnelSin Igamma IgammaGradA Igammac Inv InvGrad Lgamma Log Log1p Mod Ndtri Polygamma Pow
    Reciprocal ReciprocalGrad Rsqrt RsqrtGrad Selu SeluGrad Sigmoid SigmoidGrad Sin Sinh Softplus SoftplusGrad Softsign
    SoftsignGrad Spence SqrtGrad Tan Tanh TanhGrad Xdivy Xlog1py Xlogy Zeta
"""
_SIGNS_OF_ZERO = "Maximum Minimum MulNoNan LeakyRelu LeakyReluGrad Relu Relu6 Relu6Grad ReluGrad Round Sign"
"""Of these only 0 and -0, nan, or numbers too small for a dtype's full precision come out differently."""

EFFECTS = {
    **dict.fromkeys(f"{_ARITHMETIC} {_CHOICES} {COPIES}".split(), BatchEffect.EXACT),
    **dict.fromkeys(f"{_APPROXIMATED} {_SIGNS_OF_ZERO}".split(), BatchEffect.SCALAR_ONLY),
}
"""TensorFlow's name of each elementwise operation, with the effect on it."""

_POWERS = {1.0: BatchEffect.EXACT, 2.0: BatchEffect.SQUARE}
_CASTS = {tf.float32, tf.float64, tf.bool}
_STACKS = {"Pack", "Unpack"}
_SLICES = {"StridedSlice": 1, "StridedSliceGrad": 1}  # which input says where the slice begins


def batch_effect(op_type: str, exponent: float | None = None) -> BatchEffect | None:
    """Return the effect on an operation, None if it is not elementwise, or not known to be.

    `op_type` is TensorFlow's name of it, such as "Pow"; `exponent` that of a Pow, where it is constant.
    """
    if op_type == "Pow":
        return _POWERS.get(exponent, BatchEffect.SCALAR_ONLY) if exponent is not None else BatchEffect.SCALAR_ONLY
    return EFFECTS.get(op_type)


@functools.cache
def simd_width(dtype: str) -> int:
    """Return how many numbers in a batch are still computed one at a time, as each alone would be.

    That is one fewer than fit into a SIMD register, so it depends on processor and build. It is measured: exp of so
    many together equals exp of each, and with one more it does not. 1, which is always right, where nothing is seen.
    """
    numbers = tf.constant(np.linspace(-3.0, 3.0, 240), dtype)
    alone = apply_in_chunks(tf.exp, numbers, 1)
    same = {size: np.array_equal(apply_in_chunks(tf.exp, numbers, size), alone) for size in (3, 4, 7, 8, 15, 16)}
    return next((size for size in (3, 7, 15) if same[size] and not same[size + 1]), 1)


def apply_in_chunks(op: Callable[[Tensor], Tensor], numbers: Tensor, size: int) -> Array:
    """Return op(numbers) as an array, computed `size` numbers at a time, and the remainder last."""
    whole, left = divmod(len(numbers), size)
    chunks = tf.split(numbers, [size] * whole + [left] * bool(left))
    return np.concatenate([op(chunk).numpy() for chunk in chunks])


def least_exact_op(x: Tensor, ends: Sequence[Tensor]) -> tuple[BatchEffect, str]:
    """Return the worst effect on the operations that lead from `x` to `ends` in a traced graph, and one such operation.

    Args:
        x: the input, with the paths along its last axis.
        ends: outputs, with the paths along their last axis.

    Returns:
        The worst effect, and TensorFlow's name of one operation that has it, or "".

    Raises:
        NotBatchable: an operation may mix paths, or could not be computed a few paths at a time. One that is not known
            counts as such: these paths are then computed one at a time, as the learner's loop would.
    """
    batched, worst = {x.op}, (BatchEffect.EXACT, "")
    for op in _needed(ends):
        if op is not x.op and _carries_paths(op, batched):
            batched.add(op)
            worst = max(worst, (_effect(op), op.type))
    return worst


def constant_powers(ends: Sequence[Tensor], exponent: float) -> list[Operation]:
    """Return the Pow operations that `ends` need with this constant exponent, and a base for each path."""
    powers = [op for op in _needed(ends) if op.type == "Pow" and op.outputs[0].shape.rank]
    return [op for op in powers if constant_of(op.inputs[1]) == exponent]


def _needed(ends: Sequence[Tensor]) -> list[Operation]:
    """Return the operations that tensors need, in the order in which they were traced."""
    needed: set[Operation] = set()
    waiting = [tensor.op for tensor in ends]
    while waiting:
        op = waiting.pop()
        if op not in needed:
            needed.add(op)
            waiting.extend(tensor.op for tensor in op.inputs)
    return [op for op in ends[0].graph.get_operations() if op in needed]


def _carries_paths(op: Operation, batched: set[Operation]) -> bool:
    """Return whether an operation's outputs have the paths along their last axis: it depends on x, or is ones(paths).

    A learner's own list of numbers, which would be aligned with the paths, is not batchable.
    """
    if any(tensor.op in batched for tensor in op.inputs):
        return True
    lists = [tensor for tensor in op.outputs if tensor.dtype.is_floating and tensor.shape.rank != 0]
    if not lists:
        return False
    if op.type == "Fill" or (op.type == "Const" and np.unique(tf.get_static_value(lists[0])).size == 1):
        return True
    raise NotBatchable(op.type)


def _effect(op: Operation) -> BatchEffect:
    """Return the effect on an operation whose inputs have the paths along their last axis."""
    if op.type in _STACKS and op.get_attr("axis") == 0:
        return BatchEffect.EXACT
    if op.type in _SLICES and _slices_in_front(op, op.inputs[_SLICES[op.type]]):
        return BatchEffect.EXACT
    if op.type == "Cast" and {op.get_attr("SrcT"), op.get_attr("DstT")} <= _CASTS:
        return BatchEffect.EXACT
    effect = batch_effect(op.type, constant_of(op.inputs[1]) if op.type == "Pow" else None)
    has_rows = any(tensor.shape.rank != 1 for tensor in op.outputs)
    if effect is None or (effect == BatchEffect.SCALAR_ONLY and has_rows):
        raise NotBatchable(op.type)
    return effect


def _slices_in_front(op: Operation, begin: Tensor) -> bool:
    """Return whether a slice such as x[0] leaves the paths' axis alone: one index, for the first of two axes."""
    whole = op.inputs[0 if op.type == "StridedSlice" else 4]
    masks = [op.get_attr(mask) for mask in ("ellipsis_mask", "new_axis_mask")]
    return begin.shape == (1,) and not any(masks) and (whole.shape.rank == 2 or op.type == "StridedSliceGrad")


def constant_of(tensor: Tensor) -> float | None:
    """Return the value of a constant exponent, also where the tape made it of one (2 - 1), or None."""
    if tensor.op.type == "Sub":
        left, right = map(constant_of, tensor.op.inputs)
        return None if left is None or right is None else left - right
    value = tf.get_static_value(tensor)
    return None if value is None or value.ndim else value.item()


# Squares: pow(x, 2) of many numbers at once, with the bits that TensorFlow gives to each alone.
#
# Learners write squares as tf.pow(x, 2) or x ** 2. TensorFlow has the C library compute it for one number; and a good
# pow gives the correctly rounded square, as tf.square does for any number of numbers, unless the true square lies close
# to a tie, the middle between two floats (https://en.wikipedia.org/wiki/Rounding#Table-maker's_dilemma). Those few are
# computed again, as TensorFlow computes one alone. What "good" and "close" are is an assumption about the C library, so
# it is tested on numbers that are hard to round before it is relied on. Without this, all learning rates of the
# course's parabola take 17 times as long (tests/benchmarks/descending.py).

TIE_DISTANCE = {np.dtype("float32"): 1 / 256, np.dtype("float64"): 1 / 32}
"""In ULP, from a tie. glibc's pow errs by 0.0004 (float32) and 0.02 (float64) ULP more than rounding must."""

_SPLIT = 134_217_729.0  # 2 ** 27 + 1 cuts a float64 into halves whose products are exact (Dekker 1971)
_SMALL = 1e-140  # below, products of halves are too small to be exact
_TAIL = 2**29  # a float64 has so many values between two neighbors in float32
_HARD = 1_000  # numbers to test pow on
_CHUNK = 20_000  # numbers at a time: what is computed of so many stays in the processor's cache


def near_tie(base: Floats, times: float = 1) -> Marks:
    """Return for each number whether pow(number, 2) might not be its correctly rounded square.

    Args:
        base: numbers, of any shape but ().
        times: how many TIE_DISTANCEs from a tie the square may lie to be marked.

    Returns:
        Marks shaped like `base`.
    """
    chunks = max(1, base.size // _CHUNK)
    return np.concatenate([_near_tie(chunk, times) for chunk in np.array_split(np.atleast_1d(base), chunks)])


def _near_tie(base: Floats, times: float) -> Marks:
    limits, distance = np.finfo(base.dtype), TIE_DISTANCE[base.dtype] * times
    with np.errstate(all="ignore"):
        square = np.square(base, dtype=np.float64)
        near = _near_tie32(square, distance) if base.dtype == np.float32 else _near_tie64(base, square, distance)
        near[near] = (square[near] > float(limits.tiny) / 2) & (square[near] < float(limits.max) * 1.01)
    return near


def _near_tie32(square: npt.NDArray[np.float64], distance: float) -> Marks:
    """Find a square, exact in float64, close to the middle between two float32: its last 29 bits tell."""
    reach = int(distance * _TAIL)
    tail = (square.view(np.uint64) - np.uint64(_TAIL // 2 - reach)) & np.uint64(_TAIL - 1)
    marks: Marks = tail < np.uint64(2 * reach)
    return marks


def _near_tie64(base: Floats, square: npt.NDArray[np.float64], distance: float) -> Marks:
    """Find where rounding a square to float64 left nearly half an ULP over: that remainder is a float64, too.

    The remainder is exact by Dekker's product (https://doi.org/10.1007/BF01397083).
    """
    high = base * _SPLIT - (base * _SPLIT - base)
    low = base - high
    over = np.abs(((high * high - square) + 2 * high * low) + low * low)
    power = (square.view(np.int64) & 0x7FF0_0000_0000_0000).view(np.float64)
    half = (0.5 - distance) * np.finfo(np.float64).eps * power
    marks: Marks = (over >= half) | (square == power) & (over > 0) | (square < _SMALL * _SMALL)
    return marks


@functools.cache
def pow_is_trusted(dtype: str) -> bool:
    """Return whether pow(x, 2) of one number is the correctly rounded square wherever that is not near a tie.

    Tested on the numbers closest to being marked by `near_tie`, and on some whose squares get too large or too small.
    """
    draw = np.random.default_rng(2).uniform(1, 4, 20 * _HARD).astype(dtype)
    hard = draw[near_tie(draw, times=2) & ~near_tie(draw)][:_HARD]
    limits: Any = np.finfo(dtype)
    ends = [np.sqrt(limit) * np.linspace(0.9, 1.1, _HARD // 4) for limit in (limits.tiny, limits.max)]
    numbers = np.concatenate([hard, *ends]).astype(dtype)
    numbers = tf.constant(numbers[~near_tie(numbers)])
    alone = apply_in_chunks(lambda x: tf.pow(x, 2), numbers, simd_width(dtype))
    return np.array_equal(alone, tf.square(numbers).numpy())


def recompute_near_ties(y: Floats, x: Floats, bases: Sequence[Floats], values: Callable[[Array], Array]) -> Floats:
    """Return y with all values that depend on a square near a tie computed again.

    Args:
        y: of shape (steps, paths), computed with correctly rounded squares.
        x: of shape (steps, *dims, paths).
        bases: what was squared besides x, each of shape (steps, ..., paths).
        values: computes y of x, (*dims, n) → (n,), as if each were alone.

    Returns:
        A copy of y.
    """
    each = [near_tie(base) for base in (x, *bases)]
    marks = np.logical_or.reduce([mark.any(axis=tuple(range(1, mark.ndim - 1))) for mark in each])
    columns, where = np.unique(np.moveaxis(x, -1, 1)[marks], axis=0, return_inverse=True)
    y = y.copy()
    y[marks] = values(np.moveaxis(columns, 0, -1))[where.reshape(-1)]
    return y
