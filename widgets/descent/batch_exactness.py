"""Which operations give a number in company the bits that they give it alone.

TensorFlow computes a batch with SIMD instructions, several numbers at once; a single number, and what is left over of
a batch, one at a time. Of arithmetic and square roots IEEE 754 demands the one correctly rounded result in both ways.
Functions such as sin, exp and pow are approximated, differently in each, and their last bits differ for about one
number in ten. tests/descent/test_kernels.py compares the two ways for every operation of these tables.
"""

import functools

import numpy as np
import tensorflow as tf

EXACT, SQUARE, ALONE = range(3)
"""How company may change bits: never; in a few squares, which squares.py finds; in any number."""

_ARITHMETIC = "Add AddV2 AddN Sub Mul Neg RealDiv Div DivNoNan Square SquaredDifference Sqrt Abs Floor Ceil Rint"
_CHOICES = "Less LessEqual Greater GreaterEqual Equal NotEqual LogicalAnd LogicalOr LogicalNot Select SelectV2"
COPIES = "Const Fill Identity OnesLike StopGradient ZerosLike"
_APPROXIMATED = """
    Acos Acosh Asin Asinh Atan Atan2 Atanh Cos Cosh Digamma Elu EluGrad Erf Erfc Erfinv Exp Expm1 FloorDiv FloorMod Inv
    InvGrad Lgamma Log Log1p Mod Ndtri Pow Reciprocal ReciprocalGrad Rsqrt RsqrtGrad Selu SeluGrad Sigmoid SigmoidGrad
    Sin Sinh Softplus SoftplusGrad Softsign SoftsignGrad SqrtGrad Tan Tanh TanhGrad Xdivy Xlog1py Xlogy
"""
_SIGNS_OF_ZERO = "Maximum Minimum MulNoNan LeakyRelu LeakyReluGrad Relu Relu6 Relu6Grad ReluGrad Round Sign"
"""Of these only 0 and -0, nan, or numbers too small for a dtype's full precision come out differently."""

KINDS = {
    **dict.fromkeys(f"{_ARITHMETIC} {_CHOICES} {COPIES}".split(), EXACT),
    **dict.fromkeys(f"{_APPROXIMATED} {_SIGNS_OF_ZERO}".split(), ALONE),
}
_POWERS = {1.0: EXACT, 2.0: SQUARE}


def company(kind, exponent=None):
    """Return EXACT, SQUARE or ALONE for an operation that works number by number, None for any other.

    `kind` is TensorFlow's name of it; `exponent` that of a Pow, where it is constant.
    """
    return _POWERS.get(exponent, ALONE) if kind == "Pow" else KINDS.get(kind)


@functools.cache
def lanes(dtype):
    """Return how many numbers that come together are still computed one at a time, as each alone would be.

    That is one fewer than fit into a SIMD register, so it depends on processor and build. It is measured: exp of so
    many together equals exp of each, and with one more it does not. 1, which is always right, where nothing is seen.
    """
    numbers = tf.constant(np.linspace(-3.0, 3.0, 240), dtype)
    alone = in_pieces(tf.exp, numbers, 1)
    same = {size: np.array_equal(in_pieces(tf.exp, numbers, size), alone) for size in (3, 4, 7, 8, 15, 16)}
    return next((size for size in (3, 7, 15) if same[size] and not same[size + 1]), 1)


def in_pieces(op, numbers, size):
    """Return op(numbers) as an array, computed `size` numbers at a time, and what is left over at last."""
    whole, left = divmod(len(numbers), size)
    return np.concatenate([op(piece).numpy() for piece in tf.split(numbers, [size] * whole + [left] * bool(left))])
