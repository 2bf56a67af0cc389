"""A run as TensorFlow code that reproduces it anywhere: the learner's function with all that it uses, then the loop."""

from __future__ import annotations

import ast
import builtins
import functools
import inspect
import symtable
import sys
import textwrap
import types
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.common.functions import body_of, title_of
from widgets.descent.loss import Loss
from widgets.descent.optimizers import LEARNING_RATE, Optimizer

LOOP = """\
{x} = tf.Variable({start}, dtype="{dtype}")
{optimizer} = {code}
for _ in range({iterations}):
    with tf.GradientTape() as {tape}:
        {y} = {f}({x})
    {gradient} = {tape}.gradient({y}, {x})
    {optimizer}.apply_gradients([({gradient}, {x})])
tf.print("y =", {f}({x}), "; x =", {x})
"""

LOOP_OVER_DATA = """\
{variables} = [{values}]
{data} = [{arrays}]{note}
{batches}{optimizer} = {code}
for _ in range({iterations}):
    with tf.GradientTape() as {tape}:
        {y} = {f}({arguments})
    {gradient} = {tape}.gradient({y}, {variables})
    {optimizer}.apply_gradients(zip({gradient}, {variables}))
tf.print("y =", {f}({arguments}), "; x =", {x})
"""

BATCHES = "{batches} = iter(tf.data.Dataset.from_tensor_slices(tuple({data})){shuffled}.batch({size}).repeat())\n"

ITERATIONS = "«iterations»"
"""The placeholder for the iterations. Like that for the learning rate, it is filled in last: a slider changes both."""

_LOOP_NAMES = ("x", "y", "tape", "gradient", "optimizer", "variables", "data", "batches")
_LONGEST = 10_000  # characters of a constant that are written out
_MOST_DATA = 2_000  # numbers of data that are written out
_TENSORFLOW = {"tf": tf, "tf.math": tf.math, "tf.nn": tf.nn, "tf.linalg": tf.linalg}


class NotReproducible(Exception):
    """No code can be given for something: a function without source, an object with a state of its own."""


def code_template(
    f: Callable[..., Any], start: npt.ArrayLike, optimizer: Optimizer, dtype: str, loss: Loss | None = None
) -> str:
    """Return the code of a run from `start` with LEARNING_RATE and ITERATIONS in it.

    Where no code can be given for f, a line says so in its place.

    Args:
        f: the learner's function.
        start: flat.
        optimizer: that of the run.
        dtype: of all numbers.
        loss: f with its parameters and data, unless it takes one number or list of numbers alone.

    Returns:
        The code.
    """
    if loss is not None and loss.reads_variables:
        reason = _("No code can be given here: f reads Variables of its own, such as the weights of a model.")
        return f"# {reason}\n"
    name = title_of(f) if title_of(f).isidentifier() else "f"
    head, taken = _definition(f, name)
    names = {own: f"{own}_" if own in taken else own for own in _LOOP_NAMES}
    filled = {"code": optimizer.code, "iterations": ITERATIONS, "f": name, **names}
    if loss is None or loss.is_plain:
        return "\n".join([*head, LOOP.format(start=start, dtype=dtype, **filled)])
    return "\n".join([*head, LOOP_OVER_DATA.format(**filled | _over_data(loss, start, dtype, names))])


def _over_data(loss: Loss, start: npt.ArrayLike, dtype: str, names: dict[str, str]) -> dict[str, str]:
    """Return what LOOP_OVER_DATA has of a loss's parameters and data."""
    parameters, data, variables = loss.parameters, names["data"], names["variables"]
    parts = parameters.split_array(np.asarray(start, dtype))
    arrays, note = ", ".join(_tensor_code(array) for array in loss.data), ""
    if sum(array.shape.num_elements() for array in loss.data) > _MOST_DATA:
        arrays, note = "...", f"  # {_('put your data here: there are too many numbers to write them out')}"
    batches, seen = "", data
    if loss.batches:
        rows, seed = loss.batches, loss.batches.seed
        shuffled = "" if seed is None else f".shuffle({rows.count}, seed={seed})"
        batches = BATCHES.format(batches=names["batches"], data=data, shuffled=shuffled, size=rows.size)
        seen = f"next({names['batches']})"
    packed = _packed_code(0 if parameters.is_flat else parameters.structure, variables)
    flat = f"tf.concat([tf.reshape(part, [-1]) for part in {variables}], 0)"
    return {
        "values": ", ".join(f'tf.Variable({part.tolist()}, dtype="{dtype}")' for part in parts),
        "arrays": arrays,
        "note": note,
        "batches": batches,
        "arguments": f"{packed}, *{seen}" if loss.data else packed,
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


def _definition(f: Callable[..., Any], name: str) -> tuple[list[str], set[str]]:
    """Return the lines that define a function, and the names that are taken then."""
    try:
        definitions = Definitions(f, name)
    except NotReproducible:
        reason = _("put your function here: its source, or something that it uses, is not known")
        return ["import tensorflow as tf", "", f"{name} = ...  # {reason}", ""], {name}
    return [*definitions.imports, "", *definitions.lines], definitions.names | {name}


class Definitions:
    """Lines that define a function under a name. NotReproducible is raised if there can be none.

    Args:
        f: the function.
        name: what to call it.

    Attributes:
        imports: the lines to begin with, `import tensorflow as tf` first.
        lines: helpers and constants, each once, and the function last.
    """

    def __init__(self, f: Callable[..., Any], name: str) -> None:
        self.imports: list[str] = ["import tensorflow as tf"]
        self.lines: list[str] = []
        self._values: dict[str, object] = {"tf": tf}
        f = _python_function(f)
        self._module = getattr(f, "__module__", None)
        self._define(name, f)

    @property
    def names(self) -> set[str]:
        """All names that are defined."""
        return set(self._values)

    def _add(self, name: str, value: object) -> None:
        if self._values.get(name, self) is value:
            return
        if name in self._values:
            raise NotReproducible(name)  # two things of one name, in two places
        self._values[name] = value
        self._define(name, _python_function(value))

    def _define(self, name: str, value: Any) -> None:
        if isinstance(value, types.ModuleType):
            self._import(value.__name__, name)
        elif isinstance(value, functools.partial):
            self._define_partial(name, value)
        elif inspect.isfunction(value) and value.__module__ == self._module:
            self._define_function(name, value)
        elif callable(value):
            self.lines.append(f"{name} = {self._public_name(value)}")
        else:
            self.lines.append(f"{name} = {self._constant(value)}")

    def _import(self, module: str, name: str | None = None) -> None:
        line = f"import {module}" if name in (None, module) else f"import {module} as {name}"
        self.imports += [line] if line not in self.imports else []

    def _define_function(self, name: str, f: types.FunctionType) -> None:
        lines = _source_lines(f, name)
        for used in sorted(_free_names("\n".join(lines)) - {name}):
            for value in _values_of(inspect.unwrap(f), used):
                self._add(used, value)
        alias = [] if f.__name__ in (name, "<lambda>") else [f"{name} = {f.__name__}"]
        self.lines += ["", *lines, *alias, "", ""]

    def _define_partial(self, name: str, value: functools.partial[Any]) -> None:
        self._import("functools")
        inner = _python_function(value.func)
        inner_name = getattr(inner, "__name__", "").strip("<>") or "inner"
        self._define(inner_name, inner)
        arguments = [*map(self._constant, value.args)]
        arguments += [f"{key}={self._constant(one)}" for key, one in value.keywords.items()]
        self.lines.append(f"{name} = functools.partial({', '.join([inner_name, *arguments])})")

    def _public_name(self, value: Callable[..., Any]) -> str:
        """Return where something of a library is found; that of TensorFlow by its public name."""
        for prefix, home in _TENSORFLOW.items():
            for name, other in vars(home).items():
                if other is value:
                    return f"{prefix}.{name}"
        module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", "")
        if module is None or getattr(sys.modules.get(module), name, None) is not value:
            raise NotReproducible(name)
        self._import(module)
        return f"{module}.{name}"

    def _constant(self, value: Any) -> str:
        if isinstance(value, (tf.Tensor, tf.Variable)):
            kind = "Variable" if isinstance(value, tf.Variable) else "constant"
            return f'tf.{kind}({_literal(value.numpy().tolist())}, dtype="{value.dtype.name}")'
        if isinstance(value, (np.ndarray, np.generic)):
            self._import("numpy")
            return f'numpy.array({_literal(value.tolist())}, dtype="{value.dtype.name}"){"" if value.ndim else "[()]"}'
        return f"tf.{value.name}" if isinstance(value, tf.DType) else _literal(value)


def _python_function(f: Any) -> Any:
    """Return the Python function that a tf.function was made from; anything else as it is."""
    return getattr(f, "python_function", f)


def _literal(value: object) -> str:
    text = repr(value)
    try:
        if len(text) <= _LONGEST and ast.literal_eval(text) == value:
            return text
    except (ValueError, SyntaxError):  # a repr for people
        pass
    raise NotReproducible(text)


def _source_lines(f: types.FunctionType, name: str) -> list[str]:
    """Return the lines that define a function: its own, or an assignment for a lambda."""
    if f.__name__ == "<lambda>":
        if (body := body_of(f)) is None:
            raise NotReproducible(name)
        return f"{name} = lambda {str(inspect.signature(f))[1:-1]}: ({body})".splitlines()
    try:
        return textwrap.dedent(inspect.getsource(f)).rstrip().splitlines()
    except (OSError, TypeError) as error:
        raise NotReproducible(name) from error


def _free_names(source: str) -> set[str]:
    """Return the names that a piece of source uses and does not define, those of inner functions among them.

    `inspect.getclosurevars` knows neither those nor the names in defaults, annotations, and decorators.
    """
    try:
        top = symtable.symtable(source, "source", "exec")
    except SyntaxError as error:
        raise NotReproducible(source) from error
    found = {one.get_name() for one in top.get_symbols() if one.is_referenced() and not one.is_assigned()}
    waiting = top.get_children()
    while waiting:
        table = waiting.pop()
        waiting += table.get_children()
        found |= {one.get_name() for one in table.get_symbols() if one.is_referenced() and one.is_global()}
    return found


def _values_of(f: Callable[..., Any], name: str) -> list[object]:
    """Return the value of a name in a function, in a list; none for what Python has built in."""
    if not isinstance(f, types.FunctionType):
        raise NotReproducible(name)
    cells = dict(zip(f.__code__.co_freevars, f.__closure__ or (), strict=True))
    if name in cells:
        return [cells[name].cell_contents]
    if name in f.__globals__:
        return [f.__globals__[name]]
    if hasattr(builtins, name):
        return []
    raise NotReproducible(name)
