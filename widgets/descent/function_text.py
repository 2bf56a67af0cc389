"""Functions and values as text that is equal in a later process, too, if they are: what a sweep is resumed by."""

from __future__ import annotations

import functools
import hashlib
import sys
import types
import uuid
from typing import Any

import numpy as np

from widgets.descent.paths.kept_plans import captured

_COMPARED = bool, int, float, complex, str, bytes, type(None), list, tuple, dict, np.ndarray, np.generic
_LIBRARIES = {*sys.stdlib_module_names, "keras", "numpy", "tensorflow"}


def text_of(value: Any) -> str:
    """Return what is equal for equal settings, data, and values that a function captures."""
    if isinstance(value, (list, tuple)):
        return repr([text_of(one) for one in value])
    if isinstance(value, dict):
        return repr({key: text_of(one) for key, one in value.items()})
    if hasattr(value, "get_config") and not hasattr(value, "weights"):
        return f"{type(value).__name__} {value.get_config()}"
    if value is None or isinstance(value, (str, int, float)):
        return repr(value)
    if callable(value):
        return function_text(value)
    numbers = value.numpy() if hasattr(value, "numpy") else np.asarray(value)
    if numbers.dtype.hasobject:
        return uuid.uuid4().hex
    return f"{numbers.dtype} {numbers.shape} {hashlib.sha256(numbers.tobytes()).hexdigest()}"


def function_text(f: Any, seen: tuple[object, ...] = ()) -> str:
    """Return what is equal for two functions that compute the same: their code, and the values of all its names.

    Of what cannot be compared, such as an object with a state of its own, it is never equal: that runs again.
    """
    f = getattr(f, "python_function", f)
    if any(f is other for other in seen):
        return "itself"
    if isinstance(f, functools.partial):
        return repr((function_text(f.func, seen), text_of(f.args), text_of(f.keywords)))
    if _is_of_a_library(f):
        return f"{getattr(f, '__module__', '')} {getattr(f, '__qualname__', f.__name__)}"
    if getattr(f, "trainable_variables", None) is not None and hasattr(f, "get_config"):  # a Keras model or layer
        return repr((type(f).__name__, repr(f.get_config()), [text_of(weight) for weight in f.weights]))
    if not isinstance(f, types.FunctionType):
        return text_of(f) if isinstance(f, _COMPARED) or hasattr(f, "numpy") else uuid.uuid4().hex
    values = [function_text(value, (*seen, f)) for value in captured(f)]
    return repr((_code_text(f.__code__), values))


def _is_of_a_library(f: Any) -> bool:
    if isinstance(f, types.ModuleType):
        return f.__name__.partition(".")[0] in _LIBRARIES
    if not isinstance(f, (types.BuiltinFunctionType, types.FunctionType, type)):
        return False
    return (f.__module__ or "builtins").partition(".")[0] in _LIBRARIES


def _code_text(code: types.CodeType) -> str:
    parts = [_code_text(part) if isinstance(part, types.CodeType) else repr(part) for part in code.co_consts]
    return repr((code.co_code.hex(), code.co_names, parts))
