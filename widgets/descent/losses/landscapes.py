"""Functions to descend on besides one's own: each is hard in its own way, written as a learner would write it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType

import numpy.typing as npt

from widgets.common.arrays import Tensor
from widgets.common.catalogue import _
from widgets.common.functions import Function


@dataclasses.dataclass(frozen=True)
class Landscape:
    """A function with a start.

    Attributes:
        f: takes x, returns one number.
        start: a number, or a list of two for a function of two parameters.
        label: what a learner reads in the menu.
    """

    f: Function
    start: npt.ArrayLike
    label: str = ""


def two_minima(x: Tensor) -> Tensor:
    """Two minima: the one that the path starts near is not the lower one."""
    return 0.25 * x * x * x * x - 0.5 * x * x - 0.1 * x


def plateau(x: Tensor) -> Tensor:
    """A minimum in a wide plain, where the gradient is nearly 0."""
    return x * x / (1 + x * x)


def narrow_valley(x: Tensor) -> Tensor:
    """An ill-conditioned bowl: the curvature across the valley is 20 times the curvature along it."""
    return 0.05 * x[0] * x[0] + x[1] * x[1]


def saddle(x: Tensor) -> Tensor:
    """A saddle point between two minima: the gradient is 0 there, but it is not a minimum."""
    pit = x[1] * x[1] - 1
    return x[0] * x[0] + 0.25 * pit * pit


LANDSCAPES: Mapping[str, Landscape] = MappingProxyType(
    {
        "two minima": Landscape(two_minima, -1.8, _("two minima")),
        "plateau": Landscape(plateau, 3.0, _("a plateau")),
        "narrow valley": Landscape(narrow_valley, [-4.0, 1.0], _("a narrow valley")),
        "saddle": Landscape(saddle, [1.0, 0.001], _("a saddle")),
    }
)
"""By name, in the order of the menu."""
