"""How to compute the paths of one f: all at once, mapped, a few at a time, one by one, or eagerly."""

from __future__ import annotations

import contextlib
import dataclasses
import textwrap
from collections.abc import Sequence

import numpy as np

from widgets.common.arrays import Array, Floats
from widgets.common.catalogue import _
from widgets.common.errors import first_line
from widgets.common.functions import Function
from widgets.common.numbers import is_subnormal
from widgets.descent.losses.loss import Loss, loss_of
from widgets.descent.model import BATCHED, CHUNKED, EAGER, PER_RATE, VECTORIZED, How
from widgets.descent.optimizers import PLAIN, Optimizer
from widgets.descent.paths.approximated import uncut_kinds
from widgets.descent.paths.batch_exactness import BatchEffect, NotBatchable, pow_is_trusted, simd_width
from widgets.descent.paths.kept_plans import get_or_build, kept_while_unchanged
from widgets.descent.paths.kernel_trials import same_bits
from widgets.descent.paths.loop import ChunkedValues, CompiledLoop
from widgets.descent.paths.spot_check import about_equal, eager_step
from widgets.descent.paths.tracing import Shape, Subgraph, TracedStep
from widgets.descent.paths.vectorized import VectorizedStep

FEW_RATES = 12
"""Rates that are sooner computed one after another than it takes to map f over them."""

_LONGEST_ERROR = 80  # characters that are quoted


@dataclasses.dataclass(frozen=True)
class Plan:
    """How to compute the paths of one f.

    Attributes:
        step: f and its gradient, traced for as many paths as are computed together; None: f cannot be traced.
        how: which of the five ways it is.
        note: why not all at once, in the learner's language, or "".
        caveat: the label of paths that may differ from the eager loop's, which says why, or "".
        batched_value: y of all paths of many steps, where it may be computed together.
        scalar_step: f for `simd_width` paths, which are computed one at a time, where `batched_value` has squares.
        short: as `step`, for a mini-batch of fewer rows, the last of an epoch.
    """

    step: TracedStep | VectorizedStep | None
    how: How
    note: str = ""
    caveat: str = ""
    batched_value: Subgraph | None = None
    scalar_step: TracedStep | None = None
    short: TracedStep | VectorizedStep | None = None

    def loop(
        self, optimizer: Optimizer, dtype: str, is_scheduled: bool = False, shapes: Sequence[Shape] = ()
    ) -> CompiledLoop:
        """Return the compiled loop under an optimizer. A ValueError means that `batched_value` does not fit `step`."""
        step, short = self.step, self.short
        if step is None:
            raise TypeError("a plan without a traced step has no loop")
        has_parts = self.batched_value is not None, self.scalar_step is not None
        apart = () if optimizer.is_elementwise else tuple(shapes)
        prints = step.fingerprint, short and short.fingerprint
        key = CompiledLoop, prints, has_parts, optimizer.name, dtype, is_scheduled, apart
        return get_or_build(
            key, lambda: CompiledLoop(step, optimizer, dtype, self.batched_value, short, apart, is_scheduled)
        )

    def scalar_values(self, dtype: str) -> ChunkedValues | None:
        """Return what computes y as if each path were alone, or None where that is not needed."""
        step = self.scalar_step
        if step is None:
            return None
        key = ChunkedValues, step.fingerprint, dtype
        return get_or_build(key, lambda: ChunkedValues(step, dtype))


def plan_for(loss: Loss, start: Floats, rates: int, optimizer: Optimizer = PLAIN) -> Plan:
    """Return a loss's Plan: the one made before, if f captures nothing now that it did not capture then.

    Otherwise f is checked first, since a plan is for a function that can be differentiated at all; a FunctionError says
    why it cannot be. All paths begin at `start`, of shape (*dims). Some optimizers update one path at a time only, and
    some treat a sparse gradient in a way of their own.
    """

    def build() -> Plan:
        loss.check(start)
        return _plan(loss, start, rates, optimizer)

    ways = optimizer.is_elementwise, optimizer.adds_sparse_gradients
    key = plan_for, id(loss.f), start.shape, start.dtype.name, rates, bool(is_subnormal(start).any()), *ways
    return kept_while_unchanged(key, loss, build)


def values_of(f: Function | Loss, points: Floats, rates: int) -> Array | None:
    """Return f at many points, (n, *dims), in the bits of each alone, if f is mapped over so many rates; or None."""
    loss, _point = loss_of(f, points[0], points.dtype.name)
    step = plan_for(loss, points[0], rates).step
    return step.values(points) if isinstance(step, VectorizedStep) and not step.draws and step.rows is None else None


def _plan(loss: Loss, start: Floats, rates: int, optimizer: Optimizer) -> Plan:
    dimensions, dtype = start.shape, start.dtype.name
    together = 1 if is_subnormal(start).any() or not optimizer.is_elementwise else rates
    if not (optimizer.is_elementwise and loss.is_plain):
        return _as_written(loss, start, together, "", optimizer)
    try:
        step = TracedStep(loss, dimensions, dtype, rates)
        effects = step.batch_effects()
    except NotBatchable as error:
        note = _("f uses {name}, which may mix numbers of different runs.").format(name=error)
        return _as_written(loss, start, rates, note, optimizer)
    except Exception as error:  # whatever a learner's f raises when x is a row of numbers
        note = _("f does not accept the x of all runs at once ({error}).").format(error=_quoted(error))
        return _as_written(loss, start, rates, note, optimizer)
    if step.has_side_effects():
        return _as_written(loss, start, rates, "", optimizer)
    if is_subnormal(start).any():  # most operations, but not all, would flush it to 0
        return _as_written(
            loss, start, together, _("The start is too small for {dtype}.").format(dtype=dtype), optimizer
        )
    plan = _batched(loss, step, effects, start)
    if not _agrees_with_eager(plan, loss, start):
        return _as_written(
            loss, start, rates, _("f is a different function of one x and of the x of many runs."), optimizer
        )
    return plan


def _batched(loss: Loss, step: TracedStep, effects: Sequence[tuple[BatchEffect, str]], start: Floats) -> Plan:
    dimensions, dtype = start.shape, start.dtype.name
    (y, _name), (gradient, _name) = effects
    has_squares = y == BatchEffect.SQUARE
    if gradient == BatchEffect.EXACT and (y == BatchEffect.EXACT or (has_squares and pow_is_trusted(dtype))):
        scalar_step = TracedStep(loss, dimensions, dtype, simd_width(dtype)) if has_squares else None
        plan = Plan(step, BATCHED, batched_value=step.value(squared=has_squares), scalar_step=scalar_step)
        with contextlib.suppress(ValueError):  # f may be written for exactly this number of paths
            plan.loop(PLAIN, dtype)
            return plan
    if y == gradient == BatchEffect.EXACT:
        return Plan(step, BATCHED)
    width = simd_width(dtype)
    if step.shape[-1] <= width:
        return Plan(step, BATCHED)
    if step.shape[-1] > FEW_RATES:
        uncut = uncut_kinds(step.operations, step.shape[-1])
        caveat = last_digits_may_differ(_uses(uncut)) if uncut else ""
        return Plan(step if uncut else step.as_alone(), BATCHED, caveat=caveat)
    note = _(
        "f or its gradient uses {name}: TensorFlow may compute it differently, in the last bit, for one number and for "
        "many."
    )
    return Plan(TracedStep(loss, dimensions, dtype, width), CHUNKED, note.format(name=max(effects)[1]))


def _as_written(loss: Loss, start: Floats, rates: int, note: str, optimizer: Optimizer) -> Plan:
    """Plan for paths each as f is written for one x: mapped over many rates, one by one at a few."""
    dtype = start.dtype.name
    if any(getattr(variable, "constraint", None) is not None for variable in loss.parameters.variables):
        return _eager(loss, start, _("A Variable has a constraint, so every step ran eagerly."))
    try:
        step, short = _traced(loss, start)
    except Exception as error:  # whatever a learner's f raises when x has no numbers yet
        note = _("f cannot be traced into a graph, so every step ran eagerly ({error}).")
        return _eager(loss, start, note.format(error=_quoted(error)))
    if step.changes_something:
        return _eager(loss, start)
    if step.is_sparse and not optimizer.adds_sparse_gradients:
        note = _(
            "f looks up rows of the parameters, and this optimizer of Keras treats the gradients of a row that is "
            "looked up twice in another way than their sum, so every step ran eagerly."
        )
        return _eager(loss, start, note)
    if rates > FEW_RATES:
        with contextlib.suppress(Exception):  # of the kinds that TensorFlow raises where it cannot map an operation
            key = VectorizedStep, step.fingerprint, short and short.fingerprint, dtype, rates
            return get_or_build(key, lambda: _vectorized(loss, start, step, short, rates))
    plan = Plan(step, PER_RATE, note, short=short)
    if step.has_side_effects() or step.is_sparse or not _agrees_with_eager(plan, loss, start):
        return _eager(loss, start)
    return plan


def _traced(loss: Loss, start: Floats) -> tuple[TracedStep, TracedStep | None]:
    """Return the step of one path, and that of a mini-batch of fewer rows where there is one."""
    dimensions, dtype, batches = start.shape, start.dtype.name, loss.batches
    if batches is None:
        return TracedStep(loss, dimensions, dtype), None
    short = TracedStep(loss, dimensions, dtype, rows=batches.left) if batches.left else None
    return TracedStep(loss, dimensions, dtype, rows=batches.size), short


def _vectorized(loss: Loss, start: Floats, step: TracedStep, short: TracedStep | None, rates: int) -> Plan:
    """Plan for paths mapped over the rates; raise an exception where that is not possible."""
    mapped = VectorizedStep(step, start.dtype.name, rates)
    mapped_short = VectorizedStep(short, start.dtype.name, rates) if short else None
    unknown = mapped.unknown | (mapped_short.unknown if mapped_short else set())
    caveat = ""
    if step.draws:
        caveat = _("not bit-identical: f draws random numbers, which differ from run to run.")
    elif step.is_sparse:
        caveat = last_digits_may_differ(_("Keras adds up sparse gradients in an order of its own"))
    elif step.has_graphs:
        caveat = last_digits_may_differ(
            _("f calls a tf.function, or what runs as one, and TensorFlow optimizes its graph")
        )
    elif unknown:
        caveat = last_digits_may_differ(_uses(unknown))
    plan = Plan(mapped, VECTORIZED, caveat=caveat, short=mapped_short)
    if not step.draws and not _agrees_with_eager(plan, loss, start):
        raise ValueError("the mapped f is another function")
    return plan


def _eager(loss: Loss, start: Floats, note: str = "") -> Plan:
    """Plan for the learner's own loop. What f gives twice at one place tells whether another run would repeat it."""
    note = note or _("f does more than compute a number from x, so every step ran eagerly.")
    repeats = _are_same(eager_step(loss, start), eager_step(loss, start))
    caveat = "" if repeats else _("not bit-identical: f returns a different number in each call.")
    return Plan(None, EAGER, note, caveat)


def _uses(kinds: set[str]) -> str:
    return _("f or its gradient uses {names}").format(names=", ".join(sorted(kinds)))


def last_digits_may_differ(why: str) -> str:
    """Return the label of paths that need not be the eager loop's to the last bit."""
    return _("not bit-identical: last digits may differ ({why}).").format(why=why)


def _agrees_with_eager(plan: Plan, loss: Loss, start: Floats) -> bool:
    """Return whether a Plan gives about what f gives eagerly, at the start and elsewhere: f may depend on x.shape.

    And whether f gives the same twice: it may count its calls.
    """
    here, again = eager_step(loss, start), eager_step(loss, start)
    elsewhere = np.asarray(0.7 - start / 2, start.dtype)
    return _are_same(here, again) and all(
        about_equal(_first_step(plan, loss, point), theirs or eager_step(loss, point))
        for point, theirs in ((start, here), (elsewhere, ()))
    )


def _are_same(some: Sequence[Array], others: Sequence[Array]) -> bool:
    return all(same_bits(one, other) for one, other in zip(some, others, strict=False))


def _first_step(plan: Plan, loss: Loss, point: Floats) -> tuple[Array, Array]:
    """Return y and the gradient of all paths at a point, the paths first.

    At a learning rate of 0 the further steps of a turn stay there: f may fail elsewhere.
    """
    batched = isinstance(plan.step, TracedStep) and plan.step.shape_of_y
    shape_of_y = plan.step.shape_of_y if plan.step else ()
    start = point[..., None] if batched else point
    rows = loss.rows(1)
    _x, gradient, y, *_bases = plan.loop(PLAIN, point.dtype.name).run(start, np.zeros(shape_of_y), 0, rows)
    return y[0], np.moveaxis(gradient[0], -1, 0) if batched else gradient[0]


def _quoted(error: Exception) -> str:
    return textwrap.shorten(first_line(error), _LONGEST_ERROR, placeholder=" …")
