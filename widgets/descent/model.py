"""The facts of a descent: every step of every path, frozen."""

import dataclasses
from functools import cached_property

import numpy as np

from widgets.descent.verdicts import Verdict, verdict

TOGETHER = "all rates at once"
FEW = "a few rates at a time"
BY_RATE = "rate by rate"
EAGERLY = "step by step"
"""How paths were computed. The numbers are the same, bit for bit; only the time differs."""


@dataclasses.dataclass(frozen=True)
class Paths:
    """Paths of one function from one start, a path for each learning rate.

    Attributes:
        title: what to call the function.
        start: where every path begins, of shape (*dims): () for a number, (n,) for a list of n.
        learning_rates: float64, (rates,), as they were asked for.
        iterations: steps of each path.
        optimizer: the name of the rule that turned gradients into steps.
        dtype: "float32" or "float64", of all that follows.
        x: (iterations + 1, rates, *dims). x[0] is the start, x[k] where k steps led.
        y: (iterations + 1, rates). y[k] is f(x[k]).
        gradient: like x. gradient[k] is what the tape gave at x[k].
        how: TOGETHER, FEW, BY_RATE or EAGERLY.
        note: why it was not TOGETHER, for the learner, or "".
    """

    title: str
    start: np.ndarray
    learning_rates: np.ndarray
    iterations: int
    optimizer: str
    dtype: str
    x: np.ndarray
    y: np.ndarray
    gradient: np.ndarray
    how: str = TOGETHER
    note: str = ""

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """How each path ends, judged when first asked for."""
        paths = (np.moveaxis(array, 1, 0) for array in (self.x, self.y, self.gradient))
        return tuple(verdict(*path) for path in zip(*paths, strict=True))

    @cached_property
    def stalled_at(self) -> tuple[int | None, ...]:
        """The first step of each path that leaves x unchanged, as do all that follow it, or None."""
        return tuple(found.stalled_at for found in self.verdicts)

    @cached_property
    def lowest(self) -> float:
        """The lowest finite y of all paths, as a Python float."""
        return float(np.min(self.y, initial=np.inf, where=np.isfinite(self.y)))
