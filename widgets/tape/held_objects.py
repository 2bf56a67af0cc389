"""What the learner's variables hold: a look into lists, dicts and objects that runs no code of theirs.

Only what Python keeps in an object's own `__dict__` is looked at: a property could calculate or print something, and
an object may answer any attribute at all.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterable, Iterator, Sequence
from types import CodeType, FrameType, FunctionType, MemberDescriptorType, ModuleType
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from widgets.tape import hooks
from widgets.tape.running_code import Frame

MOST = 1_000
"""Objects that are looked into, at most."""

DEEPEST = 5
"""Steps from a variable of the learner's to what it holds, at most."""

_LAYERS_DEEPEST = 3
_LONGEST = 500  # items of one list
_CLOSED = (str, bytes, int, float, complex, type, ModuleType, FunctionType, CodeType, FrameType, np.ndarray, np.generic)
_KEYS = (str, int, bool)  # keys whose text is a piece of source
_MISSING = object()


def is_a(value: object, kinds: type | tuple[type, ...]) -> bool:
    """Say whether a value is of a kind, or of one of several. What it says of its class itself is not asked.

    `isinstance` would ask a mock, which may claim anything, and an object whose `__class__` may run code. Only
    TensorFlow's wrappers of lists and dictionaries are believed.
    """
    return issubclass(type(value), kinds) or (_is_library(value) and isinstance(value, kinds))


def is_variable(value: object) -> bool:
    """Say whether `value` is a `tf.Variable` or a Keras one (both have a handle, which is what a tape knows)."""
    return is_a(value, (tf.Variable, keras.Variable))


def number_of(value: object) -> int | None:
    """Return the number by which tapes know a tensor or a Variable; None for anything else."""
    if not (is_variable(value) or is_a(value, tf.Tensor)):
        return None
    try:
        return hooks.tensor_id(value)
    except Exception:  # a symbolic tensor; a Variable that has no value yet, or one on several devices
        return None


def handle_of(variable: Any) -> Any:
    """Return a Variable's handle, of one on several devices that on the first; None if it has none."""
    for part in (variable, *itertools.islice(_on_each_device(variable), 1)):
        with contextlib.suppress(Exception):  # one of a `tf.distribute` strategy, outside of its replicas
            return part.handle
    return None


def own_handles(owner: Any, kind: str = "optimizer") -> frozenset[int]:
    """Return the numbers of the handles of an optimizer's own Variables; none of anything else."""
    own = getattr(owner, "own", None)
    if isinstance(own, frozenset):  # what a trace has kept of it
        return own
    try:
        variables = list(owner.variables) if kind == "optimizer" else []
    except Exception:  # one that is not built, or of the learner's own
        return frozenset()
    numbers = (number_of(part) for variable in variables for part in _on_each_device(variable))
    return frozenset(number for number in numbers if number is not None)


def _on_each_device(variable: Any) -> Sequence[Any]:
    """Return the Variables that one of a `tf.distribute` strategy consists of; any other is one itself."""
    value = variable.value if isinstance(variable, keras.Variable) else variable
    return value.values if isinstance(value, tf.distribute.DistributedValues) else (variable,)


def used_names(frame: Frame) -> Iterator[tuple[str, Any]]:
    """Yield the names and values that a frame's code uses: a notebook's namespace holds far more."""
    code, own = frame.f_code, frame.f_locals
    for name, value in list(_own_items(own)):
        if code.co_name != "<module>" or name in code.co_names:
            yield name, value
    for name in code.co_names:
        if _look_up(own, name) is _MISSING:
            value = _look_up(frame.f_globals, name)
            if value is not _MISSING:
                yield name, value


def _own_items(names: Any) -> Iterable[tuple[Any, Any]]:
    """Return what a frame's names mean; a mapping of someone's own, as a class body may have, is not asked."""
    return dict.items(names) if issubclass(type(names), dict) else names.items() if _is_pythons(names) else ()


def _look_up(names: Any, name: str) -> Any:
    """Return what a frame's name means, or _MISSING."""
    if issubclass(type(names), dict):
        return dict.get(names, name, _MISSING)
    return names.get(name, _MISSING) if _is_pythons(names) else _MISSING


def _is_pythons(names: object) -> bool:
    return type(names).__name__ == "FrameLocalsProxy"  # since Python 3.13


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
            elif value is not None and not is_a(value, (*_CLOSED, tf.Tensor, tf.Variable)) and len(seen) < MOST:
                below += () if id(value) in seen else [(name, value)]
                seen.add(id(value))
        if depth and not missing:
            return
        level = [item for name, value in below for item in _held(name, value)]


def keras_paths(objects: Iterable[Any]) -> Iterator[tuple[int | None, str]]:
    """Yield (number, path) of the Variables of Keras layers among objects, or in what these hold."""
    seen, level = set[int](), list(objects)
    for _ in range(_LAYERS_DEEPEST):
        below: list[Any] = []
        for value in level:
            is_closed = value is None or is_a(value, (*_CLOSED, tf.Tensor, tf.Variable))
            if is_closed or id(value) in seen or len(seen) > MOST:
                continue
            seen.add(id(value))
            if not is_a(value, keras.layers.Layer):
                below += (item for _, item in _held("", value))
                continue
            with contextlib.suppress(Exception):  # a layer of the learner's own may have anything in its lists
                yield from [(number_of(variable), variable.path) for variable in value.variables]
        level = below


def _held(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if is_a(value, dict):
        items = itertools.islice(_items(value), _LONGEST)
        yield from ((f"{name}[{key!r}]", item) for key, item in items if type(key) in _KEYS)
    elif is_a(value, (list, tuple)):
        yield from (
            (f"{name}[{index}]", item) for index, item in enumerate(itertools.islice(_members(value), _LONGEST))
        )
    else:
        attributes = {key: item for key, item in attributes_of(value).items() if type(key) is str}
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
    return str(type(value).__module__).split(".")[0] in ("keras", "tensorflow")


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


def attributes_of(value: object) -> dict[str, Any]:
    """Return an object's own attributes, asked of Python and not of the object."""
    try:
        attributes = object.__getattribute__(value, "__dict__")
    except (AttributeError, TypeError):
        return dict(_slots(value))
    return attributes if type(attributes) is dict else {}


def _slots(value: object) -> Iterator[tuple[str, Any]]:
    """Yield the attributes of an object whose class has `__slots__`, such as a dataclass with `slots=True`."""
    for kind in type.mro(type(value)):
        members = type.__getattribute__(kind, "__dict__")
        for name, member in members.items() if "__slots__" in members else ():
            if type(member) is MemberDescriptorType:
                with contextlib.suppress(AttributeError):  # one that has not been set
                    yield name, member.__get__(value)


def flattened(name: str, value: Any) -> Iterator[tuple[str, int]]:
    """Yield (name, number) of the tensors in a structure of lists, dictionaries and composite tensors."""
    number = number_of(value)
    if number is not None:
        yield name, number
    elif is_a(value, tf.RaggedTensor):
        yield from flattened(f"{name}.flat_values", value.flat_values)
    elif is_a(value, (tf.SparseTensor, tf.IndexedSlices)):
        yield from flattened(f"{name}.values", value.values)
    elif is_a(value, (list, tuple, dict)):
        for inner, item in _held(name, value):
            yield from flattened(inner, item)


def value_of_name(name: str, frame: Frame) -> Any:
    """Return what a name such as `self.layers[0].kernel` means in a frame; None where that would run code to tell."""
    root, *rest = name.replace("[", ".[").split(".")
    value = _look_up(frame.f_locals, root)
    if value is _MISSING:
        value = _look_up(frame.f_globals, root)
    for step in rest:
        value = _item(value, step[1:-1]) if step.startswith("[") else _attribute(value, step)
    return None if value is _MISSING else value


def _attribute(value: object, name: str) -> Any:
    """Return an attribute; Keras keeps what its property `kernel` returns in `_kernel`."""
    attributes = attributes_of(value)
    return attributes.get(name, attributes.get(f"_{name}", _MISSING))


def _item(value: Any, key: str) -> Any:
    if is_a(value, dict):
        known = ((each, item) for each, item in _items(value) if type(each) in _KEYS)
        return next((item for each, item in known if repr(each) == key), _MISSING)
    if is_a(value, (list, tuple)) and key.isdigit():
        return next(itertools.islice(_members(value), int(key), None), _MISSING)
    return _MISSING
