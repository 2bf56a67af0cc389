"""`part`: the slope of one part of a function that gives three numbers, by weights for the way back."""

import tensorflow as tf

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Misconception, Question, mistaken
from widgets.exercises.predicates import raised_with
from widgets.exercises.reference_functions import cosine, cubic, x_exp_minus_x
from widgets.exercises.seeds import spread


def _questions(rng):
    p, q = spread(rng, 1.2, 2.4, 2)
    curves = (cubic(p), cosine(q), x_exp_minus_x())
    order = rng.permutation(3)
    return tuple(_question(curves, x, int(k)) for x, k in zip(spread(rng, 0.5, 1.8), order, strict=True))


def _question(curves, x, k):
    label = _("part {k}, {curve}, at {x}").format(k=k, curve=curves[k].label, x=x)
    return Question(label, (curves, x, k), (curves[k].derivative(1, x),))


def _together(answer, curves, x, k):
    """Put an answer to use: it gets one function that stacks the three."""
    return answer(lambda v: tf.stack([curve(v) for curve in curves]), x, k)


def _sum(curves, x):
    return sum(curve.derivative(1, x) for curve in curves)


PART = Exercise(
    name="part",
    use=_together,
    columns=(_("slope"),),
    questions=_questions,
    misconceptions=(
        mistaken(
            "TARGET_SUMMED",
            lambda curves, x, k: _sum(curves, x),
            _("this is the sum over all three parts: what a tape gives for a target of three numbers."),
        ),
        Misconception(
            "LIST_FOR_TENSOR",
            raised_with("not in [0, 0)"),
            _(
                "the way back began with one number where three parts were waiting. Were the weights a Python list? "
                "Of a list the tape takes the first for this target. Make it a tensor: tf.constant or tf.one_hot."
            ),
        ),
        mistaken(
            "PART_IGNORED",
            lambda curves, x, k: curves[0].derivative(1, x),
            _("this is always part 0. Let k decide."),
        ),
        mistaken(
            "COUNTED_FROM_ONE",
            lambda curves, x, k: curves[k - 1].derivative(1, x),
            _("this is the part before the one that was asked for: Python counts from 0."),
        ),
        mistaken(
            "VALUE_NOT_DERIVATIVE",
            lambda curves, x, k: curves[k].derivative(0, x),
            _("this is part k itself, not its slope."),
        ),
    ),
    hints=(
        _("It is the usual four lines. The question to the tape gets weights: 1 for part k, 0 for the others."),
        _("tf.one_hot(k, 3) is a tensor of three numbers, all 0 but the one at place k."),
        _("return tape.gradient(y, x, output_gradients=tf.one_hot(k, 3))"),
    ),
    right=_("the weights are where the way back begins: a 0 there, and nothing comes down from that part."),
)
