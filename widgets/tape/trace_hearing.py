"""Hears functions being traced between recordings too, so that a later cell can play the tape inside.

Python runs the body of a `tf.function` once, when it is traced, often in an earlier cell than the recorded one.
`hear_traces` puts one stand-in round TensorFlow's tracing: eager code, and calls of what has been traced, run as ever.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from widgets.tape import graph_internals, hooks
from widgets.tape.graph_log import GraphLog
from widgets.tape.recorder import listening_alone


def hear_traces() -> Callable[[], None]:
    """Hear every trace from now on; returns a function that ends it."""
    if hooks.missing_in_graphs() or hooks.missing_hook_points():
        return lambda: None

    def stand_in(build: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        with listening_alone() as is_free:
            if not is_free:  # a recording hears it, or the trace around this one is heard, or one in another thread
                return build(*args, **kwargs)
            log = GraphLog()
            try:
                with hooks.listening(log):
                    return log.on_trace(build, *args, **kwargs)
            finally:
                log.end()  # lets go of the frames that it met

    return graph_internals.wrap_tracing(stand_in)
