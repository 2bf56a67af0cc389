"""Descend on a learner's f by real tapes and Keras' own optimizers, at every learning rate.

Every path is, bit for bit, what the learner's own loop gives: a Variable x; in each step a tape round y = f(x),
`tape.gradient(y, x)`, and `optimizer.apply_gradients`. An f that is a tf.function is run as the Python that it was
made from.
"""

import numpy as np

from widgets.common.function_checks import checked, floating
from widgets.common.titles import title_of
from widgets.descent import eager
from widgets.descent.batching import plan, too_small
from widgets.descent.captures import same, sight
from widgets.descent.graph_cache import forget, kept, loop_of, values_of
from widgets.descent.model import Paths
from widgets.descent.optimizers import rule
from widgets.descent.squares import repaired
from widgets.descent.validation import iterations_asked, rates_asked, require_room


def descend(f, start, learning_rates, iterations, optimizer="sgd", dtype="float32"):
    """Return the Paths of gradient descent on `f` from `start`, one for each learning rate.

    Args:
        f: takes x, returns one number. It may use Python control flow on Python values.
        start: a number, or a list of n numbers.
        learning_rates: positive numbers, at most 2,000. As Keras does, they are kept in float32.
        iterations: steps of every path, 1 to 10,000. (iterations + 1) · rates · n is at most 10 million.
        optimizer: "sgd", "momentum" (0.9), "nesterov" (0.9), "rmsprop" or "adam", as Keras sets them.
        dtype: "float32" or "float64".

    f is traced into a graph, again only when something that it sees has changed. Where that would change a bit or is
    not possible, it runs more slowly, and the Paths say `how` and why. The arrays are read-only.

    Raises:
        FunctionError: for anything else, for an f that gives no gradient, or is not finite at the start.
    """
    make = rule(optimizer)
    rates, iterations = rates_asked(learning_rates), iterations_asked(iterations)
    start = np.array(floating(start, dtype))
    require_room(iterations, rates.size, start.size)
    f = getattr(f, "python_function", f)
    title, found = _plan(f, start, rates.size)
    if found.program is None:
        arrays = eager.paths(f, start, rates, iterations, make)
    else:
        arrays = _compiled(found, loop_of(found, optimizer, dtype), start, rates, iterations)
    if not all(np.isfinite(array[0]).all() for array in arrays):
        checked(f, start, dtype)  # says what is wrong with this start
    return Paths(
        title, _read_only(start), _read_only(rates), iterations, optimizer, dtype,
        *map(_read_only, arrays), how=found.how, note=found.note,
    )  # fmt: skip


def _plan(f, start, rates):
    """Return f's title and Plan: those made before, if f sees nothing now that it did not see then.

    Otherwise f is checked first: a plan is for a function that can be followed at all.
    """
    seen, key = sight(f), (plan, id(f), start.shape, start.dtype.name, rates, too_small(start))
    before, made = forget(key) or (None, None)
    if not same(before, seen):
        checked(f, start, start.dtype.name)
        made = title_of(f), plan(f, start, rates)
    return kept(key, lambda: (seen, made))[1]


def _compiled(found, loop, start, rates, iterations):
    """Return x, y and gradient, the steps first, then the rates; as many rates in a run as the program takes."""
    if not found.program.shape_of_y:
        runs = [[array[:, None] for array in loop.run(start, rate, iterations)] for rate in rates]
        runs = [(x, y, gradient) for x, gradient, y in runs]
    else:
        (width,) = found.program.shape_of_y
        padded = np.resize(rates, -(-rates.size // width) * width).reshape(-1, width)
        runs = [_run(found, loop, start[..., None], some, iterations) for some in padded]
    if len(runs) == 1:
        return runs[0]
    return [np.concatenate(column, axis=1)[:, : rates.size] for column in zip(*runs, strict=True)]


def _run(found, loop, start, rates, iterations):
    x, gradient, y, *bases = loop.run(start, rates, iterations)
    if found.alone:
        y = repaired(y, x, bases, values_of(found.alone, y.dtype.name))
    return np.moveaxis(x, -1, 1), y, np.moveaxis(gradient, -1, 1)


def _read_only(array):
    array = array if array.flags.c_contiguous else array.copy()
    array.flags.writeable = False
    return array
