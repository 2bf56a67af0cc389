"""Handles of iterators over data, which a log must not hold: an iterator ends when the learner's code drops it.

What it reads is closed then, in a generator too. And TensorFlow may take as long to end an iterator as that has lived,
up to a minute, in which everything stands still: its tuning thread looks up the less often the older it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import tensorflow as tf

from widgets.common.arrays import Tensor

MAKING = frozenset(
    {"AnonymousIterator", "AnonymousIteratorV2", "AnonymousIteratorV3", "AnonymousMultiDeviceIteratorV3"}
)
"""The ops that make an iterator."""

_TAKING = {"MakeIterator", "IteratorGetNext", "IteratorGetNextSync", "IteratorGetNextAsOptional"}
_ON_DEVICES = {"MultiDeviceIteratorInit", "MultiDeviceIteratorGetNextFromShard"}

ITERATING = frozenset({*MAKING, *_TAKING, *_ON_DEVICES})
"""The ops that have to do with one, when they run eagerly."""


class IteratorHandle:
    """Stands in a log for the handle of an iterator, and is known by the same number."""

    dtype = tf.resource
    shape = tf.TensorShape(())

    def __init__(self, number: int) -> None:
        self._id = number


class IteratorHandles:
    """The handles of iterators that a run has met."""

    def __init__(self) -> None:
        self._numbers: set[int] = set()

    def add(self, tensors: Iterable[Any]) -> None:
        """These are handles of iterators, those that are handles at all: one may come with what will delete it."""
        self._numbers.update(tensor._id for tensor in tensors if tensor.dtype is tf.resource)

    def left_out(self, tensors: Iterable[Any]) -> tuple[Tensor, ...]:
        """Return tensors with what stands in a log for the handles among them."""
        numbers = self._numbers
        if not numbers:
            return tuple(tensors)
        return tuple(IteratorHandle(one._id) if getattr(one, "_id", None) in numbers else one for one in tensors)
