"""From TensorFlow's tensors to `Value`s, and the comparison to the last bit."""

import numpy as np
import tensorflow as tf

from widgets.tape.forward_model import Value

HEAD = 6
"""How many numbers of a large array a summary keeps."""


def summarise(tensor):
    """Return the Value of an eager or symbolic tensor (or IndexedSlices, made dense); None for None."""
    if tensor is None:
        return None
    if isinstance(tensor, tf.IndexedSlices):
        return _sparse(tensor)
    dtype = tensor.dtype
    if not _is_eager(tensor) or dtype is tf.resource or dtype is tf.variant:
        return Value(dtype.name, tuple(tensor.shape) if tensor.shape.rank is not None else ())
    array = tensor.numpy()
    if isinstance(array, bytes):
        return Value(dtype.name, (), 1, (array.decode(errors="replace"),))
    head = tuple(array.flat[:HEAD]) if array.shape else (array,)
    return Value(dtype.name, array.shape, array.size, head, array.dtype.kind in "fc" and bool(np.isnan(array).any()))


def _is_eager(tensor):
    return isinstance(tensor, tf.Tensor) and not tf.is_symbolic_tensor(tensor)


def _sparse(slices):
    if slices.dense_shape is None or not hasattr(slices.values, "numpy"):
        return Value(slices.dtype.name, tuple(slices.values.shape))
    return summarise(tf.convert_to_tensor(slices))


def same_bits(a, b):
    """Say whether two gradients are the same to the bit (None equals None; NaNs compare by their bits)."""
    if a is b:
        return True
    if a is None or b is None:
        return False
    if isinstance(a, tf.IndexedSlices) or isinstance(b, tf.IndexedSlices):
        both = isinstance(a, tf.IndexedSlices) and isinstance(b, tf.IndexedSlices)
        return both and same_bits(a.values, b.values) and same_bits(a.indices, b.indices)
    if not (hasattr(a, "numpy") and hasattr(b, "numpy")) or a.dtype != b.dtype or a.shape != b.shape:
        return False
    return a.numpy().tobytes() == b.numpy().tobytes()
