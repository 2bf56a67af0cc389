"""A run as TensorFlow code that reproduces it: the function with the names that it uses, then the loop."""

from widgets.common.catalogue import _
from widgets.common.titles import title_of
from widgets.descent.source import Definitions, Unsayable

LOOP = """\
{x} = tf.Variable({start}, dtype="{dtype}")
{optimizer} = {rule}
for _ in range({iterations}):
    with tf.GradientTape() as {tape}:
        {y} = {f}({x})
    {gradient} = {tape}.gradient({y}, {x})
    {optimizer}.apply_gradients([({gradient}, {x})])
tf.print("y =", {f}({x}), "; x =", {x})
"""

BLANKS = ("«learning_rate»", "«iterations»")
"""What a slider changes: the two are left as they are in a template, to be filled in last."""

_OWN = ("x", "y", "tape", "gradient", "optimizer")


def template(f, start, rule, dtype):
    """Return the code of a run with BLANKS in it. `rule` is the Python text that makes the optimizer, with a blank."""
    name = title_of(f) if title_of(f).isidentifier() else "f"
    head, taken = _defined(f, name)
    names = {own: f"{own}_" if own in taken else own for own in _OWN}
    loop = LOOP.format(start=start, dtype=dtype, rule=rule, iterations=BLANKS[1], f=name, **names)
    return "\n".join([*head, loop])


def filled(text, learning_rate, iterations):
    """Return a template's code for one run."""
    # No `format`: the function's own source may have braces.
    for blank, value in zip(BLANKS, (learning_rate, iterations), strict=True):
        text = text.replace(blank, str(value))
    return text


def _defined(f, name):
    """Return the lines that define a function, and the names that are taken then."""
    try:
        found = Definitions(f, name)
    except Unsayable:
        said = _("put your function here: its source, or something that it uses, is not known")
        return ["import tensorflow as tf", "", f"{name} = ...  # {said}", ""], {name}
    return [*found.imports, "", *found.lines], found.names | {name}
