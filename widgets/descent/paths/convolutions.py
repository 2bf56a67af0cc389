"""Convolutions of the same images by the filters of many paths: all filters side by side, as channels of one."""

from __future__ import annotations

import dataclasses
import functools
from typing import Any

import numpy as np
import tensorflow as tf

from widgets.common.arrays import Tensor
from widgets.descent.paths.kernel_trials import drawn, same_bits, tried_paths

_DRAWS = 2  # times that it is tried


@dataclasses.dataclass(frozen=True)
class Convolution:
    """A Conv2D of images of shape (examples, height, width, channels).

    Attributes:
        strides: along the four axes, and so are `dilations`.
        padding: "SAME" or "VALID".
        dilations: of the filters.
    """

    strides: tuple[int, ...]
    padding: str
    dilations: tuple[int, ...]

    @classmethod
    def of(cls, node: Any) -> Convolution | None:
        """Return that of a node; None if its padding is another, or its channels come before height and width."""
        padding = node.attr["padding"].s.decode()
        if padding not in ("SAME", "VALID") or node.attr["data_format"].s != b"NHWC":
            return None
        return cls(tuple(node.attr["strides"].list.i), padding, tuple(node.attr["dilations"].list.i))

    def of_one(self, images: Tensor, filters: Tensor) -> Tensor:
        """Convolve by the filters of one path."""
        return tf.raw_ops.Conv2D(
            input=images, filter=filters, strides=self.strides, padding=self.padding, dilations=self.dilations
        )

    def of_all(self, images: Tensor, filters: Tensor) -> Tensor:
        """Convolve by the filters of all paths, which are the first axis of filters and of what is returned."""
        paths, *size, channels = filters.shape
        side_by_side = tf.reshape(tf.transpose(filters, (1, 2, 3, 0, 4)), (*size, paths * channels))
        together = self.of_one(images, side_by_side)
        return tf.transpose(tf.reshape(together, (*together.shape[:3], paths, channels)), (3, 0, 1, 2, 4))

    @functools.cache  # noqa: B019 - a convolution is a few numbers
    def is_alike(self, dtype: str, images: tuple[int, ...], filters: tuple[int, ...]) -> bool:
        """Return whether `of_all`, of these shapes, gives the bits of each path by itself: it is tried."""
        for seed in range(_DRAWS):
            data, weights = drawn(images, dtype, seed), drawn(filters, dtype, seed)
            together = self.of_all(data, weights).numpy()
            for path in tried_paths(filters[0]):
                if not same_bits(together[path], np.asarray(self.of_one(data, weights[path]))):
                    return False
        return True
