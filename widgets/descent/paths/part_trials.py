"""Operations that take each path's part along one axis, tried: with the parts of many paths, and with one.

Such are decompositions of matrices, Fourier transforms, convolutions, and pooling; and all of complex numbers, which
TensorFlow computes with SIMD in another way than real ones.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping, Set
from typing import Any, TypeAlias

import numpy as np
import tensorflow as tf

from widgets.common.arrays import Array
from widgets.descent.paths.batch_exactness import Operation
from widgets.descent.paths.kernel_trials import input_names, parameters_of, raw, same_bits, tried_paths

_ALONG_FIRST = """
    AvgPool AvgPool3D AvgPoolGrad Cholesky Conv2D Conv2DBackpropInput Cross Einsum FFT FFT2D FFT3D IFFT IFFT2D IFFT3D
    IRFFT IRFFT2D IRFFT3D LogMatrixDeterminant MatrixInverse MatrixSolve MatrixTriangularSolve MaxPool MaxPoolGrad RFFT
    RFFT2D RFFT3D SelfAdjointEigV2
"""
"""They have the parts along the first axis, or are given them so by tf.vectorized_map."""

_ALONG_LAST = {"Conv2DBackpropFilter"}
"""They are given the parts along the last axis."""

PARTS = {*_ALONG_FIRST.split(), *_ALONG_LAST}
"""TensorFlow's names of all that can be tried."""

_REPEATED = {"Cross", "MatrixSolve"}
"""They are given a part for each path also of what all paths share."""

_SIZES = {"AvgPoolGrad": 0, "Conv2DBackpropFilter": 1, "Conv2DBackpropInput": 0}
"""Which input is the shape of the result."""

_OF_LISTS = {"AddN", "Einsum"}
"""Their inputs are one list."""

_Whole: TypeAlias = "tuple[int, ...] | int"


@dataclasses.dataclass(frozen=True)
class _Given:
    """An input: numbers that are drawn, or whole ones that are known, for all paths and for one."""

    dtype: str
    shape: tuple[int, ...]
    is_stacked: bool
    known: tuple[_Whole, _Whole] | None = None

    def numbers(self, seed: int) -> Array:
        """Draw numbers; matrices are symmetric and positive definite, as some operations demand."""
        kind = tf.as_dtype(self.dtype)
        real, imaginary = np.random.default_rng([seed, *self.shape]).normal(size=(2, *self.shape))
        drawn = real + 1j * imaginary if kind.is_complex else real
        if len(self.shape) > 1 and (order := self.shape[-1]) == self.shape[-2]:
            drawn = drawn @ np.conj(np.swapaxes(drawn, -1, -2)) + order * np.eye(order)
        return np.asarray(drawn, kind.as_numpy_dtype)


def parts_alike(op: Operation, mapped: Set[Operation], paths: int, known: Mapping[str, Array]) -> bool:
    """Return whether an operation gives each path the bits that it gives that path's part alone.

    Args:
        op: of a mapped graph.
        mapped: the operations that depend on x.
        paths: how many.
        known: the values of whole numbers by the names of their operations.

    Returns:
        Whether that is seen. If it cannot be tried, it is not.
    """
    inputs, axis = [], -1 if op.type in _ALONG_LAST else 0
    for at, tensor in enumerate(op.inputs):
        shape, is_stacked = tensor.shape, tensor.op in mapped or op.type in _REPEATED
        if not shape.is_fully_defined() or (is_stacked and (not shape.rank or shape[axis] % paths)):
            return False
        value = None
        if tensor.dtype.is_integer and not is_stacked:
            whole = known.get(tensor.op.name)
            if whole is None:
                return False
            alone = np.array(whole)
            if _SIZES.get(op.type) == at:
                alone[axis] //= paths
            value = _hashable(whole), _hashable(alone)
        inputs.append(_Given(tensor.dtype.name, tuple(shape), is_stacked, value))
    names = (attribute.name for attribute in op.op_def.attr if attribute.name in parameters_of(op.type))
    attributes = tuple((name, _hashable(op.get_attr(name))) for name in names)
    return _parts_alike(op.type, tuple(inputs), attributes, paths)


def _hashable(value: Any) -> Any:
    value = value.tolist() if isinstance(value, np.ndarray) else value
    return tuple(value) if isinstance(value, list) else value


@functools.cache
def _parts_alike(op_type: str, inputs: tuple[_Given, ...], attributes: tuple[tuple[str, Any], ...], paths: int) -> bool:
    axis = -1 if op_type in _ALONG_LAST else 0
    drawn = [one.numbers(seed) for seed, one in enumerate(inputs)]

    def compute(at: int | None) -> list[Array]:
        fed = []
        for one, numbers in zip(inputs, drawn, strict=True):
            if one.known:
                fed.append(np.asarray(one.known[at is not None], one.dtype))
            else:
                fed.append(numbers if at is None or not one.is_stacked else _part(numbers, at, paths, axis))
        names = input_names(op_type, len(fed))
        options = {names[0]: fed} if op_type in _OF_LISTS else dict(zip(names, fed, strict=True))
        results = raw(op_type)(**options, **dict(attributes))
        return [np.asarray(one) for one in (results if isinstance(results, (tuple, list)) else [results])]

    try:
        together = [whole for whole in compute(None) if whole.ndim]
        return all(
            same_bits(_part(whole, at, paths, axis), part)
            for at in tried_paths(paths)
            for whole, part in zip(together, compute(at), strict=False)
        )
    except (tf.errors.OpError, TypeError, ValueError):  # it does not take such numbers: nothing is known of it
        return False


def _part(numbers: Array, at: int, paths: int, axis: int) -> Array:
    part: Array = np.split(numbers, paths, axis)[at]
    return part
