"""The page of troubles: for each symptom its causes, as `explain` names them, each with a short cell that shows it.

`tapedeck build` makes `lessons/troubleshooting.ipynb` of it. What is said of a cause is its own record; here stands
only under which symptom it belongs, and a program that has it.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from widgets.authoring import building, notebooks
from widgets.common.lessons import LESSONS
from widgets.diagnosis import causes, error_causes, training_causes
from widgets.diagnosis.cause import Cause

NAME = "troubleshooting.ipynb"


@dataclass(frozen=True)
class Trial:
    """A program that has one cause.

    Attributes:
        cause: the cause that `explain` must find in it.
        program: the body of a function without arguments.
    """

    cause: Cause
    program: str

    @property
    def code(self) -> str:
        """The cell: the program as a function, recorded and explained."""
        return f"def trial():\n{textwrap.indent(self.program.strip(), '    ')}\n\nexplain(record(trial))"


@dataclass(frozen=True)
class Symptom:
    """What a learner sees, with the programs that show it.

    Attributes:
        title: what one sees, in the words that one would search for.
        trials: one program for each cause, the commonest first.
    """

    title: str
    trials: tuple[Trial, ...]


SYMPTOMS = (
    Symptom(
        "The gradient is None",
        (
            Trial(
                causes.CONSTANT_NOT_WATCHED,
                """
x = tf.constant(3.0)
with tf.GradientTape() as tape:
    y = x * x
return tape.gradient(y, x)
""",
            ),
            Trial(
                causes.OUTSIDE_TAPE,
                """
x = tf.Variable(3.0)
y = x * x
with tf.GradientTape() as tape:
    z = 2.0 * y
return tape.gradient(z, x)
""",
            ),
            Trial(
                causes.LEFT_TENSORFLOW,
                """
x = tf.Variable(3.0)
with tf.GradientTape() as tape:
    y = tf.square(np.sin(x))
return tape.gradient(y, x)
""",
            ),
            Trial(
                causes.REASSIGNED_VARIABLE,
                """
x = tf.Variable(3.0)
for step in range(2):
    with tf.GradientTape() as tape:
        y = x * x
    gradient = tape.gradient(y, x)
    if gradient is not None:
        x = x - 0.1 * gradient
return gradient
""",
            ),
            Trial(
                causes.INTEGER_DTYPE,
                """
x = tf.Variable(3)
with tf.GradientTape() as tape:
    y = x * x
return tape.gradient(y, x)
""",
            ),
            Trial(
                causes.NOT_TRAINABLE,
                """
x = tf.Variable(3.0, trainable=False)
with tf.GradientTape() as tape:
    y = x * x
return tape.gradient(y, x)
""",
            ),
            Trial(
                causes.ASSIGNED_IN_TAPE,
                """
x, total = tf.Variable(3.0), tf.Variable(0.0)
with tf.GradientTape() as tape:
    total.assign_add(x * x)
    y = 2.0 * total
return tape.gradient(y, x)
""",
            ),
            Trial(
                causes.STOPPED_GRADIENT,
                """
x = tf.Variable(3.0)
with tf.GradientTape() as tape:
    y = tf.stop_gradient(x * x)
return tape.gradient(y, x)
""",
            ),
            Trial(
                causes.NO_PATH,
                """
x, w = tf.Variable(3.0), tf.Variable(1.0)
with tf.GradientTape() as tape:
    y = w * w
return tape.gradient(y, x)
""",
            ),
            Trial(
                causes.INNER_GRADIENT_OUTSIDE_OUTER_TAPE,
                """
x = tf.Variable(3.0)
with tf.GradientTape() as outer:
    with tf.GradientTape() as inner:
        y = x**3
slope = inner.gradient(y, x)
return outer.gradient(slope, x)
""",
            ),
        ),
    ),
    Symptom(
        "The gradient is NaN",
        (
            Trial(
                causes.NAN_ZERO_TIMES_INF,
                """
x = tf.Variable(0.0)
with tf.GradientTape() as tape:
    y = tf.where(x > 0.0, x * tf.math.log(x), 0.0)
return tape.gradient(y, x)
""",
            ),
        ),
    ),
    Symptom(
        "The gradient is 0",
        (
            Trial(
                training_causes.DEAD_RELU,
                """
w = tf.Variable([[-1.0], [-2.0]])
inputs = tf.constant([[1.0, 2.0], [3.0, 1.0]])
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(tf.square(tf.nn.relu(inputs @ w) - 1.0))
return tape.gradient(loss, w)
""",
            ),
            Trial(
                training_causes.CLIPPED,
                """
x = tf.Variable(3.0)
with tf.GradientTape() as tape:
    y = tf.square(tf.clip_by_value(x, 0.0, 1.0) - 2.0)
return tape.gradient(y, x)
""",
            ),
        ),
    ),
    Symptom(
        "The gradient is not the number that you expect",
        (
            Trial(
                causes.TARGET_SUMMED,
                """
x = tf.Variable(2.0)
with tf.GradientTape() as tape:
    y = x * tf.constant([1.0, 2.0, 3.0])
return tape.gradient(y, x)
""",
            ),
        ),
    ),
    Symptom(
        "tape.gradient or tape.watch raises an exception",
        (
            Trial(
                causes.TAPE_ALREADY_USED,
                """
x = tf.Variable(3.0)
with tf.GradientTape() as tape:
    y = x * x
    z = y * y
return tape.gradient(y, x), tape.gradient(z, x)
""",
            ),
            Trial(
                error_causes.NUMBER_AS_SOURCE,
                """
x = 3.0
with tf.GradientTape() as tape:
    y = tf.square(x)
return tape.gradient(y, x)
""",
            ),
            Trial(
                causes.WATCHED_A_NUMBER,
                """
x = 3.0
with tf.GradientTape() as tape:
    tape.watch(x)
    y = tf.square(x)
return tape.gradient(y, x)
""",
            ),
        ),
    ),
    Symptom(
        "apply_gradients or assign_sub raises an exception",
        (
            Trial(
                error_causes.TENSOR_CANNOT_CHANGE,
                """
x = tf.constant(3.0)
with tf.GradientTape() as tape:
    tape.watch(x)
    y = x * x
x.assign_sub(0.1 * tape.gradient(y, x))
""",
            ),
            Trial(
                error_causes.NOT_A_VARIABLE,
                """
x, optimizer = tf.constant(3.0), tf.keras.optimizers.SGD(0.1)
with tf.GradientTape() as tape:
    tape.watch(x)
    y = x * x
gradient = tape.gradient(y, x)
optimizer.apply_gradients([(gradient, x)])
""",
            ),
            Trial(
                error_causes.PAIRS_SWAPPED,
                """
x, optimizer = tf.Variable(3.0), tf.keras.optimizers.SGD(0.1)
with tf.GradientTape() as tape:
    y = x * x
gradient = tape.gradient(y, x)
optimizer.apply_gradients([(x, gradient)])
""",
            ),
            Trial(
                error_causes.PAIRS_MISSING,
                """
x, optimizer = tf.Variable(3.0), tf.keras.optimizers.SGD(0.1)
with tf.GradientTape() as tape:
    y = x * x
gradient = tape.gradient(y, x)
optimizer.apply_gradients((gradient, x))
""",
            ),
        ),
    ),
)

_TITLE = """# Troubleshooting

What you see, what it comes from, and a short cell for each cause that has the fault on purpose: run it, then mend it.
In a notebook of your own, `explain(record(f))` or `%%tape` and then `explain()` say which of these it is."""

_SETUP = """%load_ext widgets
import numpy as np
import tensorflow as tf

from widgets import explain, record"""


def build(check: bool = False, root: Path = building.CHECKOUT) -> list[str]:
    """Build the page, executed.

    Args:
        check: write nothing.
        root: the checkout.

    Returns:
        A line if it was written, or with `check` if it is not what it would be built as.
    """
    made = notebooks.execute(notebook(), root / "lessons")
    return building.deliver([(root / "lessons" / NAME, building.text_of(made))], check, root)


def notebook() -> Any:
    """Return the page as a notebook without outputs."""
    cells = [_markdown("title", _TITLE), nbformat.v4.new_code_cell(_SETUP, id="setup")]
    for number, symptom in enumerate(SYMPTOMS, 1):
        cells.append(_markdown(f"symptom-{number}", f"## {symptom.title}"))
        for trial in symptom.trials:
            name = trial.cause.code.lower().replace("_", "-")
            cells += [_markdown(f"{name}-why", _about(trial.cause)), nbformat.v4.new_code_cell(trial.code, id=name)]
    return nbformat.v4.new_notebook(cells=cells, metadata=notebooks.notebook_metadata())


def _about(cause: Cause) -> str:
    """Return what the record says of a cause; of sentences with blanks the cell below says them filled in."""
    sentences = [sentence for sentence in (cause.cause, cause.repair) if "{" not in sentence]
    lesson = next((lesson for lesson in LESSONS if lesson.number == cause.lesson), None)
    more = [f"[{lesson.number} · {lesson.title}]({lesson.stem}.ipynb)"] if lesson else []
    return "\n\n".join(filter(None, [f"### `{cause.code}`", "  \n".join([*sentences, *more])]))


def _markdown(name: str, source: str) -> Any:
    return nbformat.v4.new_markdown_cell(source, id=name)
