"""A learner's function as text that defines it anywhere: its own source, and before it everything that it uses."""

import ast
import builtins
import functools
import inspect
import symtable
import sys
import textwrap
import types

import numpy as np
import tensorflow as tf

from widgets.common.titles import body_of

_LONGEST = 10_000  # characters of a constant that are written out
_HOMES = {"tf": tf, "tf.math": tf.math, "tf.nn": tf.nn, "tf.linalg": tf.linalg}


class Unsayable(Exception):
    """Something that no text can be given for: a function without source, an object with a state of its own."""


class Definitions:
    """Lines that define a function under a name. Raises Unsayable if there can be none.

    Attributes:
        imports: the lines to begin with, `import tensorflow as tf` first.
        lines: helpers and constants, each once, and the function last.
    """

    def __init__(self, f, name):
        self.imports, self.lines, self._values = ["import tensorflow as tf"], [], {"tf": tf}
        f = plain(f)
        self._home = getattr(f, "__module__", None)
        self._define(name, f)

    @property
    def names(self):
        """All names that are defined."""
        return set(self._values)

    def _add(self, name, value):
        if self._values.get(name, self) is value:
            return
        if name in self._values:
            raise Unsayable(name)  # two things of one name, in two places
        self._values[name] = value
        self._define(name, plain(value))

    def _define(self, name, value):
        if isinstance(value, types.ModuleType):
            self._import(value.__name__, name)
        elif isinstance(value, functools.partial):
            self._define_partial(name, value)
        elif inspect.isfunction(value) and value.__module__ == self._home:
            self._define_function(name, value)
        elif callable(value):
            self.lines.append(f"{name} = {self._found(value)}")
        else:
            self.lines.append(f"{name} = {self._constant(value)}")

    def _import(self, module, name=None):
        line = f"import {module}" if name in (None, module) else f"import {module} as {name}"
        self.imports += [line] if line not in self.imports else []

    def _define_function(self, name, f):
        lines = _source(f, name)
        for used in sorted(_names_from_outside("\n".join(lines)) - {name}):
            for value in _meanings(inspect.unwrap(f), used):
                self._add(used, value)
        alias = [] if f.__name__ in (name, "<lambda>") else [f"{name} = {f.__name__}"]
        self.lines += ["", *lines, *alias, "", ""]

    def _define_partial(self, name, value):
        self._import("functools")
        inner = plain(value.func)
        inner_name = getattr(inner, "__name__", "").strip("<>") or "inner"
        self._define(inner_name, inner)
        given = [*map(self._constant, value.args)]
        given += [f"{key}={self._constant(one)}" for key, one in value.keywords.items()]
        self.lines.append(f"{name} = functools.partial({', '.join([inner_name, *given])})")

    def _found(self, value):
        """Return where something of a library is found; that of TensorFlow by its public name."""
        for home, module in _HOMES.items():
            for name, other in vars(module).items():
                if other is value:
                    return f"{home}.{name}"
        module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", "")
        if getattr(sys.modules.get(module), name, None) is not value:
            raise Unsayable(name)
        self._import(module)
        return f"{module}.{name}"

    def _constant(self, value):
        if isinstance(value, (tf.Tensor, tf.Variable)):
            kind = "Variable" if isinstance(value, tf.Variable) else "constant"
            return f'tf.{kind}({_literal(value.numpy().tolist())}, dtype="{value.dtype.name}")'
        if isinstance(value, (np.ndarray, np.generic)):
            self._import("numpy")
            return f'numpy.array({_literal(value.tolist())}, dtype="{value.dtype.name}"){"" if value.ndim else "[()]"}'
        return f"tf.{value.name}" if isinstance(value, tf.DType) else _literal(value)


def plain(f):
    """Return the Python function that a tf.function was made from; anything else as it is."""
    return getattr(f, "python_function", f)


def _literal(value):
    text = repr(value)
    try:
        if len(text) <= _LONGEST and ast.literal_eval(text) == value:
            return text
    except (ValueError, SyntaxError):  # a repr for people
        pass
    raise Unsayable(text)


def _source(f, name):
    """Return the lines that define a function: its own, or an assignment for a lambda."""
    if f.__name__ == "<lambda>":
        if (body := body_of(f)) is None:
            raise Unsayable(name)
        return f"{name} = lambda {str(inspect.signature(f))[1:-1]}: ({body})".splitlines()
    try:
        return textwrap.dedent(inspect.getsource(f)).rstrip().splitlines()
    except (OSError, TypeError) as error:
        raise Unsayable(name) from error


def _names_from_outside(source):
    """Return the names that a piece of source uses and does not define."""
    try:
        top = symtable.symtable(source, "source", "exec")
    except SyntaxError as error:
        raise Unsayable(source) from error
    found = {one.get_name() for one in top.get_symbols() if one.is_referenced() and not one.is_assigned()}
    waiting = top.get_children()
    while waiting:
        table = waiting.pop()
        waiting += table.get_children()
        found |= {one.get_name() for one in table.get_symbols() if one.is_referenced() and one.is_global()}
    return found


def _meanings(f, name):
    """Return what a name means to a function, in a list; none for what Python has built in."""
    cells = dict(zip(f.__code__.co_freevars, f.__closure__ or (), strict=True))
    if name in cells:
        return [cells[name].cell_contents]
    if name in f.__globals__:
        return [f.__globals__[name]]
    if hasattr(builtins, name):
        return []
    raise Unsayable(name)
