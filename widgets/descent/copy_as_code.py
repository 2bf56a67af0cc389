"""A run as TensorFlow code that reproduces it anywhere: the learner's function with all that it uses, then the loop."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from widgets.common.catalogue import _
from widgets.common.functions import title_of
from widgets.descent.losses.definitions import Definitions, NotReproducible
from widgets.descent.losses.feature_scaling import standardized
from widgets.descent.losses.loss import Loss
from widgets.descent.optimizers import LEARNING_RATE, Optimizer, Schedule

LOOP = """\
{x} = tf.Variable({start}, dtype="{dtype}")
{optimizer} = {code}
for _ in range({iterations}):
    with tf.GradientTape() as {tape}:
        {y} = {f}({x})
    {gradient} = {tape}.gradient({y}, {x})
    {optimizer}.apply_gradients([({gradient}, {x})])
tf.print("{value} =", {f}({x}), "; x =", {x})
"""

LOOP_OVER_DATA = """\
{variables} = {values}
{given}{batches}{optimizer} = {code}
for _ in range({iterations}):
    with tf.GradientTape() as {tape}:
        {y} = {f}({arguments})
    {gradient} = {tape}.gradient({y}, {variables})
    {optimizer}.apply_gradients(zip({gradient}, {variables}))
tf.print("{value} =", {f}({arguments}), "; x =", {x})
"""

BATCHES = "{batches} = iter(tf.data.Dataset.from_tensor_slices(tuple({data})){shuffled}.batch({size}).repeat())\n"

ITERATIONS = "«iterations»"
"""The placeholder for the iterations. Like that for the learning rate, it is filled in last: a slider changes both."""

_LOOP_NAMES = ("x", "y", "tape", "gradient", "optimizer", "variables", "data", "batches", "schedule")
_MOST_DATA = 2_000  # numbers of data that are written out


def code_template(
    f: Callable[..., Any],
    start: npt.ArrayLike,
    optimizer: Optimizer,
    dtype: str,
    loss: Loss | None = None,
    schedule: Schedule | None = None,
    features: Sequence[int] = (),
    value: str = "y",
) -> str:
    """Return the code of a run from `start` with LEARNING_RATE and ITERATIONS in it.

    Where no code can be given for f, a line says so in its place.

    Args:
        f: the learner's function.
        start: flat.
        optimizer: that of the run.
        dtype: of all numbers.
        loss: f with its parameters and data, unless it takes one number or list of numbers alone.
        schedule: of the learning rate, which begins at LEARNING_RATE; or a function that makes one of it. None: the
            optimizer's own, if it has one.
        features: positions of the arrays of data that are to be scaled.
        value: what f of the parameters is called where it is printed.

    Returns:
        The code.
    """
    name = title_of(f) if title_of(f).isidentifier() and not _is_object(f) else "f"
    imports, lines, taken, places = _definition(f, name)
    if loss is not None and loss.reads_variables and not places.keys() >= set(map(id, loss.parameters.variables)):
        reason = _("No code can be given here: f reads Variables of its own whose code is not known.")
        return f"# {reason}\n"
    names = {own: f"{own}_" if own in taken else own for own in _LOOP_NAMES}
    if schedule is None or hasattr(schedule, "get_config"):
        code = optimizer.code_with(schedule)
    else:
        more, making, *_known = _definition(schedule, names["schedule"])
        imports, lines = list(dict.fromkeys([*imports, *more])), [*lines, *making]
        code = optimizer.code_at(f"{names['schedule']}({LEARNING_RATE})")
    head = [*imports, "", *lines]
    filled = {"code": code, "iterations": ITERATIONS, "f": name, "value": value, **names}
    if loss is None or loss.is_plain:
        return "\n".join([*head, LOOP.format(start=start, dtype=dtype, **filled)])
    head += ["", *inspect.getsource(standardized).splitlines(), "", ""] if features else []
    return "\n".join([*head, LOOP_OVER_DATA.format(**filled | _over_data(loss, start, dtype, names, features, places))])


def _over_data(
    loss: Loss, start: npt.ArrayLike, dtype: str, names: dict[str, str], features: Sequence[int], places: dict[int, str]
) -> dict[str, str]:
    """Return what LOOP_OVER_DATA has of a loss's parameters and data."""
    parameters, data, variables = loss.parameters, names["data"], names["variables"]
    parts = parameters.split_array(np.asarray(start, dtype))
    new = ", ".join(f'tf.Variable({part.tolist()}, dtype="{dtype}")' for part in parts)
    values, moved = f"[{new}]", ""
    if loss.reads_variables:
        values = f"[{', '.join(places[id(variable)] for variable in parameters.variables)}]"
        if not np.array_equal(loss.flat(parameters.variables), start):
            moved = f"for variable, value in zip({variables}, {[part.tolist() for part in parts]}):\n    "
            moved += "variable.assign(value)\n"
    arrays, note = ", ".join(_tensor_code(array) for array in loss.data), ""
    if sum(array.shape.num_elements() for array in loss.data) > _MOST_DATA:
        reason = _("put your data here: there are too many numbers to write them out")
        arrays, note = "...", f"  # {reason}"
    batches, seen = "", data
    if loss.batches:
        rows, seed = loss.batches, loss.batches.seed
        if rows.global_seed is not None:
            batches = f"tf.random.set_seed({rows.global_seed})\n"
        shuffled = "" if seed is None else f".shuffle({rows.count}, seed={seed})"
        batches += BATCHES.format(batches=names["batches"], data=data, shuffled=shuffled, size=rows.size)
        seen = f"next({names['batches']})"
    scaling = "".join(f"{data}[{at}] = {standardized.__name__}({data}[{at}])\n" for at in features)
    packed = _packed_code(0 if parameters.is_flat else parameters.structure, variables)
    flat = f"tf.concat([tf.reshape(part, [-1]) for part in {variables}], 0)"
    arguments = [*([] if loss.reads_variables else [packed]), *([f"*{seen}"] if loss.data else [])]
    return {
        "values": values,
        "given": moved + (f"{data} = [{arrays}]{note}\n" if loss.data else ""),
        "batches": scaling + batches,
        "arguments": ", ".join(arguments),
        "x": f"{variables}[0]" if parameters.is_flat else flat,
    }


def _packed_code(structure: Any, variables: str) -> str:
    """Return code for parameters in the lists and dicts of the start."""
    if isinstance(structure, dict):
        items = (f"{key!r}: {_packed_code(value, variables)}" for key, value in structure.items())
        return f"{{{', '.join(items)}}}"
    if isinstance(structure, list):
        return f"[{', '.join(_packed_code(value, variables) for value in structure)}]"
    return f"{variables}[{structure}]"


def _tensor_code(tensor: Any) -> str:
    """Return code for a tensor of numbers, nan and infinity among them."""
    numbers = repr(tensor.numpy().tolist()).replace("nan", 'float("nan")').replace("inf", 'float("inf")')
    return f'tf.constant({numbers}, dtype="{tensor.dtype.name}")'


def filled_in(template: str, learning_rate: float, iterations: int) -> str:
    """Return a template's code for one run."""
    # No `format`: the function's own source may have braces.
    return template.replace(LEARNING_RATE, str(learning_rate)).replace(ITERATIONS, str(iterations))


def _is_object(f: object) -> bool:
    """Return whether f is an object that can be called: it is called by no name of its own."""
    return not (inspect.isroutine(f) or isinstance(f, functools.partial) or hasattr(f, "python_function"))


def _definition(f: Callable[..., Any], name: str) -> tuple[list[str], list[str], set[str], dict[int, str]]:
    """Return the lines that import what a function uses, those that define it, the names, and the Variables' places."""
    try:
        definitions = Definitions(f, name)
    except NotReproducible:
        reason = _("put your function here: its source, or something that it uses, is not known")
        return ["import tensorflow as tf"], [f"{name} = ...  # {reason}", ""], {name}, {}
    return definitions.imports, definitions.lines, definitions.names | {name}, definitions.places
