"""Names for the arrays and tensors that pass through Tapedeck, and arrays that nobody can change.

TensorFlow publishes no types, so its own objects are `Any` to a type checker: the names here tell the reader which.
"""

from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

Tensor: TypeAlias = Any
"""A `tf.Tensor`."""

Variable: TypeAlias = Any
"""A `tf.Variable`, or a Keras variable."""

DType: TypeAlias = Any
"""A `tf.DType`."""

Array: TypeAlias = npt.NDArray[Any]
"""A NumPy array of any dtype."""

Floats: TypeAlias = npt.NDArray[np.floating[Any]]
"""A NumPy array of float32 or float64."""

_AnyArray = TypeVar("_AnyArray", bound=npt.NDArray[Any])


def frozen(array: _AnyArray) -> _AnyArray:
    """Make an array read-only, in place, and return it: facts are shared, so nobody may change them."""
    array.flags.writeable = False
    return array
