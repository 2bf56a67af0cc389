"""The facts of a descent: every step of every path, frozen, and where two paths differ."""

from __future__ import annotations

import dataclasses
from functools import cached_property
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from widgets.common.arrays import Floats
from widgets.common.catalogue import _
from widgets.descent.losses.parameters import Parameters
from widgets.descent.verdicts import ZERO_RATE, Verdict, judge, verdict_sentence

How: TypeAlias = Literal["all rates at once", "vectorized", "a few rates at a time", "rate by rate", "step by step"]

BATCHED: How = "all rates at once"
VECTORIZED: How = "vectorized"
CHUNKED: How = "a few rates at a time"
PER_RATE: How = "rate by rate"
EAGER: How = "step by step"
"""How paths were computed. The numbers are the same, bit for bit, unless `Paths.note` says otherwise."""

_NEAR = 0.02  # of the way down from the start to the lowest y of all paths: what is left of it in a path that converged


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
        y: of shape (iterations + 1, rates). y[k] is f(x[k]), over the mini-batch of step k if there are any.
        gradient: shaped like x. gradient[k] is what the tape returned at x[k].
        how: "all rates at once", "vectorized" (all rates at once, by tf.vectorized_map), "a few rates at a time", "rate
            by rate", or "step by step": how they were computed.
        note: why not all rates at once, or why last digits may differ, in the learner's language, or "".
        flat: the positions of paths that end where the gradient is 0 but f does not rise on both sides: no minimum.
        parameters: how the numbers of x are the learner's parameters.
        scheduled_rates: the learning rate of each step where it changes, (iterations + 1, rates), or None.
        names: what the learner calls each number of x, or ().
        batch_size: examples in each mini-batch; None where each step sees all data.
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
    flat: frozenset[int] = frozenset()
    parameters: Parameters = Parameters()
    scheduled_rates: Floats | None = None
    names: tuple[str, ...] = ()
    batch_size: int | None = None

    def parameters_at(self, step: int, rate: int = 0) -> Any:
        """Return the parameters after some steps of one path, in the structure that the start had."""
        return self.parameters.packed(self.parameters.split_array(self.x[step, rate]))

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """How each path ends, one Verdict for each learning rate, computed when first read."""
        paths = zip(*(np.moveaxis(array, 1, 0) for array in (self.x, self.y, self.gradient)), strict=True)
        found = [judge(x, y, gradient, at in self.flat) for at, (x, y, gradient) in enumerate(paths)]
        return tuple(self._with_rate(verdict, at) for at, verdict in enumerate(found))

    def _with_rate(self, verdict: Verdict, at: int) -> Verdict:
        """Return a Verdict that says so where x no longer changes because the learning rate has fallen to 0.

        Then a path that has stopped far out has not converged.
        """
        step = verdict.stalled_at
        if self.scheduled_rates is None or step is None or self.scheduled_rates[step - 1 :, at].any():
            return verdict
        left = (self.y[-1, at] - self.lowest) / (self.y[0, at] - self.lowest) if self.y[0, at] > self.lowest else np.inf
        is_near = verdict.outcome == "converges" and bool(left <= _NEAR)
        return dataclasses.replace(verdict, stall_reason=ZERO_RATE, outcome="converges" if is_near else "stops early")

    def verdict_sentence(self, at: int) -> str:
        """Return what is said of the path at one position of the learning rates: "lands at x = 1 in 1 step"."""
        return verdict_sentence(self.verdicts[at], self.x[:, at], self.y[:, at], self.names)

    @cached_property
    def stalled_at(self) -> tuple[int | None, ...]:
        """For each learning rate the first step that leaves x unchanged, as do all that follow it, or None."""
        return tuple(verdict.stalled_at for verdict in self.verdicts)

    @cached_property
    def lowest(self) -> float:
        """The lowest finite y of all paths."""
        return float(np.min(self.y, initial=np.inf, where=np.isfinite(self.y)))


def first_difference(path: npt.ArrayLike, other: npt.ArrayLike) -> int | None:
    """Return the first step at which two paths differ.

    Numbers are compared by value, after widening to float64, which changes no float32 or float64: so 0.1 in float32 and
    in float64 differ, and −0 and +0 do not (they print differently, and 1 / x tells them apart, but they are one point
    on the number line). nan counts as equal to nan. Of runs that differ in length, the common part is compared.

    Args:
        path: real numbers, step by step along the first axis: of shape (steps + 1,) or (steps + 1, *dims), of float32,
            float64, or anything that NumPy reads as real numbers.
        other: another path of the same dimensions; its length and dtype may differ.

    Returns:
        The step, or None if one path goes on as the other does to its end.

    Raises:
        ValueError: one of them does not hold real numbers, or has no steps, or their dimensions differ.

    Example:
        >>> from widgets import first_difference
        >>> first_difference([0.0, 0.5, 0.75], [0.0, 0.5, 0.8])
        2
    """
    one, two = _as_steps(path), _as_steps(other)
    if one.shape[1:] != two.shape[1:]:
        raise ValueError(
            _("Two paths can be compared if x has the same shape in both; here it has {one} and {two}.").format(
                one=one.shape[1:], two=two.shape[1:]
            )
        )
    common = min(len(one), len(two))
    one, two = one[:common], two[:common]
    differs = (one != two) & ~(np.isnan(one) & np.isnan(two))
    steps = np.flatnonzero(differs.reshape(common, -1).any(axis=1))
    return int(steps[0]) if steps.size else None


def _as_steps(path: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return a path as float64, one row a step."""
    try:
        steps = np.asarray(path)
    except (TypeError, ValueError):  # rows of different lengths
        steps = np.asarray(None)
    if steps.dtype.kind not in "iuf" or steps.ndim == 0 or len(steps) == 0:
        raise ValueError(
            _(
                "A path is an array of real numbers, one row for each step, for example paths.x[:, 0]; got {kind}."
            ).format(kind=_("no step") if steps.ndim and not len(steps) else type(path).__name__)
        )
    return steps.astype(np.float64)
