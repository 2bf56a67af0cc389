"""`loop_order`: the lines of a training loop, to be put in order. Those that do not belong are real mistakes."""

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Misconception, Question, mistaken
from widgets.exercises.line_order import MISCONCEPTIONS_OF_ANY_ORDER, by_running, program, read_lines
from widgets.exercises.reference_functions import cosine, parabola, x_exp_minus_x
from widgets.exercises.reference_optimizers import sgd, x_after
from widgets.exercises.seeds import spread
from widgets.exercises.tape_checks import why_none

RATE = 0.1
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


def _questions(rng):
    curves = (parabola(*spread(rng, 1.2, 2.4, 2)), cosine(1.0), x_exp_minus_x())
    places = (*spread(rng, 2.5, 4.0, 1), *spread(rng, 1.5, 2.5, 1), *spread(rng, 1.3, 2.0, 1))
    return tuple(_question(*asked) for asked in zip(curves, places, (1, 6, 11), strict=True))


def _question(curve, x, steps):
    label = _("{curve} from {x}, steps: {steps}").format(curve=curve.label, x=x, steps=steps)
    return Question(label, (curve, x, steps), (x_after(sgd(RATE), curve, x, steps),))


def _gave_none(outcome):
    return outcome.fault is not None and ("None" in outcome.fault.message or "No gradients" in outcome.fault.message)


def _lost(code):
    """Return a test: is every gradient None, and is this what the tape itself says of it?"""

    def test(evidence):
        if not all(map(_gave_none, evidence.outcomes)):
            return False
        function = PROGRAM.define(read_lines(PROGRAM, evidence.answer))
        return why_none(function, *evidence.outcomes[0].question.given)[0] == code

    return test


def _no_variable(outcome):
    """Whether the optimizer was handed an ordinary tensor to change."""
    return outcome.fault is not None and "EagerTensor" in outcome.fault.message


def _loses_the_variable(evidence):
    """Whether the first step works, and those after it meet a tensor where the Variable was."""
    first, *others = evidence.outcomes
    return first.numbers is not None and all(_gave_none(other) or _no_variable(other) for other in others)


def _in_the_pair(evidence):
    return all(outcome.fault is not None and "(x, gradient)" in outcome.fault.code for outcome in evidence.outcomes)


LOOP_ORDER = Exercise(
    name="loop_order",
    takes="lines",
    program=PROGRAM,
    use=by_running(PROGRAM),
    columns=("x",),
    questions=_questions,
    misconceptions=(
        *MISCONCEPTIONS_OF_ANY_ORDER,
        Misconception(
            "REASSIGNED_VARIABLE",
            _loses_the_variable,
            _(
                "one step works, the next does not: `x = x - ...` makes x an ordinary tensor, which no tape watches and no "
                "optimizer can change. Keep the Variable, and let the optimizer change it."
            ),
        ),
        Misconception(
            "NOT_PAIRS",
            _in_the_pair,
            _("apply_gradients stopped: each pair has the gradient first, and then its Variable."),
        ),
        Misconception(
            "NOT_A_VARIABLE",
            lambda evidence: all(map(_no_variable, evidence.outcomes)),
            _(
                "apply_gradients was handed an ordinary tensor. An optimizer changes its x in place: only a Variable can."
            ),
        ),
        Misconception(
            "CONSTANT_NOT_WATCHED",
            _lost("CONSTANT_NOT_WATCHED"),
            _(
                "the gradient is None: a constant is followed only if the tape is told to watch it, before y is calculated. A "
                "Variable is watched by itself."
            ),
        ),
        Misconception(
            "OUTSIDE_TAPE",
            _lost("OUTSIDE_TAPE"),
            _("the gradient is None: y is calculated outside the `with` block, where no tape records it."),
        ),
        Misconception(
            "NO_PATH",
            _lost("NO_PATH"),
            _(
                "the gradient is None: nothing on the tape leads from y back to x. Is this y calculated inside the block, and "
                "x watched before that?"
            ),
        ),
        mistaken(
            "NOT_MOVED",
            lambda curve, x, steps: x,
            _("this is still the start. Only the optimizer's step changes x."),
        ),
    ),
    hints=(
        _(
            "A loop has four moments: record, ask for the gradient, step, and all of it again. What is needed before it?"
        ),
        _("First the Variable, then `for`, then `with` with y in it; the gradient and the step come after the block."),
        _('order_lines("loop_order", [{numbers}])').format(
            numbers=", ".join(str(PROGRAM.lines.index(line) + 1) for line in PROGRAM.answer)
        ),
    ),
    right=_("record, ask, step, and again: the optimizer does the last, and the Variable stays the same one."),
)
