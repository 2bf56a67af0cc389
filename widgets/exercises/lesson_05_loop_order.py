"""Lesson 05: the lines of a training loop, to be put in order. The lines that do not belong are real mistakes."""

from __future__ import annotations

from widgets.common.catalogue import _
from widgets.exercises import shared_misconceptions as shared
from widgets.exercises.closed_forms import ReferenceFunction, cosine, parabola, sgd, x_after, x_exp_minus_x
from widgets.exercises.exercise import Exercise, Question, Questions, Rng, spread
from widgets.exercises.line_order import MISCONCEPTIONS_OF_ANY_ORDER, program
from widgets.exercises.misconceptions import (
    diagnosed_as,
    failed_after_one_step,
    raised_with,
    wrong_behavior,
    wrong_formula,
)

_LEARNING_RATE = 0.1
PROGRAM = program(
    "train",
    head=("def train(f, start, steps):", "    optimizer = tf.keras.optimizers.SGD(0.1)"),
    answer=(
        "    x = tf.Variable(start)",
        "    for step in range(steps):",
        "        with tf.GradientTape() as tape:",
        "            y = f(x)",
        "        gradient = tape.gradient(y, x)",
        "        optimizer.apply_gradients([(gradient, x)])",
    ),
    others=(
        "    x = tf.constant(start)",
        "            tape.watch(x)",
        "        y = f(x)",
        "        x = x - 0.1 * gradient",
        "        optimizer.apply_gradients([(x, gradient)])",
    ),
    tail=("    return x",),
)


def draw_walks(rng: Rng) -> list[tuple[ReferenceFunction, float]]:
    """Return three functions, each with a start from which gradient descent goes to a minimum."""
    curves = (parabola(*spread(rng, 1.2, 2.4, 2)), cosine(1.0), x_exp_minus_x())
    places = (*spread(rng, 2.5, 4.0, 1), *spread(rng, 1.5, 2.5, 1), *spread(rng, 1.3, 2.0, 1))
    return list(zip(curves, places, strict=True))


def _questions(rng: Rng) -> Questions:
    label = _("{curve} from {x}, steps: {steps}")
    return tuple(
        Question(
            label.format(curve=curve.label, x=x, steps=n), (curve, x, n), (x_after(sgd(_LEARNING_RATE), curve, x, n),)
        )
        for (curve, x), n in zip(draw_walks(rng), (1, 6, 11), strict=True)
    )


_NONE = ("None", "No gradients")
"""What Python or an optimizer says of a gradient that is None."""


LOOP_ORDER = Exercise(
    name="loop_order",
    takes="lines",
    program=PROGRAM,
    use="order of lines",
    columns=("x",),
    questions=_questions,
    misconceptions=(
        *MISCONCEPTIONS_OF_ANY_ORDER,
        wrong_behavior(
            "REASSIGNED_VARIABLE",
            failed_after_one_step(*_NONE, "EagerTensor"),
            _(
                "one step works, but the next does not: `x = x - ...` makes x an ordinary tensor, which no tape watches and no "
                "optimizer can change. Keep the Variable and let the optimizer change it."
            ),
        ),
        wrong_behavior(
            shared.NOT_PAIRS,
            diagnosed_as("PAIRS_SWAPPED"),
            _("apply_gradients raised an exception: in each pair the gradient comes first, then its Variable."),
        ),
        wrong_behavior(
            shared.NOT_A_VARIABLE,
            raised_with("EagerTensor"),  # what the optimizer is to change
            _(
                "apply_gradients got an ordinary tensor. An optimizer changes x in place, which only works with a Variable."
            ),
        ),
        wrong_behavior(
            "CONSTANT_NOT_WATCHED",
            diagnosed_as("CONSTANT_NOT_WATCHED"),
            _(
                "the gradient is None: a tape tracks a constant only if you call tape.watch before y is computed. A "
                "Variable is watched automatically."
            ),
        ),
        wrong_behavior(
            "OUTSIDE_TAPE",
            diagnosed_as("OUTSIDE_TAPE"),
            _("the gradient is None: y is computed outside the `with` block, where no tape records it."),
        ),
        wrong_formula(
            shared.NOT_MOVED,
            lambda curve, x, steps: x,
            _("this is still the start. Only apply_gradients changes x."),
        ),
    ),
    hints=(
        _(
            "Each iteration records the forward pass, computes the gradient, and makes a step. What is needed before the loop?"
        ),
        _(
            "First the Variable, then `for`, then `with` and y inside it; the gradient and the step come after the block."
        ),
        _('order_lines("loop_order", [{numbers}])').format(
            numbers=", ".join(str(PROGRAM.lines.index(line) + 1) for line in PROGRAM.answer)
        ),
    ),
    right=_(
        "record, compute the gradient, step, repeat. The optimizer makes the step, and the Variable stays the same object."
    ),
)
"""Asks to put the lines of a training loop in order. It is run, and compared with SGD in NumPy's float64."""
