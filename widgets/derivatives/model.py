"""The facts of a curve: a function, its derivatives by nested tapes, and central differences beside them, frozen."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
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

_MARGIN = 0.06
_TALLEST = 5  # times as high as f itself the picture may become: what f″ has beyond that is cut off
_CORE = (10, 90)
_WILD = 3
_LEAP = 0.2  # of the curve's height, from one position to the next: a pole. A peak has positions on its slopes


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

    def drawn(self) -> Floats:
        """Return the values as they are drawn: where f itself is nan, its derivatives are not drawn either.

        The tape does have numbers there: that of tf.math.log at -1 is 1/x = -1.
        """
        values: Floats = np.where(np.isnan(self.values[0]), np.nan, self.values).astype(self.dtype)
        return values

    def window(self, orders: Iterable[int]) -> tuple[float, float]:
        """Return (low, high) of the vertical axis for some orders, or (-1, 1) if none has a finite value.

        A pole does not flatten everything else.
        """
        values = self.drawn()
        spans = [span for span in (_span(values[order]) for order in orders) if span]
        if not spans:
            return -1.0, 1.0
        low, high = min(span[0] for span in spans), max(span[1] for span in spans)
        first_low, first_high = spans[0]
        room = (_TALLEST - 1) / 2 * (first_high - first_low)
        if room > 0:
            low, high = max(low, first_low - room), min(high, first_high + room)
        margin = _MARGIN * (high - low) or max(1.0, abs(high) / 2)
        return float(low - margin), float(high + margin)


def _span(values: Floats) -> tuple[float, float] | None:
    """Return the range of a curve: all of it, but near a pole only where most of it is."""
    finite = values[np.isfinite(values)].astype(np.float64)
    if not finite.size:
        return None
    finite = np.clip(finite, -1e300, 1e300)
    low, high = finite.min(), finite.max()
    inner_low, inner_high = np.percentile(finite, _CORE)
    inner = inner_high - inner_low
    leaps = np.isinf(values).any() or np.abs(np.diff(finite)).max(initial=0) > _LEAP * (high - low)
    if leaps and 0 < _WILD * inner < high - low:
        low, high = max(low, inner_low - inner / 2), min(high, inner_high + inner / 2)
    return low, high


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
