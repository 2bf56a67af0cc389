"""The facts of a descent: every step of every path, frozen."""

from __future__ import annotations

import dataclasses
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from widgets.common.arrays import Floats
from widgets.descent.verdicts import Verdict, judge

How: TypeAlias = Literal["all rates at once", "a few rates at a time", "rate by rate", "step by step"]

BATCHED: How = "all rates at once"
CHUNKED: How = "a few rates at a time"
PER_RATE: How = "rate by rate"
EAGER: How = "step by step"
"""How paths were computed. The numbers are the same, bit for bit; only the time differs."""


@dataclasses.dataclass(frozen=True)
class Paths:
    """Paths of gradient descent on one function from one start, a path for each learning rate.

    Attributes:
        title: what to call the function.
        start: where every path begins, in the run's dtype, of shape (*dims): () for a number, (n,) for a list of n.
        learning_rates: float64, of shape (rates,), in the order in which they were given.
        iterations: steps of each path.
        optimizer: the optimizer's name, such as "sgd".
        dtype: "float32" or "float64", the dtype of all that follows.
        x: of shape (iterations + 1, rates, *dims). x[0] is the start; x[k] is x after k steps.
        y: of shape (iterations + 1, rates). y[k] is f(x[k]).
        gradient: shaped like x. gradient[k] is what the tape returned at x[k].
        how: "all rates at once", "a few rates at a time", "rate by rate", or "step by step": how they were computed.
        note: why not all rates at once, in the learner's language, or "".
    """

    title: str
    start: Floats
    learning_rates: npt.NDArray[np.float64]
    iterations: int
    optimizer: str
    dtype: str
    x: Floats
    y: Floats
    gradient: Floats
    how: How = BATCHED
    note: str = ""

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """How each path ends, one Verdict for each learning rate, computed when first read."""
        paths = (np.moveaxis(array, 1, 0) for array in (self.x, self.y, self.gradient))
        return tuple(judge(*path) for path in zip(*paths, strict=True))

    @cached_property
    def stalled_at(self) -> tuple[int | None, ...]:
        """For each learning rate the first step that leaves x unchanged, as do all that follow it, or None."""
        return tuple(verdict.stalled_at for verdict in self.verdicts)

    @cached_property
    def lowest(self) -> float:
        """The lowest finite y of all paths."""
        return float(np.min(self.y, initial=np.inf, where=np.isfinite(self.y)))
