"""Running paths as a Plan says: in compiled loops, or by the learner's own eager loop."""

from __future__ import annotations

import dataclasses

import numpy as np

from widgets.common.arrays import Array, Floats
from widgets.common.catalogue import _
from widgets.common.errors import FunctionError, first_line
from widgets.descent.batch_exactness import recompute_near_ties
from widgets.descent.batching import Plan, last_digits_may_differ
from widgets.descent.loop import CompiledLoop
from widgets.descent.loss import Loss
from widgets.descent.model import PER_RATE
from widgets.descent.optimizers import KerasOptimizer, Optimizer
from widgets.descent.parameters import shown
from widgets.descent.schedules import Rates
from widgets.descent.spot_check import Agreement, spot_check
from widgets.descent.tracing import TracedStep


def run(
    loss: Loss, plan: Plan, start: Floats, rates: Rates, iterations: int, optimizer: Optimizer
) -> tuple[list[Array], Plan]:
    """Return x, y, and gradient, the steps first, then the rates; and the Plan that they were computed by."""
    step, dtype = plan.step, start.dtype.name
    if step is None:
        return _run_eagerly(loss, plan, start, rates, iterations, optimizer)
    loop = plan.loop(optimizer, dtype, rates.is_scheduled, () if loss.parameters.is_flat else loss.parameters.shapes)
    rows = loss.rows(iterations + 1)
    table = rates.table(iterations + 1)
    if isinstance(step, TracedStep):
        return _run_compiled(plan, step, loop, start, table, iterations, rows), plan
    x, gradient, y = loop.run(start, table, iterations, rows)
    agreement = Agreement.EQUAL if step.draws else spot_check(loss, x, y, gradient)
    if agreement is Agreement.WRONG:
        note = _("f is a different function of one x and of the x of many runs.")
        short = plan.short and plan.short.alone  # type: ignore[union-attr]  # both are vectorized, or none
        slower = dataclasses.replace(plan, step=step.alone, short=short, how=PER_RATE, note=note, caveat="")
        return run(loss, slower, start, rates, iterations, optimizer)
    if agreement is Agreement.CLOSE and not plan.caveat:
        why = _("TensorFlow computes f slightly differently for many paths at once")
        plan = dataclasses.replace(plan, caveat=last_digits_may_differ(why))
    return [x, y, gradient], plan


def _run_compiled(
    plan: Plan, step: TracedStep, loop: CompiledLoop, start: Floats, table: Floats, iterations: int, rows: Array | None
) -> list[Array]:
    """Return x, y, and gradient, the steps first, then the rates; as many rates at a time as `step` was traced for."""
    count = table.shape[1]
    if not step.shape_of_y:
        each = [[array[:, None] for array in loop.run(start, rates, iterations, rows)] for rates in table.T]
        runs = [[x, y, gradient] for x, gradient, y in each]
    else:
        (width,) = step.shape_of_y
        around = np.arange(-(-count // width) * width).reshape(-1, width) % count
        runs = [_run_batch(plan, loop, start[..., None], table[:, some], iterations) for some in around]
    if len(runs) == 1:
        return runs[0]
    return [np.concatenate(column, axis=1)[:, :count] for column in zip(*runs, strict=True)]


def _run_batch(plan: Plan, loop: CompiledLoop, start: Floats, table: Floats, iterations: int) -> list[Array]:
    x, gradient, y, *bases = loop.run(start, table, iterations)
    if values := plan.scalar_values(y.dtype.name):
        y = recompute_near_ties(y, x, bases, values)
    return [np.moveaxis(x, -1, 1), y, np.moveaxis(gradient, -1, 1)]


def _run_eagerly(
    loss: Loss, plan: Plan, start: Floats, rates: Rates, iterations: int, optimizer: Optimizer
) -> tuple[list[Array], Plan]:
    """Return x, y, and gradient, the steps first, then the rates: the learner's own loop; and the Plan, with a note.

    Where f raises an exception after the start, that path ends: what is not known is nan, and the note says why.
    """
    each, problems = [], []
    for path in range(rates.initial.size):
        *arrays, problem = eager_path(loss, start, optimizer.create(rates.at(path)), iterations)
        each.append(arrays)
        problems += [(rates.initial[path], len(arrays[0]) - 1, problem)] if problem else []
    if problems:
        rate, step, problem = problems[0]
        said = _(
            "Where f raises an exception, the path ends with y = nan: first at learning rate {rate} in iteration "
            "{step} ({problem})."
        ).format(rate=rate, step=step, problem=first_line(problem))
        plan = dataclasses.replace(plan, note=f"{plan.note} {said}".strip())
    each = [[_filled(array, iterations + 1) for array in arrays] for arrays in each]
    return [np.stack(column, axis=1) for column in zip(*each, strict=True)], plan


def _filled(array: Array, steps: int) -> Array:
    """Return an array with nan for the steps that it lacks."""
    missing = np.full((steps - len(array), *array.shape[1:]), np.nan, array.dtype)
    return np.concatenate([array, missing]) if len(missing) else array


def eager_path(
    loss: Loss, start: Floats, optimizer: KerasOptimizer, iterations: int
) -> tuple[Array, Array, Array, Exception | None]:
    """Return x, y, and gradient at steps 0 to iterations of one path, as the learner's own loop computes them.

    They end where f raises an exception, which is returned, too; at the start it is raised.
    """
    steps: list[tuple[Array, ...]] = []
    problem = None
    with loss.live(start) as variables:
        while len(steps) <= iterations:
            x = loss.flat(variables)
            try:
                y, gradients = loss.eager_step(variables, len(steps))
            except Exception as error:  # a learner's f may raise anything
                if not steps:
                    raise
                problem = error
                steps.append((x, np.full_like(steps[0][1], np.nan), np.full_like(x, np.nan)))
                break
            if any(gradient is None for gradient in gradients):
                raise FunctionError(_("f has no gradient at x = {x}, which the path reached.").format(x=shown(x)))
            steps.append((x, np.asarray(y), loss.flat(gradients)))
            optimizer.apply_gradients(zip(gradients, variables, strict=True))
    x, y, gradient = (np.stack(column) for column in zip(*steps, strict=True))
    return x, y, gradient, problem
