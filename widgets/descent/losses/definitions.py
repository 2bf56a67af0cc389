"""The lines that define a learner's function anywhere: with all that it uses, each thing once."""

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
import tensorflow as tf

from widgets.common.functions import body_of

_LONGEST = 10_000  # characters of a constant that are written out
_TENSORFLOW = {"tf": tf, "tf.math": tf.math, "tf.nn": tf.nn, "tf.linalg": tf.linalg}


class NotReproducible(Exception):
    """No code can be given for something: a function without source, an object with a state of its own."""


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
        self._module = getattr(_innermost(f), "__module__", None)
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
        module, name = getattr(value, "__module__", None) or "__main__", getattr(value, "__qualname__", "")
        is_here = module == "__main__"  # and another program has another one
        if is_here or getattr(sys.modules.get(module), name, None) is not value:
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


def _innermost(f: Any) -> Any:
    """Return the function that a functools.partial fixes arguments of, however often; anything else as it is."""
    while isinstance(f, functools.partial):
        f = _python_function(f.func)
    return f


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
