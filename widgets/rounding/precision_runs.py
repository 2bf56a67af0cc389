"""Whole runs of SGD among the floats: what each step does, for several learning rates and both dtypes.

A run is cut where it stalls, since every later step is the same; and of a long run, not every step is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from widgets.common.arrays import Floats, Tensor, Variable
from widgets.common.catalogue import _
from widgets.common.errors import FunctionError
from widgets.common.functions import FLOATS, floating
from widgets.descent import Paths, descend
from widgets.rounding.float_steps import checked_rate, precision_of
from widgets.rounding.model import Precision, PrecisionRun, PrecisionRuns

RATES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
MAX_RATES = 25

DENSE, STRIDE, AROUND = 1_000, 10, 3
"""All of the first 1,000 steps are kept, then every tenth, and three on each side of where a run is cut."""


def compute_runs(
    f: Callable[[Variable], Tensor], start: float = 0.0, rates: Iterable[float] = RATES, iterations: int = 10_000
) -> PrecisionRuns:
    """Run plain SGD on `f`, in float32 and in float64, as `widgets.descend` does.

    Args:
        f: a function of one number that returns one number.
        start: where every run starts.
        rates: one or more learning rates.
        iterations: the number of steps of each run.

    Returns:
        A run for each learning rate and dtype.

    Raises:
        FunctionError: f, the start, a learning rate or the number of iterations cannot be used.
    """
    rates = _checked_rates(rates)
    starts = {dtype: floating(start, dtype, ranks=(0,)) for dtype in FLOATS}
    paths = {dtype: descend(f, starts[dtype], rates, iterations, dtype=dtype) for dtype in FLOATS}
    kept = _steps_to_keep(paths.values())
    runs = {dtype: tuple(_run(paths[dtype], i, kept) for i in range(len(rates))) for dtype in FLOATS}
    return PrecisionRuns(paths["float32"].title, float(start), rates, paths["float32"].iterations, runs)


def _checked_rates(rates: Iterable[Any]) -> tuple[float, ...]:
    # Keras keeps a learning rate in float32: two that are the same there are one.
    unique = tuple(sorted({np.float32(rate): rate for rate in map(checked_rate, rates)}.values()))
    if not 0 < len(unique) <= MAX_RATES:
        raise FunctionError(
            _("learning_rates must be 1 to {most} numbers, for example [0.001, 0.01, 0.1]; got {count}.").format(
                most=MAX_RATES, count=len(unique)
            )
        )
    return unique


def _steps_to_keep(paths: Iterable[Paths]) -> npt.NDArray[np.int64]:
    """Return the steps that are kept of every run, rising: also those around each end, in either dtype."""
    paths = list(paths)
    last = paths[0].iterations
    kept = {*range(min(DENSE, last) + 1), *range(0, last + 1, STRIDE)}
    for end in (_end(path, index) for path in paths for index in range(len(path.learning_rates))):
        kept.update(range(max(0, end - AROUND), min(last, end + AROUND) + 1))
    return np.array(sorted(kept))


def _run(paths: Paths, index: int, kept: npt.NDArray[np.int64]) -> PrecisionRun:
    """Return one run, cut where x stops changing."""
    steps, rates = kept[kept <= _end(paths, index)], paths.learning_rates
    facts = _steps(paths.x[steps, index], paths.y[steps, index], paths.gradient[steps, index], rates[[index]])
    x, value, gradient = (np.repeat(column[-1:], len(rates)) for column in (facts.x, facts.value, facts.gradient))
    return PrecisionRun(float(rates[index]), steps, facts, paths.stalled_at[index], _steps(x, value, gradient, rates))


def _end(paths: Paths, index: int) -> int:
    """Return after how many steps x stops changing: where it stalls, or is nan, or else after the last."""
    stalled_at = paths.stalled_at[index]
    if stalled_at is not None:
        return int(stalled_at) - 1
    lost = np.flatnonzero(np.isnan(paths.x[:, index]))
    return int(lost[0]) if lost.size else int(paths.iterations)


def _steps(x: Floats, value: Floats, gradient: Floats, rates: Floats) -> Precision:
    """Return the Precision of one SGD step from each x. TensorFlow multiplies and subtracts, as its optimizer does."""
    rate = tf.cast(tf.broadcast_to(tf.cast(rates, tf.float32), x.shape), x.dtype)
    update = tf.multiply(gradient, rate)
    return precision_of(x, value, gradient, rate.numpy(), update.numpy(), tf.subtract(x, update).numpy())
