"""Seeded questions: everyone gets the same ones, unless TAPEDECK_SEED says otherwise."""

import hashlib
import os

import numpy as np

PUBLIC_SEED = "tapedeck"


def generator(name):
    """Return a NumPy generator for one exercise, so that the order of checks does not matter. Any text is a seed."""
    return _generator(os.environ.get("TAPEDECK_SEED") or PUBLIC_SEED, name)


def _generator(seed, name):
    digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))


def shuffled(name, things):
    """Return things in an order that depends on a name alone, whatever the seed: they are known by their places."""
    return [things[place] for place in _generator(PUBLIC_SEED, name).permutation(len(things))]


def spread(rng, low, high, count=3):
    """Return `count` numbers with two decimals, one from each part of the range, so that they never coincide."""
    edges = np.linspace(low, high, count + 1)
    return [round(float(rng.uniform(a + 0.02, b - 0.02)), 2) for a, b in zip(edges[:-1], edges[1:], strict=True)]
