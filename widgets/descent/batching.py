"""How to compute the paths of one f without changing a bit: all at once, a few at a time, one by one, or eagerly."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from widgets.common.arrays import Array, Floats
from widgets.common.catalogue import _
from widgets.common.errors import first_line
from widgets.common.function_checks import Function
from widgets.descent import graph_cache
from widgets.descent.batch_exactness import BatchEffect, NotBatchable, simd_width
from widgets.descent.loop import ChunkedValues, CompiledLoop
from widgets.descent.model import BATCHED, CHUNKED, EAGER, PER_RATE, How
from widgets.descent.optimizers import PLAIN, Optimizer
from widgets.descent.squares import pow_is_trusted
from widgets.descent.tracing import Shape, Subgraph, TracedStep

_LONGEST_ERROR = 80  # characters that are quoted


@dataclasses.dataclass(frozen=True)
class Plan:
    """How to compute the paths of one f.

    Attributes:
        step: f and its gradient, traced for as many paths as are computed together; None: f cannot be traced.
        how: which of the four ways it is.
        note: why not all at once, in the learner's language, or "".
        batched_value: y of all paths of many steps, where it may be computed together.
        scalar_step: f for `simd_width` paths, which are computed one at a time, where `batched_value` has squares.
    """

    step: TracedStep | None
    how: How
    note: str = ""
    batched_value: Subgraph | None = None
    scalar_step: TracedStep | None = None

    def loop(self, optimizer: Optimizer, dtype: str) -> CompiledLoop:
        """Return the compiled loop under an optimizer. A ValueError means that `batched_value` does not fit `step`."""
        step = self.step
        if step is None:
            raise TypeError("a plan without a traced step has no loop")
        has_parts = self.batched_value is not None, self.scalar_step is not None
        key = CompiledLoop, step.fingerprint, has_parts, optimizer.name, dtype
        return graph_cache.get_or_build(key, lambda: CompiledLoop(step, optimizer, dtype, self.batched_value))

    def scalar_values(self, dtype: str) -> ChunkedValues | None:
        """Return what computes y as if each path were alone, or None where that is not needed."""
        step = self.scalar_step
        if step is None:
            return None
        key = ChunkedValues, step.fingerprint, dtype
        return graph_cache.get_or_build(key, lambda: ChunkedValues(step, dtype))


def plan_batching(f: Function, start: Floats, rates: int) -> Plan:
    """Return the Plan for f.

    Args:
        f: the learner's function, which was checked at the start.
        start: where all paths begin, of shape (*dims).
        rates: how many learning rates there are.
    """
    dimensions, dtype = start.shape, start.dtype.name
    try:
        step = TracedStep(f, dimensions, dtype, rates)
        effects = step.batch_effects()
    except NotBatchable as error:
        return _per_rate(f, start, _("f uses {name}, which may mix numbers of different runs.").format(name=error))
    except Exception as error:  # whatever a learner's f raises when x is a row of numbers
        note = _("f does not accept the x of all runs at once ({error}).").format(error=_quoted(error))
        return _per_rate(f, start, note)
    if step.has_side_effects() or TracedStep(f, dimensions, dtype, rates).definition != step.definition:
        return _eager()
    if is_subnormal(start):
        return _per_rate(f, start, _("The start is too small for {dtype}.").format(dtype=dtype))
    plan = _batched(f, step, effects, dimensions, dtype)
    if not _agrees_with_eager(plan, f, start):
        return _per_rate(f, start, _("f is a different function of one x and of the x of many runs."))
    return plan


def _batched(
    f: Function, step: TracedStep, effects: Sequence[tuple[BatchEffect, str]], dimensions: Shape, dtype: str
) -> Plan:
    (y, _name), (gradient, _name) = effects
    has_squares = y == BatchEffect.SQUARE
    if gradient == BatchEffect.EXACT and (y == BatchEffect.EXACT or (has_squares and pow_is_trusted(dtype))):
        scalar_step = TracedStep(f, dimensions, dtype, simd_width(dtype)) if has_squares else None
        plan = Plan(step, BATCHED, batched_value=step.value(squared=has_squares), scalar_step=scalar_step)
        with contextlib.suppress(ValueError):  # f may be written for exactly this number of paths
            plan.loop(PLAIN, dtype)
            return plan
    if y == gradient == BatchEffect.EXACT:
        return Plan(step, BATCHED)
    width = simd_width(dtype)
    if step.shape[-1] <= width:
        return Plan(step, BATCHED)
    note = _("f uses {name}: TensorFlow computes it differently, in the last bit, for one number and for many.")
    return Plan(TracedStep(f, dimensions, dtype, width), CHUNKED, note.format(name=max(effects)[1]))


def _per_rate(f: Function, start: Floats, note: str) -> Plan:
    """Plan for paths one by one, each as f is written."""
    dimensions, dtype = start.shape, start.dtype.name
    try:
        step = TracedStep(f, dimensions, dtype)
    except Exception as error:
        note = _("f cannot be traced into a graph, so every step ran eagerly ({error}).")
        return Plan(None, EAGER, note.format(error=_quoted(error)))
    plan, again = Plan(step, PER_RATE, note), TracedStep(f, dimensions, dtype)
    if step.has_side_effects() or again.definition != step.definition or not _agrees_with_eager(plan, f, start):
        return _eager()
    return plan


def _eager() -> Plan:
    return Plan(None, EAGER, _("f does more than compute a number from x, so every step ran eagerly."))


def _agrees_with_eager(plan: Plan, f: Function, start: Floats) -> bool:
    """Return whether a Plan gives about what f gives eagerly, at the start and elsewhere: f may depend on x.shape."""
    points = start, np.asarray(0.7 - start / 2, start.dtype)
    return all(_about_equal(_first_step(plan, point), _eager_step(f, point)) for point in points)


def _first_step(plan: Plan, point: Floats) -> tuple[Array, Array]:
    """Return y and the gradient of all paths at a point."""
    shape_of_y = plan.step.shape_of_y if plan.step else ()
    start = point[..., None] if shape_of_y else point
    _x, gradient, y, *_bases = plan.loop(PLAIN, point.dtype.name).run(start, np.ones(shape_of_y), 0)
    return y[0], gradient[0]


def _eager_step(f: Function, point: Floats) -> tuple[Array, ...]:
    """Return y and the gradient at a point, eagerly, or nothing where f cannot be computed."""
    x = tf.Variable(point)
    try:
        with tf.GradientTape() as tape:
            y = f(x)
        return np.asarray(y), np.asarray(tape.gradient(y, x))
    except Exception:
        return ()


def _about_equal(ours: Sequence[Array], theirs: Sequence[Array]) -> bool:
    pairs = zip(ours, theirs, strict=False)
    return all(np.allclose(mine.T, their.T, rtol=1e-3, equal_nan=True) for mine, their in pairs)


def is_subnormal(start: Floats) -> bool:
    """Return whether a start has numbers that most operations, but not all, would flush to 0."""
    return bool(((start != 0) & (np.abs(start) < np.finfo(start.dtype).tiny)).any())


def _quoted(error: Exception) -> str:
    return first_line(error)[:_LONGEST_ERROR]
