"""The facts of SGD among the floats: single steps, and whole runs of them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

Number: TypeAlias = Any
"""A NumPy float of the run's dtype; where a Precision holds many steps, an array of them, of shape (steps,)."""

DType: TypeAlias = Literal["float32", "float64"]


@dataclass(frozen=True)
class Precision:
    """One step of SGD at one x; or many, where each field is an array of shape (steps,) and `at(index)` gives one.

    All numbers are of the run's dtype. A ULP (unit in the last place) is the distance to a neighboring float:
    https://en.wikipedia.org/wiki/Unit_in_the_last_place.

    Attributes:
        x: where the step starts.
        value: f(x).
        gradient: of f at x, as the tape gave it.
        learning_rate: as the optimizer uses it; Keras keeps it in float32.
        update: learning rate times gradient.
        next_x: where the optimizer put x.
        below: the float next to x on the left.
        above: the float next to x on the right.
        ulp: the distance from x to the neighbor that the update points to.
        half_ulp: half of that; 0 where `ulp` is the smallest number of the dtype.
        share: the update's length in halves of a ULP, exact or inf. Up to 1 it is rounded away.
        threshold: the learning rate at which the update would be half a ULP; inf where the gradient is 0.
        tie: whether the update is exactly half a ULP.
        flushed: whether TensorFlow took a subnormal number for 0, so that half a ULP is not what decides.
    """

    x: Number
    value: Number
    gradient: Number
    learning_rate: Number
    update: Number
    next_x: Number
    below: Number
    above: Number
    ulp: Number
    half_ulp: Number
    share: Number
    threshold: Number
    tie: Any
    flushed: Any

    @property
    def dtype(self) -> str:
        """The name of the run's dtype: "float32" or "float64"."""
        return str(self.x.dtype.name)

    @property
    def moves(self) -> Any:
        """Whether the step leads to another number than x: a bool, or an array of them. NaN to NaN is not a move."""
        return (self.next_x != self.x) & ~(np.isnan(self.next_x) & np.isnan(self.x))

    def at(self, index: int) -> Precision:
        """Return one step of many."""
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return Precision(**{name: column[index] if np.ndim(column) else column for name, column in fields.items()})


@dataclass(frozen=True)
class PrecisionRun:
    """One run of SGD, cut where x stops changing; of a long run, not every step is kept.

    Attributes:
        learning_rate: that of the run.
        steps: how many steps were taken at each row that is kept: integers of shape (kept,), rising from 0.
        facts: row i is the step that comes after `steps[i]` steps; arrays of shape (kept,).
        stalled_at: the first step that leaves x unchanged, as do all that follow, or None.
        other_rates: the step that each learning rate would take from where the run ends; arrays of shape (rates,).
    """

    learning_rate: float
    steps: npt.NDArray[np.int64]
    facts: Precision
    stalled_at: int | None
    other_rates: Precision

    def at(self, step: int) -> Precision:
        """Return the step that comes after `step` steps, or after the last number of steps kept before it."""
        return self.facts.at(self.row(step))

    def row(self, step: int) -> int:
        """Return the row of `steps` for any number of steps; after a stall it is the last one."""
        return int(np.searchsorted(self.steps, step, side="right")) - 1


@dataclass(frozen=True)
class PrecisionRuns:
    """Runs of SGD on one function from one start, for several learning rates, in both dtypes.

    Attributes:
        title: what the function is called.
        start: where every run starts.
        rates: the learning rates, rising.
        iterations: the number of steps of each run.
        runs: by dtype, the run with each of `rates`.
    """

    title: str
    start: float
    rates: tuple[float, ...]
    iterations: int
    runs: dict[str, tuple[PrecisionRun, ...]]

    def run(self, dtype: str, learning_rate: float) -> PrecisionRun:
        """Return one run."""
        return self.runs[dtype][self.rates.index(learning_rate)]
