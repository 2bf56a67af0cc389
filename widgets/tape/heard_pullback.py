"""A gradient function of someone's own, as `tf.custom_gradient` and `tf.function` put on a tape, that is listened to.

The tape keeps it, and a tape may be played after its recording, inside another: so it knows no log, and tells whoever
listens when it runs. Nor may it keep a log alive: a log holds the C++ tape, whose memory Python cannot look through.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from widgets.tape import hooks


class HeardPullback:
    """A pullback of someone's own, which tells whoever listens when it runs: perhaps in a later recording."""

    def __init__(self, op: str, backward: Callable[..., Any]) -> None:
        self.key = object()
        self._op, self._backward = op, backward

    def __call__(self, *upstream: Any) -> Any:
        """Run the gradient function, as the tape does, and tell what came of it."""
        gradients = self._backward(*upstream)
        for listener in hooks.listeners():
            listener.on_own_pullback(self.key, self._op, upstream, gradients)
        return gradients


def as_tuple(gradients: Any) -> tuple[Any, ...]:
    """Return what a gradient function passed back, one for each input: of a single input it may be without a list."""
    return tuple(gradients) if isinstance(gradients, (list, tuple)) else (gradients,)
