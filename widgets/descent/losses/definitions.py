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
from widgets.descent.losses.class_source import class_source, first_method
from widgets.descent.losses.keras_code import NoCode, creation_code, is_of_keras, weights_code

_LONGEST = 10_000  # characters of a constant that are written out
_TENSORFLOW = {"tf": tf, "tf.math": tf.math, "tf.nn": tf.nn, "tf.linalg": tf.linalg}

_TF_KERAS = "keras._tf_keras.keras"  # what tf.keras calls itself


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
        places: of each Variable that is defined, by its id: an expression for it.
    """

    def __init__(self, f: Callable[..., Any], name: str) -> None:
        self.imports: list[str] = ["import tensorflow as tf"]
        self.lines: list[str] = []
        self.places: dict[int, str] = {}
        self._values: dict[str, object] = {"tf": tf}
        f = self._values[name] = _python_function(f)
        self._module = _module_of(_innermost(f))
        try:
            self._define(name, f)
        except NoCode as error:
            raise NotReproducible(name) from error

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
        if isinstance(value, types.ModuleType) and value.__name__.startswith(_TF_KERAS):
            self.lines.append(f"{name} = tf.keras{value.__name__.removeprefix(_TF_KERAS)}")
        elif isinstance(value, types.ModuleType):
            self._import(value.__name__, name)
        elif isinstance(value, functools.partial):
            self._define_partial(name, value)
        elif inspect.isfunction(value) and value.__module__ == self._module:
            self._define_function(name, value)
        elif inspect.isclass(value) and value.__module__ == self._module:
            self._define_class(name, value)
        elif inspect.ismethod(value):
            self.lines.append(f"{name} = {self._instance(value.__self__)}.{value.__func__.__name__}")
        elif is_of_keras(value):
            self._define_of_keras(name, value)
        elif type(value).__module__ == self._module and hasattr(value, "__dict__"):
            self._define_instance(name, value)
        elif callable(value):
            self.lines.append(f"{name} = {self._public_name(value)}")
        else:
            self.lines.append(f"{name} = {self._constant(value, name)}")

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

    def _define_class(self, name: str, kind: type) -> None:
        if name != kind.__name__:
            self._add(kind.__name__, kind)
            self.lines.append(f"{name} = {kind.__name__}")
            return
        source, method = class_source(kind), first_method(kind)
        if source is None or method is None:
            raise NotReproducible(kind.__name__)
        for used in sorted(_free_names(source) - {kind.__name__}):
            for value in _values_of(method, used):
                self._add(used, value)
        self.lines += ["", *source.splitlines(), "", ""]

    def _define_of_keras(self, name: str, value: Any) -> None:
        self.lines.append(f"{name} = {creation_code(value)}")
        self.lines += weights_code(name, value)
        self.places |= {id(one): f"{name}.weights[{at}]" for at, one in enumerate(getattr(value, "weights", ()))}

    def _define_instance(self, name: str, value: object) -> None:
        """Define an object of the learner's class as it is now, without its `__init__`, whose arguments are gone."""
        kind = type(value)
        if isinstance(value, tf.Module):
            raise NotReproducible(kind.__name__)
        self._add(kind.__name__, kind)
        self.lines.append(f"{name} = object.__new__({kind.__name__})")
        for key, one in vars(value).items():
            self._define(f"{name}.{key}", _python_function(one))

    def _instance(self, value: object) -> str:
        """Return the name of an object, which is defined if it is not yet."""
        known = [name for name, other in self._values.items() if other is value]
        name = known[0] if known else type(value).__name__.lower()
        self._add(name, value)
        return name

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

    def _constant(self, value: Any, place: str = "") -> str:
        """Return a value as code; `place` is where it will be found."""
        if type(value) in (list, tuple) and any(map(_is_array, value)):
            parts = ", ".join(self._constant(one, f"{place}[{at}]") for at, one in enumerate(value))
            return f"[{parts}]" if isinstance(value, list) else f"({parts},)"
        if type(value) is dict and any(map(_is_array, value.values())):
            items = (f"{key!r}: {self._constant(one, f'{place}[{key!r}]')}" for key, one in value.items())
            return f"{{{', '.join(items)}}}"
        if isinstance(value, tf.Variable) and place:
            self.places[id(value)] = place
        if isinstance(value, (tf.Tensor, tf.Variable)):
            kind = "Variable" if isinstance(value, tf.Variable) else "constant"
            return f'tf.{kind}({_literal(value.numpy().tolist())}, dtype="{value.dtype.name}")'
        if isinstance(value, (np.ndarray, np.generic)):
            self._import("numpy")
            return f'numpy.array({_literal(value.tolist())}, dtype="{value.dtype.name}"){"" if value.ndim else "[()]"}'
        return f"tf.{value.name}" if isinstance(value, tf.DType) else _literal(value)


def _module_of(f: Any) -> str | None:
    """Return the module of a function, or of the class of an object that is called."""
    found = f if inspect.isroutine(f) or inspect.isclass(f) else type(f)
    return getattr(found, "__module__", None)


def _is_array(value: object) -> bool:
    return isinstance(value, (tf.Tensor, tf.Variable, np.ndarray))


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
