"""An end to loops in a learner's f that have none: `while x > 1.0: x = x / 2.0` from an x that has become infinite.

Python asks a tensor for its value before each round, so the values that f asks for in one call are counted. A loop in
TensorFlow's own graphs asks for none, and is not seen here.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow as tf

from widgets.common.catalogue import _
from widgets.tape.stand_ins import replaced

MOST_VALUES = 5_000
"""Values that a call may ask for at least: a round of a loop that asks for one takes 0.1 ms or more."""

_MORE = 50  # times as many as were asked for in any call before

_ASKING = "__bool__", "__float__", "__int__", "numpy"

_patching = threading.RLock()


class EndlessLoop(Exception):
    """Says that f seems not to end."""


class ValueCounter:
    """Counts the values of tensors that calls of f ask for, and ends a call that asks for too many.

    The first call is not ended: it may be long, and tells how many are usual.
    """

    def __init__(self) -> None:
        self._most: int | None = None

    @contextlib.contextmanager
    def one_call(self) -> Iterator[None]:
        """Count in a call that is made meanwhile, eagerly, in this thread."""
        limit = None if self._most is None else max(MOST_VALUES, _MORE * self._most)
        count, thread = 0, threading.get_ident()

        def counted(original: Callable[..., Any]) -> Callable[..., Any]:
            def ask(tensor: Any, *args: Any) -> Any:
                nonlocal count
                count += threading.get_ident() == thread
                if limit is not None and count > limit:
                    said = _("a loop in f seems not to end: it asked for the values of {count:,} tensors in one call")
                    raise EndlessLoop(said.format(count=limit))
                return original(tensor, *args)

            return ask

        with _patching, contextlib.ExitStack() as stack:
            for name in _ASKING:
                home: Any = next(kind for kind in type(tf.constant(0)).__mro__ if name in vars(kind))
                stack.enter_context(replaced(home, name, counted(getattr(home, name))))
            yield
        self._most = max(count, self._most or 0)
