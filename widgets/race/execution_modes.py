"""The contestants of a race: the same few lines of Python, run in four ways, and their code to read and copy."""

import functools

import tensorflow as tf

from widgets.race.compute import COMPILED, EAGER, RETRACED, TRACED

_LOOP = """\
def minimise(x, learning_rate, steps):
    for _ in tf.range(steps):
        with tf.GradientTape() as tape:
            y = f(x)
        x.assign_sub(learning_rate * tape.gradient(y, x))
"""
_CALLS = {
    EAGER: "minimise(x, learning_rate=tf.constant({rate}), steps=tf.constant(1000))",
    TRACED: "minimise = tf.function(minimise)\n{eager}",
    COMPILED: "minimise = tf.function(minimise, jit_compile=True)\n{eager}",
    RETRACED: (
        "minimise = tf.function(minimise)\n"
        "minimise(x, learning_rate={number!r}, steps=tf.constant(1000))  # {number!r} is a Python number"
    ),
}
_WAYS = {
    EAGER: lambda function: function,
    TRACED: tf.function,
    RETRACED: tf.function,
    COMPILED: functools.partial(tf.function, jit_compile=True),
}


def way(kind, f):
    """Return `minimise(x, learning_rate, steps)` of `f` in one of the four ways: what `code` shows."""

    def minimise(x, learning_rate, steps):
        for _ in tf.range(steps):
            with tf.GradientTape() as tape:
                y = f(x)
            x.assign_sub(learning_rate * tape.gradient(y, x))

    return _WAYS[kind](minimise)


def code(kind, race):
    """Return one contestant's code: with a function f it runs 1,000 steps of the race, and gives the same x."""
    number, double = race.learning_rate, race.dtype == "float64"
    of_dtype = ", tf.float64" if double else ""
    eager = _CALLS[EAGER].format(rate=f"{number!r}{of_dtype}")
    start = f"x = tf.Variable({race.start.tolist()!r}{', dtype=tf.float64' if double else ''})"
    return f"{_LOOP}\n{start}\n{_CALLS[kind].format(rate=f'{number!r}{of_dtype}', eager=eager, number=number)}\n"
