"""The floats of a number line as ticks: how far apart they stand, for scalars and arrays of float32 or float64.

The ticks are those of the number format (IEEE 754). TensorFlow's kernels use all of them but the ones closest to 0:
a denormal, a number closer to 0 than `smallest_normal`, they take for 0.
"""

import numpy as np


def neighbours(x):
    """Return the floats next to x: the one below and the one above. Beyond the largest stands inf; nan has only nan."""
    infinity = x.dtype.type(np.inf)
    with np.errstate(over="ignore", under="ignore"):  # inf and denormals are what is asked for there
        return np.nextafter(x, -infinity), np.nextafter(x, infinity)


def tick(x, towards):
    """Return one ULP: the distance from x to its neighbour below where `towards` is below 0, else to the one above.

    Below a power of two ticks are half as far apart as above it. Beyond the largest float they would go on as before
    it, which is what decides whether a sum rounds to inf. For inf and nan there are no ticks: nan.
    """
    below, above = neighbours(x)
    with np.errstate(invalid="ignore", over="ignore", under="ignore"):
        down, up = x - below, above - x
        up, down = np.where(np.isinf(up), down, up), np.where(np.isinf(down), up, down)
    distance = np.where(np.signbit(towards) & (towards != 0), down, up).astype(x.dtype)
    return np.where(np.isfinite(x), distance, x.dtype.type(np.nan))[()]


def in_half_ticks(length, distance):
    """Return |length| in halves of a tick of `distance`: exact, as ticks are powers of two; inf if that is too many."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore"):
        return distance.dtype.type(2) * (np.abs(length) / distance)


def is_denormal(x):
    """Say whether x is a number that TensorFlow's kernels take for 0, although it is not."""
    return (x != 0) & (np.abs(x) < np.finfo(x.dtype).smallest_normal)


def around(x, count):
    """Return the floats from `count` below x to `count` above it, rising: shape (2 * count + 1,)."""
    below, above = [x], [x]
    for _ in range(count):
        below.append(neighbours(below[-1])[0])
        above.append(neighbours(above[-1])[1])
    return np.array(below[:0:-1] + above)
