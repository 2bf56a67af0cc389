"""Arrays among a deck's arguments: what a field says of one, and other numbers for it from a seed."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import tensorflow as tf

from widgets.common.arrays import Array
from widgets.common.fields import text_of_argument

GRID = 6
"""Rows and columns of a grid of fields, at most. A larger array is not typed in."""

_RANDOM = re.compile(r"\s*random\s+(\d{1,9})\s*")


def is_array(value: Any) -> bool:
    """Say whether a value is a tensor or Variable of floating-point numbers with at least one axis."""
    return isinstance(value, (tf.Tensor, tf.Variable)) and bool(value.shape.rank) and value.dtype.is_floating


def argument_text(value: Any) -> str:
    """Return a value's text: of an array that is too large to be typed in, its shape."""
    if is_array(value) and not _is_grid(value.shape):
        return f"array {tuple(value.shape)}"
    return text_of_argument(value)


def array_facts(value: Any, seed: int | None) -> dict[str, Any]:
    """Return what the view shows of an array: shape, dtype, its least and greatest number, and the seed it is from."""
    numbers = value.numpy().astype(np.float64)
    finite = numbers[np.isfinite(numbers)]
    ends = [finite.min(), finite.max()] if finite.size else []
    return {
        "shape": [*value.shape],
        "dtype": value.dtype.name,
        "range": [f"{end:.4g}" for end in ends],
        "is_grid": _is_grid(value.shape),
        "seed": seed,
    }


def seed_in(text: str) -> int | None:
    """Return the number in "random 3", None in any other text."""
    found = _RANDOM.fullmatch(text)
    return int(found[1]) if found else None


def random_like(value: Any, seed: int) -> Any:
    """Return an array of the same kind, with numbers from the standard normal distribution."""
    numbers: Array = np.random.default_rng(seed).normal(size=tuple(value.shape))
    tensor = tf.cast(numbers, value.dtype)
    return tf.Variable(tensor, trainable=value.trainable) if isinstance(value, tf.Variable) else tensor


def _is_grid(shape: Any) -> bool:
    return len(shape) in (1, 2) and all(1 <= length <= GRID for length in shape)
