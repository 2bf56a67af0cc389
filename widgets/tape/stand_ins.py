"""Reaching into another package: its private modules, which of their names are missing, and stand-ins for a while."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any


def private(package: str, *names: str) -> tuple[Any, ...]:
    """Return private modules of a package: for one that has moved an empty one, all of whose names are missing."""
    return tuple(_module(f"{package}.{name}") for name in names)


def _module(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ImportError:
        return ModuleType(name)


def missing(*needed: tuple[Any, str]) -> list[str]:
    """Return which names are not there, in full, each once.

    Args:
        *needed: modules, classes or objects, each with names divided by spaces. None stands for a class that is
            missing itself: its own name is to be asked for, too.

    Returns:
        The names that are missing, such as `tensorflow.python.eager.backprop._zeros`.
    """
    found = (
        f"{getattr(owner, '__name__', type(owner).__name__)}.{name}"
        for owner, names in needed
        for name in names.split()
        if owner is not None and not hasattr(owner, name)
    )
    return [*dict.fromkeys(found)]


@contextlib.contextmanager
def replaced(owner: Any, name: str, stand_in: Any) -> Iterator[None]:
    """Put a stand-in where a name is, until the block ends."""
    original = getattr(owner, name)
    setattr(owner, name, stand_in)
    try:
        yield
    finally:
        take_out(owner, name, stand_in, original)


def take_out(owner: Any, name: str, stand_in: Any, original: Any) -> None:
    """Put the original back in place of a stand-in, also from under other stand-ins of ours that came later.

    What the learner's code has put there stays, and so do the stand-ins that it calls.

    Args:
        owner: where the name is.
        name: what was replaced.
        stand_in: what replaced it. One that is a function keeps what it calls as its attribute `below`.
        original: what was there before.
    """
    above: Any = None
    there: Any = getattr(owner, name, None)
    while there is not stand_in and hasattr(there, "below"):
        above, there = there, there.below
    if there is stand_in:
        original = getattr(stand_in, "below", original)  # which may have been taken out itself
        setattr(*((owner, name) if above is None else (above, "below")), original)


_HERE = str(Path(__file__).parent)


@contextlib.contextmanager
def hidden_from_tracebacks(*filters: ModuleType) -> Iterator[None]:
    """Let the modules that filter a package's own frames out of tracebacks leave out ours too, for the block."""
    with contextlib.ExitStack() as undo:
        for module in filters:
            if hidden := getattr(module, "_EXCLUDED_PATHS", ()):
                undo.enter_context(replaced(module, "_EXCLUDED_PATHS", (*hidden, _HERE)))
        yield


@contextlib.contextmanager
def registered(register: Callable[..., None], stack: list[Any], stand_in: Callable[..., Any]) -> Iterator[None]:
    """Register a function that TensorFlow keeps one of; the one that was registered before comes back.

    Args:
        register: TensorFlow's function for it.
        stack: what is registered, the innermost last.
        stand_in: what is registered until the block ends.
    """
    stack.append(stand_in)
    register(stand_in)
    try:
        yield
    finally:
        stack.remove(stand_in)
        register(stack[-1])
