"""Seeded questions: everyone gets the same ones, unless TAPEDECK_SEED says otherwise."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

PUBLIC_SEED = "tapedeck"

_Thing = TypeVar("_Thing")


def generator(name: str) -> np.random.Generator:
    """Return a NumPy generator for one exercise, so that the order of checks does not matter. Any text is a seed."""
    return _generator(os.environ.get("TAPEDECK_SEED") or PUBLIC_SEED, name)


def _generator(seed: str, name: str) -> np.random.Generator:
    digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))


def shuffled(name: str, things: Sequence[_Thing]) -> list[_Thing]:
    """Return things in an order that depends on a name alone, whatever the seed: learners know them by their numbers."""
    return [things[place] for place in _generator(PUBLIC_SEED, name).permutation(len(things))]


def spread(rng: np.random.Generator, low: float, high: float, count: int = 3) -> list[float]:
    """Return random numbers that never coincide: one from each of `count` equal parts of the range.

    Args:
        rng: the exercise's generator.
        low: the start of the range.
        high: its end.
        count: how many numbers.

    Returns:
        The numbers in ascending order, each with two decimals.
    """
    edges = np.linspace(low, high, count + 1)
    return [round(float(rng.uniform(a + 0.02, b - 0.02)), 2) for a, b in zip(edges[:-1], edges[1:], strict=True)]
