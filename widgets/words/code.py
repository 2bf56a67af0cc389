"""A run as TensorFlow code that reproduces it: the function with the names that it uses, then the loop."""

import inspect
import textwrap
import types

import numpy as np
import tensorflow as tf

from widgets.curves.titles import body_of, title_of
from widgets.words.catalogue import _

LOOP = """\
x = tf.Variable({start}, dtype="{dtype}")
optimizer = {optimizer}
for _ in range({iterations}):
    with tf.GradientTape() as tape:
        y = {f}(x)
    gradient = tape.gradient(y, x)
    optimizer.apply_gradients([(gradient, x)])
tf.print("y =", {f}(x), "; x =", x)
"""

BLANKS = ("{learning_rate}", "{iterations}")
"""What a slider changes: the two are left as they are in a template, to be filled in last."""


def template(f, start, optimizer, dtype):
    """Return the code of a run with BLANKS in it. `optimizer` is the Python text that makes it, with a blank too."""
    name = title_of(f) if title_of(f).isidentifier() else "f"
    blanks = {"start": start, "dtype": dtype, "optimizer": optimizer, "iterations": BLANKS[1], "f": name}
    return "\n".join([*_imports(f), "", *_defined(f, name, set()), LOOP.format(**blanks)])


def filled(text, learning_rate, iterations):
    """Return a template's code for one run."""
    # No `format`: the function's own source may have braces.
    for blank, value in zip(BLANKS, (learning_rate, iterations), strict=True):
        text = text.replace(blank, str(value))
    return text


def _imports(f):
    modules = {name: value.__name__ for name, value in _used(f).items() if isinstance(value, types.ModuleType)}
    modules = {name: module for name, module in modules.items() if name != "tf"}
    return [
        "import tensorflow as tf",
        *(f"import {module}" if module == name else f"import {module} as {name}" for name, module in modules.items()),
    ]


def _defined(f, name, known):
    """Return the lines that define a function, and before it what it uses of the learner's."""
    lines = []
    for used, value in _used(f).items():
        if used in known or used == name or isinstance(value, types.ModuleType):
            continue
        known.add(used)
        lines += _defined(value, used, known) if inspect.isfunction(value) else [f"{used} = {_constant(value)}"]
    return [*lines, "", *_source(f, name), ""]


def _used(f):
    """Return the names from outside that a function uses, with their values."""
    if not inspect.isfunction(f):
        return {}
    outside = inspect.getclosurevars(f)
    return {**outside.globals, **outside.nonlocals}


def _constant(value):
    if isinstance(value, (tf.Tensor, tf.Variable)):
        kind = "Variable" if isinstance(value, tf.Variable) else "constant"
        return f'tf.{kind}({value.numpy().tolist()!r}, dtype="{value.dtype.name}")'
    return repr(value.tolist() if isinstance(value, np.generic) else value)


def _source(f, name):
    """Return the lines that define a function: its own, or an assignment for a lambda."""
    if getattr(f, "__name__", "") == "<lambda>" and (body := body_of(f)):
        return [f"{name} = lambda {', '.join(inspect.signature(f).parameters)}: {body}"]
    try:
        return textwrap.dedent(inspect.getsource(f)).rstrip().splitlines()
    except (OSError, TypeError):
        return [f"{name} = ...  # {_('put your function here: its source is not known')}"]
