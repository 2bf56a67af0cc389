"""Functions that the learner's code calls by name and that ran no TensorFlow operation: nothing else tells of them.

A loss function in an earlier cell that computes with NumPy leaves no trace in a log, and is just what has to be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from types import CodeType, FunctionType
from typing import Any

from widgets.tape.places import is_library
from widgets.tape.running_code import Frame

MOST = 30
"""Functions that are looked for, at most."""


def helper_codes(codes: Sequence[CodeType], frames: Iterable[Frame]) -> list[CodeType]:
    """Return the code of the learner's functions and methods that some code names, and that those name in turn.

    Args:
        codes: the code that took part.
        frames: frames of the learner's, whose modules say what the names mean.

    Returns:
        The code of each function once, those that took part left out.
    """
    spaces = list({id(frame.f_globals): frame.f_globals for frame in frames}.values())
    known, found = {id(code) for code in codes}, list[CodeType]()
    waiting = list(codes)
    while waiting and len(found) < MOST:
        names = {name for code in _with_inner(waiting.pop(0)) for name in code.co_names}
        for name in sorted(names):
            for code in _codes_of(next((space[name] for space in spaces if name in space), None)):
                if id(code) not in known and not is_library(code.co_filename):
                    known.add(id(code))
                    found.append(code)
                    waiting.append(code)
    return found


def _with_inner(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _with_inner(constant)


def _codes_of(value: Any) -> Iterator[CodeType]:
    """Yield the code of a function, of what a decorator or a `tf.function` wraps, or of a class's methods."""
    if issubclass(type(value), type):
        yield from (one.__code__ for one in vars(value).values() if issubclass(type(one), FunctionType))
        return
    wrapped: Any = getattr(value, "__dict__", {}).get("__wrapped__")
    if issubclass(type(wrapped), FunctionType):
        yield wrapped.__code__
    if type(value).__module__.startswith("tensorflow."):
        value = vars(value).get("_python_function") if hasattr(type(value), "python_function") else None
    if issubclass(type(value), FunctionType):
        yield value.__code__
