"""A tape around a function that has none, where that is safe: what a learner would write to ask for its gradient."""

from __future__ import annotations

import linecache
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import tensorflow as tf

from widgets.deck.text import mentions_tape
from widgets.tape.model import Recording


def can_be_taped(recording: Recording, arguments: Mapping[str, Any]) -> bool:
    """Say whether the function of a recording can have a tape around it.

    It has none of its own, ran without an error, takes a floating-point tensor, and returns one: then the gradient is
    that of what it returns.
    """
    has_closed_graphs = any(entry.graph and not entry.has_no_tape for entry in recording.entries)
    if recording.tapes or recording.error or has_closed_graphs or mentions_tape(recording):
        return False
    return bool(_sources(arguments)) and _is_floating(recording.result)


def with_tape(function: Callable[..., Any], arguments: Mapping[str, Any]) -> Callable[..., Any]:
    """Return the function with a tape around it, which watches its floating-point arguments: it returns gradients.

    What is around it has a source of its own, which the deck lists as it does the learner's.
    """
    name = getattr(function, "__name__", "")
    name = name if name.isidentifier() and not {name} & {"tf", "tape", "y", *arguments} else "f"
    sources = [*_sources(arguments)]
    asked = sources[0] if len(sources) == 1 else f"[{', '.join(sources)}]"
    lines = [
        f"def {name}_with_tape({', '.join(arguments)}):",
        "    with tf.GradientTape() as tape:",
        *(f"        tape.watch({source})" for source in sources),
        f"        y = {name}({', '.join(f'{one}={one}' for one in arguments)})",
        f"    return tape.gradient(y, {asked})",
    ]
    text = "\n".join(lines) + "\n"
    file = f"<tape around {name}, {zlib.crc32(text.encode()):08x}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)  # as IPython does with its cells
    made: dict[str, Any] = {"tf": tf, name: function}
    exec(compile(text, file, "exec"), made)
    return made[f"{name}_with_tape"]  # type: ignore[no-any-return]


def _sources(arguments: Mapping[str, Any]) -> list[str]:
    return [name for name, value in arguments.items() if _is_floating(value)]


def _is_floating(value: Any) -> bool:
    return isinstance(value, (tf.Tensor, tf.Variable)) and value.dtype.is_floating
