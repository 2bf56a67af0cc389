"""What a learner sees go wrong: for each symptom its causes, as `explain` names them, each with a short program.

The page of troubles is made of it. What is said of a cause is its own record.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from widgets.diagnosis import causes, error_causes, training_causes
from widgets.diagnosis.cause import Cause


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
