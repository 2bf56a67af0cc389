"""The execution modes of a race: the same loop made ready to run in each, and its code to read and copy."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from widgets.common.arrays import Tensor, Variable
from widgets.race.model import COMPILED, EAGER, RETRACED, TRACED, Mode, Race

_LOOP = """\
def minimize(x, learning_rate, steps):
    for _ in tf.range(steps):
        with tf.GradientTape() as tape:
            y = f(x)
        x.assign_sub(learning_rate * tape.gradient(y, x))
"""
_CALLS: dict[Mode, str] = {
    EAGER: "minimize(x, learning_rate=tf.constant({rate}), steps=tf.constant(1000))",
    TRACED: "minimize = tf.function(minimize)\n{eager}",
    COMPILED: "minimize = tf.function(minimize, jit_compile=True)\n{eager}",
    RETRACED: (
        "minimize = tf.function(minimize)\n"
        "minimize(x, learning_rate={number!r}, steps=tf.constant(1000))  # {number!r} is a Python number"
    ),
}
_DECORATORS: dict[Mode, Callable[[Callable[..., None]], Any]] = {
    EAGER: lambda function: function,
    TRACED: tf.function,
    RETRACED: tf.function,
    COMPILED: functools.partial(tf.function, jit_compile=True),
}


def make_minimizer(mode: Mode, f: Callable[[Variable], Tensor]) -> Any:
    """Return gradient descent on `f` in one execution mode: the code that `source_code` shows.

    Args:
        mode: which one.
        f: a function of a Variable that returns a scalar tensor.

    Returns:
        A function `minimize(x, learning_rate, steps)` that moves the Variable `x`; a `tf.function` except in eager
        mode (https://www.tensorflow.org/api_docs/python/tf/function).
    """

    def minimize(x: Variable, learning_rate: Tensor | float, steps: Tensor) -> None:
        for _ in tf.range(steps):
            with tf.GradientTape() as tape:
                y = f(x)
            x.assign_sub(learning_rate * tape.gradient(y, x))

    return _DECORATORS[mode](minimize)


def source_code(mode: Mode, race: Race) -> str:
    """Return one mode's code. With a function f defined, it runs 1,000 steps of the race and arrives at the same x."""
    number, is_double = race.learning_rate, race.dtype == "float64"
    rate = f"{number!r}{', tf.float64' if is_double else ''}"
    start = f"x = tf.Variable({race.start.tolist()!r}{', dtype=tf.float64' if is_double else ''})"
    call = _CALLS[mode].format(rate=rate, eager=_CALLS[EAGER].format(rate=rate), number=number)
    return f"{_LOOP}\n{start}\n{call}\n"
