"""What the learner's variables hold: a look into lists, dicts and objects that runs no code of theirs.

Only what Python keeps in an object's own `__dict__` is looked at: a property could calculate or print something, and
an object may answer any attribute at all.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from widgets.tape import hooks
from widgets.tape.events import Frame

MOST = 1_000
"""Objects that are looked into, at most."""

DEEPEST = 5
"""Steps from a variable of the learner's to what it holds, at most."""

_LONGEST = 500  # items of one list
_CLOSED = (str, bytes, int, float, complex, type, ModuleType, FunctionType, CodeType, FrameType, np.ndarray, np.generic)
_MISSING = object()


def is_variable(value: object) -> bool:
    """Say whether `value` is a `tf.Variable` or a Keras one (both have a handle, which is what a tape knows)."""
    return isinstance(value, (tf.Variable, keras.Variable))


def number_of(value: object) -> int | None:
    """Return the number by which tapes know a tensor or a Variable; None for anything else."""
    if not (is_variable(value) or isinstance(value, tf.Tensor)):
        return None
    try:
        return hooks.tensor_id(value)
    except Exception:  # a symbolic tensor; a Variable that has no value yet, or one on several devices
        return None


def used_names(frame: Frame) -> Iterator[tuple[str, Any]]:
    """Yield the names and values that a frame's code uses: a notebook's namespace holds far more."""
    code = frame.f_code
    for name, value in list(frame.f_locals.items()):
        if code.co_name != "<module>" or name in code.co_names:
            yield name, value
    for name in code.co_names:
        if name in frame.f_globals and name not in frame.f_locals:
            yield name, frame.f_globals[name]


def paths(roots: Iterable[tuple[str, Any]], wanted: set[int]) -> Iterator[tuple[str, int]]:
    """Yield (name, number) of the tensors and Variables that named objects hold, the nearest first.

    Args:
        roots: the objects, by name.
        wanted: numbers that are worth a long way. Without them only what is named, or in a named list, is found.

    Yields:
        Names, which are pieces of source such as `model.dense.kernel` or `layers[0].w`, and numbers.
    """
    seen, missing = set[int](), set(wanted)
    level = list(roots)
    for depth in range(DEEPEST):
        below: list[tuple[str, Any]] = []
        for name, value in level:
            number = number_of(value)
            if number is not None:
                missing.discard(number)
                yield name, number
            elif value is not None and not isinstance(value, (*_CLOSED, tf.Tensor, tf.Variable)) and len(seen) < MOST:
                below += () if id(value) in seen else [(name, value)]
                seen.add(id(value))
        if depth and not missing:
            return
        level = [item for name, value in below for item in _held(name, value)]


def _held(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        items = itertools.islice(_items(value), _LONGEST)
        yield from ((f"{name}[{key!r}]", item) for key, item in items if isinstance(key, (str, int)))
    elif isinstance(value, (list, tuple)):
        yield from (
            (f"{name}[{index}]", item) for index, item in enumerate(itertools.islice(_members(value), _LONGEST))
        )
    else:
        attributes = {key: item for key, item in _attributes(value).items() if isinstance(key, str)}
        yield from ((f"{name}.{key}", item) for key, item in attributes.items() if not key.startswith("_"))
        if _is_library(value):  # Keras keeps what its property `kernel` returns in `_kernel`
            own = ((key[1:], item) for key, item in attributes.items() if _is_property(value, key[1:]))
            yield from ((f"{name}.{key}", item) for key, item in own)
        else:
            private = ((key, item) for key, item in attributes.items() if key.startswith("_"))
            yield from ((f"{name}.{key}", item) for key, item in private if not key.startswith(("__", "_self_")))


def _is_property(value: object, name: str) -> bool:
    return isinstance(getattr(type(value), name, None), property)


def _is_library(value: object) -> bool:
    return type(value).__module__.split(".")[0] in ("keras", "tensorflow")


def _items(value: Any) -> Iterable[tuple[Any, Any]]:
    """Return a dictionary's items; TensorFlow's wrapper of one is no dictionary to Python."""
    if issubclass(type(value), dict):
        return dict.items(value)
    items: Iterable[tuple[Any, Any]] = value.items() if _is_library(value) else ()
    return items


def _members(value: Any) -> Iterable[Any]:
    """Return a sequence's members; TensorFlow's wrapper of a list keeps them elsewhere."""
    if _is_library(value):
        members: Iterable[Any] = iter(value)
        return members
    return list.__iter__(value) if issubclass(type(value), list) else tuple.__iter__(value)


def _attributes(value: object) -> dict[str, Any]:
    """Return an object's own attributes, asked of Python and not of the object."""
    try:
        attributes = object.__getattribute__(value, "__dict__")
    except (AttributeError, TypeError):
        return {}
    return attributes if isinstance(attributes, dict) else {}


def flattened(name: str, value: Any) -> Iterator[tuple[str, int]]:
    """Yield (name, number) of the tensors in a structure of lists and dictionaries."""
    number = number_of(value)
    if number is not None:
        yield name, number
    elif isinstance(value, (list, tuple, dict)):
        for inner, item in _held(name, value):
            yield from flattened(inner, item)


def value_of_name(name: str, frame: Frame) -> Any:
    """Return what a name such as `self.layers[0].kernel` means in a frame; None where that would run code to tell."""
    root, *rest = name.replace("[", ".[").split(".")
    value = frame.f_locals.get(root, frame.f_globals.get(root, _MISSING))
    for step in rest:
        value = _item(value, step[1:-1]) if step.startswith("[") else _attribute(value, step)
    return None if value is _MISSING else value


def _attribute(value: object, name: str) -> Any:
    """Return an attribute; Keras keeps what its property `kernel` returns in `_kernel`."""
    attributes = _attributes(value)
    return attributes.get(name, attributes.get(f"_{name}", _MISSING))


def _item(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return next((item for known, item in _items(value) if repr(known) == key), _MISSING)
    if isinstance(value, (list, tuple)) and key.isdigit():
        return next(itertools.islice(_members(value), int(key), None), _MISSING)
    return _MISSING
