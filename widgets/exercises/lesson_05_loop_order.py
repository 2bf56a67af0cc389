"""Lesson 05: the lines of a training loop, to be put in order. The lines that do not belong are real mistakes."""

from __future__ import annotations

from widgets.common.catalogue import _
from widgets.exercises import shared_misconceptions as shared
from widgets.exercises.closed_forms import ReferenceFunction, cosine, parabola, sgd, x_after, x_exp_minus_x
from widgets.exercises.exercise import Evidence, EvidenceTest, Exercise, Question, Questions, Rng, spread
from widgets.exercises.line_order import MISCONCEPTIONS_OF_ANY_ORDER, by_running, program, read_lines
from widgets.exercises.misconceptions import failed_after_one_step, raised_with, why_none, wrong_behavior, wrong_formula

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


def _none_because_of(code: str) -> EvidenceTest:
    """Return a test: is every gradient None, and does the recording show this cause?"""

    def test(evidence: Evidence) -> bool:
        faults = [outcome.fault for outcome in evidence.outcomes]
        if not all(fault and any(words in fault.message for words in _NONE) for fault in faults):
            return False
        function = PROGRAM.define(read_lines(PROGRAM, evidence.answer))
        kind, _sentence = why_none(function, *evidence.outcomes[0].question.given)
        return kind.code == code

    return test


LOOP_ORDER = Exercise(
    name="loop_order",
    takes="lines",
    program=PROGRAM,
    use=by_running(PROGRAM),
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
            raised_with("", "(x, gradient)"),
            _("apply_gradients raised an exception: in each pair the gradient comes first, then its Variable."),
        ),
        wrong_behavior(
            "NOT_A_VARIABLE",
            raised_with("EagerTensor"),  # what the optimizer is to change
            _(
                "apply_gradients got an ordinary tensor. An optimizer changes x in place, which only works with a Variable."
            ),
            cause=_("An optimizer got an ordinary tensor to change."),
            repair=_("Create x as a `tf.Variable` once, before the loop, and keep it."),
        ),
        wrong_behavior(
            "CONSTANT_NOT_WATCHED",
            _none_because_of("CONSTANT_NOT_WATCHED"),
            _(
                "the gradient is None: a tape tracks a constant only if you call tape.watch before y is computed. A "
                "Variable is watched automatically."
            ),
        ),
        wrong_behavior(
            "OUTSIDE_TAPE",
            _none_because_of("OUTSIDE_TAPE"),
            _("the gradient is None: y is computed outside the `with` block, where no tape records it."),
        ),
        wrong_behavior(
            "NO_PATH",
            _none_because_of("NO_PATH"),
            _(
                "the gradient is None: no recorded operation connects y to x. Is this y computed inside the block, and is "
                "x watched before?"
            ),
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
