"""The data of a loss, and which of its rows each step sees: what tf.data gives, the same for every learning rate."""

from __future__ import annotations

import reprlib
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from widgets.common.arrays import Array, Tensor
from widgets.common.catalogue import _
from widgets.common.errors import FunctionError

Data: TypeAlias = tuple[Tensor, ...]
"""Tensors with an example in each row."""

_UNSET = 87_654_321  # what stands in for TensorFlow's global seed where no program has set it


def arrays_of(data: Any, dtype: str) -> Data:
    """Return data as tensors, floating-point numbers in the dtype of the descent, as Keras does.

    Args:
        data: None, an array, or a tuple or list of arrays that have the same number of rows.
        dtype: of the descent.

    Returns:
        A tensor for each array.

    Raises:
        FunctionError: it is something else.
    """
    if data is None:
        return ()
    if isinstance(data, tf.data.Dataset):
        raise FunctionError(
            _(
                "data must be arrays, of which descend makes the batches of tf.data itself; got a tf.data.Dataset. "
                "Pass what it was made of, for example data=(x, y), batch_size=32, seed=0."
            )
        )
    several = isinstance(data, tuple) or (isinstance(data, list) and any(np.ndim(one) for one in data))
    tensors = tuple(_tensor(one, dtype) for one in (data if several else (data,)))
    rows = [int(tensor.shape[0]) if tensor.shape.rank else 0 for tensor in tensors]
    if not rows or len(set(rows)) > 1 or not rows[0]:
        raise FunctionError(_accepted(_("arrays with {rows} rows").format(rows=rows)))
    return tensors


def _tensor(array: Any, dtype: str) -> Tensor:
    try:
        tensor = tf.convert_to_tensor(array)
    except Exception as error:  # TensorFlow's own, and whatever an object raises when it is read as an array
        raise FunctionError(_accepted(type(array).__name__)) from error
    if not (tensor.dtype.is_floating or tensor.dtype.is_integer or tensor.dtype.is_bool):
        raise FunctionError(_accepted(_("an array of {dtype}").format(dtype=tensor.dtype.name)))
    return tf.cast(tensor, dtype) if tensor.dtype.is_floating else tensor


def _accepted(found: str) -> str:
    return _(
        "data must be an array, or a tuple of arrays with a row for each example, for example data=(x, y); got {found}."
    ).format(found=found)


class Batches:
    """Mini-batches: step after step, epoch after epoch.

    They are those of `tf.data.Dataset.from_tensor_slices(data).batch(size)`, with `.shuffle(count, seed=seed)` before
    it where there is a seed, gone through again and again. The last batch of an epoch may be smaller.

    Args:
        count: examples in all.
        size: of a batch.
        seed: of the shuffling, anew in each epoch; None: the order of the data.

    Attributes:
        global_seed: TensorFlow's own, on which the order depends, too; None if it is that of a new program.
    """

    def __init__(self, count: int, size: int, seed: int | None = None) -> None:
        self.count, self.size, self.seed = count, min(size, count), seed
        known = _UNSET if seed is None else tf.compat.v1.get_seed(seed)[0]
        self.global_seed: int | None = None if known == _UNSET else known
        rows = tf.data.Dataset.range(count)
        epoch = (rows if seed is None else rows.shuffle(count, seed=seed)).batch(self.size)
        self._later = epoch.repeat().as_numpy_iterator()  # to begin an epoch anew would take 50 times as long
        self._rows: list[Array] = []

    @classmethod
    def of(cls, data: Data, size: Any, seed: Any) -> Batches | None:
        """Return the batches that a learner asked for; a FunctionError says what is wrong."""
        if size is None:
            if seed is not None:
                raise FunctionError(_("seed= shuffles mini-batches: give batch_size= too, for example batch_size=32."))
            return None
        if not data:
            raise FunctionError(_("batch_size= needs data, for example data=(x, y)."))
        if not _is_whole(size) or int(size) < 1:
            said = _("batch_size must be an integer from 1, for example batch_size=32; got {shown}.")
            raise FunctionError(said.format(shown=reprlib.repr(size)))
        if seed is not None and not _is_whole(seed):
            said = _("seed must be an integer, for example seed=0; got {shown}.")
            raise FunctionError(said.format(shown=reprlib.repr(seed)))
        return cls(int(data[0].shape[0]), int(size), None if seed is None else int(seed))

    @property
    def left(self) -> int:
        """Examples in the last batch of an epoch, where these are fewer; else 0."""
        return self.count % self.size

    def rows(self, step: int) -> Array:
        """Return the positions of the examples that a step sees."""
        while len(self._rows) <= step:
            self._rows.append(next(self._later))
        return self._rows[step]

    def table(self, steps: int) -> npt.NDArray[np.int32]:
        """Return the positions for many steps, a row each; behind those of a smaller batch is -1."""
        rows = np.full((steps, self.size), -1, np.int32)
        for step in range(steps):
            some = self.rows(step)
            rows[step, : some.size] = some
        return rows


def _is_whole(value: Any) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)
