"""Functions to descend on besides one's own: each is hard in its own way. Written as a learner would write them."""

import dataclasses
from collections.abc import Callable


@dataclasses.dataclass(frozen=True)
class Landscape:
    """A function with a place to start from: a number, or a list of two for a function of two parameters."""

    f: Callable
    start: float | list[float]


def two_minima(x):
    """Two bowls: the one that the path starts in is not the deeper one."""
    return 0.25 * x * x * x * x - 0.5 * x * x - 0.1 * x


def plateau(x):
    """A bowl in a wide plain, where the gradient is nearly 0."""
    return x * x / (1 + x * x)


def narrow_valley(x):
    """A bowl 20 times as steep across as along."""
    return 0.05 * x[0] * x[0] + x[1] * x[1]


def saddle(x):
    """A pass between two bowls: there the gradient is 0, and no minimum."""
    pit = x[1] * x[1] - 1
    return x[0] * x[0] + 0.25 * pit * pit


LANDSCAPES = {
    "two minima": Landscape(two_minima, -1.8),
    "plateau": Landscape(plateau, 3.0),
    "narrow valley": Landscape(narrow_valley, [-4.0, 1.0]),
    "saddle": Landscape(saddle, [1.0, 0.001]),
}
"""By name, which is also how the learner calls them."""
