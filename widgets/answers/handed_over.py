"""What a question hands over, built from its description: functions, optimizers and data, and nothing that knows more.

A description is a Python expression, such as `lambda x: 1.3 * x**3 - x`. So a function that an exercise hands over has
no derivative with it, and whoever writes an exercise can hand over anything.
"""

from __future__ import annotations

import linecache
import types
from pathlib import Path
from typing import Any

import numpy as np

from widgets.answers.plain_values import HANDED_OVER, BadReply, Plain, read_float

_FOLDER = Path(__file__).parent / "handed over"  # in this package, so that no recording takes it for a learner's code


def built(plain: Plain) -> Any:
    """Build what a judge has described.

    Args:
        plain: as `plain_values.as_plain` writes it.

    Returns:
        What the answer gets: numbers, lists, NumPy's arrays, or what an expression makes.

    Raises:
        BadReply: if it is written in another way.
    """
    match plain:
        case ["none"]:
            return None
        case ["source", code]:
            return build_source(code)
        case ["bool" | "text", value]:
            return value
        case ["int", text]:
            return int(text)
        case ["float", text]:
            return read_float(text)
        case ["list", parts, _count]:
            return [built(part) for part in parts]
        case ["tuple", parts, _count]:
            return tuple(built(part) for part in parts)
        case ["array", _name, dtype, shape, numbers, _is_variable]:
            return np.array([read_float(text) for text in numbers]).astype(dtype).reshape(shape)[()]
    raise BadReply


def build_source(code: str) -> Any:
    """Return the value of an expression. Functions have lines that AutoGraph and `inspect` can read."""
    import tensorflow as tf  # here: numbers, lists and arrays need none of it

    filename = str(_FOLDER / f"{abs(hash(code))}.py")
    linecache.cache[filename] = len(code), None, [f"{code}\n"], filename
    value = eval(compile(code, filename, "eval"), {"tf": tf, "np": np, "__name__": __name__})
    if isinstance(value, types.FunctionType):
        value.__qualname__ = HANDED_OVER
    return value
