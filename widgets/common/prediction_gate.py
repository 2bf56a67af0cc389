"""The prediction gate: what is shown after an open prediction stays locked until the learner has committed to one.

Views stand below the exercises, so the gate does not know predictions: `widgets.exercises` connects them to it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from widgets.common.catalogue import _

_Listener = Callable[..., None]
_listeners: list[_Listener] = []
_open_predictions: Callable[[], tuple[str, ...]] = tuple


def connect(open_predictions: Callable[[], tuple[str, ...]]) -> None:
    """Use `open_predictions()` as the names of the predictions that are asked for and not yet committed."""
    global _open_predictions
    _open_predictions = open_predictions


def subscribe(listener: _Listener) -> Callable[[], None]:
    """Call `listener` with every change of a prediction. Returns a function that ends that."""
    _listeners.append(listener)

    def unsubscribe() -> None:
        if listener in _listeners:
            _listeners.remove(listener)

    return unsubscribe


def notify(*change: Any) -> None:
    """Tell all listeners that a prediction has changed."""
    for listener in tuple(_listeners):
        listener(*change)


class Lock:
    """The predictions that were open when a view was shown: it stays locked until all of them are committed.

    Args:
        update: called now and with every change, with the name of what to predict first, and with "" once nothing is
            open. Without it the lock is open, and never closes.

    Attributes:
        names: the names of those predictions.
    """

    def __init__(self, update: Callable[[str], None] | None = None) -> None:
        self._update = update
        self.names = _open_predictions() if update else ()
        self.release: Callable[[], None] = subscribe(self._on_change) if self.names else _nothing
        if update:
            update(self._name())

    def message(self) -> str:
        """Return what to predict first, or "" if the lock is open."""
        return message_about(self._name())

    def _name(self) -> str:
        still_open = _open_predictions()
        return next((name for name in self.names if name in still_open), "")

    def _on_change(self, *_change: Any) -> None:
        name = self._name()
        if self._update:
            self._update(name)
        if not name:
            self.release()


def message_about(name: str) -> str:
    """Return what a locked view says of the prediction that it waits for; "" if it waits for none."""
    if not name:
        return ""
    message, again = _("First predict: {name}").format(name=name), _("Then run this cell again.")
    return f"{message}. {again}" if is_colab() else message


def is_colab() -> bool:
    """Return whether this is Colab: each output is a page of its own there, which hears only of what happens in it."""
    return "google.colab" in sys.modules


def _nothing() -> None:
    """Release a lock that never closed."""
