"""Plans and traced graphs that are kept, to be used again: it takes longer to trace a graph than to run it.

They stay valid as long as all objects that the function's code can reach by name stay the same, so these are compared
at each call: 3 microseconds for the course's function, where tracing it again takes 50 milliseconds.
"""

from __future__ import annotations

import collections
import contextlib
import hashlib
import numbers
import sys
import types
from collections.abc import Callable, Hashable, Iterator
from typing import Any, TypeVar, cast

import numpy as np
import tensorflow as tf

from widgets.descent.losses.loss import Loss

_T = TypeVar("_T")

_CAPACITY = 48  # plans and graphs
_cache: collections.OrderedDict[Hashable, Any] = collections.OrderedDict()

_undisturbed: list[object] = []
"""While only the library's own code runs, what stands for all that cannot be compared."""

_IMMUTABLE = numbers.Number, str, bytes, type(None), tf.DType, tf.Tensor, tf.Variable, types.BuiltinFunctionType
"""Kinds of objects that never change. (A Variable does, but a graph reads it again whenever it runs.)"""

_LIBRARIES = {"keras", "math", "numpy", "tensorflow"}


def get_or_build(key: Hashable, build: Callable[[], _T]) -> _T:
    """Return what was built under an equal key before, or build it. The least recently used entries are dropped."""
    found = cast("_T", _cache.pop(key, None) or build())
    _cache[key] = found
    while len(_cache) > _CAPACITY:
        _cache.popitem(last=False)
    return found


def kept_while_unchanged(key: Hashable, loss: Loss, build: Callable[[], _T]) -> _T:
    """Return what was built under an equal key before, if the loss captures nothing now that it did not then."""
    captured = _captured_objects(loss)
    before, *found = _cache.pop(key, (None,))
    if not _is_unchanged(before, captured):
        found = [build()]
    result: _T = get_or_build(key, lambda: (captured, *found))[1]
    return result


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Keep all plans that are made meanwhile, also for an f that captures what might change in place, as a model."""
    _undisturbed.append(object())
    try:
        yield
    finally:
        _undisturbed.pop()


def _captured_objects(loss: Loss) -> tuple[object, ...] | None:
    """Return the objects that a loss's code can reach by name, or None if one of them might change in place."""
    found: list[object] = [loss.f, *loss.parameters.variables, sys.intern(loss.fingerprint)]
    if _collect(loss.f, found):
        return tuple(found)
    return (*found, *_undisturbed) if _undisturbed else None


def _is_unchanged(before: tuple[object, ...] | None, now: tuple[object, ...] | None) -> bool:
    """Return whether two results of `_captured_objects` hold the same objects."""
    if before is None or now is None or len(before) != len(now):
        return False
    return all(old is new for old, new in zip(before, now, strict=True))


def _collect(f: object, found: list[object]) -> bool:
    """Add what `f` captures to `found`. Return whether all of it is certain to stay as it is."""
    if not isinstance(f, types.FunctionType) or vars(f):
        return False
    found.append(f.__code__)
    for value in captured(f):
        is_new = not any(value is old for old in found)
        found.append(value)
        if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":  # it may be filled anew: its numbers count
            # interned, since what was captured is compared by identity
            found.append(sys.intern(hashlib.sha256(value.tobytes()).hexdigest()))
            continue
        if is_new and not _is_immutable(value) and not _collect(value, found):
            return False
    return True


def _is_immutable(value: object) -> bool:
    if isinstance(value, types.ModuleType):
        return value.__name__.partition(".")[0] in _LIBRARIES
    return isinstance(value, _IMMUTABLE)


def captured(f: types.FunctionType) -> Iterator[object]:
    """Yield what a function's names stand for: globals, variables of the functions around it, and defaults."""
    for name in sorted(_names(f.__code__)):
        if name in f.__globals__:
            yield f.__globals__[name]
    for cell in f.__closure__ or ():
        yield cell.cell_contents
    yield from f.__defaults__ or ()
    yield from (f.__kwdefaults__ or {}).values()


def _names(code: types.CodeType) -> set[str]:
    inner = [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]
    return set(code.co_names).union(*map(_names, inner))
