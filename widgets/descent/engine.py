"""Descend on a learner's f with real tapes and Keras' optimizers, at many learning rates.

Every path is, bit for bit, what the learner's own loop gives: a Variable x; in each step a tape around y = f(x),
`tape.gradient(y, x)`, and `optimizer.apply_gradients`; or the note says that last digits may differ. An f that is a
tf.function runs as the Python function that it was made from.
"""

from __future__ import annotations

import dataclasses
import operator
import reprlib
from collections.abc import Callable
from typing import Literal, cast

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from widgets.common.arrays import Array, Floats, Tensor, frozen
from widgets.common.catalogue import _
from widgets.common.errors import FunctionError
from widgets.common.functions import Function, checked, floating, one_number
from widgets.descent.batch_exactness import recompute_near_ties
from widgets.descent.batching import Plan, last_digits_may_differ, plan_for
from widgets.descent.loop import CompiledLoop
from widgets.descent.minima import flat_ends
from widgets.descent.model import EAGER, PER_RATE, Paths
from widgets.descent.optimizers import KerasOptimizer, Optimizer, optimizer_named
from widgets.descent.spot_check import Agreement, spot_check
from widgets.descent.stability import with_rate
from widgets.descent.tracing import TracedStep

MAX_ITERATIONS = 10_000
MAX_RATES = 2_000
MAX_NUMBERS = 10_000_000
"""Numbers in x at most, (iterations + 1) · rates · dimensions. x, y, and gradient of so many float32 are 120 MB, and
about twice as much is in use while they are computed; of float64 it is double."""


def descend(
    f: Callable[[Tensor], Tensor],
    start: npt.ArrayLike,
    learning_rates: npt.ArrayLike,
    iterations: int,
    optimizer: str = "sgd",
    dtype: Literal["float32", "float64"] | str = "float32",
) -> Paths:
    """Run gradient descent on `f` from `start`, once for each learning rate.

    Every number is bit for bit what an eager loop with `tf.GradientTape` and the Keras optimizer computes, unless
    `Paths.note` says "not bit-identical". f is traced into a graph
    (https://www.tensorflow.org/guide/function), and again only when something that it captures has changed; places on
    the paths are compared with f run eagerly. `Paths.how` says how the paths were computed, `Paths.note` why not all
    at once.

    Args:
        f: takes x, a Variable or tensor shaped like `start`, and returns one number; both are of `dtype`. It may
            branch in Python, also on tensors.
        start: a number, or a list of n numbers.
        learning_rates: one or more positive numbers, at most 2,000. As Keras does, each is rounded to float32.
        iterations: steps of every path, 1 to 10,000. (iterations + 1) · rates · n is at most 10 million.
        optimizer: one of `widgets.descent.OPTIMIZERS` by name, such as "sgd" or "adam"; settings that its record does
            not name are Keras' defaults.
        dtype: "float32" or "float64", of x, y, and the gradient.

    Returns:
        Paths with read-only arrays: x of shape (iterations + 1, rates, *dims), y of shape (iterations + 1, rates).

    Raises:
        FunctionError: an argument is not as described; or f returns no gradient, or is not finite at the start.

    Example:
        >>> from widgets import descend
        >>> paths = descend(lambda x: x * x - 2.0 * x + 1.0, start=0.0, learning_rates=[0.1, 0.5, 1.0], iterations=100)
        >>> paths.x.shape
        (101, 3)
        >>> [verdict.kind for verdict in paths.verdicts]
        ['approaches', 'lands', 'bounces']
    """
    record = optimizer_named(optimizer)
    rates, iterations = checked_rates(learning_rates), checked_iterations(iterations)
    x = np.array(floating(start, dtype))
    _require_memory(iterations, rates.size, x.size)
    f = getattr(f, "python_function", f)
    return _paths(f, plan_for(f, x, rates.size), x, rates, iterations, record)


EVERY, SHORT = 10, 30
"""Of an f that runs step by step in Python, every tenth rate is soon computed, and so many iterations."""


def descend_soon(
    f: Function,
    start: npt.ArrayLike,
    learning_rates: npt.ArrayLike,
    iterations: int,
    optimizer: str = "sgd",
    dtype: str = "float32",
    *,
    rate: float | None = None,
    shown: int = 0,
) -> Paths:
    """Do as `descend` does, at fewer rates and iterations where each step runs f in Python. The note says so.

    Args:
        f: as `descend` takes it, and so are the others.
        start: where the paths begin.
        learning_rates: rising.
        iterations: of each path, unless more are shown.
        optimizer: its name.
        dtype: of all numbers.
        rate: one that is among the rates in any case, in place of the nearest.
        shown: iterations that are computed in any case.

    Returns:
        The Paths.
    """
    x, rates = np.array(floating(start, dtype)), checked_rates(learning_rates)
    f = getattr(f, "python_function", f)
    title, plan = plan_for(f, x, rates.size)
    if is_slow := plan.how == EAGER:
        rates, iterations = rates[::EVERY], min(iterations, SHORT)
    if rate is not None:
        rates = checked_rates(with_rate(rates, rate))
    iterations = checked_iterations(max(iterations, shown))
    _require_memory(iterations, rates.size, x.size)
    if is_slow:
        fewer = _("So only {rates} learning rates and {iterations} iterations were computed.")
        note = f"{plan.note} {fewer.format(rates=rates.size, iterations=iterations)}"
        plan = dataclasses.replace(plan, note=note)
    return _paths(f, (title, plan), x, rates, iterations, optimizer_named(optimizer))


def _paths(
    f: Function, planned: tuple[str, Plan], start: Floats, rates: Floats, iterations: int, optimizer: Optimizer
) -> Paths:
    title, plan = planned
    arrays, plan = _run(f, plan, start, rates, iterations, optimizer)
    if not all(np.isfinite(array[0]).all() for array in arrays):
        checked(f, start, start.dtype.name, same_dtype=True)  # says what is wrong with this start
    x, y, gradient = map(_read_only, arrays)
    flat = frozenset[int]() if plan.how == EAGER else flat_ends(f, x, y, gradient)
    return Paths(
        title, _read_only(start), _read_only(rates), iterations, optimizer.name, start.dtype.name,
        x, y, gradient, how=plan.how, note=f"{plan.note} {plan.caveat}".strip(), flat=flat,
    )  # fmt: skip


def _run(
    f: Function, plan: Plan, start: Floats, rates: Floats, iterations: int, optimizer: Optimizer
) -> tuple[list[Array], Plan]:
    """Return x, y, and gradient, the steps first, then the rates; and the Plan that they were computed by."""
    step, dtype = plan.step, start.dtype.name
    if step is None:
        return _run_eagerly(f, start, rates, iterations, optimizer), plan
    loop = plan.loop(optimizer, dtype)
    if isinstance(step, TracedStep):
        return _run_compiled(plan, step, loop, start, rates, iterations), plan
    x, gradient, y = loop.run(start, rates, iterations)
    agreement = Agreement.EQUAL if step.draws else spot_check(f, x, y, gradient)
    if agreement is Agreement.WRONG:
        note = _("f is a different function of one x and of the x of many runs.")
        slower = dataclasses.replace(plan, step=step.alone, how=PER_RATE, note=note, caveat="")
        return _run(f, slower, start, rates, iterations, optimizer)
    if agreement is Agreement.CLOSE and not plan.caveat:
        why = _("TensorFlow computes f slightly differently for many paths at once")
        plan = dataclasses.replace(plan, caveat=last_digits_may_differ(why))
    return [x, y, gradient], plan


def _run_compiled(
    plan: Plan, step: TracedStep, loop: CompiledLoop, start: Floats, rates: Floats, iterations: int
) -> list[Array]:
    """Return x, y, and gradient, the steps first, then the rates; as many rates at a time as `step` was traced for."""
    if not step.shape_of_y:
        each = [[array[:, None] for array in loop.run(start, rate, iterations)] for rate in rates]
        runs = [[x, y, gradient] for x, gradient, y in each]
    else:
        (width,) = step.shape_of_y
        padded = np.resize(rates, -(-rates.size // width) * width).reshape(-1, width)
        runs = [_run_batch(plan, loop, start[..., None], some, iterations) for some in padded]
    if len(runs) == 1:
        return runs[0]
    return [np.concatenate(column, axis=1)[:, : rates.size] for column in zip(*runs, strict=True)]


def _run_batch(plan: Plan, loop: CompiledLoop, start: Floats, rates: Floats, iterations: int) -> list[Array]:
    x, gradient, y, *bases = loop.run(start, rates, iterations)
    if values := plan.scalar_values(y.dtype.name):
        y = recompute_near_ties(y, x, bases, values)
    return [np.moveaxis(x, -1, 1), y, np.moveaxis(gradient, -1, 1)]


def _run_eagerly(f: Function, start: Floats, rates: Floats, iterations: int, optimizer: Optimizer) -> list[Array]:
    """Return x, y, and gradient at steps 0 to iterations, the steps first, then the rates: the learner's own loop."""
    each = [_run_eager_path(f, start, optimizer.create(float(rate)), iterations) for rate in rates]
    return [np.stack(column, axis=1) for column in zip(*each, strict=True)]


def _run_eager_path(f: Function, start: Floats, optimizer: KerasOptimizer, iterations: int) -> list[Array]:
    x = tf.Variable(start)
    steps: list[tuple[Array, ...]] = []
    while len(steps) <= iterations:
        with tf.GradientTape() as tape:
            y = one_number(f(x))  # it may be another kind of thing at another x
        gradient = tape.gradient(y, x)
        if gradient is None:
            raise FunctionError(_("f has no gradient at x = {x}, which the path reached.").format(x=x.numpy().tolist()))
        steps.append((x.numpy(), np.asarray(y), tf.convert_to_tensor(gradient).numpy()))
        optimizer.apply_gradients([(gradient, x)])
    return [np.stack(column) for column in zip(*steps, strict=True)]


def _read_only(array: Array) -> Array:
    return frozen(array if array.flags.c_contiguous else array.copy())


def checked_rates(learning_rates: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return learning rates as float64, (rates,), in their order; raise FunctionError unless Keras can use them all."""
    accepted = _("learning_rates must be positive numbers, for example [0.01, 0.1, 1.0]")
    try:
        rates = np.atleast_1d(np.asarray(learning_rates))
    except (TypeError, ValueError) as error:
        raise FunctionError(_("{accepted}; got no numbers.").format(accepted=accepted)) from error
    if rates.dtype.kind not in "iuf" and rates.size:
        raise FunctionError(_("{accepted}; got {shown}.").format(accepted=accepted, shown=reprlib.repr(learning_rates)))
    if rates.size == 0 or rates.ndim > 1:
        raise FunctionError(_("{accepted}; got shape {shape}.").format(accepted=accepted, shape=rates.shape))
    if rates.size > MAX_RATES:
        raise FunctionError(
            _("{accepted}, at most {most:,} of them; got {count:,}.").format(
                accepted=accepted, most=MAX_RATES, count=rates.size
            )
        )
    rates = rates.astype(np.float64)
    single = np.finfo(np.float32)
    for rate in rates[~((rates >= single.tiny) & (rates <= single.max))][:1]:
        if np.isfinite(rate) and rate > 0:
            accepted = _(
                "A learning rate must lie between 1.2e-38 and 3.4e+38, because Keras keeps it as float32; try 0.1"
            )
        raise FunctionError(_("{accepted}; got {rate!r}.").format(accepted=accepted, rate=float(rate)))
    return rates


def checked_iterations(iterations: object) -> int:
    """Return the number of steps as an int; raise FunctionError unless it is an integer from 1 to MAX_ITERATIONS."""
    is_count = isinstance(iterations, int | np.integer) and not isinstance(iterations, bool)
    if is_count and iterations in range(1, MAX_ITERATIONS + 1):
        return operator.index(cast("int", iterations))
    raise FunctionError(
        _("iterations must be an integer from 1 to {most:,}, for example 1000; got {shown}.").format(
            most=MAX_ITERATIONS, shown=reprlib.repr(iterations)
        )
    )


def _require_memory(iterations: int, rates: int, dimensions: int) -> None:
    """Raise FunctionError if so many steps of so many paths would not fit into the memory that this may take."""
    count = (iterations + 1) * rates * dimensions
    if count > MAX_NUMBERS:
        raise FunctionError(
            _(
                "{iterations:,} iterations at {rates:,} learning rates in {dimensions:,} dimensions are {count:,} "
                "numbers; at most {most:,} are kept. Ask for fewer iterations or fewer rates."
            ).format(iterations=iterations, rates=rates, dimensions=dimensions, count=count, most=MAX_NUMBERS)
        )
