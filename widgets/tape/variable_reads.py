"""Reading Variables in Python before an op takes them: C++ would read them without telling a callback."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import tensorflow as tf


def reading_first(
    fast_path: Callable[..., Any], variables: type, definition: Callable[[str], Any]
) -> Callable[..., Any]:
    """Return what runs an op as `fast_path` does, after its Variables have been read in Python.

    Args:
        fast_path: TensorFlow's function, which runs an op by name.
        variables: the class of Variables.
        definition: returns the OpDef of an op, by name.

    Returns:
        The stand-in. An op that takes a handle gets the Variable itself.
    """
    plain: set[type] = set()  # types of arguments that hold no Variable

    @functools.cache
    def takes_values(op: str) -> bool:
        return not any(argument.type == tf.resource.as_datatype_enum for argument in definition(op).input_arg)

    def read(argument: Any) -> Any:
        if isinstance(argument, variables):
            return argument._read_variable_op()  # type: ignore[attr-defined]
        if isinstance(argument, (list, tuple)) and any(issubclass(type(item), variables) for item in argument):
            return [read(item) for item in argument]
        return argument

    def values_of(op: str, args: tuple[Any, ...]) -> tuple[Any, ...]:
        unknown = set(map(type, args)) - plain
        plain.update(kind for kind in unknown if not issubclass(kind, (variables, list, tuple)))
        return args if unknown <= plain or not takes_values(op) else tuple(map(read, args))

    def read_variables_first(context: Any, op: str, name: str | None, *args: Any) -> Any:
        if not plain.issuperset(map(type, args)):
            args = values_of(op, args)
        return fast_path(context, op, name, *args)

    return read_variables_first
