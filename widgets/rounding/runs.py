"""Whole runs under the microscope: what each step does among the floats, for several learning rates and both dtypes.

A run is cut where it stalls, for after that every step is the same; and of a long one, not every step is kept.
"""

import dataclasses

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.common.errors import FunctionError
from widgets.common.function_checks import FLOATS, floating
from widgets.descent.engine import descend
from widgets.rounding.compute import Precision, looked_at, usable_rate

RATES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
MOST_RATES = 25

DENSE, STRIDE, AROUND = 1_000, 10, 3
"""All of the first 1,000 steps are kept, then every tenth, and three on each side of where a run is cut."""


@dataclasses.dataclass(frozen=True)
class Run:
    """One run. `steps` are the counts of steps taken that are kept, (kept,) rising from 0 to the stall or the end.

    `facts` has arrays of shape (kept,): row i tells of the step that comes after `steps[i]` steps. `stalled_at` is the
    first step that leaves x unchanged, as do all that follow, or None. `others`, arrays of shape (rates,), is the step
    that each of the other learning rates would take from where the run ends.
    """

    learning_rate: float
    steps: np.ndarray
    facts: Precision
    stalled_at: int | None
    others: Precision

    def at(self, step):
        """Return the Precision of the step that comes after `step` steps (of the last one kept before it)."""
        return self.facts.at(self.row(step))

    def row(self, step):
        """Return the row of `steps` for any number of steps; after a stall it is the last one."""
        return int(np.searchsorted(self.steps, step, side="right")) - 1


@dataclasses.dataclass(frozen=True)
class Magnified:
    """Runs of one function from one start: `runs[dtype][i]` is the run with `rates[i]`, each of `iterations` steps."""

    title: str
    start: float
    rates: tuple[float, ...]
    iterations: int
    runs: dict[str, tuple[Run, ...]]

    def run(self, dtype, learning_rate):
        """Return one run."""
        return self.runs[dtype][self.rates.index(learning_rate)]


def magnify(f, start=0.0, rates=RATES, iterations=10_000):
    """Return the Magnified of `f`, run by `descend` with plain SGD, in float32 and in float64.

    `f` and `start` are what `checked` takes, but x is one number; `rates` are one or more learning rates.
    Raises FunctionError for what cannot be used.
    """
    rates = _usable(rates)
    starts = {dtype: floating(start, dtype, ranks=(0,)) for dtype in FLOATS}
    paths = {dtype: descend(f, starts[dtype], rates, iterations, dtype=dtype) for dtype in FLOATS}
    kept = _kept(paths.values())
    runs = {dtype: tuple(_run(paths[dtype], i, kept) for i in range(len(rates))) for dtype in FLOATS}
    return Magnified(paths["float32"].title, float(start), rates, paths["float32"].iterations, runs)


def _usable(rates):
    # Keras keeps a rate in float32: what is the same there is one rate.
    rates = tuple(sorted({np.float32(rate): rate for rate in map(usable_rate, rates)}.values()))
    if not 0 < len(rates) <= MOST_RATES:
        raise FunctionError(
            _("learning_rates must be 1 to {most} numbers, for example [0.001, 0.01, 0.1]; got {count}.").format(
                most=MOST_RATES, count=len(rates)
            )
        )
    return rates


def _kept(paths):
    """Return the steps that are kept of every run, rising: also those around each end, in either dtype."""
    paths = list(paths)
    last = paths[0].iterations
    kept = {*range(min(DENSE, last) + 1), *range(0, last + 1, STRIDE)}
    for end in (_end(path, index) for path in paths for index in range(len(path.learning_rates))):
        kept.update(range(max(0, end - AROUND), min(last, end + AROUND) + 1))
    return np.array(sorted(kept))


def _run(paths, index, kept):
    """Return one run, cut where x stays for good."""
    steps = kept[kept <= _end(paths, index)]
    facts = _stepped(
        paths.x[steps, index], paths.y[steps, index], paths.gradient[steps, index], paths.learning_rates[[index]]
    )
    last = [np.repeat(column[-1:], len(paths.learning_rates)) for column in (facts.x, facts.value, facts.gradient)]
    return Run(
        float(paths.learning_rates[index]), steps, facts, paths.stalled_at[index], _stepped(*last, paths.learning_rates)
    )


def _end(paths, index):
    """Return after how many steps x stays for good: where it stalls, or is nan, or else after the last."""
    if paths.stalled_at[index] is not None:
        return paths.stalled_at[index] - 1
    lost = np.flatnonzero(np.isnan(paths.x[:, index]))
    return int(lost[0]) if lost.size else paths.iterations


def _stepped(x, value, gradient, rates):
    """Return the Precision of one SGD step from each x. TensorFlow multiplies and subtracts, as its optimizer does."""
    rate = tf.cast(tf.broadcast_to(tf.cast(rates, tf.float32), x.shape), x.dtype)
    update = tf.multiply(gradient, rate)
    return looked_at(x, value, gradient, rate.numpy(), update.numpy(), tf.subtract(x, update).numpy())
