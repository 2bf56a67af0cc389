"""What a Python function sees besides its arguments: while that stays as it is, what was traced of it holds good."""

import numbers
import types

import tensorflow as tf

_FIXED = numbers.Number, str, bytes, type(None), tf.DType, tf.Tensor, tf.Variable, types.BuiltinFunctionType
"""Kinds of objects that never change. (A Variable does, but a graph reads it anew whenever it runs.)"""

_LIBRARIES = {"keras", "math", "numpy", "tensorflow"}


def sight(f):
    """Return the objects that a function's code can reach by name, or None if one of them might change in place."""
    found = [f]
    return tuple(found) if _look_around(f, found) else None


def same(before, now):
    """Say whether two sights show the same objects."""
    if before is None or now is None or len(before) != len(now):
        return False
    return all(old is new for old, new in zip(before, now, strict=True))


def _look_around(f, found):
    """Add what `f` sees to `found`. Return whether all of it is certain to stay as it is."""
    if not isinstance(f, types.FunctionType) or vars(f):
        return False
    found.append(f.__code__)
    for value in _named(f):
        new = not any(value is old for old in found)
        found.append(value)
        if new and not _stays(value) and not _look_around(value, found):
            return False
    return True


def _stays(value):
    if isinstance(value, types.ModuleType):
        return value.__name__.partition(".")[0] in _LIBRARIES
    return isinstance(value, _FIXED)


def _named(f):
    """Yield what a function's names stand for: globals, variables of the functions around it, and defaults."""
    for name in sorted(_names(f.__code__)):
        if name in f.__globals__:
            yield f.__globals__[name]
    for cell in f.__closure__ or ():
        yield cell.cell_contents
    yield from f.__defaults__ or ()
    yield from (f.__kwdefaults__ or {}).values()


def _names(code):
    inner = [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]
    return set(code.co_names).union(*map(_names, inner))
