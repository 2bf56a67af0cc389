"""The facts of a curve: a function, its derivatives by nested tapes, and central differences beside them, frozen."""

import dataclasses

import numpy as np

HIGHEST = 4
"""The highest order of derivative: f⁗."""

AT_ONCE = "at once"
ONE_BY_ONE = "one by one"

_fact = dataclasses.dataclass(frozen=True, eq=False)


def frozen_array(values, dtype=None):
    """Return a read-only array that shares its memory with nobody."""
    array = np.array(values, dtype)
    array.flags.writeable = False
    return array


@_fact
class Point:
    """A function and its derivatives at one x, as an eager tape gives them.

    `values` holds f, f′ … up to the order asked for: (order + 1,), of `dtype`; nan from the order `reach` + 1 on, which
    the tape could not compute (`why` quotes it). Where `connected` is False the tape handed back None, counted as 0.
    """

    x: float
    dtype: str
    values: np.ndarray
    connected: tuple[bool, ...]
    reach: int
    why: str = ""


@_fact
class Curves:
    """A function and its derivatives on a grid: row k of `values` is the k-th derivative at every x.

    `x` is float64, (points,), as asked for; the tape ran at x rounded to `dtype`. `values` is (order + 1, points), of
    `dtype`: nan where f is undefined. `connected` says of each order whether the tape had a gradient at all: where it
    handed back None, the row is 0 if the row before is made of steps, else nan, as the tape lost sight of x. Orders
    above `reach` are nan: the tape could not compute them.
    `how` is "at once" (one compiled call) or "one by one" (eagerly, where TensorFlow cannot compile f). `note` quotes
    what it said then, or why some orders are missing.
    """

    title: str
    dtype: str
    interval: tuple[float, float]
    x: np.ndarray
    values: np.ndarray
    connected: tuple[bool, ...]
    reach: int
    how: str
    note: str = ""


@_fact
class Differences:
    """Central differences of f: `estimates[k - 1, i, j]` is that of order k at x[i] with h[j]; (4, points, steps).

    All arithmetic is that of `dtype`. `errors`, of the same shape in float64, is how far each lies from the tape's
    number (nan where either is not finite). `h` are powers of two, falling: x ± h is exact until h nears the ULP of x.
    """

    dtype: str
    x: np.ndarray
    h: np.ndarray
    estimates: np.ndarray
    errors: np.ndarray


@_fact
class Spot:
    """All there is to say at one x: the Point, and its central differences (one x) in each dtype that f takes."""

    point: Point
    differences: dict[str, Differences]
