"""The attributes of an op that tell how the axes of its inputs meet: what is transposed, where the channels are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

_NAMES = ("transpose_a", "transpose_b", "adj_x", "adj_y", "data_format")
"""Those of `MatMul`, of `BatchMatMulV2`, and of ops on images, such as `BiasAdd`."""


def axis_attributes(attrs: Sequence[Any]) -> tuple[tuple[str, bool | str], ...]:
    """Return these attributes, by name, from an op's attributes as TensorFlow has them: name, value, name, value ...

    One that is False is left out, as is all that cannot be read: the key of a `tf.custom_gradient` has none.
    """
    return tuple(_read(attrs))


def _read(attrs: Sequence[Any]) -> Iterator[tuple[str, bool | str]]:
    for name, value in zip(attrs[::2], attrs[1::2], strict=False):
        if name not in _NAMES or not value:
            continue
        if isinstance(value, (str, bytes)):
            yield name, value.decode() if isinstance(value, bytes) else value
        elif isinstance(value, bool):
            yield name, value
