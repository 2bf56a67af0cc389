"""Work done beside the learner's code without a trace in it: no warning of ours, and none of theirs a second time.

Python shows most warnings once for each place. Entering `warnings.catch_warnings`, as matplotlib does when it draws,
makes it forget what it has shown (https://github.com/python/cpython/issues/73858): the learner would see old warnings
again after each picture.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator
from typing import Any

_FORGETTING = ("_filters_mutated", "_filters_mutated_lock_held")
"""Python's functions, up to 3.13 and later, that say: the filters have changed, so what was shown counts no longer."""


@contextlib.contextmanager
def unnoticed() -> Iterator[None]:
    """Run a block whose warnings nobody sees, and after which Python still knows which warnings it has shown."""
    kept: dict[str, Callable[..., Any]] = {
        name: getattr(warnings, name) for name in _FORGETTING if hasattr(warnings, name)
    }
    for name in kept:
        setattr(warnings, name, _forget_nothing)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for name, function in kept.items():
            setattr(warnings, name, function)


def _forget_nothing() -> None:
    """Stand in for Python's own function while the filters change only for a moment."""
