"""The facts of a curve: a function, its derivatives by nested tapes, and central differences beside them, frozen."""

from __future__ import annotations

import dataclasses
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from widgets.common.arrays import Array, Floats, frozen
from widgets.common.deprecation import RenamedAttribute

MAX_ORDER = 4
"""The highest order of derivative: f⁗."""

How: TypeAlias = Literal["at once", "one by one"]

AT_ONCE: How = "at once"
ONE_BY_ONE: How = "one by one"


def frozen_array(values: npt.ArrayLike, dtype: str | None = None) -> Array:
    """Return a read-only copy."""
    return frozen(np.array(values, dtype))


@dataclasses.dataclass(frozen=True, eq=False)
class Point:
    """A function and its derivatives at one x, as an eager tape gives them.

    Attributes:
        x: where, as asked for; the tape ran at x rounded to `dtype`.
        dtype: "float32" or "float64".
        values: f, f′, … of `dtype`, (order + 1,); nan for orders above `reach`.
        connected: for each order, whether the tape had a gradient; where it returned None, the value counts as 0.
        reach: the highest order that the tape could compute; -1 if f refuses this x.
        note: TensorFlow's words on why not more, or "".
    """

    x: float
    dtype: str
    values: Floats
    connected: tuple[bool, ...]
    reach: int
    note: str = ""

    why = RenamedAttribute("note")


@dataclasses.dataclass(frozen=True, eq=False)
class Curves:
    """A function and its derivatives on a grid.

    Attributes:
        title: what to call the function.
        dtype: "float32" or "float64".
        interval: the lowest and the highest x.
        x: float64, (points,), rising, as asked for; the tape ran at x rounded to `dtype`.
        values: of `dtype`, (order + 1, points): row k is the k-th derivative, nan where f is undefined and for orders
            above `reach`.
        connected: for each order, whether the tape had a gradient. Where it returned None, the row is 0 if the row
            before is constant or made of steps, else nan, as f left TensorFlow.
        reach: the highest order that the tape could compute.
        how: "at once" (one compiled call) or "one by one" (eagerly, where TensorFlow cannot compile f).
        note: TensorFlow's words on why it could not, or why some orders are missing, or "".
    """

    title: str
    dtype: str
    interval: tuple[float, float]
    x: npt.NDArray[np.float64]
    values: Floats
    connected: tuple[bool, ...]
    reach: int
    how: How
    note: str = ""


@dataclasses.dataclass(frozen=True, eq=False)
class Differences:
    """Central differences of f, in the arithmetic of `dtype`, and how far they are from the tape's derivatives.

    Attributes:
        dtype: "float32" or "float64".
        x: float64, (points,).
        h: float64, (steps,): powers of two, falling: x ± h is exact until h nears the ULP of x.
        estimates: of `dtype`, (4, points, steps): estimates[k - 1, i, j] is that of order k at x[i] with h[j].
        errors: float64, (4, points, steps): the distances from the tape's numbers; nan where either is not finite.
    """

    dtype: str
    x: npt.NDArray[np.float64]
    h: npt.NDArray[np.float64]
    estimates: Floats
    errors: npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True, eq=False)
class Spot:
    """All there is to say at one x.

    Attributes:
        point: f and its derivatives there.
        differences: the central differences there (one x), for each dtype that f takes.
    """

    point: Point
    differences: dict[str, Differences]
